"""openapi-core beside our own validators: what it sees, where it is known to differ, and what it costs."""

import json
import time
from typing import Any

import pytest

from contract_tests import judge
from contract_tests.contract import Contract
from contract_tests.engines.complaints import complaints, keyword
from contract_tests.engines.judge_limits import LIMITS
from contract_tests.judge import SecondJudge, Verdict
from openapi.document import load
from openapi.explain import Problem
from tests.contract_tests.answers import JSON, answered, answering, contract

THING = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string", "format": "uuid"}, "size": {"type": "integer", "minimum": 0}},
}
UUID = "6310db44-39c9-4e4d-8b67-83c45700e545"


def things(version: str = "3.0.3") -> Contract:
    get = {
        "responses": {
            "200": {
                "description": "",
                "headers": {"X-Total": {"required": True, "schema": {"type": "integer"}}},
                "content": {JSON: {"schema": {"$ref": "#/components/schemas/Thing"}}},
            },
            "204": {"description": ""},
            "4XX": {
                "description": "",
                "content": {"application/problem+json": {"schema": {"type": "object"}}},
            },
        }
    }
    return contract({"/things/{id}": {"get": get}}, version, schemas={"Thing": THING})


GOOD: dict[str, Any] = {"body": {"id": UUID, "size": 1}, "headers": {"x-total": "1"}, "path": "/things/1"}
BAD: dict[str, dict[str, Any]] = {
    "status": {"status": 302},
    "media type": {"media_type": "text/plain"},
    "no media type": {"media_type": None},
    "no body": {"raw": b""},
    "no JSON": {"raw": b"{"},
    "missing header": {"headers": {}},
    "a property of another type": {"body": {"id": UUID, "size": "1"}},
    "no required property": {"body": {"size": 1}},
    "a format": {"body": {"id": "1"}},
    "the media type of a refusal": {"status": 404, "body": {}},
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_it_finds_nothing_wrong_with_a_right_answer(version: str) -> None:
    """Of either kind: with a status of its own, and with one of a range."""
    kept = things(version)
    refusal = answered(kept, {}, status=404, media_type="application/problem+json", path="/things/1")
    for exchange in (answered(kept, **GOOD), refusal, answered(kept, status=204, path="/things/1")):
        assert SecondJudge(kept).judge(exchange).ok is True
        assert [] == complaints(kept, exchange)


@pytest.mark.parametrize("wrong", BAD)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_both_judges_find_what_is_wrong(version: str, wrong: str) -> None:
    kept = things(version)
    exchange = answered(kept, **{**GOOD, **BAD[wrong]})
    second = SecondJudge(kept)
    assert second.judge(exchange).ok is False
    assert complaints(kept, exchange)
    assert second.compare(exchange, False) is None


def test_where_the_judges_disagree_one_of_them_is_wrong() -> None:
    """It is said what openapi-core finds; and that it finds nothing."""
    kept = things()
    bad = SecondJudge(kept).compare(answered(kept, **{**GOOD, "body": {"id": UUID, "size": "1"}}), True)
    good = SecondJudge(kept).compare(answered(kept, **GOOD), False)
    assert bad is not None
    assert "'1' is not of type 'integer'; our own checks say otherwise" == bad.reason
    assert good is not None
    assert "openapi-core finds nothing wrong with it; our own checks say otherwise" == good.reason


def test_a_limit_explains_one_complaint_and_not_the_one_beside_it() -> None:
    """A format is a known limit, a missing property is none."""
    kept = answering({"type": "object", "required": ["a"], "properties": {"b": {"format": "time"}}})
    exchange = answered(kept, {"b": "12:00:00Z"})
    assert SecondJudge(kept).judge(exchange).ok is False
    assert SecondJudge(kept).compare(exchange, True) is not None


def nothing_declared(key: str = "200") -> Contract:
    return contract({"/x": {"get": {"responses": {key: {"description": ""}}}}})


def header(schema: dict[str, Any]) -> Contract:
    response = {"description": "", "headers": {"X-A": {"schema": schema}}}
    return contract({"/x": {"get": {"responses": {"200": response}}}})


def media(name: str, schema: Any) -> Contract:
    response = {"description": "", "content": {name: {"schema": schema}}}
    return contract({"/x": {"get": {"responses": {"200": response}, "operationId": "x"}}})


def secret(**more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"s": {"type": "string", "writeOnly": True}}, **more}


