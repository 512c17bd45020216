"""The rules of a schema, and those that a value is subject to."""

from typing import Any

import pytest

from openapi.document import Document
from openapi.rules import Rules
from openapi.schema import Schemas
from openapi.source import Source

AT = "#/components/schemas/It"


def made(schema: Any, version: str = "3.1.0", **others: Any) -> tuple[Rules, Schemas]:
    written = {"openapi": version, "paths": {}, "components": {"schemas": {"It": schema, **others}}}
    document = Document(Source("made", "", written))
    schemas = Schemas(document, "request")
    return Rules(schemas, document.data), schemas


def met(schema: Any, value: Any, **more: Any) -> set[tuple[str, str]]:
    """Keyword and path, as `breaches` spells them."""
    found, _ = made(schema, **more)
    return {(each.keyword, "".join(f"/{token}" for token in each.path)) for each in found.met(AT, value)}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "minLength": 0, "maxLength": 3}, {"type", "maxLength"}),
        ({"required": ["a", "b"]}, {"required a", "required b"}),
        ({"additionalProperties": True}, set()),
        ({"additionalProperties": False, "uniqueItems": False}, {"additionalProperties"}),
        ({"format": "uuid"}, {"format"}),
        ({"format": "password"}, set()),
        ({"type": "integer", "format": "int32"}, {"type", "format"}),
        ({"minimum": 0, "exclusiveMaximum": 9}, {"minimum", "exclusiveMaximum"}),
        (True, set()),
        ({"properties": None, "required": True, "allOf": {}, "format": {}, "items": 3}, set()),
    ],
)
def test_what_counts_as_a_rule(schema: Any, expected: set[str]) -> None:
    assert expected == {keyword for _, keyword in made(schema)[0].all(AT)}


def test_rules_stand_where_they_are_written() -> None:
    found, _ = made({"properties": {"a": {"$ref": "#/components/schemas/A"}}}, A={"maxLength": 1})
    assert {("#/components/schemas/A", "maxLength")} == found.all(AT)


def test_a_schema_that_refers_to_itself_ends() -> None:
    schema = {"properties": {"next": {"$ref": AT}}, "maxProperties": 3}
    assert {(AT, "maxProperties")} == made(schema)[0].all(AT)
    assert {("maxProperties", ""), ("maxProperties", "/next")} == met(schema, {"next": {}})


def test_a_rule_looks_at_values_of_its_kind() -> None:
    schema = {"type": ["string", "null"], "maxLength": 3}
    assert {("type", "")} == met(schema, None)
    assert {("type", ""), ("maxLength", "")} == met(schema, "abc")
    assert set() == met({"minimum": 1}, True)


def test_rules_are_met_inside() -> None:
    schema = {
        "properties": {"a": {"items": {"enum": [1]}}}, "additionalProperties": {"maxLength": 1},
        "allOf": [{"required": ["a"]}],
    }  # fmt: skip
    assert {("required a", ""), ("enum", "/a/0"), ("maxLength", "/b")} == met(schema, {"a": [1], "b": "x"})


def test_of_alternatives_those_that_fit_are_met() -> None:
    schema = {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}
    assert {("type", ""), ("maxLength", "")} == met(schema, "abc")
    assert {("type", "")} == met(schema, None)


def test_breaches_name_what_is_met() -> None:
    schema = {
        "properties": {"a": {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}]}, "b": {}},
        "required": ["a", "b"], "additionalProperties": False,
    }  # fmt: skip
    found, schemas = made(schema)
    value = {"a": "abcd", "c": 1}
    broken = schemas.at(AT).breaches(value)
    told = {(each.path, each.keyword) for each in found.met(AT, value, every=True)}
    assert {(("a",), "maxLength"), ((), "required b"), ((), "additionalProperties")} <= broken & told
    assert set() == schemas.at(AT).breaches({"a": "abc", "b": 1})


def test_an_old_document_is_read_in_its_own_words() -> None:
    schema = {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "nullable": True}
    assert {"type", "exclusiveMinimum"} == {name for _, name in made(schema, "3.0.3")[0].all(AT)}
