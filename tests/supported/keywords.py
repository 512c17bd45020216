"""Keywords of schemas: values that fit, and values that break them."""

from dataclasses import dataclass
from typing import Any

Schema = Any

VERSIONS = ("3.0.4", "3.1.1", "3.2.0")
ALL = ("3.0", "3.1", "3.2")
NEW = ("3.1", "3.2")
OLD = ("3.0",)


@dataclass(frozen=True)
class Keyword:
    """`schema` of a body in the `versions` that have it; `shared` are components that it refers to.

    `breaks`: none for what only describes a value.
    """

    schema: Schema
    fits: tuple[Any, ...]
    breaks: tuple[Any, ...]
    versions: tuple[str, ...] = ALL
    shared: tuple[tuple[str, Schema], ...] = ()


TEXT: Schema = {"type": "string"}
PAGE: Schema = {
    "$id": "https://example.com/page", "type": "object", "required": ["items"],
    "properties": {"items": {"type": "array", "minItems": 1, "items": {"$dynamicRef": "#item"}}},
    "$defs": {"anything": {"$dynamicAnchor": "item"}},
}  # fmt: skip
PETS: Schema = {
    "$id": "https://example.com/pets", "$ref": "page",
    "$defs": {"pet": {"$dynamicAnchor": "item", "type": "string", "const": "rex"}},
}  # fmt: skip


