"""The schemas of one direction, looked into: members, types, items, what a schema stands for.

Nothing here judges values, and nothing raises: of what is no schema nothing is known.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from openapi.codec import Json
from openapi.dialect import Schema, parts
from openapi.operation import Place
from openapi.resources import ABSENT
from openapi.shape import TYPES, shape
from openapi.source import join_pointer, look_up

_DEEPEST = 60
"""References and combinations that are looked through on the way to a property."""

_MOST_PARTS = 100
"""Branches that are looked into for one keyword: a schema may be inside itself."""

_SAYS_NOTHING = {
    "description",
    "title",
    "example",
    "examples",
    "nullable",
    "deprecated",
    "readOnly",
    "writeOnly",
}
_SCALARS = frozenset({"string", "integer", "number", "boolean"})


@dataclass(frozen=True, slots=True)
class Members:
    """What an object schema declares: properties by name, False for one that may not be there; required
    names."""

    properties: dict[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()


class View:
    """The tree of one direction (`Document.schemas`). Answers are kept: a schema is looked into once."""

    def __init__(self, tree: dict[str, Any]) -> None:
        self.tree = tree
        self._members: dict[int, tuple[Any, Members]] = {}
        self._types: dict[int, tuple[Any, frozenset[str]]] = {}

    def at(self, owner: Place) -> Schema | None:
        """The schema of a Media Type, Header or Parameter Object, or None."""
        found = look_up(self.tree, join_pointer(owner.pointer, "schema"))
        return found if isinstance(found, (dict, bool)) else None

    def members(self, schema: Schema | None) -> Members:
        """The members of `schema`, through `$ref`, `allOf` and branches. A property of some branches only is
        not required; a property that several parts declare fits all of them."""
        return self._look(schema, 0)

    def types(self, schema: Schema | None) -> frozenset[str]:
        """The JSON types that `schema` admits; all of them where it does not say."""
        if not isinstance(schema, dict):
            return TYPES if schema in (True, None) else frozenset()
        if id(schema) not in self._types:
            found = TYPES
            with suppress(TypeError, RecursionError):  # what is no schema says nothing
                found = shape(self.tree, schema).types
            self._types[id(schema)] = schema, found
        return self._types[id(schema)][1]

    def is_object(self, schema: Schema | None) -> bool:
        """Whether only an object (or null) fits, or properties are declared."""
        if self.types(schema) - {"null"} == {"object"}:
            return True
        return "object" in self.types(schema) and bool(self.members(schema).properties)

    def is_array(self, schema: Schema | None) -> bool:
        """Whether only an array (or null) fits."""
        return self.types(schema) - {"null"} == {"array"}

    def is_scalar(self, schema: Schema | None) -> bool:
        """Whether some text, number or boolean fits, and neither array nor object."""
        return bool(self.types(schema) & _SCALARS) and not self.types(schema) & {"array", "object"}

    def items(self, schema: Schema | None) -> Schema | None:
        """The schema of the first item of an array, or None."""
        for part in self.parts(schema):
            prefix = part.get("prefixItems")
            found = prefix[0] if isinstance(prefix, list) and prefix else part.get("items")
            if isinstance(found, (dict, bool)):
                return found
        return None

    def step(self, schema: Schema | None, token: str | int) -> Schema | None:
        """The schema of a member, or of the first item."""
        if isinstance(token, int):
            return self.items(schema)
        return self.members(schema).properties.get(token)

    def parts(self, schema: Schema | None) -> Iterator[dict[str, Any]]:
        """The schemas that a value is judged by, branches included."""
        return parts(self.tree, schema, ("allOf", "anyOf", "oneOf"))

    def says(self, schema: Schema | None, keyword: str) -> Json:
        """What the first part with `keyword` says of every value, or ABSENT: one of several branches does not
        count."""
        return next((part[keyword] for part in self._certain(schema) if keyword in part), ABSENT)

    def target(self, schema: Schema | None) -> str | int | None:
        """What tells two schemas of one meaning: the reference to a component, in both directions the same,
        else the schema itself. Null beside it does not matter."""
        named: str | None = None
        for _ in range(_DEEPEST):
            inner = self._stands_for(schema)
            if inner is None:
                break
            named = inner["$ref"] if isinstance(inner.get("$ref"), str) else named
            schema = look_up(self.tree, inner["$ref"]) if "$ref" in inner else inner
        return named or (id(schema) if isinstance(schema, dict) else None)

    def _stands_for(self, schema: Any) -> dict[str, Any] | None:
        """The one schema that `schema` is only a wrapping of: a reference, a single branch, or null beside
        it."""
        said = schema.keys() - _SAYS_NOTHING if isinstance(schema, dict) else set()
        if said == {"$ref"}:
            return {"$ref": schema["$ref"]}
        if len(said) == 1 and (keyword := next(iter(said))) in ("allOf", "anyOf", "oneOf"):
            branches = self._branches(schema, keyword)
            if len(branches) == 1 and isinstance(branches[0], dict):
                return branches[0]
        return None

    def _certain(self, schema: Schema | None) -> Iterator[dict[str, Any]]:
        """The schemas that judge every value but null."""
        waiting: list[Any] = [schema]
        for _ in range(_MOST_PARTS):
            if not waiting:
                return
            for part in parts(self.tree, waiting.pop()):
                yield part
                for keyword in ("anyOf", "oneOf"):
                    branches = self._branches(part, keyword)
                    waiting += branches if len(branches) == 1 else []

    def _look(self, schema: Any, depth: int) -> Members:
        if not isinstance(schema, dict) or depth > _DEEPEST:
            return Members()
        if id(schema) not in self._members:
            self._members[id(schema)] = schema, Members()  # a schema inside itself adds nothing
            self._members[id(schema)] = schema, self._gather(schema, depth + 1)
        return self._members[id(schema)][1]

    def _gather(self, schema: dict[str, Any], depth: int) -> Members:
        found = [_own(schema)]
        if "$ref" in schema:
            found.append(self._look(look_up(self.tree, schema["$ref"]), depth))
        found += [self._look(branch, depth) for branch in _list(schema.get("allOf"))]
        for keyword in ("anyOf", "oneOf"):
            branches = [self._look(branch, depth) for branch in self._branches(schema, keyword)]
            found.append(_either(branches))
        return _all(found)

    def _branches(self, schema: dict[str, Any], keyword: str) -> list[Any]:
        """The branches under a keyword, save the one for null."""
        branches = _list(schema.get(keyword))
        if keyword == "allOf":
            return branches
        return [branch for branch in branches if self.types(branch) not in ({"null"}, frozenset())]


def _own(schema: dict[str, Any]) -> Members:
    written = schema.get("properties")
    properties = written if isinstance(written, dict) else {}
    kept = {str(name): part if isinstance(part, (dict, bool)) else True for name, part in properties.items()}
    required = (name for name in _list(schema.get("required")) if isinstance(name, str))
    return Members(kept, frozenset(required))


def _all(found: Iterable[Members]) -> Members:
    """Members that must fit all of them."""
    found = [each for each in found if each.properties or each.required]
    if len(found) == 1:
        return found[0]
    properties = {name: _joined("allOf", schemas) for name, schemas in _by_name(found).items()}
    return Members(properties, frozenset().union(*(each.required for each in found)))


def _either(found: list[Members]) -> Members:
    """Members that must fit one of them."""
    if len(found) < 2:
        return found[0] if found else Members()
    properties = {name: _joined("anyOf", schemas) for name, schemas in _by_name(found).items()}
    return Members(properties, frozenset.intersection(*(each.required for each in found)))


def _by_name(found: Iterable[Members]) -> dict[str, list[Schema]]:
    schemas: dict[str, list[Schema]] = {}
    for each in found:
        for name, schema in each.properties.items():
            known = schemas.setdefault(name, [])
            if schema not in known:
                known.append(schema)
    return schemas


def _joined(keyword: str, schemas: list[Schema]) -> Schema:
    if keyword == "allOf":
        if False in schemas:
            return False
        schemas = [schema for schema in schemas if schema not in (True, {})] or schemas[:1]
    else:
        schemas = [schema for schema in schemas if schema is not False] or schemas[:1]
    return schemas[0] if len(schemas) == 1 else {keyword: schemas}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