_OLD, _NEW = "3.0.3", "3.1.0"
_TEXT = {"type": "string"}
_INT32 = {"type": "number", "format": "int32"}
_NULLABLE = {"type": "string", "enum": ["a"], "nullable": True}
_DISCRIMINATED = {"oneOf": [{"type": "string"}], "discriminator": {"propertyName": "kind"}}
_SIBLINGS = {"$ref": "#/components/schemas/A", "maxLength": 1}

CASES: list[tuple[str, bool, Contract, dict[str, Any]]] = [
    ("json_is_read_loosely", False, answering({"type": "number"}), {"raw": b"NaN"}),
    ("json_is_read_loosely", False, answering({}), {"raw": b"\xef\xbb\xbf1"}),
    ("json_is_read_loosely", False, answering({}), {"raw": b'"\\ud800"'}),
    ("repeated_keys_are_taken", False, answering({}), {"raw": b'{"a":1,"a":2}'}),
    ("no_body_is_looked_at", False, nothing_declared("204"), {"status": 204, "raw": b"body"}),
    ("only_json_is_read", True, media("application/xml", {"type": "object"}),
     {"raw": b"<a/>", "media_type": "application/xml"}),
    ("media_ranges_differ", False, media("application/*+json", {}),
     {"raw": b"1", "media_type": "application/a+json"}),
    ("small_letters_are_no_range", True, nothing_declared("4xx"), {"status": 404, "body": 1}),
    ("statuses_of_any_server", True, nothing_declared(), {"status": 405, "body": 1}),
    ("headers_are_cast", False, header({"type": "integer"}), {"headers": {"x-a": "1_0"}}),
    ("headers_are_cast", False, header({"type": "boolean"}), {"headers": {"x-a": "yes"}}),
    ("integers_have_no_point", True, answering({"type": "integer"}, _OLD), {"body": 1.0}),
    ("multiples_are_divided", True, answering({"multipleOf": 0.01}), {"body": 19.99}),
    ("null_wants_a_type", True, answering(_NULLABLE, _OLD), {"body": None}),
    ("discriminators_judge", True, answering(_DISCRIMINATED, _NEW), {"body": "a"}),
    ("formats_differ", False, answering({"type": "string", "format": "uri"}), {"body": "nope"}),
    ("formats_differ", True, answering({"type": "string", "format": "time"}), {"body": "12:00:00Z"}),
    ("formats_differ", False, answering({"type": "string", "format": "decimal"}), {"body": "a"}),
    ("patterns_are_python", False, answering({"type": "string", "pattern": "^a$"}), {"body": "a\n"}),
    ("int_formats_bound_integers_alone", False, answering(_INT32, _NEW), {"body": 1e20}),
    ("write_only_is_not_read", False, answering(secret(), _NEW), {"body": {"s": "a"}}),
    ("write_only_is_not_read", True, answering(secret(required=["s"]), _NEW), {"body": {}}),
    ("siblings_of_a_reference_are_lost", False, answering(_SIBLINGS, _NEW, A=_TEXT), {"body": "aa"}),
    ("twins_are_counted", True, answering({"oneOf": [_TEXT, {**_TEXT, "title": "B"}]}), {"body": "a"}),
    ("old_documents_have_new_keywords", False, answering({"const": "a"}, _OLD), {"body": "b"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "ours", "kept", "came"), CASES)
def test_a_known_limit_shows_and_explains(
    name: str, ours: bool, kept: Contract, came: dict[str, Any]
) -> None:
    """openapi-core says the opposite of what is right, and the table says that it does."""
    second, exchange = SecondJudge(kept), answered(kept, **came)
    assert (not ours) is second.judge(exchange).ok
    assert second.compare(exchange, ours) is None
    assert {name: 1} == dict(second.explained)


def test_every_limit_is_shown() -> None:
    assert LIMITS.keys() == {name for name, *_ in CASES}


def test_head_has_no_body_to_judge() -> None:
    response = {"description": "", "content": {JSON: {"schema": {"type": "object"}}}}
    kept = contract({"/x": {"head": {"responses": {"200": response}}}})
    exchange = answered(kept, raw=b"", method="HEAD")
    assert [] == complaints(kept, exchange)
    assert SecondJudge(kept).compare(exchange, True) is None


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"type": "string", "pattern": "\\p{L}"}, "openapi-core cannot judge it: "),
        ({"$ref": "#/components/schemas/Nowhere"}, "openapi-core cannot judge it: "),
    ],
)
def test_what_it_stumbles_over_it_does_not_judge(schema: Any, why: str) -> None:
    kept = answering(schema)
    verdict = SecondJudge(kept).judge(answered(kept, "a"))
    assert verdict.ok is None
    assert verdict.reason.startswith(why)
    assert SecondJudge(kept).compare(answered(kept, "a"), False) is None