def of(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


KEYWORDS: dict[str, Keyword] = {
    "type": Keyword({"type": "integer"}, (1, 2.0), (1.5, "1", None)),
    "enum": Keyword({"enum": ["a", 1]}, ("a", 1), ("b", None)),
    "minimum, maximum": Keyword({"type": "number", "minimum": 3, "maximum": 4}, (3, 4), (2.9, 4.1)),
    "multipleOf": Keyword({"type": "number", "multipleOf": 0.5}, (1.5, 0), (1.2,)),
    "minLength, maxLength": Keyword(
        {"type": "string", "minLength": 2, "maxLength": 3}, ("ab", "éèê"), ("a", "abcd")
    ),
    "pattern": Keyword(
        {"type": "string", "pattern": r"^(?=.*\d)(?!0)[^a-f\s]{3,5}$"}, ("1xyz",), ("xyz", "0xy", "1abc")
    ),
    "format": Keyword(
        of(day={"type": "string", "format": "date"}, of={"type": "string", "format": "uuid"}),
        ({"day": "2026-02-28", "of": "6310db44-39c9-4e4d-8b67-83c45700e545"},),
        ({"day": "2026-02-30"}, {"of": "6310db44"}),
    ),
    "items, minItems, maxItems, uniqueItems": Keyword(
        {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 2, "uniqueItems": True},
        (["a"], ["a", "b"]), ([], ["a", "a"], [1], ["a", "b", "c"]),
    ),
    "required, minProperties, maxProperties": Keyword(
        {**of(a=TEXT), "required": ["a", "b"], "minProperties": 3, "maxProperties": 4},
        ({"a": "b", "b": 1, "c": 2},), ({"b": 1, "c": 2, "d": 3}, {"a": "b", "b": 1}),
    ),
    "additionalProperties": Keyword(
        {**of(a=TEXT), "additionalProperties": False}, ({"a": "b"}, {}), ({"b": 1},)
    ),
    "allOf": Keyword({"allOf": [of(a=TEXT), {"required": ["a"]}]}, ({"a": "b"},), ({}, {"a": 1})),
    "anyOf": Keyword({"anyOf": [{"type": "integer"}, {"type": "boolean"}]}, (1, True), ("a", 1.5)),
    "oneOf": Keyword(
        {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 5}]}, (1, 5.5), (5, 1.5)
    ),
    "not": Keyword({"type": "integer", "not": {"multipleOf": 2}}, (1, 3), (2,)),
    "discriminator": Keyword(
        {
            "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
            "discriminator": {"propertyName": "kind"},
        },
        ({"kind": "Cat", "lives": 9}, {"kind": "Dog"}), ({"kind": "Cow"}, {"kind": "Cat"}),
        shared=(
            ("Cat", {**of(kind={"enum": ["Cat"]}, lives={"type": "integer"}), "required": ["kind", "lives"]}),
            ("Dog", {**of(kind={"enum": ["Dog"]}), "required": ["kind"]}),
        ),
    ),
    "readOnly": Keyword(of(a={"type": "integer", "readOnly": True}, b=TEXT), ({"b": "c"},), ({"a": 1},)),
    "nullable": Keyword({"type": "string", "nullable": True}, ("a", None), (1,), OLD),
    "exclusiveMinimum: true": Keyword(
        {"type": "number", "minimum": 3, "exclusiveMinimum": True}, (3.1,), (3,), OLD
    ),
    "type lists": Keyword({"type": ["string", "null"]}, ("a", None), (1,), NEW),
    "const": Keyword({"const": {"a": [1]}}, ({"a": [1]},), ({"a": []}, None), NEW),
    "exclusiveMinimum, exclusiveMaximum": Keyword(
        {"type": "number", "exclusiveMinimum": 3, "exclusiveMaximum": 4}, (3.5,), (3, 4), NEW
    ),
    "prefixItems": Keyword(
        {"type": "array", "prefixItems": [TEXT, {"type": "integer"}], "items": False, "minItems": 2},
        (["a", 1],), ([1, "a"], ["a", 1, 2], ["a"]), NEW,
    ),
    "contains, minContains, maxContains": Keyword(
        {
            "type": "array", "items": {"type": "integer"}, "contains": {"minimum": 5},
            "minContains": 2, "maxContains": 3,
        },
        ([5, 6], [1, 7, 8, 9]), ([5], [1, 2, 3], [5, 6, 7, 8]), NEW,
    ),
    "if, then, else": Keyword(
        {
            **of(kind={"enum": ["card", "cash"]}, number=TEXT), "required": ["kind"],
            "if": {"properties": {"kind": {"const": "card"}}}, "then": {"required": ["number"]},
            "else": {"properties": {"number": False}},
        },
        ({"kind": "card", "number": "1"}, {"kind": "cash"}),
        ({"kind": "card"}, {"kind": "cash", "number": "1"}), NEW,
    ),
    "dependentRequired": Keyword(
        {**of(a=TEXT, b=TEXT), "dependentRequired": {"a": ["b"]}}, ({"a": "", "b": ""}, {"b": ""}),
        ({"a": ""},), NEW,
    ),
    "dependentSchemas": Keyword(
        {**of(a=TEXT, b={}), "dependentSchemas": {"a": of(b={"type": "integer"})}},
        ({"a": "", "b": 1}, {"b": ""}), ({"a": "", "b": ""},), NEW,
    ),
    "unevaluatedProperties": Keyword(
        {"allOf": [of(a=TEXT)], "type": "object", "properties": {"b": TEXT}, "unevaluatedProperties": False},
        ({"a": "", "b": ""},), ({"c": 1},), NEW,
    ),
    "unevaluatedItems": Keyword(
        {"type": "array", "allOf": [{"prefixItems": [TEXT]}], "unevaluatedItems": {"type": "integer"}},
        (["a", 1], []), (["a", "b"],), NEW,
    ),
    "propertyNames": Keyword(
        {"type": "object", "propertyNames": {"pattern": "^[a-z]+$"}, "minProperties": 1},
        ({"a": 1},), ({"A": 1},), NEW,
    ),
    "patternProperties": Keyword(
        {
            "type": "object", "patternProperties": {"^x-": TEXT}, "additionalProperties": False,
            "minProperties": 1,
        },
        ({"x-a": "b"},), ({"x-a": 1}, {"a": "b"}), NEW,
    ),
    "$defs": Keyword(
        {"$defs": {"size": {"type": "integer"}}, **of(size={"$ref": "#/components/schemas/Box/$defs/size"})},
        ({"size": 1},), ({"size": "1"},), NEW, (("Box", {"$defs": {"size": {"type": "integer"}}}),),
    ),
    "beside $ref": Keyword(
        of(code={"$ref": "#/components/schemas/Code", "maxLength": 3}), ({"code": "ab"},),
        ({"code": "abcd"}, {"code": "a"}), NEW, (("Code", {"type": "string", "minLength": 2}),),
    ),
    "$anchor": Keyword(
        of(code={"$ref": "#code"}), ({"code": "ab"},), ({"code": "a"},), NEW,
        (("Code", {"$anchor": "code", "type": "string", "minLength": 2}),),
    ),
    "$id": Keyword(
        of(code={"$ref": "https://example.com/code#/$defs/short"}), ({"code": "ab"},), ({"code": "abc"},),
        NEW, (("Code", {"$id": "https://example.com/code", "$defs": {"short": {**TEXT, "maxLength": 2}}}),),
    ),
    "$dynamicRef": Keyword(
        of(page={"$ref": "https://example.com/pets"}), ({"page": {"items": ["rex"]}},),
        ({"page": {"items": []}}, {"page": {"items": ["max"]}}), NEW, (("Page", PAGE), ("Pets", PETS)),
    ),
    "contentEncoding": Keyword(
        {"type": "string", "contentEncoding": "base64"}, ("aGk=",), (), NEW
    ),
    "contentMediaType": Keyword(
        {
            "type": "string", "contentMediaType": "application/json",
            "contentSchema": {"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}},
        },
        ('{"a":1}',), (), NEW,
    ),
}  # fmt: skip
