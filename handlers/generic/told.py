"""What the body of a list tells beside the items: how many there are, which page this is, what comes next.

Which member tells what is read from its name once; a request only fills them in.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial

from handlers.call import Json
from openapi.dialect import parts
from openapi.inference.naming import plain
from openapi.resources import ABSENT, Resource
from openapi.schema import Validator
from openapi.shape import Shape
from openapi.spots import placed

Path = tuple[str, ...]

_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """One page of a list. `size`: how many items a full one has; `links`: the addresses of this page and
    others by name (self, first, next, previous, last); `cursors`: what its position parameter takes to get
    there."""

    total: int
    start: int
    size: int
    shown: int
    first: int = 1
    links: dict[str, str] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)

    @property
    def rest(self) -> int:
        """How many items come after it."""
        return self.total - self.start - self.shown


_Fact = Callable[[Facts], Json]

_NUMBERS: dict[str, _Fact] = {
    **dict.fromkeys(
        (
            "total", "totalcount", "totalitems", "totalresults", "totalrecords", "totalelements",
            "totalentries", "totalhits", "totalsize", "totalnumber", "totalrows", "totalobjects",
            "totalitemcount", "totalresultcount", "numfound", "totaldocs", "odatacount", "fullcount",
            "totalnumberofitems", "totalnumberofresults", "totalitemscount", "estimatedtotalhits",
        ),
        lambda page: page.total,
    ),
    **dict.fromkeys(
        ("count", "sizeofpage", "numberofelements", "returned", "itemsonpage", "resultcount", "itemcount"),
        lambda page: page.shown,
    ),
    **dict.fromkeys(("remainingitemcount", "remaining", "remainingcount"), lambda page: page.rest),
    **dict.fromkeys(
        ("limit", "perpage", "pagesize", "size", "itemsperpage", "maxresults", "pagelimit"),
        lambda page: page.size,
    ),
    **dict.fromkeys(("offset", "skip", "start", "startindex"), lambda page: page.start),
    **dict.fromkeys(
        ("page", "currentpage", "pagenumber", "pageindex"),
        lambda page: page.start // max(page.size, 1) + page.first,
    ),
    **dict.fromkeys(
        ("pages", "totalpages", "pagecount", "numberofpages"),
        lambda page: -(-page.total // max(page.size, 1)),
    ),
    "lastpage": lambda page: max(-(-page.total // max(page.size, 1)) - 1, 0) + page.first,
    "nextpage": lambda page: page.start // max(page.size, 1) + page.first + 1 if page.rest > 0 else None,
    **dict.fromkeys(
        ("previouspage", "prevpage", "prev", "previous"),
        lambda page: page.start // max(page.size, 1) + page.first - 1 if page.start else None,
    ),
}  # fmt: skip

_FLAGS: dict[str, _Fact] = {
    **dict.fromkeys(
        ("hasmore", "more", "hasnext", "hasnextpage", "ispartial", "truncated", "istruncated"),
        lambda page: page.rest > 0,
    ),
    **dict.fromkeys(("hasprevious", "haspreviouspage", "hasprev"), lambda page: page.start > 0),
    **dict.fromkeys(("last", "islast", "islastpage"), lambda page: page.rest <= 0),
    **dict.fromkeys(("first", "isfirst", "isfirstpage"), lambda page: page.start == 0),
}

_OTHER_PAGES = {
    **dict.fromkeys(
        (
            "next", "nextcursor", "nextpagetoken", "nextpagecursor", "nexttoken", "nextpage", "nextpageurl",
            "nextlink", "nexturl", "nextpageuri", "nexturi", "nextpagelink", "nexthref", "continuationtoken",
            "continue", "endcursor", "nextmarker", "odatanextlink", "nextpagekey", "nextafter", "after",
        ),
        "next",
    ),
    **dict.fromkeys(
        (
            "prev", "previous", "previouscursor", "prevcursor", "previouspageurl", "prevpageurl", "prevurl",
            "previousurl", "previouslink", "prevlink", "previouspagetoken", "before", "previouspage",
            "prevpage", "previouspageuri", "startcursor", "prevmarker",
        ),
        "previous",
    ),
    **dict.fromkeys(("first", "firstpageurl", "firsturl", "firstpage", "firstpageuri"), "first"),
    **dict.fromkeys(("last", "lastpageurl", "lasturl", "lastpageuri"), "last"),
    **dict.fromkeys(("self", "currentpageurl", "url", "href", "selfurl", "uri"), "self"),
    "current": "current",
    "cursor": "current",
}  # fmt: skip
"""Names of members that hold an address or a cursor, and which page it leads to."""

_AROUND = {
    "meta", "metadata", "pagination", "paging", "page", "pageinfo", "links", "link", "cursors", "cursor",
    "paginginfo", "responsemetadata", "paginationinfo", "listmetadata", "resultinfo", "pages", "next", "prev",
    "previous", "first", "last", "self",
}  # fmt: skip
"""Names of objects that hold such members."""

_ADDRESS = ("url", "uri", "link", "href")


class Told:
    """The members of one list's body that tell of its page.

    What a member says where there is nothing to tell is the first of null, being left out, and an empty text
    that leaves the body valid.
    """

    def __init__(self, resource: Resource, path: tuple[str | int, ...], body: Shape) -> None:
        cursors = resource.paging is not None and resource.paging.kind == "cursor"
        self._found = dict(_members(body, tuple(map(str, path)), cursors))
        if resource.total:
            self._found[resource.total] = _NUMBERS["total"]
        paging = resource.paging
        further = (paging.further or paging.next) if paging else None
        if further and further not in self._found:
            inner = body
            for name in further[:-1]:
                inner = inner.member(name)
            self._found[further] = _linking("next", further, inner, cursors)
        self._nothing: dict[Path, Json] | None = None

    def fill(self, whole: Json, page: Facts, validator: Validator) -> Json:
        """A valid body, whose members tell of this page."""
        if self._nothing is None:
            self._nothing = {path: _silence(whole, path, validator) for path in self._found}
        for path, fact in self._found.items():
            value = fact(page)
            try:
                whole = placed(whole, path, self._nothing[path] if value is None else value)
            except LookupError:  # the body has no such member
                continue
        return whole


def _silence(whole: Json, path: Path, validator: Validator) -> Json:
    """What says nothing at a path, so that the body stays valid."""
    for value in (None, ABSENT, ""):
        try:
            if validator.is_valid(placed(whole, path, value)):
                return value
        except LookupError:
            return ABSENT
    return ABSENT


def _members(of: Shape, list_at: Path, cursors: bool, above: Path = ()) -> Iterator[tuple[Path, _Fact]]:
    """The members that tell of a page, those of objects around included."""
    for name in of.properties:
        path, inner = (*above, name), of.member(name)
        if path == list_at:
            continue
        if inner.types == {"object"} or (inner.properties and "object" in inner.types):
            if (plain(name) in _AROUND or path == list_at[: len(path)]) and len(path) <= _DEEPEST:
                yield from _members(inner, list_at, cursors, path)
        elif fact := _fact(path, of, cursors):
            yield path, fact


def _fact(path: Path, around: Shape, cursors: bool) -> _Fact | None:
    """What a member tells, by its name and type."""
    name = plain(path[-2] if plain(path[-1]) == "href" and len(path) > 1 else path[-1])
    kinds = around.member(path[-1]).types - {"null"}
    if kinds & {"array", "object"}:
        return None
    if "boolean" in kinds:
        return _FLAGS.get(name) if "string" not in kinds else None
    if "string" not in kinds and name in _NUMBERS:
        return _NUMBERS[name]
    return _linking(_OTHER_PAGES[name], path, around, cursors) if name in _OTHER_PAGES else None


def _linking(to: str, path: Path, around: Shape, cursors: bool) -> _Fact:
    address = not cursors or _is_address(path, around)
    return partial(_text_to, to, address, around.member(path[-1]).types)


def _text_to(to: str, address: bool, kinds: frozenset[str], page: Facts) -> Json:
    """The address or the cursor of another page, or None."""
    if "string" in kinds:
        return page.links.get(to) if address else page.cursors.get(to)
    found = page.cursors.get(to, "")
    return int(found) if found.isdecimal() else None


def _is_address(path: Path, around: Shape) -> bool:
    """Whether a text is the address of a page: its name, its format, or its example says so."""
    if any(plain(name).removesuffix("s").endswith(_ADDRESS) for name in path):
        return True
    said = list(parts(around.tree, around.properties.get(path[-1]), ("allOf", "anyOf", "oneOf")))
    return any(
        part.get("format") in ("uri", "uri-reference", "url")
        or str(part.get("example", "")).startswith(("http", "/", "?"))
        for part in said
    )
