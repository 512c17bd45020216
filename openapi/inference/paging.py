"""How a list comes in pieces: the parameters that ask for a piece, and where the answer says what comes next.

Spellings as they are counted in the wild (facts: corpus.md section 2).
"""

from collections.abc import Collection, Iterator
from typing import Literal

from openapi.dialect import Schema
from openapi.inference.members import query_of
from openapi.inference.naming import plain
from openapi.inference.reading import Reading
from openapi.operation import Operation, Parameter
from openapi.resources import Paging

Kind = Literal["cursor", "page", "offset"]
Members = tuple[str, ...]

_LIMIT = (
    "limit", "pagesize", "perpage", "pagelimit", "maxresults", "maxpagesize", "itemsperpage",
    "resultsperpage", "recordsperpage", "maxitems", "maxrecords", "maxentries", "maxcount", "pagecount",
    "pagelength", "take", "top", "size", "rows", "count", "first", "num", "max", "pagemax", "batchsize",
    "limitcount", "perpagecount",
)  # fmt: skip
_CURSOR = (
    "cursor", "pagetoken", "nexttoken", "nextpagetoken", "continuationtoken", "nextcursor", "pagecursor",
    "startingafter", "startafter", "after", "continue", "continuation", "marker", "pagemarker", "bookmark",
    "aftercursor", "scrollid", "nextpagekey", "paginationtoken", "paginationkey", "pageafter", "skiptoken",
    "exclusivestartkey", "nextpage", "afterid", "startcursor", "lastkey", "sinceid", "nextmarker",
)  # fmt: skip
_PERHAPS_CURSOR = ("next", "token", "page", "from", "start", "since", "offset")
"""Cursors where the answer names the next one."""

_PAGE = ("page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage", "pageid", "p")
_OFFSET = (
    "offset", "skip", "start", "startindex", "startat", "pageoffset", "startfrom", "firstresult", "begin",
    "from", "first", "startposition", "startoffset", "recordoffset",
)  # fmt: skip

_ALSO_WORDS = {
    "size", "count", "first", "num", "max", "top", "rows", "start", "from", "begin", "next", "after", "token",
    "continue", "p", "marker", "since",
}  # fmt: skip
"""Names that as often mean something else: not taken where a property of the item has the name."""

_BACKWARDS = {"before", "endingbefore", "pagebefore", "previous", "prev", "beforecursor", "beforeid"}

_NEXT = (
    "next", "nextcursor", "nextpagetoken", "nextpagecursor", "nexttoken", "nextpage", "nextpageurl",
    "nextlink", "nexturl", "nextpageuri", "nexturi", "nextpagelink", "nexthref", "continuationtoken",
    "continue", "endcursor", "nextmarker", "odatanextlink", "nextpagekey", "nextafter", "after", "cursor",
    "pagetoken", "scrollid",
)  # fmt: skip
_AROUND = {
    "meta", "metadata", "pagination", "paging", "page", "pageinfo", "links", "cursors", "cursor",
    "paginginfo", "responsemetadata", "paginationinfo", "listmetadata", "resultinfo", "pages",
}  # fmt: skip
_TOTAL = (
    "total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements", "totalentries",
    "totalhits", "totalsize", "totalnumber", "totalrows", "totalobjects", "totalitemcount",
    "totalresultcount", "numfound", "totalnumberofitems", "totalnumberofresults", "totalitemscount",
    "totaldocs", "odatacount", "fullcount",
)  # fmt: skip

_SAID = {
    *_NEXT, *_AROUND, *_LIMIT, *_CURSOR, *_PAGE, *_OFFSET, *_BACKWARDS, "hasmore", "hasnext", "hasnextpage",
    "hasprevious", "totalpages", "lastpage", "object", "kind", "type",
}  # fmt: skip
"""Names of members that say how a list goes on."""

_UNBOUNDED = (2**31 - 1, 2**63 - 1)
"""Bounds of an integer's width: nobody means them as the size of a page."""

_ZERO_BASED = (
    "zero-based", "zero based", "0-based", "0-indexed", "zero-indexed", "starts at 0", "starting at 0",
    "starts with 0", "starting from 0", "starts from 0", "begins at 0",
)  # fmt: skip

_DEEPEST = 3


def find_paging(reading: Reading, operation: Operation, body: Schema | None, item: Schema) -> Paging | None:
    """How the list is paged, or None. `body`: the schema of its answer, `item`: of its items."""
    query = _Query(reading, operation, item)
    limit = query.number(_LIMIT)
    text, number = _next(reading, body, "string"), _next(reading, body, "integer")
    kind, position = _position(query, text, number, limit)
    if kind is None and limit is None:
        return None
    schema = reading.parameter(limit) if limit else None
    return Paging(
        kind or "limit",
        limit,
        position,
        first=_first_page(reading, position) if kind == "page" and position else 0,
        next=(text or number) if kind == "cursor" else text if kind else None,
        further=text or number,
        default_limit=_whole(reading.requests.says(schema, "default")),
        most=_most(reading, schema),
    )


