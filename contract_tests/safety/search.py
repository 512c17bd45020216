"""Looks through a list for records that carry the run's marker: a create may have ended without telling an
id."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from contract_tests.ledger import Whereabouts
from contract_tests.network.dispatch import Sent
from contract_tests.safety.address import parameters_at, shape_of, spelled
from contract_tests.safety.identify import as_text
from contract_tests.safety.manners import Headers
from contract_tests.safety.marking import carries
from openapi.codec import Json
from openapi.resources import ABSENT, Envelope

FEW = 20
"""Pages of a list that are read where nothing is missing."""

MANY = 500
"""Pages that are read to find what is missing."""


class Ask(Protocol):
    """Sends a GET or a DELETE of the clean-up, as an identity."""

    def __call__(
        self, method: str, path: str, identity: str, *, headers: Headers = (), query: Headers = ()
    ) -> Sent: ...


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found: `items` by path, and the paths of those that carry the marker in a text of their
    own (`found`; what a record holds of others does not count). `complete`: whether all of the list was seen,
    each item with its path; `fields`: names that each item in it has (None where it is empty)."""

    items: dict[str, Json]
    found: tuple[str, ...]
    complete: bool
    fields: frozenset[str] | None

    def excludes(self, fields: tuple[str, ...]) -> bool:
        """Whether no other item can carry the marker, which was sent in these properties."""
        return self.complete and (self.fields is None or not self.fields.isdisjoint(fields))

    def with_items(self, items: dict[str, Json], carrying: tuple[str, ...]) -> "Searched":
        """The same with some items as a GET of each shows them; `fields`: of those alone."""
        fields = [frozenset(item) if isinstance(item, dict) else frozenset[str]() for item in items.values()]
        shown = {**self.items, **items}
        same = frozenset.intersection(*fields) if fields else None
        return Searched(shown, (*self.found, *carrying), self.complete, same)


def search(ask: Ask, where: Whereabouts, path: str, identity: str, marker: str, most: int) -> Searched | None:
    """Looks for the marker in the list at `path`; None where there is no list to be had."""
    if where.listed is None or where.id is None:
        return None
    shown: dict[str, Json] = {}
    fields: frozenset[str] | None = None
    pages, whole = 0, True
    for items in _pages(ask, where, path, identity, most):
        if items is None:
            return None if pages == 0 else Searched(shown, carrying(shown, marker, where), False, fields)
        pages += 1
        for item in items:
            names = frozenset(item) if isinstance(item, dict) else frozenset()
            fields = names if fields is None else fields & names
            place = _place(where, path, item)
            whole = whole and place is not None
            if place is not None:
                shown[place] = item
    return Searched(shown, carrying(shown, marker, where), whole and pages < most, fields)


def item_of(where: Whereabouts, body: Json) -> Json:
    """The item in the answer to a GET of it."""
    found = Envelope(where.envelope or (), where.moved).find(body)
    if isinstance(found, dict):
        return found
    return body if isinstance(body, dict) and where.id in body else ABSENT


def carrying(items: dict[str, Json], marker: str, where: Whereabouts) -> tuple[str, ...]:
    """The paths of the items that carry the marker where clients write."""
    return tuple(path for path, item in items.items() if carries(item, marker, where.written))


def _pages(ask: Ask, where: Whereabouts, path: str, identity: str, most: int) -> Iterator[list[Json] | None]:
    """The items of each page; None where one is not answered as a list."""
    page: dict[str, Any] = where.page or {}
    size = ((page["limit"], str(page["most"])),) if page.get("limit") and page.get("most") else ()
    turned: Headers = ()
    seen: set[str] = set()
    count = 0
    for number in range(most):
        sent = ask("GET", path, identity, query=(*size, *turned))
        body = sent.answer.json if sent.answer and sent.answer.status == 200 else ABSENT
        items = Envelope(where.listed or (), where.moved).find(body)
        if sent.answer and sent.answer.status in (404, 410) and "{" in where.key:
            items = []  # what it lay under is gone, and all that was in it
        if not isinstance(items, list):
            yield None
            return
        yield items
        texts = {json.dumps(item, sort_keys=True) for item in items}
        count += len(items)
        following = _following(page, body, number, count)
        if following is None or not items or texts <= seen:
            return
        seen |= texts
        turned = following


def _following(page: dict[str, Any], body: Json, number: int, count: int) -> Headers | None:
    """The query of the page after this one, or None: there is none."""
    position = page.get("position")
    if page.get("kind") == "cursor" and page.get("next"):
        return _turned(position, Envelope(tuple(page["next"])).find(body))
    if not position:
        return None
    if page.get("kind") == "page":
        return ((position, str(page.get("first", 0) + number + 1)),)
    return ((position, str(count)),) if page.get("kind") == "offset" else None


def _turned(position: str | None, cursor: Json) -> Headers | None:
    """A cursor as it is, or as the query of the URL that it is."""
    if cursor is ABSENT or cursor in (None, "") or isinstance(cursor, (dict, list, bool)):
        return None
    text = str(cursor)
    if "?" in text:
        return tuple(parse_qsl(urlsplit(text).query, keep_blank_values=True))
    return ((position, text),) if position else None


def _place(where: Whereabouts, path: str, item: Json) -> str | None:
    """The path of an item in a list, or None."""
    text = as_text(item.get(where.id)) if isinstance(item, dict) and where.id else None
    if text is None or where.item is None:
        return None
    end = "/" if where.item.endswith("/") else ""
    if shape_of(where.item) == f"{shape_of(where.key)}/{{}}":
        return f"{path.partition('?')[0].rstrip('/')}/{spelled(text)}{end}"
    own, above = parameters_at(where.item), path.partition("?")[0].split("/")
    parts = where.item.split("/")
    if not own or len(above) <= max(own[:-1], default=-1) + 1:
        return None
    for at in own[:-1]:
        parts[at + 1] = above[at + 1]
    parts[own[-1] + 1] = re.sub(r"{[^}]*}", lambda _: spelled(text), parts[own[-1] + 1])
    return "/".join(parts)
