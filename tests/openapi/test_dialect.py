"""Schemas of every OpenAPI version mean, as JSON Schema 2020-12, what their own version says."""

from typing import Any

import pytest

from openapi.dialect import Direction, for_direction, parts
from openapi.document import Document
from openapi.schema import Schemas
from openapi.source import Source

Schema = Any


def schemas(version: str, direction: Direction = "request", **components: Schema) -> Schemas:
    """The validators of a document with these component schemas."""
    data = {"openapi": version, "paths": {}, "components": {"schemas": components}}
    return Schemas(Document(Source("made", "", data)), direction)


def admits(schema: Schema, value: Any, version: str = "3.0.3", direction: Direction = "request") -> bool:
    return schemas(version, direction, S=schema).at("#/components/schemas/S").is_valid(value)


def translated(schema: Schema, version: str = "3.0.3") -> Any:
    return schemas(version, S=schema).tree["components"]["schemas"]["S"]


STRING, CAT = {"type": "string"}, {"type": "object", "required": ["purr"]}

NULLABLE: dict[str, tuple[Schema, bool]] = {
    "a type": ({"type": "string", "nullable": True}, True),
    "false": ({"type": "string", "nullable": False}, False),
    "absent": ({"type": "string"}, False),
    "a type with bounds": ({"type": "string", "minLength": 3, "nullable": True}, True),
    "a type with properties": ({"type": "object", "required": ["a"], "nullable": True}, True),
    "a type and an enum": ({"type": "string", "enum": ["a"], "nullable": True}, False),
    "a type and an enum with null": ({"type": "string", "enum": ["a", None], "nullable": True}, True),
    "an enum with null, not nullable": ({"type": "string", "enum": ["a", None]}, False),
    "an enum alone": ({"enum": ["a"], "nullable": True}, False),
    "a constant": ({"const": 1, "nullable": True}, True),
    "allOf": ({"allOf": [STRING], "nullable": True}, True),
    "allOf, not nullable": ({"allOf": [STRING]}, False),
    "anyOf": ({"anyOf": [STRING, CAT], "nullable": True}, True),
    "oneOf of which one admits null": (
        {"oneOf": [STRING, {**CAT, "nullable": True}], "nullable": True},
        True,
    ),
    "a branch of oneOf": ({"oneOf": [STRING, {**CAT, "nullable": True}]}, True),
    "two branches of oneOf": ({"oneOf": [{**STRING, "nullable": True}, {**CAT, "nullable": True}]}, False),
    "not": ({"not": {}, "nullable": True}, True),
    "a type and allOf": ({"type": "object", "allOf": [CAT], "nullable": True}, True),
    "nothing else": ({"nullable": True}, True),
    "nothing at all": ({}, True),
    "text": ({"type": "string", "nullable": "true"}, False),
}


@pytest.mark.parametrize(("schema", "fits"), NULLABLE.values(), ids=NULLABLE.keys())
def test_nullable(schema: Schema, fits: bool) -> None:
    """In 3.0 `nullable: true` means "or null", whatever it stands beside, save an enum in a request: what
    that may have, it lists (Proposal: Clarify Semantics of nullable in OpenAPI 3.0)."""
    assert fits is admits(schema, None)


@pytest.mark.parametrize("schema", [{"type": "string", "enum": ["a"]}, {"enum": ["a"]}])
def test_an_answer_may_have_null_where_a_nullable_enum_forgot_it(schema: dict[str, Any]) -> None:
    assert admits({**schema, "nullable": True}, None, direction="response")


@pytest.mark.parametrize(("schema", "fits"), NULLABLE.values(), ids=NULLABLE.keys())
def test_nullable_admits_nothing_but_null(schema: Schema, fits: bool) -> None:
    """`nullable` makes no other value fit."""
    plain = {key: value for key, value in schema.items() if key != "nullable"}
    values: list[Any] = ["a", "abc", 1, {}, {"purr": 1}, []]
    for value in values:
        assert admits(plain, value) is admits(schema, value)


