"""The bundled contract says what the public documentation says, and only that."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator

from openapi.example import sample

PATH = Path(__file__).parents[2] / "openapi" / "hyfn.yaml"
TEXT = PATH.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = yaml.safe_load(TEXT)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
METHODS = ("get", "post", "patch", "delete")

LIST = ["200", "400", "401", "406", "500"]
CREATE = ["201", "400", "401", "406", "413", "415", "500"]
GET = ["200", "400", "401", "403", "404", "406", "500"]
UPDATE = ["200", "400", "401", "403", "404", "406", "413", "415", "500"]
DELETE = ["204", "400", "401", "403", "404", "406", "500"]

OPERATIONS = {
    "listAgents": ("get", "/agents", "Agents", "documented", LIST),
    "createAgent": ("post", "/agents", "Agents", "documented", CREATE),
    "getAgent": ("get", "/agents/{agentId}", "Agents", "proposed", GET),
    "updateAgent": ("patch", "/agents/{agentId}", "Agents", "documented", UPDATE),
    "deleteAgent": ("delete", "/agents/{agentId}", "Agents", "proposed", DELETE),
    "listKnowledgeSources": ("get", "/knowledge", "Knowledge", "documented", LIST),
    "createKnowledgeSource": ("post", "/knowledge", "Knowledge", "documented", CREATE),
    "getKnowledgeSource": ("get", "/knowledge/{knowledgeId}", "Knowledge", "proposed", GET),
    "updateKnowledgeSource": (
        "patch",
        "/knowledge/{knowledgeId}",
        "Knowledge",
        "documented",
        UPDATE,
    ),
    "deleteKnowledgeSource": (
        "delete",
        "/knowledge/{knowledgeId}",
        "Knowledge",
        "proposed",
        DELETE,
    ),
    "listJobs": ("get", "/jobs", "Jobs", "proposed", LIST),
    "createJob": ("post", "/jobs", "Jobs", "proposed", CREATE),
    "getJob": ("get", "/jobs/{jobId}", "Jobs", "proposed", GET),
    "updateJob": ("patch", "/jobs/{jobId}", "Jobs", "proposed", UPDATE),
    "deleteJob": ("delete", "/jobs/{jobId}", "Jobs", "proposed", DELETE),
    "listWorkItems": ("get", "/work_items", "Work Items", "documented", LIST),
    "createWorkItem": ("post", "/work_items", "Work Items", "documented", CREATE),
    "getWorkItem": ("get", "/work_items/{workItemId}", "Work Items", "documented", GET),
    "updateWorkItem": ("patch", "/work_items/{workItemId}", "Work Items", "documented", UPDATE),
    "deleteWorkItem": ("delete", "/work_items/{workItemId}", "Work Items", "documented", DELETE),
    "listInvoices": ("get", "/invoices", "Invoices", "documented", LIST),
    "getInvoice": ("get", "/invoices/{invoiceId}", "Invoices", "documented", GET),
}

PUBLISHED_WORK_ITEM = {
    "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
    "orgId": "string",
    "agentId": "bc309ecf-5f66-4057-93c5-6611cc9cb7b2",
    "jobId": "9d222c6d-893e-4e79-8201-3c9ca16a0f39",
    "type": "model_call",
    "description": "Customer support chat",
    "timeSpent": "0.5",
    "humanInLoop": False,
    "metadata": {"modelName": "gpt-4", "tokensUsed": 1500},
    "createdAt": "2019-08-24T14:15:22Z",
}

GOOD_SCHEDULES = """
0 9 * * *
* * * * *
*/15 * * * *
*/5,30 * * * *
0 0 1 1 0
59 23 31 12 7
00 09 01 01 0
5,10,15 * * * *
0-30 * * * *
0-30/5 * * * *
0 9-17 * * 1-5
0 9-17/2 * * 1-5
0 0 1,15 * *
0 0 */2 * *
0 0 1-7 * 1
0 0 1 1-6/2 *
0 0 1 */3 *
0 0 * * 0,6
0 0 * * 7
*,*,* * * * *
1-5,10-20/3,45 * * * *
30 4 1,15 * 5
*/59 * * * *
""".strip().splitlines()

BAD_SCHEDULES = [
    "",
    "0 9 * *",
    "0 9 * * * *",
    "0  9 * * *",
    " 0 9 * * *",
    "0 9 * * * ",
    "0\t9 * * *",
    "60 * * * *",
    "* 24 * * *",
    "* * 0 * *",
    "* * 32 * *",
    "* * * 0 *",
    "* * * 13 *",
    "* * * * 8",
    "*/0 * * * *",
    "0-30/0 * * * *",
    "5/15 * * * *",
    "*/ * * * *",
    "1- * * * *",
    "-1 * * * *",
    "1,,2 * * * *",
    ",1 * * * *",
    "1, * * * *",
    "*-5 * * * *",
    "** * * * *",
    "0 9 * * MON",
    "0 9 * JAN *",
    "0 9 ? * *",
    "0 9 L * *",
    "0 9 * * 1#2",
    "@daily",
    "0 9 * * *x",
    "0 9 * * *; rm",
    "1-2-3 * * * *",
    "*/5/5 * * * *",
    "0 9 * * ٣",
]


def as_json_schema(node: Any) -> Any:
    """A copy of 3.0 schemas in which `nullable` has become a list of types."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: as_json_schema(value) for key, value in node.items() if key != "nullable"}
    return made | {"type": [made["type"], "null"]} if node.get("nullable") is True else made


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with `value`; `schema` may refer to the components."""
    whole = {**as_json_schema(schema), "components": {"schemas": as_json_schema(SCHEMAS)}}
    validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
    return [error.message for error in validator.iter_errors(value)]


def followed(node: Any) -> Any:
    """`node`, or the component that it refers to."""
    while isinstance(node, dict) and "$ref" in node:
        target: Any = DOCUMENT
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token]
        node = target
    return node


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def operation(name: str) -> dict[str, Any]:
    return next(found for _, _, found in operations() if found["operationId"] == name)


def media_types() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every Media Type Object of every operation, and what to call it."""
    for _, _, found in operations():
        bodies = {"request": found.get("requestBody", {}), **found["responses"]}
        for place, body in bodies.items():
            for media in followed(body).get("content", {}).values():
                yield f"{found['operationId']} {place}", media


