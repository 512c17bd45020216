"""One dialect inside: the schemas of OpenAPI 3.0, 3.1 and 3.2 as JSON Schema 2020-12, for one direction.

For requests a `readOnly` property may not be sent and is not required; for responses the same holds of `writeOnly`
(OpenAPI 3.0.3, Schema Object, "Fixed Fields"). That is compiled into the schemas, so no keyword needs Python at run time.
"""

from collections.abc import Callable
from typing import Any, Literal

from openapi.source import look_up

Direction = Literal["request", "response"]
Schema = dict[str, Any] | bool

_HIDDEN = {"request": "readOnly", "response": "writeOnly"}

# Where the objects of an OpenAPI document hold schemas, and where they hold maps whose keys are names, not keywords.
_SCHEMA_AT = {"schema", "itemSchema"}
_NAMED_MAPS = {
    "responses", "parameters", "headers", "requestBodies", "callbacks", "content", "encoding", "links",
    "pathItems", "webhooks", "paths", "additionalOperations", "mediaTypes",
}  # fmt: skip
_PLAIN = {
    "example",
    "examples",
    "variables",
    "securitySchemes",
    "security",
    "servers",
    "tags",
    "info",
    "externalDocs",
}

# Where a schema holds further schemas.
_ONE = {
    "items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
}  # fmt: skip
_MANY = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}

# Formats that are bounds or spellings. 2020-12 has none of them, so they become its own keywords.
_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_INTEGER_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def for_direction(document: dict[str, Any], direction: Direction) -> dict[str, Any]:
    """A copy of a whole OpenAPI document in which every schema is JSON Schema 2020-12 for one direction.

    Pointers into the document keep their meaning: schemas stay where they were.
    """
    old = str(document.get("openapi", "")).startswith("3.0")
    return _Translation(document, old, _HIDDEN[direction]).openapi_object(document)


class _Translation:
    """One pass over one document. `old` means the 3.0 dialect; `hidden` is the keyword that hides a property."""

    def __init__(self, document: dict[str, Any], old: bool, hidden: str) -> None:
        self.document = document
        self.old = old
        self.hidden = hidden

    def openapi_object(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self.openapi_object(item) for item in node]
        if not isinstance(node, dict):
            return node
        return {key: self._member(key, value) for key, value in node.items()}

    def _member(self, key: str, value: Any) -> Any:
        if key.startswith("x-") or key in _PLAIN:
            return value
        if key in _SCHEMA_AT:
            return self.schema(value)
        if key == "schemas":
            return _map(value, self.schema)
        if key in _NAMED_MAPS and isinstance(value, dict):
            return _map(value, self.openapi_object)
        return self.openapi_object(value)

    def schema(self, node: Any) -> Any:
        if not isinstance(node, dict):
            return node
        if self.old and "$ref" in node:
            return {"$ref": node["$ref"]}  # 3.0: siblings of $ref are ignored
        made = {key: self._keyword(key, value) for key, value in node.items() if key not in _DROPPED}
        self._hide(node, made)
        _bound_integers(made)
        _spell_decimals(made)
        return _translate_3_0(node, made) if self.old else made

    def _keyword(self, key: str, value: Any) -> Any:
        if key in _ONE:
            return [self.schema(item) for item in value] if isinstance(value, list) else self.schema(value)
        if key in _MANY and isinstance(value, list):
            return [self.schema(item) for item in value]
        if key in _NAMED and isinstance(value, dict):
            return _map(value, self.schema)
        return value

    def _hide(self, node: dict[str, Any], made: dict[str, Any]) -> None:
        """Forbid the hidden properties of `node` in `made`, and no longer require them."""
        required = made.get("required")
        for name in self._hidden_names(node, frozenset()):
            if name in node.get("properties", {}):
                made["properties"][name] = False
            if isinstance(required, list) and name in required:
                required = made["required"] = [other for other in required if other != name]

    def _hidden_names(self, node: Any, seen: frozenset[int]) -> set[str]:
        """Names of hidden properties of an object schema, those of its `allOf` branches included."""
        target = self._target(node)
        if not isinstance(target, dict) or id(target) in seen:
            return set()
        properties = target.get("properties")
        found = {
            name
            for name, part in (properties if isinstance(properties, dict) else {}).items()
            if isinstance(part, dict) and (part.get(self.hidden) or _flag(self._target(part), self.hidden))
        }
        for branch in target.get("allOf") or []:
            found |= self._hidden_names(branch, seen | {id(target)})
        return found

    def _target(self, node: Any) -> Any:
        """What `node` refers to in the end. A cycle of bare references gives the last one met."""
        for _ in range(20):
            if not (
                isinstance(node, dict) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#")
            ):
                return node
            node = look_up(self.document, node["$ref"])
        return node


# Never asserted; left out so that they cost nothing (`discriminator` only hints which branch of oneOf to try).
_DROPPED = {"xml", "externalDocs", "discriminator"}


def _flag(node: Any, keyword: str) -> bool:
    return isinstance(node, dict) and node.get(keyword) is True


def _map(value: Any, translate: Callable[[Any], Any]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: translate(part) for name, part in value.items()}


def _bound_integers(made: dict[str, Any]) -> None:
    bounds = _INTEGER_BOUNDS.get(made.get("format", "")) if isinstance(made.get("format"), str) else None
    types = made.get("type")
    if bounds and ("integer" in types if isinstance(types, list) else types in ("integer", "number")):
        made["minimum"] = max(made.get("minimum", bounds[0]), bounds[0])
        made["maximum"] = min(made.get("maximum", bounds[1]), bounds[1])


def _spell_decimals(made: dict[str, Any]) -> None:
    """`format: decimal` of the OpenAPI format registry, which the schema engine does not know."""
    if made.get("format") == "decimal":
        made["allOf"] = [*(made.get("allOf") or ()), {"pattern": _DECIMAL}]


def _translate_3_0(node: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """The keywords that OpenAPI 3.0 spells differently: exclusive bounds as booleans, `nullable`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)
    if made.pop("nullable", False) is not True:
        return made
    only_type = not {"enum", "const", "allOf", "anyOf", "oneOf", "not"} & made.keys()
    if isinstance(made.get("type"), str) and only_type:
        return {**made, "type": [made["type"], "null"]}
    # `nullable` beside enum or allOf: 3.0.3 leaves it open; documents that write it mean "or null".
    return {"anyOf": [made, {"type": "null"}]} if len(made.keys() - {"description", "title"}) else made
