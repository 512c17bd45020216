"""Values that break one keyword of a schema, keyword by keyword."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from openapi.misfits import choice, items, members, number, text
from openapi.misfits.here import Here, Misfit

_Maker = Callable[[Here, Any], Iterator[Misfit]]


def _named(maker: Callable[..., Iterator[Misfit]], keyword: str) -> _Maker:
    return partial(maker, keyword=keyword)


def _bound(maker: Callable[..., Iterator[Misfit]], keyword: str) -> _Maker:
    return lambda here, bound: maker(here, keyword, bound)


def _one_of(here: Here, branches: Any) -> Iterator[Misfit]:
    yield from choice.of_no_branch(here, branches, "oneOf")
    yield from choice.of_two_branches(here, branches)


_MAKERS: dict[str, _Maker] = {
    "type": choice.of_another_type,
    "enum": choice.beyond_enum,
    "const": choice.beyond_const,
    "not": choice.what_must_not_fit,
    "oneOf": _one_of,
    "anyOf": _named(choice.of_no_branch, "anyOf"),
    "format": text.unformatted,
    "pattern": text.unlike_pattern,
    "minLength": text.too_short,
    "maxLength": text.too_long,
    "minimum": _bound(number.beyond, "minimum"),
    "maximum": _bound(number.beyond, "maximum"),
    "exclusiveMinimum": _bound(number.at_the_end, "exclusiveMinimum"),
    "exclusiveMaximum": _bound(number.at_the_end, "exclusiveMaximum"),
    "multipleOf": number.between,
    "minItems": items.too_few,
    "maxItems": items.too_many,
    "uniqueItems": items.repeated,
    "contains": items.without_contained,
    "items": _named(items.with_one_more, "items"),
    "unevaluatedItems": _named(items.with_one_more, "unevaluatedItems"),
    "required": members.without_required,
    "properties": members.with_forbidden,
    "additionalProperties": _named(members.with_unknown, "additionalProperties"),
    "unevaluatedProperties": _named(members.with_unknown, "unevaluatedProperties"),
    "minProperties": members.too_few,
    "maxProperties": members.too_many,
    "dependentRequired": members.without_dependent,
    "propertyNames": members.misnamed,
}


def misfits(here: Here) -> Iterator[Misfit]:
    """The ways to break each keyword of a schema object, in the order in which it has them."""
    for keyword, written in here.schema.items():
        if maker := _MAKERS.get(keyword):
            yield from maker(here, written)
