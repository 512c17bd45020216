"""Query parameters of a list that choose by the value of a property."""

import re
from collections.abc import Iterator

from openapi.dialect import Schema
from openapi.inference.members import query_of
from openapi.inference.naming import plain
from openapi.inference.paging import is_about_paging
from openapi.inference.reading import Reading
from openapi.operation import Operation, Parameter
from openapi.resources import Filter, Paging

_NO_FILTERS = {
    "sort", "sortby", "sortorder", "sortdir", "sortdirection", "order", "orderby", "orderdirection",
    "direction", "q", "query", "search", "searchterm", "keyword", "keywords", "filter", "filters", "where",
    "fields", "select", "include", "includes", "expand", "embed", "exclude", "format", "pretty", "view",
    "locale", "lang", "apiversion", "version", "callback", "timeout", "watch",
}  # fmt: skip

_LOOSE = re.compile(
    r"contain|substring|partial|prefix|start(?:s|ing) with|begins with|wildcard|fuzzy|search|regex|like\b|"
    r"case.?insensitive|match(?:es)? any|comma|before|after|since|until|greater|less than|at least|at most|"
    r"or (?:later|earlier|newer|older|more|less)|minimum|maximum|range",
    re.IGNORECASE,
)
"""Words that say: more than the equal value is found."""

_ANSWER = re.compile(
    r"(?:response|result|results|list|answer|page|output)s? (?:will |shall |should |then )?(?:only )?"
    r"contains?\b|"
    r"only contain(?:s|ing)?\b",
    re.IGNORECASE,
)
"""Words that speak of the answer, not of the comparison."""

_SCALARS = {"string", "integer", "number", "boolean"}


def find_filters(
    reading: Reading, operation: Operation, item: Schema, paging: Paging | None
) -> tuple[Filter, ...]:
    """The filters of a list whose items have the schema `item`."""
    return tuple(
        Filter(each, name)
        for each, name, owned in _named(reading, operation, item, paging)
        if _chooses_equal(reading, each, reading.parameter(each), owned)
    )


def find_choices(
    reading: Reading, operation: Operation, item: Schema, paging: Paging | None
) -> tuple[Filter, ...]:
    """The filters that take a list of values: a property of one value can only be one of them."""
    view = reading.requests
    found = (
        (each, name, owned, reading.parameter(each))
        for each, name, owned in _named(reading, operation, item, paging)
    )
    return tuple(
        Filter(each, name, many=True)
        for each, name, owned, asked in found
        if view.is_array(asked)
        and (inner := view.items(asked)) is not None
        and _chooses_equal(reading, each, inner, owned)
    )


def _named(
    reading: Reading, operation: Operation, item: Schema, paging: Paging | None
) -> Iterator[tuple[Parameter, str, Schema]]:
    """The query parameters that have the name of a property of the item, with it and its schema."""
    properties = reading.responses.members(item).properties
    by_plain = {plain(name): name for name in reversed(properties)}
    for each in query_of(operation):
        name = plain(_name(each))
        if name in by_plain and name not in _NO_FILTERS and not is_about_paging(each, paging):
            yield each, by_plain[name], properties[by_plain[name]]


def _name(parameter: Parameter) -> str:
    """What a filter is called; of `filter[genre]` the member."""
    outer, _, inner = parameter.name.removesuffix("]").partition("[")
    return inner if inner and plain(outer) in ("filter", "filters", "where", "q", "query") else parameter.name


def _chooses_equal(reading: Reading, parameter: Parameter, asked_in: Schema | None, owned: Schema) -> bool:
    """Whether a value of a parameter and the property are scalars of one type, and no word says that the
    comparison is another."""
    asked = reading.requests.types(asked_in) - {"null"}
    held = reading.responses.types(owned) - {"null"}
    if not asked or not held or not asked <= _SCALARS or not held <= _SCALARS or not asked & held:
        return False
    if reading.responses.says(owned, "format") == "date-time":
        return False
    said = reading.requests.says(reading.parameter(parameter), "description")
    text = f"{parameter.place.get('description', '')} {said}"
    return not _LOOSE.search(_ANSWER.sub("", text))
