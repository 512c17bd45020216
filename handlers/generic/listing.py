"""What a list shows: the records that its filters choose, in the order asked for, one page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from handlers.call import Call, Json
from handlers.generic.naming import text_of
from handlers.store.base import Record
from openapi.operation import Operation
from openapi.resources import Paging, Resource
from openapi.shape import Shape

PAGE = 20
"""Records of a page where nobody says how many."""

_SORTS = {"sort", "sort_by", "sortby", "order_by", "orderby", "ordering"}
_DIRECTIONS = {"order", "direction", "sort_order", "sortorder", "sort_dir", "dir"}
_SEARCHES = {"q", "query", "search"}


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page; `more`: other members of the list's body by name; `following`: the query of
    the page after it."""

    records: list[Record]
    more: dict[str, Json] = field(default_factory=dict)
    total: int = 0
    following: dict[str, str] = field(default_factory=dict)


def chosen(resource: Resource, records: Sequence[Record], call: Call) -> list[Record]:
    """The records that the filters of a request choose, in the order that it asks for."""
    for each in resource.filters:
        if each.parameter.name in call.parameters:
            wanted = call.parameters[each.parameter.name]
            records = [r for r in records if _fits(r.value["item"].get(each.property), wanted)]
    filters = {each.parameter.name for each in resource.filters}
    for name, text in call.parameters.items():
        if name.lower() in _SEARCHES and name not in filters and isinstance(text, str):
            records = [r for r in records if _holds(r.value["item"], text.lower())]
    return _sorted(list(records), call, resource)


def page_of(resource: Resource, records: list[Record], call: Call, body: Shape) -> Page:
    """The page of the records that a request asks for."""
    paging = resource.paging
    size = _size(paging, call)
    start = _start(paging, records, call, size)
    shown = records[start : start + size] if size is not None else records[start:]
    rest = len(records) > start + len(shown)
    following = _following(paging, shown, call, start) if rest else {}
    facts = _Facts(len(records), start, size or max(len(shown), 1), len(shown), rest)
    return Page(shown, _members(resource, facts, body), len(records), following)


def _fits(value: Json, wanted: Json) -> bool:
    """Whether a property is what a filter asks for; of several values, any one."""
    if isinstance(wanted, list):
        return any(_fits(value, each) for each in wanted)
    if isinstance(value, list):
        return any(text_of(each) == text_of(wanted) for each in value)
    return value is not None and text_of(value) == text_of(wanted)


def _holds(value: Json, text: str) -> bool:
    if isinstance(value, dict):
        return any(_holds(part, text) for part in value.values())
    if isinstance(value, list):
        return any(_holds(part, text) for part in value)
    return isinstance(value, str) and text in value.lower()


def _sorted(records: list[Record], call: Call, resource: Resource) -> list[Record]:
    """In the order of `sort=-name`, `sort=name:desc` or `sort=name&order=desc`, where that names a
    property."""
    names = [(key.lower(), value) for key, value in call.parameters.items() if isinstance(value, str)]
    wished = next((value for key, value in names if key in _SORTS), None)
    if wished is None:
        return records
    direction = next((value.lower() for key, value in names if key in _DIRECTIONS), "")
    plain, _, suffix = wished.lstrip("+-").replace(" ", ":").partition(":")
    down = wished.startswith("-") or "desc" in (suffix.lower(), direction)
    if plain not in resource.properties:
        return records
    return sorted(records, key=lambda record: _rank(record.value["item"].get(plain)), reverse=down)


def _rank(value: Json) -> tuple[int, Any]:
    """Values of one kind beside each other; what cannot be compared counts the same."""
    if isinstance(value, (bool, int, float)):
        return 1, value
    return (2, value) if isinstance(value, str) else (0, 0)


def _size(paging: Paging | None, call: Call) -> int | None:
    """How many records a page has; None for all."""
    if paging is None:
        return None
    asked = call.parameters.get(paging.limit.name) if paging.limit else None
    if isinstance(asked, int) and not isinstance(asked, bool):
        return max(asked, 0)
    if paging.kind == "limit":
        return paging.default_limit
    return paging.default_limit or min(PAGE, paging.most or PAGE)


def _start(paging: Paging | None, records: list[Record], call: Call, size: int | None) -> int:
    if paging is None or paging.position is None:
        return 0
    asked = call.parameters.get(paging.position.name)
    if asked is None:
        return 0
    if paging.kind == "cursor":
        return next((at for at, r in enumerate(records) if text_of(r.seq) == text_of(asked)), -1) + 1
    number = int(asked) if text_of(asked).lstrip("-").isdecimal() else 0
    if paging.kind == "page":
        return max(number - paging.first, 0) * (size or 0)
    return max(number, 0)


def _following(paging: Paging | None, shown: list[Record], call: Call, start: int) -> dict[str, str]:
    """The query parameters of the next page."""
    if paging is None or paging.position is None or not shown:
        return {}
    name = paging.position.name
    if paging.kind == "cursor":
        return {name: str(shown[-1].seq)}
    if paging.kind == "page":
        asked = call.parameters.get(name, paging.first)
        return {name: str(int(asked) + 1)}
    return {name: str(start + len(shown))}


def next_url(operation: Operation, call: Call, following: dict[str, str]) -> str:
    """The address of the next page: the request's own, with another position."""
    names = {p.name for p in operation.parameters if p.location == "query"} & call.parameters.keys()
    plain = {name: call.parameters[name] for name in names}
    kept = {name: text_of(value) for name, value in plain.items() if not isinstance(value, (list, dict))}
    return f"{call.url}?{urlencode({**kept, **following})}"


@dataclass(frozen=True, slots=True)
class _Facts:
    total: int
    start: int
    size: int
    shown: int
    rest: bool


def _members(resource: Resource, facts: _Facts, body: Shape) -> dict[str, Json]:
    """The members beside the list that tell of its pages, by the names that they usually have."""
    first = resource.paging.first if resource.paging else 1
    values: dict[str, Json] = {}
    for names, told in (
        (("total", "total_count", "totalcount", "total_items", "totalitems", "totalelements"), facts.total),
        (("count", "size_of_page", "numberofelements", "returned"), facts.shown),
        (("has_more", "hasmore", "more", "has_next", "hasnext", "hasnextpage"), facts.rest),
        (("has_previous", "hasprevious", "haspreviouspage", "has_prev"), facts.start > 0),
        (("limit", "per_page", "perpage", "page_size", "pagesize", "size"), facts.size),
        (("offset", "skip", "start"), facts.start),
        (
            ("page", "current_page", "currentpage", "page_number", "pagenumber"),
            facts.start // max(facts.size, 1) + first,
        ),
        (
            ("pages", "total_pages", "totalpages", "page_count", "pagecount", "last_page"),
            -(-facts.total // max(facts.size, 1)),
        ),
    ):
        values |= dict.fromkeys(names, told)
    found: dict[str, Json] = {}
    for name in body.properties:
        value: Json = values.get(name.lower())
        kinds = body.member(name).types
        if value is not None and (
            "boolean" in kinds if isinstance(value, bool) else kinds & {"integer", "number"}
        ):
            found[name] = value
    return found
