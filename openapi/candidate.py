"""The value that a schema itself offers: `const`, a member of `enum`, an example, a default."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from openapi.codec import Json
from openapi.intersection import types_of

ABSENT = object()

_Pick = Callable[[Sequence[Json]], Json]


def first_candidate(schema: dict[str, Any], written: bool, pick: _Pick) -> Json:
    """What the schema itself says the value is: the first that can be meant, or ABSENT.

    written: take `example`, `examples` and `default` too. pick: chooses one of several.
    """
    could_be = (found for found in _candidates(schema, written, pick) if _could_be(found, schema))
    return next(could_be, ABSENT)


def _candidates(schema: dict[str, Any], written: bool, pick: _Pick) -> Iterator[Json]:
    if written and "example" in schema:
        yield schema["example"]
    if "const" in schema:
        yield schema["const"]
    if written and (examples := schema.get("examples")) and isinstance(examples, list):
        yield pick(examples)
    if enum := schema.get("enum"):
        yield pick([member for member in enum if member is not None] or enum)
        yield from enum
    if written and "default" in schema:
        yield schema["default"]


_NAMES: dict[type, set[str]] = {
    bool: {"boolean"},
    int: {"integer", "number"},
    float: {"integer", "number"},
    str: {"string"},
    list: {"array"},
    dict: {"object"},
    type(None): {"null"},
}


def _could_be(value: Json, schema: dict[str, Any]) -> bool:
    """Whether a written value is at all what the schema asks for; many documents are careless."""
    if "type" in schema and not _NAMES.get(type(value), set()) & {*types_of(schema)}:
        return False
    if isinstance(value, dict) and not value.keys() >= {*schema.get("required", ())}:
        return False
    return bool(value in schema.get("enum", [value]))
