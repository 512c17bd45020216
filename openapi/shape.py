"""What a schema is about, without judging values: the JSON types it admits, its members and its default.

Read from a tree of JSON Schema 2020-12 (see `dialect.py`), through `$ref`, `allOf`, `anyOf` and `oneOf`.
"""

from dataclasses import dataclass, field
from typing import Any

from openapi.codec import Json
from openapi.dialect import parts
from openapi.source import look_up

TYPES = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
_OF_VALUE = {
    type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string",
    list: "array", dict: "object",
}  # fmt: skip
_HINTS = {
    "properties": "object", "additionalProperties": "object", "required": "object",
    "items": "array", "prefixItems": "array", "minItems": "array", "maxItems": "array",
    "pattern": "string", "minLength": "string", "maxLength": "string",
    "minimum": "number", "maximum": "number", "multipleOf": "number",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """`types`: the JSON types that may fit; `properties`: sub-schemas by name.

    `open`: whether other properties are allowed, `additional`: what is written about those, or None;
    `item`: the schema of items, after those of `prefix`.
    """

    tree: Json
    types: frozenset[str]
    properties: dict[str, Any] = field(default_factory=dict)
    additional: Any = None
    item: Any = None
    prefix: tuple[Any, ...] = ()
    open: bool = True
    has_default: bool = False
    default: Json = None

    @staticmethod
    def anything() -> "Shape":
        """The shape of any value."""
        return Shape({}, TYPES)

    @property
    def scalar(self) -> bool:
        """Whether plain text may be the value: strings, numbers or booleans are among the types."""
        return bool(self.types & {"string", "integer", "number", "boolean"})

    def first_items(self) -> list["Shape"]:
        """The shapes of the items that have a place of their own (`prefixItems`)."""
        return [shape(self.tree, item) for item in self.prefix]

    def items(self) -> "Shape":
        """The shape of the (other) items."""
        return shape(self.tree, self.item)

    def member(self, name: str) -> "Shape":
        """The shape of a property, declared or additional."""
        return shape(self.tree, self.properties.get(name, self.additional))

    def members(self) -> dict[str, "Shape"]:
        """The shapes of the declared properties."""
        return {name: self.member(name) for name in self.properties}

    def others(self) -> "Shape":
        """The shape of a property that is not declared."""
        return shape(self.tree, self.additional)


def shape_of(tree: Json, pointer: str) -> Shape:
    """The shape of the schema that stands at `pointer` in `tree`."""
    return shape(tree, look_up(tree, pointer))


def shape(tree: Json, schema: Any) -> Shape:
    """The shape of `schema`, whose references are looked up in `tree`."""
    found = list(parts(tree, schema, ("allOf", "anyOf", "oneOf")))
    properties: dict[str, Any] = {}
    for part in found:
        properties.update(part["properties"] if isinstance(part.get("properties"), dict) else {})
    default = next((part for part in found if "default" in part), None)
    return Shape(
        tree,
        _types(tree, schema, {}),
        properties,
        additional=_first(found, "additionalProperties"),
        item=_first(found, "items"),
        prefix=tuple(_first(found, "prefixItems") or ()),
        open=not any(part.get(more) is False for part in found for more in _MORE),
        has_default=default is not None,
        default=default["default"] if default else None,
    )


_MORE = ("additionalProperties", "unevaluatedProperties")


def _first(found: list[dict[str, Any]], keyword: str) -> Any:
    return next((part[keyword] for part in found if keyword in part), None)


def _types(tree: Json, schema: Any, known: dict[int, frozenset[str]]) -> frozenset[str]:
    """The types that `schema` admits. A schema inside itself (it is `known` by then) narrows nothing."""
    if not isinstance(schema, dict):
        return TYPES if schema is not False else frozenset()
    if id(schema) in known:
        return known[id(schema)]
    known[id(schema)] = TYPES
    types = _own_types(schema)
    if "$ref" in schema:
        types &= _types(tree, look_up(tree, schema["$ref"]), known)
    for branch in schema.get("allOf") or ():
        types &= _types(tree, branch, known)
    for keyword in ("anyOf", "oneOf"):
        if branches := schema.get(keyword):
            types &= frozenset().union(*(_types(tree, branch, known) for branch in branches))
    known[id(schema)] = types
    return types


def _own_types(schema: dict[str, Any]) -> frozenset[str]:
    written = schema.get("type")
    if isinstance(written, (str, list)):
        names = {written} if isinstance(written, str) else {name for name in written if isinstance(name, str)}
        return frozenset(names | ({"integer"} if "number" in names else set()))
    if "const" in schema:
        return frozenset({_OF_VALUE[type(schema["const"])]})
    if isinstance(schema.get("enum"), list):
        return frozenset(_OF_VALUE[type(value)] for value in schema["enum"])
    hinted = {_HINTS[keyword] for keyword in schema if keyword in _HINTS}
    return frozenset(hinted) if len(hinted) == 1 and "number" not in hinted else TYPES