def written_examples() -> Iterator[Any]:
    for label, media in media_types():
        for name, example in media["examples"].items():
            yield pytest.param(media["schema"], followed(example), id=f"{label} {name}")


def example(name: str) -> Any:
    return DOCUMENT["components"]["examples"][name]["value"]


def test_the_document_is_valid() -> None:
    """The reference validator for OpenAPI 3.0 has nothing to say."""
    assert [] == list(OpenAPIV30SpecValidator(DOCUMENT).iter_errors())


def test_the_front_page_is_as_published() -> None:
    """Title, version and both paragraphs of the description stand as they were published."""
    info = DOCUMENT["info"]
    first, second = info["description"].split("\n\n")

    assert ("Hyfn Public API", "1.0.0") == (info["title"], info["version"])
    assert first == (
        "Public REST API for managing your AI workforce programmatically. Create and manage AI "
        "agents, knowledge sources, scheduled jobs, track billable work tasks, and access invoices."
    )
    assert second == (
        "⚠️ SECURITY WARNING: This API is currently in development and uses a system-wide API "
        "key. Do not use in production without implementing per-organization API keys. See "
        "documentation for details."
    )


def test_tags_stand_in_page_order() -> None:
    """The five tags come in the order of the published page."""
    names = [tag["name"] for tag in DOCUMENT["tags"]]

    assert ["Agents", "Knowledge", "Jobs", "Work Items", "Invoices"] == names
    assert all(tag["description"] for tag in DOCUMENT["tags"])


