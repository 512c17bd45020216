"""Each reason to drop a finding of the fuzz engine: what it drops, and what it lets pass."""

from dataclasses import dataclass
from typing import Any

import pytest

from contract_tests.contract import Contract
from contract_tests.engines.doubts import DOUBTS, Evidence, Shown, doubt
from contract_tests.exchange import NOBODY
from contract_tests.relay import Passed
from tests.contract_tests.answers import JSON, contract, passed

ID = "6310db44-39c9-4e4d-8b67-83c45700e545"
THING: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "size": {"type": ["integer", "null"], "minimum": 0},
        "ownerId": {"type": ["integer", "null"]},
        "mail": {"format": "email"},
        "code": {"pattern": "^a$"},
        "price": {"multipleOf": 0.01},
        "even": {"multipleOf": 2},
        "id": {"type": "string", "readOnly": True},
    },
}
BODY = {"required": True, "content": {JSON: {"schema": THING}, "application/xml": {"schema": THING}}}


def answers(**more: Any) -> dict[str, Any]:
    return {"description": "", "content": {JSON: {"schema": {"type": "object"}}}, **more}


def parameter(name: str, schema: dict[str, Any], where: str = "query") -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema}


def things() -> Contract:
    header = {"X-Total": {"required": True, "schema": {"type": "integer"}}}
    agent = {**parameter("User-Agent", {}, "header"), "required": True}
    needed = {**parameter("X-A", {}, "header"), "required": True}
    limit = parameter("limit", {"type": "integer", "minimum": 1})
    paths: dict[str, Any] = {
        "/things": {
            "get": {"responses": {"200": answers(headers=header)}, "parameters": [limit]},
            "post": {"responses": {"201": answers(), "202": answers()}, "requestBody": BODY},
            "put": {"responses": {"400": answers()}, "requestBody": BODY},
            "patch": {"responses": {"200": answers()}, "parameters": [agent, needed]},
        },
        "/things/{id}": {
            "parameters": [parameter("id", {"type": "string"}, "path")],
            "get": {"responses": {"200": answers()}},
            "put": {"responses": {"200": answers()}, "requestBody": BODY},
            "delete": {"responses": {"204": {"description": ""}}},
        },
        "/things/{id}/parts": {
            "parameters": [parameter("id", {"type": "string"}, "path")],
            "get": {"responses": {"200": answers()}},
        },
    }
    for path, item in paths.items():
        for method, operation in item.items():
            if method != "parameters" and not path.endswith("parts"):
                operation["security"] = [{"key": []}]
    return contract(
        paths, "3.1.0", securitySchemes={"key": {"type": "apiKey", "in": "header", "name": "X-Key"}}
    )


KEPT = things()


def sent(method: str, path: str, status: int = 200, **more: Any) -> Passed:
    return passed(KEPT, method, path, status, **more)


@dataclass
class Case:
    """A finding of a check, and the requests that show it; those of `before` were taken earlier."""

    check: str
    reason: str | None
    steps: list[Passed]
    before: list[Passed]
    message: str = ""


def case(
    check: str, reason: str | None, *steps: Passed, before: list[Passed] | None = None, message: str = ""
) -> Case:
    return Case(check, reason, list(steps), before or [], message)


TOTAL = {"x-total": "1"}
SMALL, LARGE = {"name": "a", "size": 1}, {"name": "a", "size": 2}
MADE = sent("POST", "/things", 201, body=SMALL, answer={"id": ID})
GONE = sent("DELETE", f"/things/{ID}", 204)
FOUND = sent("GET", f"/things/{ID}")
TAKEN = [
    sent("POST", "/things", 201, body=SMALL),
    sent("GET", "/things/1"),
    sent("PUT", "/things/1", body=SMALL),
]

STATUS = "status_code_conformance"
TYPE = "content_type_conformance"
HEADERS = "response_headers_conformance"
SCHEMA = "response_schema_conformance"
NEGATIVE = "negative_data_rejection"
POSITIVE = "positive_data_acceptance"
HEADER = "missing_required_header"
METHOD = "unsupported_method"
AFTER = "use_after_free"
THERE = "ensure_resource_availability"
AUTH = "ignored_auth"
RIGHT = "two_judges_find_the_answer_right"
REFUSED = "it_was_refused_all_the_same"
NOT_DELETED = "no_item_was_deleted"
NOT_MADE = "the_create_did_not_make_it"

