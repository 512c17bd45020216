"""A whole list, page after page.

Others may write meanwhile, so whoever compares lists looks for this run's records in them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contract_tests.check import CannotAsk
from contract_tests.exchange import ONE, Exchange
from contract_tests.probing.asking import Asking
from openapi import codec
from openapi.codec import Json
from openapi.operation import Parameter
from openapi.resources import ABSENT, Paging, Resource

_MOST_PAGES = 60


@dataclass(frozen=True)
class Listing:
    """The items of a list over all its pages, the exchanges that brought them, the total that the first one
    told (ABSENT where none did)."""

    items: list[Json]
    pages: list[Exchange]
    sizes: list[int]
    total: Json

    def find(self, resource: Resource, id_: str) -> list[Json]:
        """The items that have this id."""
        return [item for item in self.items if id_in(resource, item) == id_]

    def page(self, resource: Resource, id_: str) -> Exchange:
        """The page that has an item with this id; the last one where none has."""
        ends = accumulate(self.sizes)
        pages = [page for page, end in zip(self.pages, ends, strict=True) if id_ in self.ids(resource)[:end]]
        return pages[0] if pages else self.pages[-1]

    def ids(self, resource: Resource) -> list[str]:
        """The ids of the items, in their order; of an item without one an empty text."""
        return [id_in(resource, item) or "" for item in self.items]


def whole_list(  # noqa: PLR0913 - the first two are needed, the others have their usual values
    asking: Asking, resource: Resource, identity: str = ONE, query: Mapping[str, Json] | None = None,
    *, size: int | None = None, parents: Mapping[str, str] | None = None, most: int = _MOST_PAGES,
    between: Callable[[], object] = lambda: None,
) -> Listing:  # fmt: skip
    """The list with all its pages, `size` items to a page (None: as large as the document lets one ask for).
    `between` is called after each page.

    A page that brings nothing but items that came before is the last one that is asked for: the pages repeat.
    Raises CannotAsk where there is no list, an answer is none, or the end is not reached in `most` pages.
    """
    around = dict(parents if parents is not None else asking.parents(resource, identity))
    paging = resource.paging
    asked = {**_sized(paging, size), **(query or {})}
    items: list[Json] = []
    pages: list[Exchange] = []
    sizes: list[int] = []
    position: Json = ABSENT
    known: set[bytes] = set()
    while len(pages) < most:
        where = (
            {paging.position.name: position} if paging and paging.position and position is not ABSENT else {}
        )
        found, exchange = one_page(asking, resource, {**asked, **where}, around, identity)
        items += found
        pages.append(exchange)
        sizes.append(len(found))
        between()
        position = _next(paging, exchange, found, len(items), len(pages))
        brought = {codec.encode(item) for item in found}
        if position is ABSENT or brought <= known:
            return Listing(items, pages, sizes, total_of(resource, pages[0]))
        known |= brought
    raise CannotAsk(f"the list of {resource.key} has more than {most} pages")


def one_page(
    asking: Asking, resource: Resource, query: Mapping[str, Json], parents: Mapping[str, str],
    identity: str = ONE
) -> tuple[list[Json], Exchange]:  # fmt: skip
    """The items that one request for the list brings. Raises CannotAsk where there is no list, or none
    comes."""
    operation = resource.operations.get("list")
    if operation is None:
        raise CannotAsk(f"{resource.key} has no list")
    exchange = asking.send(operation, path=parents, query=query, identity=identity)
    found = resource.envelopes["list"].find(exchange.json) if "list" in resource.envelopes else ABSENT
    if not exchange.succeeded or not isinstance(found, list):
        raise CannotAsk(f"{operation.method} {operation.path} is answered {exchange.status} without a list")
    return found, exchange


def is_steady(asking: Asking, resource: Resource, listing: Listing, **how: Any) -> bool:
    """Whether a second reading shows the same items in the same order: nobody wrote to the list meanwhile.
    `how`: as it was read, see `whole_list`."""
    return whole_list(asking, resource, **how).ids(resource) == listing.ids(resource)


def is_cut(resource: Resource, listing: Listing) -> bool:
    """Whether there may be more than the listing shows: a full page, and no parameter that leads to the
    next."""
    paging = resource.paging
    if paging is None or paging.position is not None:
        return False
    most = paging.most or paging.default_limit
    return most is None or len(listing.items) >= most


def selecting(resource: Resource, entity: Json) -> dict[str, Json]:
    """Values of the query parameters that the list requires, such that it shows a record. Raises CannotAsk
    where nothing tells which records a parameter leaves."""
    operation, entity = resource.operations["list"], entity if isinstance(entity, dict) else {}
    filters = {filter_.parameter.name: filter_.property for filter_ in resource.filters}
    values: dict[str, Json] = {}
    for parameter in operation.parameters:
        if parameter.location != "query" or not parameter.required or _pages(resource.paging, parameter):
            continue
        value = entity.get(filters.get(parameter.name, ""), None)
        if value is None:
            raise CannotAsk(
                f"the list requires {parameter.name}, and nothing tells which records that leaves"
            )
        values[parameter.name] = value
    return values


def total_of(resource: Resource, exchange: Exchange) -> Json:
    """The number of all items that a list tells, or ABSENT."""
    value = exchange.json
    for token in resource.total or ():
        value = value.get(token, ABSENT) if isinstance(value, dict) else ABSENT
    return value if resource.total else ABSENT


def id_in(resource: Resource, item: Json) -> str | None:
    """The id in an item, as path text, or None."""
    if resource.id is None or resource.id.property is None or not isinstance(item, dict):
        return None
    value = item.get(resource.id.property)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else None


def next_cursor(paging: Paging, body: Json) -> str | None:
    """The cursor of the next page: as it stands in the body, or taken from the URL that stands there; None at
    the end."""
    value = body
    for token in paging.next or ():
        value = value.get(token) if isinstance(value, dict) else None
    if not isinstance(value, str) or not value:
        return None
    if "://" in value or value.startswith(("/", "?")):
        name = paging.position.name if paging.position else ""
        return next(iter(parse_qs(urlsplit(value).query).get(name, [])), None)
    return value


def _pages(paging: Paging | None, parameter: Parameter) -> bool:
    return paging is not None and parameter in (paging.limit, paging.position)


def _sized(paging: Paging | None, size: int | None) -> dict[str, Json]:
    if paging is None or paging.limit is None:
        return {}
    if size is not None:
        return {paging.limit.name: size}
    return {paging.limit.name: paging.most} if paging.most else {}


def _next(paging: Paging | None, exchange: Exchange, found: list[Json], count: int, pages: int) -> Json:
    """Where the next page begins, or ABSENT at the end."""
    if paging is None or paging.position is None or not found:
        return ABSENT
    match paging.kind:
        case "cursor":
            return next_cursor(paging, exchange.json) or ABSENT
        case "offset":
            return count
        case "page":
            return paging.first + pages
    return ABSENT
