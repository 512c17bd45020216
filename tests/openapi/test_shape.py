"""A shape says what a schema is about, through references and combinations."""

from typing import Any

import pytest

from openapi.shape import TYPES, Shape, shape, shape_of

Schema = Any
TREE: dict[str, Any] = {
    "components": {
        "schemas": {
            "Id": {"type": "integer", "default": 7},
            "Named": {"type": "object", "properties": {"name": {"type": "string"}}},
            "Loop": {"$ref": "#/components/schemas/Loop"},
            "Tree": {"properties": {"children": {"items": {"$ref": "#/components/schemas/Tree"}}}},
            "a%20b/c": {"type": "boolean"},
        }
    }
}  # fmt: skip
ID, NAMED, LOOP = ({"$ref": f"#/components/schemas/{name}"} for name in ("Id", "Named", "Loop"))

TYPED: dict[str, tuple[Schema, str]] = {
    "one": ({"type": "string"}, "string"),
    "several": ({"type": ["string", "null"]}, "null string"),
    "a number may be whole": ({"type": "number"}, "integer number"),
    "a constant": ({"const": True}, "boolean"),
    "an enum": ({"enum": [1, "a", None, [], 1.5]}, "array integer null number string"),
    "a type and an enum": ({"type": "string", "enum": [1]}, "string"),
    "properties": ({"properties": {}}, "object"),
    "items": ({"items": {}}, "array"),
    "text": ({"minLength": 1}, "string"),
    "a reference": (ID, "integer"),
    "a type beside a reference": ({**ID, "type": ["integer", "null"]}, "integer"),
    "all of": ({"allOf": [{"type": ["integer", "string"]}, {"type": ["string", "null"]}]}, "string"),
    "any of": ({"anyOf": [ID, {"type": "null"}]}, "integer null"),
    "one of, narrowed": (
        {"type": ["integer", "object"], "oneOf": [ID, NAMED, {"type": "null"}]}, "integer object",
    ),
    "nothing": (False, ""),
    "no branch": ({"anyOf": [False]}, ""),
    "lists where text is": ({"type": [["string"], "null"]}, "null"),
}  # fmt: skip


@pytest.mark.parametrize(("schema", "types"), TYPED.values(), ids=TYPED.keys())
def test_types(schema: Schema, types: str) -> None:
    """The types are those that every part of the schema admits."""
    assert types == " ".join(sorted(shape(TREE, schema).types))


UNTYPED: dict[str, Schema] = {
    "true": True,
    "empty": {},
    "missing": None,
    "a bound, which integers and numbers have": {"minimum": 1},
    "hints that contradict": {"properties": {}, "items": {}},
    "a loop": LOOP,
    "a loop by allOf": {"allOf": [LOOP]},
    "a dead reference": {"$ref": "#/nowhere"},
    "another file": {"$ref": "other.yaml#/components/schemas/Id"},
    "a reference that is none": {"$ref": 7},
}


@pytest.mark.parametrize("schema", UNTYPED.values(), ids=UNTYPED.keys())
def test_no_types(schema: Schema) -> None:
    """Where nothing is said, anything may be."""
    assert TYPES == shape(TREE, schema).types


def test_anything() -> None:
    """The shape of any value."""
    assert (TYPES, True, {}, False) == (
        Shape.anything().types,
        Shape.anything().scalar,
        Shape.anything().properties,
        Shape.anything().has_default,
    )


@pytest.mark.parametrize("pointer", ["#/components/schemas/a%20b~1c", "#/components/schemas/a%2520b~1c"])
def test_shape_of(pointer: str) -> None:
    """A schema is found by its pointer, also where its name has a percent sign."""
    assert frozenset({"boolean"}) == shape_of(TREE, pointer).types


def test_properties() -> None:
    """Properties come from every branch; the last declaration of a name wins."""
    found = shape(
        TREE,
        {
            "properties": {"id": {"type": "string"}},
            "allOf": [NAMED],
            "oneOf": [{"properties": {"id": ID}}, {"properties": {"no": {}}}],
        },
    )
    assert ["id", "name", "no"] == list(found.properties)
    assert frozenset({"integer"}) == found.member("id").types == found.members()["id"].types


ADDITIONAL: dict[str, tuple[Schema, bool, str]] = {
    "nothing said": ({"properties": {}}, True, " ".join(sorted(TYPES))),
    "allowed": ({"additionalProperties": True}, True, " ".join(sorted(TYPES))),
    "a schema": ({"additionalProperties": ID}, True, "integer"),
    "forbidden": ({"additionalProperties": False}, False, ""),
    "forbidden in a branch": ({"allOf": [{"additionalProperties": False}]}, False, ""),
    "forbidden if unevaluated": ({"unevaluatedProperties": False}, False, " ".join(sorted(TYPES))),
}


@pytest.mark.parametrize(("schema", "is_open", "types"), ADDITIONAL.values(), ids=ADDITIONAL.keys())
def test_additional_properties(schema: Schema, is_open: bool, types: str) -> None:
    """Whether other properties may come, and what they are."""
    found = shape(TREE, schema)
    assert (is_open, types) == (found.open, " ".join(sorted(found.others().types)))
    assert found.others().types == found.member("unheard of").types


def test_items() -> None:
    """Items have the shape of `items`, the first ones that of `prefixItems`."""
    found = shape(TREE, {"prefixItems": [ID, {"type": "string"}], "items": NAMED})
    assert ["integer", "string"] == [next(iter(item.types)) for item in found.first_items()]
    assert ["name"] == list(found.items().properties)
    assert TYPES == shape(TREE, {"type": "array"}).items().types


def test_defaults() -> None:
    """A default stands in the schema, or in what it refers to; null is one."""
    assert (True, 7) == (shape(TREE, ID).has_default, shape(TREE, ID).default)
    assert 5 == shape(TREE, {**ID, "default": 5}).default
    assert (True, None) == (
        shape(TREE, {"default": None}).has_default,
        shape(TREE, {"default": None}).default,
    )
    assert not shape(TREE, NAMED).has_default


def test_a_tree_is_walked_one_level_at_a_time() -> None:
    """A schema inside itself has the same shape again."""
    tree = shape_of(TREE, "#/components/schemas/Tree")
    assert tree.properties == tree.member("children").items().properties


def test_schemas_that_double_at_each_level() -> None:
    """Sixty levels, each of twice the one below, are looked at once each."""
    schemas: dict[str, Schema] = {"S60": {"type": "string"}}
    for level in range(60):
        schemas[f"S{level}"] = {"anyOf": [{"$ref": f"#/S{level + 1}"}, {"$ref": f"#/S{level + 1}"}]}
    assert frozenset({"string"}) == shape_of(schemas, "#/S0").types