def test_it_has_no_verdict_without_an_operation_an_answer_or_an_end() -> None:
    kept = answering({})
    second = SecondJudge(kept)
    for exchange in (
        answered(kept, 1, method="PUT"),
        answered(kept, 1, path="/y"),
        answered(kept, "a" * judge.LARGEST),
    ):
        assert second.judge(exchange).ok is None


@pytest.mark.parametrize(
    "name", ["*/*", "application/*", "application/json; charset=utf-8", "Application/JSON"]
)
def test_a_media_type_may_be_declared_in_many_ways(name: str) -> None:
    kept = media(name, {"type": "object", "required": ["a"]})
    second = SecondJudge(kept)
    for body, right in (({"a": 1}, True), ({}, False)):
        exchange = answered(kept, body, media_type="application/json; charset=UTF-8")
        assert right is second.judge(exchange).ok
        assert right is (not complaints(kept, exchange))


def test_paths_behind_references_and_other_methods_are_found() -> None:
    get = {"responses": {"200": {"description": "", "content": {JSON: {"schema": {"type": "integer"}}}}}}
    kept = contract(
        {"/a": {"$ref": "#/components/pathItems/A"}, "/b": {"additionalOperations": {"LINK": get}}},
        "3.2.0", pathItems={"A": {"query": get}},
    )  # fmt: skip
    for method, path in (("QUERY", "/a"), ("LINK", "/b")):
        assert SecondJudge(kept).judge(answered(kept, 1, method=method, path=path)).ok is True
        assert SecondJudge(kept).judge(answered(kept, "1", method=method, path=path)).ok is False


def test_the_same_answer_is_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its number and its date; another header of the document is another answer."""
    asked: list[int] = []
    original = SecondJudge._judged

    def counted(self: SecondJudge, *given: Any) -> Verdict:
        asked.append(1)
        return original(self, *given)

    monkeypatch.setattr(SecondJudge, "_judged", counted)
    kept = things()
    second = SecondJudge(kept)
    for date, total in (("1", "1"), ("2", "1"), ("2", "2")):
        second.judge(answered(kept, **{**GOOD, "headers": {"date": date, "x-total": total}}))
    assert 2 == len(asked)


def test_a_run_of_nine_hundred_answers_costs_little() -> None:
    """Less than a second and a half of CPU, all of them different, building included."""
    kept = Contract(load())
    agent = {
        "id": UUID,
        "orgId": "o",
        "name": "n",
        "modelProvider": "openai",
        "modelName": "m",
        "status": "active",
    }
    exchanges = [
        answered(kept, {"agents": [{**agent, "name": str(number)}] * 3}, path="/agents")
        for number in range(900)
    ]
    started = time.process_time()
    second = SecondJudge(kept)
    for exchange in exchanges:
        second.judge(exchange)
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("expected a string, got 1", "type"), ("expected a uuid, got 1", "format"), ("something", "other"),
        ("required, but missing", "required"), ("expected one of 1, 2, got 3", "enum"),
    ],
)  # fmt: skip
def test_a_sentence_tells_its_keyword(message: str, name: str) -> None:
    assert name == keyword(Problem("body", message))


def test_every_sentence_of_the_validator_is_known() -> None:
    """What breaks is told by its keyword, so that the table of limits can speak of it."""
    new, closed = "additionalProperties", {"additionalProperties": False}
    broken: list[tuple[Any, Any, str]] = [
        ({"type": "string"}, 1, "type"), ({"type": ["integer", "null"]}, "a", "type"),
        ({"enum": [1]}, 2, "enum"), ({"format": "uri"}, "a", "format"), ({"pattern": "a"}, "b", "pattern"),
        ({"minLength": 2}, "a", "minimum"), ({"maxItems": 0}, [1], "maximum"), ({"minimum": 2}, 1, "minimum"),
        ({"multipleOf": 2}, 1, "multipleOf"), ({"required": ["a"]}, {}, "required"), (closed, {"a": 1}, new),
        ({"oneOf": [{"type": "string"}, {"minLength": 1}]}, "a", "oneOf"), ({"not": {}}, 1, "oneOf"),
        (secret(), {"s": "a"}, "falseSchema"), ({"contains": {}}, [], "other"),
    ]  # fmt: skip
    for schema, value, name in broken:
        kept = answering(schema, _NEW)
        (complaint, *_) = complaints(kept, answered(kept, value))
        assert {name} == complaint.keywords, json.dumps(schema)
