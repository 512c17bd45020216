"""One dialect inside: the schemas of OpenAPI 3.0, 3.1 and 3.2 as JSON Schema 2020-12, for one direction.

In requests a `readOnly` property may not be sent and is not required; in responses the same holds of
`writeOnly` (OpenAPI 3.0.3, Schema Object, "Fixed Fields"). That is compiled into the schemas: no keyword
needs Python later.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal

from openapi.later import Later
from openapi.source import look_up
from openapi.twins import twins

Direction = Literal["request", "response"]
Schema = dict[str, Any] | bool

_HIDDEN = {"request": "readOnly", "response": "writeOnly"}

# Where the objects of a document hold schemas, and where they hold maps whose keys are names, not keywords.
_SCHEMA_AT = {"schema", "itemSchema"}
_NAMED_MAPS = {
    "responses", "parameters", "headers", "requestBodies", "callbacks", "content", "encoding", "links",
    "pathItems", "webhooks", "paths", "additionalOperations", "mediaTypes",
}  # fmt: skip
_PLAIN = {
    "example", "examples", "variables", "securitySchemes", "security", "servers", "tags", "info",
    "externalDocs",
}  # fmt: skip

# Where a schema holds further schemas.
_ONE = {
    "items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else",
    "unevaluatedItems", "unevaluatedProperties", "contentSchema",
}  # fmt: skip
_MANY = {"allOf", "anyOf", "oneOf", "prefixItems"}
_NAMED = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_SAME_VALUE = {"allOf", "anyOf", "oneOf", "if", "then", "else"}

# Never asserted; left out so that they cost nothing (`discriminator` only hints which branch to try).
_DROPPED = {"externalDocs", "discriminator"}
_NAMES = {"$id", "$anchor", "$dynamicAnchor", "$schema"}
"""Names that references may use; they are pointers by now (`anchors.py`)."""

# Formats that are bounds or spellings. 2020-12 has none of them, so they become its own keywords.
_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_INTEGER_BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


def for_direction(
    document: dict[str, Any], direction: Direction, twins_are_one: bool = False
) -> dict[str, Any]:
    """A copy of a whole OpenAPI document in which every schema is JSON Schema 2020-12 for one direction.

    Each path item and each component is translated when it is first looked at.
    Pointers into the document keep their meaning: schemas stay where they were, save the branches of `allOf`
    and the like beside `nullable: true`, which move into an `anyOf`. `twins_are_one`: of branches of a
    `oneOf` that say the same, the first alone counts (`twins.py`).
    """
    old = str(document.get("openapi", "")).startswith("3.0")
    return _Translation(document, old, _HIDDEN[direction], twins_are_one).whole()


def parts(
    document: Any, schema: Any, branches: tuple[str, ...] = ("allOf",), old: bool = False
) -> Iterator[dict[str, Any]]:
    """The schema objects that judge one value together: `schema`, what it refers to, its combined branches.

    Each comes once, so that circles end. `old`: nothing counts beside `$ref`, as in OpenAPI 3.0.
    """
    waiting, seen = [schema], set()
    while waiting:
        part = waiting.pop()
        if not isinstance(part, dict) or id(part) in seen:
            continue
        seen.add(id(part))
        inner = [look_up(document, part["$ref"])] if "$ref" in part else []
        if not (old and inner):
            yield part
            inner += [branch for keyword in branches for branch in _list(part.get(keyword))]
        waiting += reversed(inner)


class _Translation:
    """One pass over one document. `old`: the 3.0 dialect; `hidden`: the keyword that hides a property;
    `twins_are_one`: whether branches of `oneOf` that say the same count once."""

    def __init__(self, document: dict[str, Any], old: bool, hidden: str, twins_are_one: bool) -> None:
        self.document = document
        self.old = old
        self.hidden = hidden
        self.twins_are_one = twins_are_one

    def whole(self) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for key, value in self.document.items():
            if key == "components" and isinstance(value, dict):
                made[key] = {section: self._later(section, named) for section, named in value.items()}
            else:
                made[key] = (
                    self._later(key, value) if key in ("paths", "webhooks") else self._member(key, value)
                )
        return made

    def _later(self, key: str, value: Any) -> Any:
        if not isinstance(value, dict) or key not in (*_NAMED_MAPS, "schemas"):
            return self._member(key, value)
        return Later(value, self.schema if key == "schemas" else self.openapi_object)

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

    def schema(self, node: Any, around: frozenset[str] = frozenset()) -> Any:
        """A schema and all inside it. `around`: names of properties that the schemas around it hide."""
        if not isinstance(node, dict):
            return node
        if "$ref" in node and (self.old or len(node) == 1):
            return _reference(node, self.old)
        hidden = around | self._hidden_names(node)
        made = {key: self._keyword(key, value, hidden) for key, value in node.items() if key not in _DROPPED}
        for key in _NAMES & made.keys():
            del made[key]
        _hide(made, hidden)
        if self.old:
            _modernize(made, self.hidden == "readOnly")
        _bound_integers(made, self.old)
        _spell_decimals(made)
        return made

    def _keyword(self, key: str, value: Any, hidden: frozenset[str]) -> Any:
        around = hidden if key in _SAME_VALUE else frozenset()
        if key in _ONE:
            return self.schema(value, around)
        if key in _MANY and isinstance(value, list):
            out = twins(self.document, value) if key == "oneOf" and self.twins_are_one else ()
            return [False if at in out else self.schema(item, around) for at, item in enumerate(value)]
        if key in _NAMED:
            return _map(value, self.schema)
        return value

    def _hidden_names(self, node: dict[str, Any]) -> frozenset[str]:
        """Names of the hidden properties of an object schema, those of its `$ref` and `allOf` included."""
        return frozenset(
            name
            for part in parts(self.document, node, old=self.old)
            for name, value in _dict(part.get("properties")).items()
            if self._is_hidden(value)
        )

    def _is_hidden(self, node: Any) -> bool:
        return any(part.get(self.hidden) is True for part in parts(self.document, node, old=self.old))


def _reference(node: dict[str, Any], old: bool) -> dict[str, Any]:
    """A reference. In 3.0 what stands beside it is ignored, save `nullable: true`: who writes it means
    "or null" here as beside `allOf`, and tools take it so."""
    made = {"$ref": node["$ref"]}
    return {"anyOf": [made, {"type": "null"}]} if old and node.get("nullable") is True else made


def _hide(made: dict[str, Any], names: frozenset[str]) -> None:
    """Forbids properties, and no longer requires them."""
    for name in names & _dict(made.get("properties")).keys():
        made["properties"][name] = False
    if names and isinstance(made.get("required"), list):
        kept = (name for name in made["required"] if not isinstance(name, str) or name not in names)
        made["required"] = list(kept)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _map(value: Any, translate: Callable[[Any], Any]) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: translate(part) for name, part in value.items()}


def _bound_integers(made: dict[str, Any], old: bool) -> None:
    """`format: int32` and `int64`: OpenAPI 3.0 defines them for integers alone, the registry of 3.1 for
    numbers, too."""
    types = made["type"] if isinstance(made.get("type"), list) else [made.get("type")]
    if "integer" not in types and (old or "number" not in types):
        return
    lowest, highest = _INTEGER_BOUNDS.get(str(made.get("format")), (None, None))
    for keyword, bound, tighter in (("minimum", lowest, max), ("maximum", highest, min)):
        written = made.get(keyword, bound)
        if bound is not None and isinstance(written, (int, float)):  # else the schema engine will say so
            made[keyword] = tighter(written, bound)


def _spell_decimals(made: dict[str, Any]) -> None:
    """`format: decimal` of the OpenAPI format registry, which the schema engine does not know."""
    if made.get("format") == "decimal":
        made["allOf"] = [*_list(made.get("allOf")), {"pattern": _DECIMAL}]


def _modernize(made: dict[str, Any], in_request: bool) -> None:
    """The keywords that OpenAPI 3.0 spells differently: exclusive bounds as booleans, `nullable`."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(made.get(exclusive), bool) and made.pop(exclusive) and bound in made:
            made[exclusive] = made.pop(bound)
    if made.pop("nullable", False) is True:
        _admit_null(made, in_request)


def _admit_null(made: dict[str, Any], in_request: bool) -> None:
    """`nullable: true`. Beside enum or allOf 3.0.3 lets it do nothing; who writes it means "or null". What a
    request may send is not guessed: an enum lists it all (Proposal: Clarify Semantics of nullable).
    """
    types = made.get("type")
    if isinstance(types, str):
        made["type"] = [types, "null"]
    if "enum" in made and None not in _list(made["enum"]) and not in_request:
        made["enum"] = [*_list(made["enum"]), None]
    combined = {key: made.pop(key) for key in ("allOf", "anyOf", "oneOf", "not", "const") if key in made}
    if combined:
        made["anyOf"] = [combined, {"type": "null"}]
