"""What a schema is about, without judging values: the JSON types it admits, its properties, its items, its default.

Read from a tree of JSON Schema 2020-12 (see `dialect.py`), through `$ref`, `allOf`, `anyOf` and `oneOf`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openapi.codec import Json
from openapi.source import look_up

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_OF_VALUE = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_HINTS = {
    "properties": "object", "additionalProperties": "object", "required": "object",
    "items": "array", "prefixItems": "array", "pattern": "string", "minimum": "number", "maximum": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """`types`: the JSON types that may fit; `properties`: sub-schemas by name; `open`: whether others are allowed."""

    tree: Json
    types: frozenset[str]
    properties: dict[str, Any] = field(default_factory=dict)
    item: Any = True
    prefix: tuple[Any, ...] = ()
    open: bool = True
    has_default: bool = False
    default: Json = None

    @staticmethod
    def anything() -> "Shape":
        return Shape({}, TYPES)

    @property
    def scalar(self) -> bool:
        """Whether plain text may be the value: strings, numbers or booleans are among the types."""
        return bool(self.types & {"string", "integer", "number", "boolean"})

    def first_items(self) -> list["Shape"]:
        """The shapes of the items that have a place of their own (`prefixItems`)."""
        return [shape(self.tree, item) for item in self.prefix]

    def items(self) -> "Shape":
        return shape(self.tree, self.item)

    def member(self, name: str) -> "Shape":
        return shape(self.tree, self.properties.get(name, True))


def shape_of(tree: Json, pointer: str) -> Shape:
    """The shape of the schema that stands at `pointer` in `tree`."""
    return shape(tree, look_up(tree, pointer))


def shape(tree: Json, schema: Any) -> Shape:
    """The shape of `schema`, whose references are looked up in `tree`."""
    parts = list(_parts(tree, schema, 0))
    types = _types(tree, schema, 0)
    properties: dict[str, Any] = {}
    for part in parts:
        properties.update(part.get("properties") or {})
    default = next((part for part in parts if "default" in part), None)
    return Shape(
        tree,
        types,
        properties,
        item=next((part["items"] for part in parts if "items" in part), True),
        prefix=next((tuple(part["prefixItems"]) for part in parts if "prefixItems" in part), ()),
        open=all(part.get("additionalProperties", True) is not False for part in parts),
        has_default=default is not None,
        default=default["default"] if default else None,
    )


def _parts(tree: Json, schema: Any, depth: int) -> Iterator[dict[str, Any]]:
    """The schema objects that together describe one value: itself, what it refers to, the branches of its combinators."""
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return
    yield schema
    if "$ref" in schema:
        yield from _parts(tree, look_up(tree, schema["$ref"]), depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword) or ():
            yield from _parts(tree, branch, depth + 1)


_DEEPEST = 20  # a chain of references longer than this is a cycle


def _types(tree: Json, schema: Any, depth: int) -> frozenset[str]:
    if not isinstance(schema, dict) or depth > _DEEPEST:
        return TYPES if schema is not False else frozenset()
    types = _own_types(schema)
    if "$ref" in schema:
        types &= _types(tree, look_up(tree, schema["$ref"]), depth + 1)
    for branch in schema.get("allOf") or ():
        types &= _types(tree, branch, depth + 1)
    for keyword in ("anyOf", "oneOf"):
        if branches := schema.get(keyword):
            types &= frozenset().union(*(_types(tree, branch, depth + 1) for branch in branches))
    return types


def _own_types(schema: dict[str, Any]) -> frozenset[str]:
    written = schema.get("type")
    if isinstance(written, str):
        written = [written]
    if isinstance(written, list):
        return frozenset(written) | ({"integer"} if "number" in written else set())
    if "const" in schema:
        return frozenset({_OF_VALUE[type(schema["const"])]})
    if isinstance(schema.get("enum"), list):
        return frozenset(_OF_VALUE[type(value)] for value in schema["enum"])
    hinted = {_HINTS[keyword] for keyword in schema if keyword in _HINTS}
    if hinted == {"object"} or hinted == {"array"}:
        return frozenset(hinted)
    return TYPES