@pytest.mark.parametrize(("version", "fits"), [("3.0.3", True), ("3.1.0", False)])
def test_nullable_beside_a_reference_means_or_null_in_3_0(version: str, fits: bool) -> None:
    """Beside `$ref` nothing counts in 3.0 (Reference Object), but who writes `nullable` there means it."""
    reference = {"$ref": "#/components/schemas/T", "nullable": True, "maxLength": 1}
    found = schemas(version, S=reference, T={"type": "string"})
    assert fits is found.at("#/components/schemas/S").is_valid(None)
    assert fits is found.at("#/components/schemas/S").is_valid("long")
    assert not found.at("#/components/schemas/S").is_valid(1)


def test_nullable_is_no_keyword_of_3_1() -> None:
    """Since 3.1 null is a type; `nullable` says nothing."""
    assert not admits({"type": "string", "nullable": True}, None, "3.1.0")
    assert admits({"type": ["string", "null"]}, None, "3.1.0")


def test_properties_stay_where_they_were() -> None:
    """A pointer into a nullable schema still finds its properties."""
    schema = {"type": "object", "properties": {"a": STRING}, "allOf": [CAT], "nullable": True}
    assert STRING == translated(schema)["properties"]["a"]


BOUNDS: dict[str, tuple[str, Schema, list[Any], list[Any]]] = {
    "exclusive, 3.0": ("3.0.3", {"type": "number", "minimum": 1, "exclusiveMinimum": True}, [1.1], [1, 0.9]),
    "inclusive, 3.0": ("3.0.3", {"type": "number", "minimum": 1, "exclusiveMinimum": False}, [1, 1.1], [0.9]),
    "exclusive above, 3.0": ("3.0.3", {"maximum": 1, "exclusiveMaximum": True}, [0.9], [1, 1.1]),
    "exclusive of nothing, 3.0": ("3.0.3", {"type": "number", "exclusiveMinimum": True}, [-1e300], []),
    "exclusive, 3.1": ("3.1.0", {"exclusiveMinimum": 1}, [1.1], [1]),
    "int32": ("3.0.3", {"type": "integer", "format": "int32"}, [2**31 - 1, -(2**31)], [2**31, -(2**31) - 1]),
    "int64": ("3.1.0", {"type": "integer", "format": "int64"}, [2**63 - 1, -(2**63)], [2**63, -(2**63) - 1]),
    "int32 and closer bounds": (
        "3.1.0",
        {"type": "integer", "format": "int32", "minimum": 5, "maximum": 9},
        [5, 9],
        [4, 10],
    ),
    "int32 and wider bounds": (
        "3.1.0",
        {"type": "integer", "format": "int32", "minimum": -(2**40), "maximum": 2**40},
        [2**31 - 1],
        [2**31],
    ),
    "int32 and an exclusive bound, 3.0": (
        "3.0.3",
        {"type": "integer", "format": "int32", "maximum": 7, "exclusiveMaximum": True},
        [6, -(2**31)],
        [7, -(2**31) - 1],
    ),
    "int32 or null": (
        "3.0.3",
        {"type": "integer", "format": "int32", "nullable": True},
        [None, 2**31 - 1],
        [2**31],
    ),
    "int32 among types": ("3.1.0", {"type": ["number", "null"], "format": "int32"}, [None, 5], [2**31]),
    "int32 of a number, 3.0": ("3.0.3", {"type": "number", "format": "int32"}, [0.5, 2**31], ["1"]),
    "int32 of a text": ("3.1.0", {"type": "string", "format": "int32"}, ["99999999999"], [1]),
    "an integer without format": ("3.0.3", {"type": "integer"}, [2**70, 1.0], [1.5]),
    "decimal": ("3.0.3", {"type": "string", "format": "decimal"}, ["-0.50", "7"], ["1,5", "NaN", "+1", ""]),
}


@pytest.mark.parametrize(("version", "schema", "fit", "do_not"), BOUNDS.values(), ids=BOUNDS.keys())
def test_bounds(version: str, schema: Schema, fit: list[Any], do_not: list[Any]) -> None:
    """Exclusive bounds as 3.0 and 3.1 spell them, and formats that are bounds."""
    assert fit == [value for value in fit if admits(schema, value, version)]
    assert [] == [value for value in do_not if admits(schema, value, version)]


