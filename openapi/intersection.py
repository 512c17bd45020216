"""Several schemas as one: what a value must be to fit all of them, as far as making one needs to know."""

from collections.abc import Callable
from typing import Any

from openapi.codec import Json
from openapi.dialect import Schema

_SIGNS = {
    "object": {"properties", "required", "additionalProperties", "minProperties"},
    "array": {"items", "prefixItems", "minItems"},
    "string": {"format", "pattern", "minLength", "maxLength"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


class NoValue(Exception):
    """Nothing fits here, or only something that goes on for ever."""


def types_of(schema: dict[str, Any]) -> list[str]:
    """The types that a schema writes, else the one that its keywords speak of."""
    written = schema.get("type")
    if isinstance(written, list):
        return written
    implied = (kind for kind, keywords in _SIGNS.items() if keywords & schema.keys())
    return [written or next(implied, "null")]


def intersection(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """One schema for what fits both; where only one can be kept, that of `first`.

    Raises NoValue where they admit no common type or member of `enum`.
    """
    if "if" in first:
        second = {key: value for key, value in second.items() if key not in ("if", "then", "else")}
    merged = {**first, **second, **first}
    for key in first.keys() & second.keys() & _COMBINED.keys():
        merged[key] = _COMBINED[key](first[key], second[key])
    if closed := _closed(first, second) | _closed(second, first):
        merged["properties"] = merged["properties"] | closed
    return merged


def _closed(schema: dict[str, Any], other: dict[str, Any]) -> dict[str, Schema]:
    """The properties of `other` that `schema` has no place for."""
    if schema.get("additionalProperties") is not False or "patternProperties" in schema:
        return {}
    known = schema.get("properties", {})
    return {key: False for key in other.get("properties", {}) if key not in known}


def spread(schema: dict[str, Any]) -> dict[str, Any]:
    """An example of a whole object as examples of its properties, so that it can be merged."""
    example = schema.get("example")
    if not isinstance(example, dict):
        return schema
    rest = {key: value for key, value in schema.items() if key != "example"}
    return rest | {"properties": {key: {"example": value} for key, value in example.items()}}


def _both(first: Schema, second: Schema) -> Schema:
    return False if first is False or second is False else {"allOf": [first, second]}


def _both_properties(first: dict[str, Schema], second: dict[str, Schema]) -> dict[str, Schema]:
    shared = {key: _both(first[key], second[key]) for key in first if key in second}
    return {**first, **second, **shared}


def _both_types(first: str | list[str], second: str | list[str]) -> list[str]:
    return _shared(_widened(first), _widened(second))


def _widened(written: str | list[str]) -> list[str]:
    types = types_of({"type": written})
    return [*types, "integer"] if "number" in types else types


def _shared(first: list[Json], second: list[Json]) -> list[Json]:
    shared = [member for member in first if member in second]
    if not shared:
        raise NoValue
    return shared


def _each_with_each(first: list[Schema], second: list[Schema]) -> list[Schema]:
    return [{"allOf": [ours, theirs]} for ours in first for theirs in second]


_COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "type": _both_types,
    "enum": _shared,
    "properties": _both_properties,
    "required": lambda first, second: [*first, *second],
    "items": _both,
    "additionalProperties": _both,
    "propertyNames": _both,
    "patternProperties": _both_properties,
    "not": lambda first, second: {"anyOf": [first, second]},
    "dependentRequired": lambda first, second: {
        name: [*first.get(name, ()), *second.get(name, ())] for name in {**first, **second}
    },
    "oneOf": _each_with_each,
    "anyOf": _each_with_each,
    "multipleOf": max,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}