def find_total(
    reading: Reading, body: Schema | None, paged: bool, things: Collection[str] = ()
) -> Members | None:
    """Where the number of all items stands: never a number that may be that of the page alone. `things`:
    plain names of the items."""
    found: dict[str, Members] = {}
    for path, schema in _beside(reading, body):
        types = reading.responses.types(schema) - {"null"}
        whole = types == {"integer"} or (types == {"integer", "number"} and plain(path[-1]) != "total")
        if whole:  # a `total` with decimals is a sum of money
            found.setdefault(plain(path[-1]), path)
    beside = {plain(name) for name in reading.responses.members(body).properties}
    counts_all = not paged or {"next", "previous", "results"} <= beside  # as the Django REST framework has it
    names = (*_TOTAL, *(("count",) if counts_all else ()))
    named = [f"{word}{count}" for word in things for count in ("count", "total")]
    named += [f"total{word}" for word in things]
    return next((found[name] for name in (*names, *named) if name in found), None)


def is_about_paging(parameter: Parameter, paging: Paging | None) -> bool:
    """Whether a query parameter asks for a piece of the list."""
    if paging and parameter in (paging.limit, paging.position):
        return True
    names = {*_LIMIT, *_CURSOR, *_PAGE, *_OFFSET} - _ALSO_WORDS
    return plain(parameter.name) in names | _BACKWARDS


def speaks_of_paging(name: str, total: bool = True) -> bool:
    """Whether a member of a list's body only says how the list goes on; with `total`, or how long it is."""
    return plain(name) in _SAID or (total and plain(name) in _TOTAL)


class _Query:
    """The query parameters of a list by plain name, without those that mean a property of the item."""

    def __init__(self, reading: Reading, operation: Operation, item: Schema) -> None:
        self.reading = reading
        owned = {plain(name) for name in reading.responses.members(item).properties} & _ALSO_WORDS
        query = query_of(operation)
        self.named = {plain(each.name): each for each in reversed(query) if plain(each.name) not in owned}

    def number(self, names: Collection[str]) -> Parameter | None:
        """The first parameter with one of the names that may be an integer."""
        return next((self.named[name] for name in names if name in self.named and self._counts(name)), None)

    def text(self, names: Collection[str]) -> Parameter | None:
        """The first parameter with one of the names that is text, and no date."""
        return next((self.named[name] for name in names if name in self.named and self._reads(name)), None)

    def _counts(self, name: str) -> bool:
        types = self._types(name)
        return bool(types & {"integer", "number"}) and not types & {"array", "object"}

    def _reads(self, name: str) -> bool:
        schema = self.reading.parameter(self.named[name])
        dated = self.reading.requests.says(schema, "format") in ("date", "date-time")
        return self._types(name) == {"string"} and not dated

    def _types(self, name: str) -> frozenset[str]:
        return self.reading.requests.types(self.reading.parameter(self.named[name])) - {"null"}


def _position(
    query: _Query, text: Members | None, number: Members | None, limit: Parameter | None
) -> tuple[Kind | None, Parameter | None]:
    """Kind and parameter; a cursor first where the answer holds the next one (`text` or `number` is
    where)."""
    page, offset = query.number(_PAGE), query.number(_OFFSET)
    cursor = query.text(_CURSOR) or (query.text(_PERHAPS_CURSOR) if text else None)
    if cursor is None and (text or number) and page is None:
        cursor = query.number(_CURSOR) or (query.number(("from", "since", "next")) if number else None)
    numbered: list[tuple[Kind, Parameter | None]] = [("page", page), ("offset", offset)]
    first: list[tuple[Kind, Parameter | None]] = [("cursor", cursor)]
    choices = [*first, *numbered] if text or number else [*numbered, *first]
    told = [(kind, each) for kind, each in choices if each is not None and each is not limit]
    return told[0] if told else (None, None)


def _first_page(reading: Reading, page: Parameter) -> int:
    """The number of the first page: the default, else the minimum, else what the text says, else one."""
    schema = reading.parameter(page)
    for keyword in ("default", "minimum"):
        number = _whole(reading.requests.says(schema, keyword))
        if number is not None and -1 <= number <= 1:
            return max(number, 0)
    text = f"{page.place.get('description', '')} {reading.requests.says(schema, 'description')}".lower()
    return 0 if any(words in text for words in _ZERO_BASED) else 1


def _most(reading: Reading, schema: Schema | None) -> int | None:
    allowed = reading.requests.says(schema, "enum")
    if isinstance(allowed, list):
        return max((number for number in map(_whole, allowed) if number is not None), default=None)
    most = _whole(reading.requests.says(schema, "maximum"))
    below = _whole(reading.requests.says(schema, "exclusiveMaximum"))
    if most is None and below is not None:
        most = below - 1
    return None if most in _UNBOUNDED else most


def _whole(value: object) -> int | None:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _next(reading: Reading, body: Schema | None, kind: str) -> Members | None:
    """Where the next cursor or its URL stands, as a value of the JSON type."""
    found: dict[str, Members] = {}
    for path, schema in _beside(reading, body):
        types = reading.responses.types(schema) - {"null"}
        if kind in types and not types & {"array", "object"}:
            name = path[-2] if plain(path[-1]) == "href" and len(path) > 1 else path[-1]
            found.setdefault(plain(name), path)
    return next((found[name] for name in _NEXT if name in found), None)


def _beside(reading: Reading, body: Schema | None, depth: int = 0) -> Iterator[tuple[Members, Schema]]:
    """The members of a list's body that stand beside the list, those inside `meta` and the like included."""
    view = reading.responses
    if view.is_array(body) or depth > _DEEPEST:
        return
    for name, schema in view.members(body).properties.items():
        yield (name,), schema
        if (plain(name) in _AROUND or (depth and plain(name) == "next")) and view.is_object(schema):
            yield from (((name, *path), inner) for path, inner in _beside(reading, schema, depth + 1))