def test_servers_are_the_two_written_ones() -> None:
    """The hosted mock is not in the source document: the documentation site adds it by itself."""
    assert [
        {
            "url": "https://your-domain.replit.app/api/public",
            "description": "Production server",
        },
        {
            "url": "http://localhost:5000/api/public",
            "description": "Local development server",
        },
    ] == DOCUMENT["servers"]


def test_both_headers_are_required_together() -> None:
    """One security requirement names both header keys, and no operation replaces it."""
    assert [{"ApiKeyAuth": [], "OrgIdAuth": []}] == DOCUMENT["security"]
    assert {
        "ApiKeyAuth": {"type": "apiKey", "in": "header", "name": "x-api-key"},
        "OrgIdAuth": {"type": "apiKey", "in": "header", "name": "x-org-id"},
    } == DOCUMENT["components"]["securitySchemes"]
    assert not [found for _, _, found in operations() if "security" in found]


def test_operations_and_statuses_are_the_known_ones() -> None:
    """22 operations, in this order, each with its method, path, tag, source and statuses."""
    found = {
        item["operationId"]: (method, path, item["tags"][0], item["x-hyfn-source"])
        for method, path, item in operations()
    }

    assert {name: row[:4] for name, row in OPERATIONS.items()} == found
    assert list(OPERATIONS) == list(found)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_declares_its_statuses(name: str) -> None:
    """Statuses follow from what kind of operation it is, and every error is an Error."""
    responses = operation(name)["responses"]
    errors = [followed(body) for status, body in responses.items() if status >= "400"]

    assert OPERATIONS[name][4] == list(responses)
    assert {"#/components/schemas/Error"} == {
        body["content"]["application/json"]["schema"]["$ref"] for body in errors
    }


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_describes_itself(name: str) -> None:
    """Each has a summary without a full stop and a description with one."""
    found = operation(name)

    assert found["summary"][-1] != "."
    assert found["description"][-1] == "."


def test_a_body_is_required_wherever_there_is_one() -> None:
    """Every POST and PATCH needs its body; where no page shows that, it is marked."""
    bodies = {
        found["operationId"]: found["requestBody"]
        for method, _, found in operations()
        if method in ("post", "patch")
    }
    unmarked = {name for name, body in bodies.items() if "x-hyfn-source" not in body}

    assert all(body["required"] is True for body in bodies.values())
    assert {"createAgent", "createWorkItem"} == unmarked
    assert not [f for m, _, f in operations() if m in ("get", "delete") and "requestBody" in f]


def test_sources_are_marked() -> None:
    """Every component schema says where it comes from; the jobs are ours."""
    marks = {name: schema["x-hyfn-source"] for name, schema in SCHEMAS.items()}

    assert {"Job", "JobCreate", "JobUpdate", "Schedule"} == {
        name for name, mark in marks.items() if mark == "proposed"
    }
    assert {"proposed", "documented"} == set(marks.values())


@pytest.mark.parametrize(
    "name", ["NotAcceptable", "ContentTooLarge", "UnsupportedMediaType", "InternalServerError"]
)
def test_errors_that_no_page_shows_are_marked(name: str) -> None:
    """406, 413, 415 and 500 are proposals."""
    assert DOCUMENT["components"]["responses"][name]["x-hyfn-source"] == "proposed"


def test_only_creating_a_work_item_bills() -> None:
    """The billing mark stands at POST /work_items and nowhere else."""
    marked = {f["operationId"]: f["x-hyfn-effect"] for _, _, f in operations() if "x-hyfn-effect" in f}

    assert {"createWorkItem": "billing"} == marked