CASES = [
    case("not_a_server_error", None, sent("GET", "/things", 500)),
    case("not_a_server_error", None, sent("GET", "/things", 503)),
    case("not_a_server_error", "it_may_be_busy",
         sent("GET", "/things", 503, answer_headers={"Retry-After": "1"})),
    case(STATUS, None, sent("GET", "/things", 418)),
    case(STATUS, RIGHT, sent("GET", "/things", 405)),
    case(STATUS, "the_document_has_no_status_for_it", sent("GET", f"/things/{ID}", 404)),
    case(TYPE, None, sent("GET", "/things", answer_headers={"content-type": "text/html"})),
    case(TYPE, RIGHT, sent("GET", "/things")),
    case(HEADERS, None, sent("GET", "/things")),
    case(HEADERS, None, sent("GET", "/things", answer_headers={"x-total": "a"})),
    case(HEADERS, RIGHT, sent("GET", "/things", answer_headers=TOTAL)),
    case(SCHEMA, None, sent("GET", "/things", answer=[1])),
    case(SCHEMA, RIGHT, sent("GET", "/things")),
    case(NEGATIVE, None, sent("GET", "/things?limit=0")),
    case(NEGATIVE, None, sent("POST", "/things", 201, body={"name": 1})),
    case(NEGATIVE, None, sent("POST", "/things", 201, body={"name": 1, "id": "a"})),
    case(NEGATIVE, None, sent("POST", "/things", 201)),
    case(NEGATIVE, None, sent("POST", "/things", 201, raw=b"{")),
    case(NEGATIVE, REFUSED, sent("GET", "/things?limit=0", 409)),
    case(NEGATIVE, "nobody_here_can_judge_the_request",
         sent("POST", "/things", 201, raw=b"<a/>", headers={"Content-Type": "application/xml"})),
    case(NEGATIVE, "our_validators_find_the_request_valid", sent("GET", "/things?limit=5&x=y")),
    case(NEGATIVE, "read_only_properties_may_be_ignored",
         sent("POST", "/things", 201, body={"name": "a", "id": "b"})),
    case(NEGATIVE, "nothing_may_stand_for_no_value", sent("GET", "/things?limit=")),
    case(NEGATIVE, None, sent("POST", "/things", 201, body={"name": "a", "mail": "@", "size": -1})),
    case(NEGATIVE, None, sent("POST", "/things", 201, body={"name": "a", "code": "b"})),
    case(NEGATIVE, None, sent("POST", "/things", 201, body={"name": "a", "even": 3})),
    case(NEGATIVE, "odd_text_may_be_repaired", sent("GET", "/things?limit=1&limit=2")),
    case(NEGATIVE, "odd_text_may_be_repaired", sent("GET", "/things?limit=%zz")),
    case(NEGATIVE, "formats_are_read_differently",
         sent("POST", "/things", 201, body={"name": "a", "mail": "@", "id": "b"})),
    case(NEGATIVE, "patterns_are_read_differently",
         sent("POST", "/things", 201, body={"name": "a", "code": "aä"})),
    case(NEGATIVE, "patterns_are_read_differently",
         sent("POST", "/things", 201, body={"name": "a", "code": "a\n"})),
    case(NEGATIVE, "fractions_are_divided_differently",
         sent("POST", "/things", 201, body={"name": "a", "price": 0.015})),
    case(POSITIVE, None, sent("POST", "/things", 400, body=LARGE), before=TAKEN),
    case(POSITIVE, None, sent("PUT", "/things/1", 422, body={"name": "a", "size": None}), before=TAKEN),
    case(POSITIVE, "it_was_refused_for_its_state", sent("POST", "/things", 409, body=LARGE), before=TAKEN),
    case(POSITIVE, "our_validators_find_the_request_invalid",
         sent("POST", "/things", 400, body={"name": 1}), before=TAKEN),
    case(POSITIVE, "no_success_is_declared", sent("PUT", "/things", 400, body=SMALL), before=TAKEN),
    case(POSITIVE, "a_rule_may_stand_behind_it", sent("POST", "/things", 400, body=LARGE)),
    case(HEADER, None, sent("PATCH", "/things"), message="Got 200 when missing required 'X-A' header"),
    case(HEADER, "our_validators_find_the_request_valid", sent("PATCH", "/things", headers={"X-A": "1"})),
    case(HEADER, REFUSED, sent("GET", "/things", 404)),
    case(HEADER, "a_credential_is_asked_elsewhere", sent("GET", "/things"),
         message="Got 200 when missing required 'x-key' header"),
    case(METHOD, None, sent("TRACE", "/things")),
    case(METHOD, None, sent("TRACE", "/things", 405)),
    case(METHOD, REFUSED, sent("TRACE", "/things", 404)),
    case(METHOD, REFUSED, sent("TRACE", "/things", 405, answer_headers={"allow": "GET"})),
    case("allow_header_conformance", None, sent("OPTIONS", "/things", 200, answer_headers={"allow": "GET"})),
    case(AFTER, None, MADE, GONE, FOUND),
    case(AFTER, None, GONE, sent("GET", f"/things/{ID}/parts?a=b")),
    case(AFTER, NOT_DELETED, MADE, FOUND),
    case(AFTER, NOT_DELETED, GONE, sent("GET", f"/things/{ID}", 404)),
    case(AFTER, NOT_DELETED, GONE, sent("GET", f"/things/{ID}0")),
    case(AFTER, NOT_DELETED, sent("DELETE", f"/things/{ID}", 202), FOUND),
    case(AFTER, NOT_DELETED, sent("DELETE", f"/things/{ID}", 403), FOUND),
    case(AFTER, NOT_DELETED, sent("DELETE", "/things", 204), sent("GET", "/things")),
    case(AFTER, NOT_DELETED, GONE, sent("PUT", f"/things/{ID}", body=SMALL), FOUND),
    case(THERE, None, MADE, sent("GET", f"/things/{ID}", 404)),
    case(THERE, None, sent("POST", "/things", 201, body=SMALL, answer_headers={"location": f"/things/{ID}"}),
         sent("GET", f"/things/{ID}", 410)),
    case(THERE, NOT_MADE, MADE, sent("GET", "/things/other", 404)),
    case(THERE, NOT_MADE, MADE, GONE, sent("GET", f"/things/{ID}", 404)),
    case(THERE, NOT_MADE, MADE, sent("GET", f"/things/{ID}/parts", 404)),
    case(THERE, NOT_MADE, sent("POST", "/things", 202, body=SMALL, answer={"id": ID}),
         sent("GET", f"/things/{ID}", 404)),
    case(THERE, NOT_MADE, MADE, sent("GET", f"/things/{ID}", 404, identity=NOBODY)),
    case(AUTH, None, sent("GET", "/things", identity=NOBODY)),
    case(AUTH, "no_credentials_are_asked", sent("GET", f"/things/{ID}/parts", identity=NOBODY)),
    case(AUTH, "the_credentials_were_there", sent("GET", "/things")),
    case(AUTH, REFUSED, sent("GET", "/things", 404, identity=NOBODY)),
    case("a_check_of_tomorrow", "unknown_check", sent("GET", "/things")),
]  # fmt: skip