ID = {"type": "integer", "readOnly": True}
HIDDEN: dict[str, tuple[str, Schema]] = {
    "directly": ("3.0.3", {"required": ["id", "name"], "properties": {"id": ID, "name": STRING}}),
    "by reference": (
        "3.0.3",
        {"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Id"}}},
    ),
    "by a reference to a reference": (
        "3.0.3",
        {"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/AlsoId"}}},
    ),
    "by allOf around a reference": (
        "3.0.3",
        {"required": ["id"], "properties": {"id": {"allOf": [{"$ref": "#/components/schemas/Id"}]}}},
    ),
    "beside allOf": (
        "3.0.3",
        {"required": ["id"], "properties": {"id": {"allOf": [{"type": "integer"}], "readOnly": True}}},
    ),
    "beside a reference, 3.1": (
        "3.1.0",
        {"required": ["id"], "properties": {"id": {"$ref": "#/components/schemas/Plain", "readOnly": True}}},
    ),
    "in a base that is extended": (
        "3.0.3",
        {"allOf": [{"$ref": "#/components/schemas/Base"}, {"type": "object", "required": ["id"]}]},
    ),
    "in a base, required beside allOf": (
        "3.0.3",
        {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["id"]},
    ),
    "in one branch, required in another": (
        "3.0.3",
        {"allOf": [{"required": ["id"]}, {"properties": {"id": ID}}]},
    ),
    "around a branch of anyOf": ("3.0.3", {"properties": {"id": ID}, "anyOf": [{"required": ["id"]}]}),
    "beside a reference to the object, 3.1": (
        "3.1.0",
        {"$ref": "#/components/schemas/Named", "required": ["id"], "properties": {"id": ID}},
    ),
    "in a nullable object": (
        "3.0.3",
        {"type": "object", "nullable": True, "required": ["id"], "properties": {"id": ID}},
    ),
}
COMPONENTS: dict[str, Schema] = {
    "Id": ID,
    "AlsoId": {"$ref": "#/components/schemas/Id"},
    "Plain": {"type": "integer"},
    "Named": {"properties": {"name": STRING}},
    "Base": {"type": "object", "required": ["id"], "properties": {"id": ID}},
}


@pytest.mark.parametrize(("version", "schema"), HIDDEN.values(), ids=HIDDEN.keys())
def test_read_only(version: str, schema: Schema) -> None:
    """A request may not send a `readOnly` property and need not; a response has it."""
    request, response = (
        schemas(version, direction, S=schema, **COMPONENTS).at("#/components/schemas/S")
        for direction in ("request", "response")
    )
    assert (True, False) == (request.is_valid({"name": "a"}), request.is_valid({"name": "a", "id": 1}))
    assert (False, True) == (response.is_valid({"name": "a"}), response.is_valid({"name": "a", "id": 1}))


def test_write_only() -> None:
    """A response may not show a `writeOnly` property; a request sends it."""
    schema = {"required": ["password"], "properties": {"password": {"type": "string", "writeOnly": True}}}
    assert (True, False) == (
        admits(schema, {"password": "x"}),
        admits(schema, {"password": "x"}, direction="response"),
    )
    assert (False, True) == (admits(schema, {}), admits(schema, {}, direction="response"))


def test_read_only_beside_a_reference_is_ignored_in_3_0() -> None:
    """Beside `$ref` nothing counts in 3.0, `readOnly` neither."""
    schema = {"properties": {"id": {"$ref": "#/components/schemas/Plain", "readOnly": True}}}
    found = schemas("3.0.3", S=schema, **COMPONENTS).at("#/components/schemas/S")
    assert found.is_valid({"id": 1})


def test_a_property_may_be_called_like_a_keyword() -> None:
    """Names of properties, schemas, paths and headers are names, whatever they look like."""
    schema = {"properties": {"example": ID, "xml": STRING, "$ref": STRING, "nullable": {"nullable": True}}}
    assert not admits(schema, {"example": 1})
    assert admits(schema, {"xml": "a", "$ref": "b", "nullable": None})


