"""The rules of a schema, keyword by keyword: all there are, and those that a value is subject to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from openapi.codec import Json
from openapi.schema import SchemaError, Schemas
from openapi.source import join_pointer, locate, look_up

Rule = tuple[str, str]
"""The pointer of a schema object, and a keyword of it; of `required` each name is a rule of its own."""

Path = tuple[str | int, ...]

_OF_TYPE = {
    str: ("minLength", "maxLength", "pattern", "format"),
    int: ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    list: ("minItems", "maxItems", "uniqueItems", "contains"),
    dict: ("required", "minProperties", "maxProperties", "additionalProperties"),
}
"""What a keyword looks at; the others (type, enum, const, not) look at every value."""

_OF_ANY = ("type", "enum", "const", "not")
_SUBJECT = {keyword: kind for kind, keywords in _OF_TYPE.items() for keyword in keywords}

_FORMATS = frozenset(
    {
        "date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname", "ipv4",
        "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template", "json-pointer",
        "relative-json-pointer", "regex",
    }
)  # fmt: skip
"""Formats that the schema engine judges. Another one is a remark."""


@dataclass(frozen=True)
class Met:
    """A rule that a value is subject to: at `path` in it, by `keyword` as `Validator.breaches` spells it."""

    rule: Rule
    path: Path
    keyword: str


@dataclass
class _Node:
    """A schema object. `members`, `others`, `items`, `first`: pointers of the schemas of what is in a value;
    `together`: of those that the same value has to fit, too; `either`: of those of which one may do."""

    rules: list[tuple[Rule, str]] = field(default_factory=list)
    members: dict[str, str] = field(default_factory=dict)
    others: str | None = None
    items: str | None = None
    first: list[str] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    either: list[str] = field(default_factory=list)

    @property
    def inside(self) -> Iterator[str]:
        yield from (*self.members.values(), *self.first, *self.together, *self.either)
        yield from (pointer for pointer in (self.others, self.items) if pointer)


class Rules:
    """Knows the rules of the schemas of one document, in one direction. `raw`: the document as it is written,
    which names a rule (`format: int32`, not the `maximum` that it means)."""

    def __init__(self, schemas: Schemas, raw: Json) -> None:
        self._schemas, self._raw = schemas, raw
        self._node = cache(self._read)

    def all(self, pointer: str) -> set[Rule]:
        """Every rule of the schema at a pointer, and of the schemas in it."""
        found: set[Rule] = set()
        waiting, seen = [pointer], set()
        while waiting:
            node = self._node(each := waiting.pop())
            if each not in seen:
                seen.add(each)
                found |= {rule for rule, _ in node.rules}
                waiting += node.inside
        return found

    def met(self, pointer: str, value: Json, *, every: bool = False) -> Iterator[Met]:
        """The rules that a value is subject to; of alternatives those that it fits, or `every` one."""
        waiting: list[tuple[str, Json, Path]] = [(pointer, value, ())]
        while waiting:
            where, here, path = waiting.pop()
            node = self._node(where)
            for rule, keyword in node.rules:
                if _looks_at(keyword, here):
                    yield Met(rule, path, keyword)
            waiting += [(each, here, path) for each in node.together]
            waiting += [(each, here, path) for each in node.either if every or self._fits(each, here)]
            waiting += _below(node, here, path)

    def _fits(self, pointer: str, value: Json) -> bool:
        try:
            return self._schemas.at(pointer).is_valid(value)
        except SchemaError:
            return False

    def _read(self, pointer: str) -> _Node:
        schema = look_up(self._schemas.tree, pointer)
        if not isinstance(schema, dict):
            return _Node()
        target = locate(self._schemas.tree, schema["$ref"]) if "$ref" in schema else None

        def listed(*keywords: str) -> list[str]:
            found = ((keyword, schema.get(keyword)) for keyword in keywords)
            lists = ((keyword, value) for keyword, value in found if isinstance(value, list))
            return [
                join_pointer(pointer, keyword, at) for keyword, value in lists for at in range(len(value))
            ]

        members = schema.get("properties")

        def inside(keyword: str) -> str | None:
            return join_pointer(pointer, keyword) if isinstance(schema.get(keyword), dict) else None

        return _Node(
            rules=list(self._rules(pointer, schema)),
            members={
                name: join_pointer(pointer, "properties", name)
                for name in (members if isinstance(members, dict) else ())
            },
            others=inside("additionalProperties"),
            items=inside("items"),
            first=listed("prefixItems"),
            together=[*([target] if target else []), *listed("allOf")],
            either=listed("anyOf", "oneOf"),
        )

    def _rules(self, pointer: str, schema: dict[str, Any]) -> Iterator[tuple[Rule, str]]:
        written = look_up(self._raw, pointer)
        for keyword in (*_OF_ANY, *_SUBJECT):
            if keyword not in schema or not _says_something(keyword, schema[keyword]):
                continue
            if keyword == "required":
                names = [f"required {name}" for name in _texts(schema["required"])]
                yield from (((pointer, name), name) for name in names)
                continue
            implied = isinstance(written, dict) and keyword not in written and "format" in written
            yield (pointer, "format" if implied else keyword), keyword


def _below(node: _Node, value: Json, path: Path) -> Iterator[tuple[str, Json, Path]]:
    """What is in a value, and the schemas of it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if pointer := node.members.get(name, node.others):
                yield pointer, inner, (*path, name)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            if pointer := node.first[at] if at < len(node.first) else node.items:
                yield pointer, inner, (*path, at)


def _looks_at(keyword: str, value: Json) -> bool:
    kind = _SUBJECT.get(keyword.partition(" ")[0])
    if kind is int:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return kind is None or isinstance(value, kind)


def _says_something(keyword: str, said: Any) -> bool:
    """Whether there is a value that breaks it."""
    if keyword == "format":
        return isinstance(said, str) and said in _FORMATS
    if keyword == "additionalProperties":
        return said is False
    return keyword not in ("minLength", "minItems", "minProperties", "uniqueItems") or bool(said)


def _texts(value: Any) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