@pytest.mark.parametrize("given", CASES, ids=lambda given: f"{given.check}-{given.reason}")
def test_a_finding_counts_where_what_was_sent_and_what_came_bear_it_out(given: Case) -> None:
    evidence = Evidence(KEPT)
    for earlier in given.before:
        evidence.taken.hear(earlier)
    last = given.steps[-1].exchange
    operation = last.operation or next(iter(KEPT.paths[last.path or ""].values()))
    assert given.reason == doubt(
        evidence, Shown(given.check, "", given.message, operation, tuple(given.steps))
    )


def test_every_doubt_has_a_case_and_every_check_one_that_counts() -> None:
    named = {(check, name) for check, doubts in DOUBTS.items() for name in doubts}
    assert named == {(each.check, each.reason) for each in CASES if each.reason and each.check in DOUBTS}
    assert set(DOUBTS) == {each.check for each in CASES if each.reason is None}


@pytest.mark.parametrize(
    ("request_", "blamed"),
    [
        (sent("POST", "/things", 400, body=LARGE), "body.size"),
        (sent("POST", "/things", 400, body={"name": "a", "size": None}), "body.size"),
        (sent("POST", "/things", 400, body={"name": "b", "size": 1}), None),
        (sent("POST", "/things", 400, body={"name": "b", "size": 2}), None),
        (sent("POST", "/things", 400, body={"name": "a"}), None),
        (sent("POST", "/things", 400, body={**SMALL, "ownerId": 3}), None),
        (sent("PUT", "/things/1", 400, body=LARGE), "body.size"),
        (sent("PUT", "/things/2", 400, body=LARGE), None),
        (sent("GET", "/things?limit=2", 400), "query.limit"),
        (sent("GET", "/things?limit=a", 400), None),
    ],
)
def test_a_refusal_is_blamed_on_the_one_value_that_differs(request_: Passed, blamed: str | None) -> None:
    """A number, a boolean or null that names nothing; text may have a grammar, an id may lead nowhere."""
    evidence = Evidence(KEPT)
    for earlier in (*TAKEN, sent("GET", "/things?limit=1", answer_headers=TOTAL)):
        evidence.taken.hear(earlier)
    assert blamed == evidence.taken.blames(request_)