@pytest.mark.parametrize(("label", "media"), list(media_types()))
def test_every_body_has_named_examples(label: str, media: dict[str, Any]) -> None:
    """Each example has a name that reads as one, a summary and a value."""
    assert media["examples"], label
    for name, written in media["examples"].items():
        assert re.fullmatch("[a-z]+(_[a-z]+)*", name)
        assert {"summary", "value"} == followed(written).keys()


@pytest.mark.parametrize(("schema", "written"), list(written_examples()))
def test_every_example_fits_its_schema(schema: dict[str, Any], written: dict[str, Any]) -> None:
    """What the document shows is what the document allows."""
    assert [] == problems(schema, written["value"])


@pytest.mark.parametrize("name", DOCUMENT["components"]["parameters"])
def test_a_parameter_has_a_fitting_example(name: str) -> None:
    """Path parameters are required uuids, with the published example."""
    found = DOCUMENT["components"]["parameters"][name]

    assert ("path", True) == (found["in"], found["required"])
    assert [] == problems(found["schema"], found["example"])


@pytest.mark.parametrize("name", SCHEMAS)
def test_examples_inside_a_schema_fit_it(name: str) -> None:
    """A value put together from the examples of the properties fits the schema."""
    schemas = as_json_schema(SCHEMAS)
    value = sample(schemas[name], lambda reference: schemas[reference.rsplit("/", 1)[-1]])

    assert [] == problems(SCHEMAS[name], value)


def test_every_example_component_is_used() -> None:
    """An example that nothing refers to would be read by nobody."""
    unused = [
        name for name in DOCUMENT["components"]["examples"] if f"'#/components/examples/{name}'" not in TEXT
    ]

    assert [] == unused


def test_sampling_a_work_item_gives_the_published_sample() -> None:
    """The published sample was made from the source's schema: formats and defaults show in it."""
    schema = as_json_schema(SCHEMAS["WorkItem"])

    assert PUBLISHED_WORK_ITEM == sample(schema, lambda reference: SCHEMAS[reference])


def test_published_samples_stand_as_they_were() -> None:
    """Requests and answers that the pages show are the examples here."""
    requests = {
        name: operation(name)["requestBody"]["content"]["application/json"]["examples"]
        for name in ("createAgent", "createWorkItem", "updateWorkItem")
    }

    assert {
        "name": "Sales Assistant",
        "modelProvider": "openai",
        "modelName": "gpt-4",
        "systemPrompt": "You are a helpful sales assistant",
    } == requests["createAgent"]["sales_assistant"]["value"]
    assert {
        "agentId": "6310db44-39c9-4e4d-8b67-83c45700e545",
        "jobId": "deaf5733-cb4c-40ec-9b59-5de3fab80a80",
        "type": "model_call",
        "description": "Customer support chat",
        "timeSpent": "0.5",
        "metadata": {"modelName": "gpt-4", "tokensUsed": 1500},
    } == requests["createWorkItem"]["customer_support_chat"]["value"]
    assert {"description": "string", "metadata": {}} == requests["updateWorkItem"][
        "description_and_metadata"
    ]["value"]
    assert example("SalesAssistant")["agent"]["id"].startswith("d0312fcf-0bd5-40fe-a")
    assert {"workItem": PUBLISHED_WORK_ITEM} == example("WorkItem")
    assert {"workItems": [PUBLISHED_WORK_ITEM]} == example("WorkItems")


def test_the_missing_headers_text_is_as_published() -> None:
    """The one error text that the pages show is an example of 401, and of the Error schema."""
    unauthorized = DOCUMENT["components"]["responses"]["Unauthorized"]
    examples = unauthorized["content"]["application/json"]["examples"]
    text = {
        "error": "Missing required headers",
        "details": "x-api-key and x-org-id headers are required",
    }

    assert text == examples["missing_headers"]["value"]
    assert text == sample(SCHEMAS["Error"], lambda reference: SCHEMAS[reference])


