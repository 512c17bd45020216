"""`Prefer` and its query twins: an answer from the document, after validation."""

from typing import Any

import pytest

from openapi.document import load
from openapi.schema import Schemas
from tests.running import Running

AGENT = "/agents/6310db44-39c9-4e4d-8b67-83c45700e545"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (AGENT, {"prefer": "code=404"}),
        (AGENT + "?__code=404", {}),
        (AGENT, {"Prefer": 'wait=5, code="404"; x=y'}),
    ],
    ids=["header", "query", "among others"],
)
def test_a_declared_status_is_answered(shared_mock: Running, path: str, headers: dict[str, str]) -> None:
    """With the document's example of it, and Preference-Applied."""
    answer = shared_mock.ask("GET", path, headers=headers)

    assert (404, "Not found") == (answer.status, answer.json["error"])
    assert "code=404" == answer.headers["preference-applied"]


@pytest.mark.parametrize(
    ("prefer", "part"),
    [
        ("code=418", "declares 200, 400, 401, 403, 404, 406, 500, not 418"),
        ("code=4", "expected a status"),
        ("example=nope", "not 'nope'"),
        ("code=404, example=nope", "the examples of 404 are:"),
    ],
)
def test_what_is_not_declared_is_refused(shared_mock: Running, prefer: str, part: str) -> None:
    """400 with what there is to choose from."""
    answer = shared_mock.ask("GET", AGENT, headers={"prefer": prefer})

    assert 400 == answer.status
    assert part in answer.json["details"]


def test_a_named_example_is_answered(shared_mock: Running) -> None:
    """Each named example of each success can be asked for, and fits its schema."""
    document = load()
    schemas = Schemas(document, "response")
    asked = 0
    for operation in document.operations:
        if operation.method != "GET" or operation.success is None:
            continue
        place = operation.responses["200"].content["application/json"]
        later = schemas.of_media(place)
        assert later
        for name in place.value["examples"]:
            path = operation.path.replace("{", "").replace("}", "")
            for part in ("agentId", "knowledgeId", "jobId", "workItemId", "invoiceId"):
                path = path.replace(part, "6310db44-39c9-4e4d-8b67-83c45700e545")
            answer = shared_mock.ask("GET", path, headers={"prefer": f"example={name}"})
            assert 200 == answer.status, answer.body
            assert later().is_valid(answer.json)
            asked += 1

    assert asked >= 10


def test_dynamic_answers_vary_and_fit(shared_mock: Running) -> None:
    """Made from the schema, not from the example: twenty of them, not all alike, all valid."""
    document = load()
    place = (
        next(o for o in document.operations if o.id == "listAgents")
        .responses["200"]
        .content["application/json"]
    )
    later = Schemas(document, "response").of_media(place)
    assert later
    answers = [shared_mock.ask("GET", "/agents?__dynamic=true").json for _ in range(20)]

    assert all(later().is_valid(answer) for answer in answers)
    assert len({str(answer) for answer in answers}) > 10


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [({"x-api-key": "wrong"}, {"name": "x"}, 401), ({}, {"name": 5}, 400)],
    ids=["credentials", "body"],
)
def test_an_invalid_request_is_still_refused(
    shared_mock: Running, headers: dict[str, str], body: Any, expected: int
) -> None:
    """Preferences act after security and validation."""
    answer = shared_mock.ask("PATCH", AGENT, body, headers={"prefer": "code=200", **headers})

    assert expected == answer.status


def test_a_preferred_answer_touches_no_state(shared_mock: Running) -> None:
    """A create that is only preferred creates nothing."""
    before = shared_mock.ask("GET", "/agents").json
    body = {"name": "a", "modelProvider": "openai", "modelName": "b"}
    made = shared_mock.ask("POST", "/agents", body, headers={"prefer": "code=201"})

    assert (201, "Sales Assistant") == (made.status, made.json["agent"]["name"])
    assert before == shared_mock.ask("GET", "/agents").json


def test_other_preferences_are_ignored(shared_mock: Running) -> None:
    """Prefer: wait=5 is not ours (RFC 7240 section 2)."""
    answer = shared_mock.ask("GET", "/agents", headers={"prefer": "wait=5, respond-async"})

    assert 200 == answer.status
    assert "preference-applied" not in answer.headers
