"""Values that fit a schema and stand at its edges, by type."""

from collections.abc import Iterator
from typing import Any

from openapi.codec import Json, show
from openapi.example import sample
from openapi.extremes.compound import of_list, of_object
from openapi.extremes.extent import Extent, Extreme
from openapi.extremes.number import of_number
from openapi.extremes.text import of_text

_ANYTHING: dict[str, Json] = {
    "anything_text": "text",
    "anything_number": 1.5,
    "anything_boolean": True,
    "anything_null": None,
    "anything_list": [1, "two", None],
    "anything_object": {"a": {"b": [None]}},
}
_OF_VALUE = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object"}


def extremes(extent: Extent) -> Iterator[Extreme]:
    """The edges of a place; not yet judged, and some may come twice."""
    if extent.is_free():
        yield from (Extreme(kind, value, "anything may stand here") for kind, value in _ANYTHING.items())
        return
    yield Extreme("null" if _speaks_of_types(extent) else "anything_null", None, "null", "type")
    listed = extent.first("enum")
    if isinstance(listed, list):
        yield from (Extreme("enum_member", member, show(member), "enum") for member in listed)
    elif not extent.all("const"):
        yield from _of_types(extent)
    yield from _branches(extent)


def _speaks_of_types(extent: Extent) -> bool:
    """Whether null is meant where it fits, and not merely forgotten."""
    return any(extent.all(keyword) for keyword in ("type", "enum", "const", "anyOf", "oneOf"))


def _of_types(extent: Extent) -> Iterator[Extreme]:
    types = extent.types() or {_OF_VALUE.get(type(extent.value), "null")}
    if "string" in types:
        yield from of_text(extent)
    if "integer" in types or "number" in types:
        yield from of_number(extent, whole="number" not in types)
    if "boolean" in types:
        yield from (Extreme(str(value).lower(), value, str(value).lower()) for value in (True, False))
    if "array" in types:
        yield from of_list(extent)
    if "object" in types:
        yield from of_object(extent)


def _branches(extent: Extent) -> Iterator[Extreme]:
    """A value for each form that `oneOf` or `anyOf` gives a choice of."""
    for keyword in ("oneOf", "anyOf"):
        for branches in extent.all(keyword):
            for number, branch in enumerate(branches if isinstance(branches, list) else ()):
                says = f"form {number + 1} of {len(branches)}"
                yield Extreme(f"form_{number}", _of_branch(extent, branch), says, keyword)


def _of_branch(extent: Extent, branch: Any) -> Json:
    beside = [
        {key: part for key, part in rule.value.items() if key not in ("oneOf", "anyOf", "$ref", "allOf")}
        for rule in extent.rules
        if "oneOf" in rule.value or "anyOf" in rule.value
    ]
    return sample({"allOf": [*beside, branch]}, extent.resolve)
