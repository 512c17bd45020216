"""What lists show: pages of every kind, what stands beside them, filters, orders."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from handlers.store.base import Record
from handlers.store.tiny import TinyStore
from tests.handlers.generic.api import TEXT, WHOLE, Api, api, crud, query, thing

PET = thing(("id", "name"), id=TEXT, name=TEXT, tag=TEXT, age=WHOLE)
NEW = thing(("name",), name=TEXT, tag=TEXT, age=WHOLE)
SIZE = {"type": "integer", "minimum": 1, "maximum": 100, "default": 2}


def _pets(listed: Any, *parameters: dict[str, Any], count: int = 5) -> tuple[Api, list[str]]:
    """A mock with some pets, and their ids."""
    mock = api(crud("/pets", PET, NEW, listed=listed, listing={"parameters": list(parameters)}))
    bodies = [{"name": f"p{n}", "age": n % 3, "tag": "odd" if n % 2 else "even"} for n in range(count)]
    return mock, [mock.ask("POST", "/pets", body).json["id"] for body in bodies]


def _listed(**beside: Any) -> dict[str, Any]:
    return thing(("data",), data={"type": "array", "items": PET}, **beside)


def _walk(mock: Api, following: Any) -> list[list[str]]:
    """The ids of every page; `following`: the path of the page after a body, or None."""
    pages, path = [], "/pets?limit=2"
    for _ in range(9):
        body = mock.ask("GET", path).json
        pages.append([each["id"] for each in body["data"]])
        after = following(body)
        if after is None:
            break
        path = after
    return pages


def _cut(ids: list[str]) -> list[list[str]]:
    return [ids[:2], ids[2:4], ids[4:]]


def test_cursors_lead_through_the_list() -> None:
    around = thing(next={"type": ["string", "null"]})
    mock, ids = _pets(_listed(meta=thing(cursors=around)), query("limit", SIZE), query("cursor"))

    def following(body: Any) -> str | None:
        cursor = body["meta"]["cursors"]["next"]
        return None if cursor is None else f"/pets?limit=2&cursor={cursor}"

    assert _cut(ids) == _walk(mock, following)


def test_addresses_lead_through_the_list() -> None:
    link = {"type": ["string", "null"], "format": "uri"}
    mock, ids = _pets(_listed(links=thing(next=link, prev=link)), query("limit", SIZE), query("page", WHOLE))

    def following(body: Any) -> str | None:
        address = body["links"]["next"]
        return None if address is None else f"/pets?{urlsplit(address).query}"

    assert _cut(ids) == _walk(mock, following)


@pytest.mark.parametrize(("name", "third"), [("page", 2), ("offset", 2)])
def test_pages_are_numbered_and_counted(name: str, third: int) -> None:
    beside: dict[str, Any] = {"total": WHOLE, "has_more": {"type": "boolean"}, "pages": WHOLE, "count": WHOLE}
    mock, ids = _pets(_listed(meta=thing(**beside)), query("limit", SIZE), query(name, WHOLE))

    body = mock.ask("GET", f"/pets?limit=2&{name}={third}").json

    assert ids[2:4] == [each["id"] for each in body["data"]]
    assert {"total": 5, "has_more": True, "pages": 3, "count": 2} == body["meta"]
    assert [] == mock.ask("GET", f"/pets?limit=2&{name}=99").json["data"]


def test_the_default_page_size_is_kept() -> None:
    mock, ids = _pets(_listed(), query("limit", SIZE), query("offset", WHOLE))

    assert ids[:2] == [each["id"] for each in mock.ask("GET", "/pets").json["data"]]


def test_headers_tell_what_the_document_declares() -> None:
    paths = crud("/pets", PET, NEW, listing={"parameters": [query("limit", SIZE), query("page", WHOLE)]})
    headers = {"Link": {"schema": TEXT}, "X-Total-Count": {"schema": WHOLE}}
    paths["/pets"]["get"]["responses"]["200"]["headers"] = headers
    mock = api(paths)
    for _ in range(3):
        mock.ask("POST", "/pets", {"name": "Rex"})

    told = mock.ask("GET", "/pets").headers

    assert "3" == told["x-total-count"]
    assert '<http://mock.test/pets?limit=2&page=2>; rel="next"' in told["link"]


def test_filters_choose_and_combine() -> None:
    many = {"type": "array", "items": WHOLE}
    mock, _ = _pets(_listed(), query("tag"), query("age", many))

    def names(asked: str) -> list[str]:
        return [each["name"] for each in mock.ask("GET", f"/pets?{asked}").json["data"]]

    assert ["p0", "p2", "p4"] == names("tag=even")
    assert ["p0", "p1", "p3", "p4"] == names("age=0&age=1")
    assert ["p0", "p4"] == names("age=0&age=1&tag=even")
    assert [] == names("tag=none")


@pytest.mark.parametrize(
    ("asked", "first"),
    [("sort=name", "p0"), ("sort=-name", "p4"), ("sort=name:desc", "p4"), ("sort=age,-name", "p3")],
)
def test_a_list_is_in_the_order_asked_for(asked: str, first: str) -> None:
    mock, _ = _pets(_listed(), query("sort"))

    assert first == mock.ask("GET", f"/pets?{asked}").json["data"][0]["name"]


def test_below_what_nobody_can_create_is_only_what_lies_below_what_is_shown() -> None:
    paths = {
        **crud("/pets", PET, NEW, name="petId"),
        **crud("/pets/{petId}/toys", PET, NEW, name="toyId", parents=("petId",)),
    }
    del paths["/pets"]["post"]
    mock = api(paths)
    there = mock.ask("GET", "/pets").json[0]["id"]

    assert [200, 404] == [mock.ask("GET", f"/pets/{each}/toys").status for each in (there, "nobody")]


def test_a_page_costs_itself_and_a_filter_what_it_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store gives what is shown, and of a filter by a plain property what passes it; no more."""
    given: list[int] = []
    real = TinyStore.list

    def counting(self: TinyStore, *arguments: Any, **options: Any) -> list[Record]:
        found = real(self, *arguments, **options)
        given.append(len(found))
        return found

    mock, ids = _pets(_listed(), query("limit", SIZE), query("offset", WHOLE), query("tag"), count=9)
    monkeypatch.setattr(TinyStore, "list", counting)

    assert ids[4:6] == [each["id"] for each in mock.ask("GET", "/pets?limit=2&offset=4").json["data"]]
    assert 2 == sum(given)
    given.clear()
    assert ids[1::2][:2] == [each["id"] for each in mock.ask("GET", "/pets?limit=2&tag=odd").json["data"]]
    assert 4 == sum(given)
