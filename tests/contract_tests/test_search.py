"""Looking through a list for records that carry the run's marker."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.exchange import Answer
from contract_tests.ledger import Whereabouts
from contract_tests.network.dispatch import Sent
from contract_tests.safety.manners import Headers
from contract_tests.safety.search import Searched, search

ITEMS = [{"id": number, "name": f"thing {number}"} for number in range(7)]
ITEMS[5]["name"] = "hyfn-1-5"


def where(page: dict[str, Any] | None = None, **more: Any) -> Whereabouts:
    given = {
        "key": "/things",
        "item": "/things/{id}",
        "id": "id",
        "envelope": (),
        "listed": ("items",),
        **more,
    }
    return Whereabouts(**given, page=page)


def look(
    answer: Callable[[dict[str, str]], Any], found: Whereabouts, most: int = 50, status: int = 200
) -> Searched | None:
    """A search in a list that answers by its query."""

    def ask(method: str, path: str, identity: str, *, headers: Headers = (), query: Headers = ()) -> Sent:
        assert ("GET", "/things", "one") == (method, path, identity)
        return Sent(Answer(status, (), json.dumps(answer(dict(query))).encode()), "", 0.0)

    return search(ask, found, "/things", "one", "hyfn-1", most)


def whole(_query: dict[str, str]) -> Any:
    return {"items": ITEMS}


def page_of(query: dict[str, str]) -> Any:
    start = (int(query.get("page", 1)) - 1) * 2
    return {"items": ITEMS[start : start + 2]}


def offset_of(query: dict[str, str]) -> Any:
    start, size = int(query.get("offset", 0)), int(query.get("limit", 3))
    return {"items": ITEMS[start : start + size]}


def cursor_of(query: dict[str, str]) -> Any:
    start = int(query.get("after", 0))
    return {"items": ITEMS[start : start + 3], "next": str(start + 3) if start + 3 < len(ITEMS) else None}


def link_of(query: dict[str, str]) -> Any:
    start = int(query.get("after", 0))
    following = f"https://elsewhere/api/things?after={start + 3}&x=1" if start + 3 < len(ITEMS) else ""
    return {"items": ITEMS[start : start + 3], "links": {"next": following}}


def ignoring(_query: dict[str, str]) -> Any:
    return {"items": ITEMS[:2]}


def page(kind: str, **values: Any) -> dict[str, Any]:
    return {"kind": kind, "limit": None, "position": None, "first": 0, "next": None, "most": None, **values}


@pytest.mark.parametrize(
    ("answer", "paged"),
    [
        (whole, None),
        (page_of, page("page", position="page", first=1)),
        (offset_of, page("offset", position="offset")),
        (offset_of, page("offset", position="offset", limit="limit", most=2)),
        (cursor_of, page("cursor", position="after", next=["next"])),
        (link_of, page("cursor", position="after", next=["links", "next"])),
    ],
)
def test_every_page_is_seen(answer: Callable[[dict[str, str]], Any], paged: dict[str, Any] | None) -> None:
    found = look(answer, where(paged))
    assert found is not None
    assert (("/things/5",), 7, True) == (found.found, len(found.items), found.complete)
    assert found.excludes(("name",))
    assert not found.excludes(("note",))


def test_a_list_that_ignores_its_paging_comes_to_an_end() -> None:
    found = look(ignoring, where(page("offset", position="offset")))
    assert found is not None
    assert ((), 2) == (found.found, len(found.items))


def test_a_list_that_was_not_read_to_its_end_excludes_nothing() -> None:
    found = look(page_of, where(page("page", position="page", first=1)), most=2)
    assert found is not None
    assert not found.excludes(("name",))


def test_an_empty_list_excludes_everything() -> None:
    found = look(lambda query: {"items": []}, where())
    assert found is not None
    assert found.excludes(("name",))


def test_what_a_record_holds_of_others_does_not_count() -> None:
    """A foreign record that shows the name of one of ours is still foreign."""
    found = look(
        lambda query: {"items": [{"id": 1, "latest": {"name": "hyfn-1-1"}, "all": ["hyfn-1-1"]}]}, where()
    )
    assert found is not None
    assert () == found.found


@pytest.mark.parametrize("status", [401, 404, 500])
def test_without_a_list_nothing_is_told(status: int) -> None:
    assert look(lambda query: {"error": "no"}, where(), status=status) is None
    assert look(whole, where(listed=None)) is None
    assert look(whole, where(id=None)) is None


def test_a_list_below_something_that_is_gone_is_empty() -> None:
    found = look(
        lambda query: {}, where(key="/things/{id}/parts", item="/things/{id}/parts/{part}"), status=404
    )
    assert found is not None
    assert found.excludes(("name",))