def test_examples_are_left_alone() -> None:
    """Values that look like schemas are values: `example`, `enum`, `const`, `default`, extensions."""
    value: Any = {"nullable": True, "schema": {"type": "string", "nullable": True}}
    schema = {"example": value, "enum": [value], "const": value, "default": value, "x-note": value}
    assert schema == translated(schema)


PLACES = {
    "a parameter": ("paths", "/a", "get", "parameters", 0, "schema"),
    "a body": ("paths", "/a", "get", "requestBody", "content", "schema", "schema"),
    "a part of a form": (
        "paths", "/a", "get", "requestBody", "content", "schema", "encoding", "schema", "headers",
        "x-h", "schema",
    ),
    "a response header": ("paths", "/a", "get", "responses", "200", "headers", "x-h", "schema"),
    "a callback": (
        "paths", "/a", "get", "callbacks", "cb", "{$request.body#/u}", "post", "parameters", 0, "schema",
    ),
    "a component named like a keyword": ("components", "parameters", "example", "schema"),
    "a schema named like a keyword": ("components", "schemas", "example"),
    "a webhook": ("webhooks", "schema", "post", "parameters", 0, "schema"),
    "an item of a stream": ("components", "mediaTypes", "example", "itemSchema"),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES.keys())
def test_schemas_are_found_everywhere(place: tuple[Any, ...]) -> None:
    """Wherever the document holds a schema, it is translated."""
    node: Any = {"type": "string", "nullable": True}
    for token in reversed(place):
        node = [node] if token == 0 else {token: node}
    found = for_direction({"openapi": "3.0.3", **node}, "request")
    for token in place:
        found = found[token]
    assert {"type": ["string", "null"]} == found


INVALID: dict[str, Schema] = {
    "null": None,
    "text": "string",
    "null where maps are": {"properties": None, "allOf": [{"properties": {"id": ID}}], "required": ["id"]},
    "a map where lists are": {
        "allOf": {"a": {}},
        "anyOf": 7,
        "required": {"id": 1},
        "properties": {"id": ID},
    },
    "a list where schemas are": {"items": [{"nullable": True}], "not": [1]},
    "lists where text is": {"type": [["string"]], "format": ["int32"], "$ref": 7},
    "text where numbers are": {"type": "integer", "format": "int32", "minimum": "0", "maximum": None},
    "lists among required names": {"required": [["id"], "id"], "properties": {"id": ID}},
}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
@pytest.mark.parametrize("schema", INVALID.values(), ids=INVALID.keys())
def test_what_is_no_schema_is_left_to_the_engine(schema: Schema, version: str) -> None:
    """A malformed schema does not stop the translation of the others."""
    assert "S" in schemas(version, S=schema).tree["components"]["schemas"]


def test_circles_end() -> None:
    """Schemas that refer to each other, or to themselves, are translated in finite time."""
    doubled: dict[str, Any] = {
        f"S{i}": {"allOf": [{"$ref": f"#/components/schemas/S{i + 1}"}] * 2} for i in range(60)
    }
    found = schemas(
        "3.0.3",
        A={"$ref": "#/components/schemas/A"},
        B={
            "allOf": [{"$ref": "#/components/schemas/B"}],
            "properties": {"b": {"$ref": "#/components/schemas/A"}},
        },
        **doubled,
    )
    assert 62 == len(found.tree["components"]["schemas"])


def test_the_deepest_schema() -> None:
    """A document as deep as a file may be is translated."""
    schema: Schema = {}
    for _ in range(98):
        schema = {"properties": {"a": schema}}
    assert "S" in schemas("3.0.3", S=schema).tree["components"]["schemas"]


def test_parts() -> None:
    """What judges a value together: the schema, what it refers to, its branches, each once and in order."""
    document = {"b": {"title": "b", "allOf": [{"title": "c"}, {"$ref": "#/a"}]}}
    schema = {"title": "a", "$ref": "#/b", "allOf": [{"title": "d"}, {"$ref": "#/b"}, 7]}
    titles = [part.get("title") for part in parts(document, schema)]
    assert ["a", "b", "c", None, "d", None] == titles
    old = [part.get("title") for part in parts(document, schema, old=True)]
    assert ["b", "c"] == old
