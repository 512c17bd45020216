"""What a list shows: the records that its filters choose, one page at a time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from handlers.call import Call, Json
from handlers.generic.found import Found, Stored
from handlers.generic.naming import text_of
from handlers.store.base import Record
from openapi.codec import Json as Tree
from openapi.operation import Operation
from openapi.resources import Filter, Paging, Resource
from openapi.shape import shape

PAGE = 20
"""Records of a page where nobody says how many."""

_WORDS = {"q", "query", "search"}
"""Parameters that take words which are looked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """The records of one page. `total`: how many there are on all pages; `start`: how many come before it;
    `size`: how many a full one has; `first`: the number of the first page; `cursors`: what the position
    parameter takes, by the page it leads to (this one is `current`)."""

    records: list[Record]
    total: int
    start: int = 0
    size: int = 0
    first: int = 1
    cursors: dict[str, str] = field(default_factory=dict)


def searches(filters: Sequence[Filter], call: Call) -> bool:
    """Whether a request leaves out any record."""
    named = {each.parameter.name for each in filters}
    return any(name in named or name.lower() in _WORDS for name in call.parameters)


def chosen(filters: Sequence[Filter], records: Sequence[Record], call: Call) -> list[Record]:
    """The records that the filters and the words of a request choose."""
    named = {each.parameter.name for each in filters}
    records = _filtered(filters, records, call)
    for name, text in call.parameters.items():
        if name not in named and name.lower() in _WORDS and isinstance(text, str):
            records = [record for record in records if _holds(record.value["item"], text.lower())]
    return list(records)


class Lookup:
    """The filters of a list for which the store finds the records: those by a property of one plain kind, for
    which to be equal is to be written alike."""

    def __init__(self, filters: Iterable[Filter], resource: Resource, tree: Tree) -> None:
        self._plain: list[tuple[Filter, frozenset[str]]] = []
        for each in filters:
            found = resource.properties.get(each.property)
            kinds = frozenset[str]() if found is None or found.read is None else shape(tree, found.read).types
            if any(kinds - {"null"} <= one for one in _PLAIN):
                self._plain.append((each, frozenset(kinds)))

    def narrowed(self, found: Stored, call: Call) -> Stored:
        """Fewer records, among which all are that pass the filters of a request."""
        for each, kinds in self._plain:
            wanted = call.parameters.get(each.parameter.name)
            if not kinds.isdisjoint(_KINDS.get(type(wanted), ())):
                found = found.holding(("item", each.property), wanted)
        return found


_PLAIN = ({"string"}, {"integer", "number"}, {"boolean"})
_KINDS = {str: {"string"}, int: {"integer", "number"}, float: {"integer", "number"}, bool: {"boolean"}}


def _filtered(filters: Iterable[Filter], records: Sequence[Record], call: Call) -> Sequence[Record]:
    """The records that pass all the filters which a request uses."""
    for each in filters:
        if each.parameter.name in call.parameters:
            wanted = call.parameters[each.parameter.name]
            records = [r for r in records if _fits(r.value["item"].get(each.property), wanted)]
    return records


def page_of(paging: Paging | None, found: Found, call: Call) -> Page:
    """The page of the records that a request asks for."""
    size = _size(paging, call)
    start = _start(paging, found, call, size)
    shown = found.part(start, size)
    total = len(found) if paging or start else len(shown)
    full = size if size is not None else max(len(shown), 1)
    first = paging.first if paging else 1
    page = Page(shown, total, start, full, first)
    return replace(page, cursors=_cursors(paging, found, page))


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


def _size(paging: Paging | None, call: Call) -> int | None:
    """How many records a page has; None for all."""
    if paging is None:
        return None
    asked = call.parameters.get(paging.limit.name) if paging.limit else None
    if isinstance(asked, (int, float)) and not isinstance(asked, bool):
        return max(int(asked), 0)
    if paging.kind == "limit":
        return paging.default_limit
    return paging.default_limit or min(PAGE, paging.most or PAGE)


def _start(paging: Paging | None, found: Found, call: Call, size: int | None) -> int:
    """How many records come before the page."""
    if paging is None or paging.position is None:
        return 0
    asked = call.parameters.get(paging.position.name)
    if asked is None:
        return 0
    if paging.kind == "cursor":
        return found.behind(text_of(asked))
    number = int(asked) if text_of(asked).lstrip("-").isdecimal() else 0
    if paging.kind == "page":
        return max(number - paging.first, 0) * (size or 0)
    return max(number, 0)


def _cursors(paging: Paging | None, records: Found, page: Page) -> dict[str, str]:
    """What leads to the next page and to the one before."""
    if paging is None or paging.position is None:
        return {}
    found: dict[str, str] = {}
    end = page.start + len(page.records)
    if page.records and end < page.total:
        found["next"] = _position(paging, records, end, page.size)
    if page.start > 0:
        found["previous"] = _position(paging, records, max(page.start - page.size, 0), page.size)
    return {name: text for name, text in found.items() if text}


def _position(paging: Paging, records: Found, start: int, size: int) -> str:
    """What the position parameter takes for the page that begins there; a cursor for the first page is
    empty."""
    if paging.kind == "cursor":
        return "".join(str(last.seq) for last in records.part(start - 1, 1)) if start else ""
    return str(start // max(size, 1) + paging.first if paging.kind == "page" else start)


def addresses(paging: Paging | None, page: Page, call: Call, operation: Operation) -> dict[str, str]:
    """The addresses of this page and its neighbours: the request's own, with another position."""
    query = {p.name for p in operation.parameters if p.location == "query"} & call.parameters.keys()
    plain = {name: call.parameters[name] for name in query}
    kept = {name: text for name, value in plain.items() if (text := _written(value)) is not None}
    made = {"self": _address(call, kept)}
    if paging is None or paging.position is None:
        return made
    name = paging.position.name
    made["first"] = _address(call, {key: text for key, text in kept.items() if key != name})
    for to, position in page.cursors.items():
        made[to] = _address(call, {**kept, name: position})
    return made


def _written(value: Json) -> str | list[str] | None:
    """A parameter as a query has it; None of what is no plain value."""
    if isinstance(value, list):
        return [text_of(each) for each in value]
    return None if isinstance(value, dict) else text_of(value)


def _address(call: Call, query: Mapping[str, str | list[str]]) -> str:
    return f"{call.url}?{urlencode(query, doseq=True)}" if query else call.url