def test_invoices_add_up() -> None:
    """Quantity times unit price is a line's amount, and the lines sum up to the invoice."""
    shown = example("InvoiceWithLineItems")
    amounts = [Decimal(line["amount"]) for line in shown["lineItems"]]
    products = [Decimal(line["quantity"]) * Decimal(line["unitPrice"]) for line in shown["lineItems"]]

    assert products == amounts
    assert Decimal(shown["invoice"]["amount"]) == sum(amounts)
    assert [shown["invoice"]] == example("Invoices")["invoices"]


@pytest.mark.parametrize("schedule", GOOD_SCHEDULES)
def test_a_schedule_is_accepted(schedule: str) -> None:
    """Five cron fields, each a list of stars, numbers and ranges, are a schedule."""
    assert re.search(SCHEMAS["Schedule"]["pattern"], schedule)
    assert [] == problems(SCHEMAS["Schedule"], schedule)


@pytest.mark.parametrize("schedule", BAD_SCHEDULES)
def test_a_schedule_is_refused(schedule: str) -> None:
    """Wrong fields, wrong spaces, numbers out of bounds, names and macros are no schedule."""
    assert not re.search(SCHEMAS["Schedule"]["pattern"], schedule)
    assert [] != problems(SCHEMAS["Schedule"], schedule)


def test_the_pattern_needs_no_special_engine() -> None:
    """No lookaround, no backreference, no class whose meaning differs between engines."""
    pattern = SCHEMAS["Schedule"]["pattern"]

    assert "\\" not in pattern
    assert "(?" not in pattern
    assert ("^", "$") == (pattern[0], pattern[-1])


def test_oddities_are_kept() -> None:
    """What looks like a mistake on the pages is as it is on the pages."""
    properties = {name: schema.get("properties", {}) for name, schema in SCHEMAS.items()}

    assert "snowflake_cortex" in properties["Agent"]["modelProvider"]["enum"]
    assert "snowflake_cortex" in properties["AgentCreate"]["modelProvider"]["enum"]
    assert "snowflake_cortex" not in properties["AgentUpdate"]["modelProvider"]["enum"]
    assert properties["WorkItemCreate"]["timeSpent"]["example"] == "0.25"
    assert properties["WorkItem"]["timeSpent"]["example"] == "0.5"
    assert "workTaskId" in properties["InvoiceLineItem"]
    assert "nullable" not in properties["KnowledgeSourceCreate"]["agentId"]
    assert properties["KnowledgeSourceUpdate"]["agentId"]["nullable"] is True
    assert "status" in properties["KnowledgeSourceUpdate"]
    assert "status" not in properties["KnowledgeSourceCreate"]
    assert properties["AgentCreate"]["name"]["example"] == "Sales Assistant"
    assert properties["Agent"]["name"]["example"] == "Marketing Bot"
    assert "updatedAt" not in properties["WorkItem"]
    assert {"description", "metadata"} == properties["WorkItemUpdate"].keys()


def test_envelopes_require_nothing() -> None:
    """No page shows a required envelope property."""
    envelopes = [media["schema"] for _, media in media_types() if "properties" in media["schema"]]

    assert len(envelopes) == 18
    assert not [schema for schema in envelopes if "required" in schema]


@pytest.mark.parametrize(
    "keyword", ["additionalProperties", "readOnly", "writeOnly", "maxLength", "minProperties"]
)
def test_no_keyword_is_invented(keyword: str) -> None:
    """The pages show none of these constraints."""
    assert f"{keyword}:" not in TEXT


def test_time_spent_has_no_pattern() -> None:
    """The one pattern of the document is that of a schedule."""
    assert TEXT.count("pattern:") == 1


@pytest.mark.parametrize("word", ["python", "router-controller", "x-openapi", "Func:", "connexion"])
def test_the_contract_names_no_code(word: str) -> None:
    """Whoever implements the contract in another language finds nothing of ours in it."""
    assert word.lower() not in TEXT.lower()
