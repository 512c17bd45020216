"""Query parameters of a list that choose by the value of a property."""

import re

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
    properties = reading.responses.members(item).properties
    by_plain = {plain(name): name for name in reversed(properties)}
    return tuple(
        Filter(each, by_plain[name])
        for each in query_of(operation)
        if (name := plain(_name(each))) in by_plain
        and name not in _NO_FILTERS
        and not is_about_paging(each, paging)
        and _chooses_equal(reading, each, properties[by_plain[name]])
    )


def _name(parameter: Parameter) -> str:
    """What a filter is called; of `filter[genre]` the member."""
    outer, _, inner = parameter.name.removesuffix("]").partition("[")
    return inner if inner and plain(outer) in ("filter", "filters", "where", "q", "query") else parameter.name


def _chooses_equal(reading: Reading, parameter: Parameter, owned: Schema) -> bool:
    """Whether parameter and property are scalars of one type, and no word says that the comparison is
    another."""
    schema = reading.parameter(parameter)
    asked = reading.requests.types(schema) - {"null"}
    held = reading.responses.types(owned) - {"null"}
    if not asked or not held or not asked <= _SCALARS or not held <= _SCALARS or not asked & held:
        return False
    if reading.responses.says(owned, "format") == "date-time":
        return False
    text = f"{parameter.place.get('description', '')} {reading.requests.says(schema, 'description')}"
    return not _LOOSE.search(_ANSWER.sub("", text))
