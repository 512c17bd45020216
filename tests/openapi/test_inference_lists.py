"""How lists come in pieces, how many items there are, and what chooses among them."""

import pytest

from openapi.resources import Resource
from tests.openapi.describing import MOMENT, NUMBER, PET, PETS, TEXT, Json, asks, query, read, several, thing

LIMIT = query("limit", {**NUMBER, "default": 20, "maximum": 100})


def listed(parameters: list[Json], body: Json = None, item: Json = None) -> Resource:
    """A resource whose list takes these parameters."""
    answer = PETS if body is None else body
    paths = {
        "/pets": {"get": asks(several(item) if item else answer, parameters=parameters)},
        "/pets/{petId}": {"get": asks(item or PET)},
    }
    return read(paths).resources["/pets"]


NEXT = thing(data=PETS, next=TEXT)
PAGING: dict[str, tuple[list[Json], Json, tuple[str, str | None, str | None]]] = {
    "limit and offset": ([LIMIT, query("offset")], PETS, ("offset", "limit", "offset")),
    "take and skip": ([query("$top"), query("$skip")], PETS, ("offset", "$top", "$skip")),
    "page and per_page": ([query("page"), query("per_page")], PETS, ("page", "per_page", "page")),
    "Page and PageSize": ([query("Page"), query("PageSize")], PETS, ("page", "PageSize", "Page")),
    "page in brackets": (
        [query("page[number]"), query("page[size]")], PETS, ("page", "page[size]", "page[number]"),
    ),
    "page alone": ([query("page")], PETS, ("page", None, "page")),
    "a cursor": ([LIMIT, query("cursor", TEXT)], NEXT, ("cursor", "limit", "cursor")),
    "a token": ([query("pageSize"), query("pageToken", TEXT)], NEXT, ("cursor", "pageSize", "pageToken")),
    "after an item": ([LIMIT, query("starting_after", TEXT)], PETS, ("cursor", "limit", "starting_after")),
    "a page that is text": ([query("page", TEXT)], NEXT, ("cursor", None, "page")),
    "a number that goes on": (
        [LIMIT, query("from")], thing(data=PETS, next=NUMBER), ("cursor", "limit", "from"),
    ),
    "from a number": ([LIMIT, query("from")], PETS, ("offset", "limit", "from")),
    "a cursor and a page, and a next one": (
        [query("page"), query("cursor", TEXT)], NEXT, ("cursor", None, "cursor"),
    ),
    "a cursor and a page, and no next one": (
        [query("page"), query("cursor", TEXT)], PETS, ("page", None, "page"),
    ),
    "limit alone": ([LIMIT], PETS, ("limit", "limit", None)),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "body", "expected"), PAGING.values(), ids=PAGING.keys())
def test_paging(parameters: list[Json], body: Json, expected: tuple[str, str | None, str | None]) -> None:
    found = listed(parameters, body).paging
    assert found is not None
    names = [parameter.name if parameter else None for parameter in (found.limit, found.position)]
    assert expected == (found.kind, *names)


def test_no_paging() -> None:
    """A date, a property of the item and text that is no cursor ask for no piece."""
    assert listed([query("after", MOMENT), query("sort", TEXT)]).paging is None
    assert listed([query("size")], item=thing(id=TEXT, size=NUMBER)).paging is None
    assert listed([query("limit", TEXT)]).paging is None


NEXTS: dict[str, tuple[Json, tuple[str, ...] | None]] = {
    "beside the list": (thing(data=PETS, next_cursor=TEXT), ("next_cursor",)),
    "in meta": (thing(data=PETS, meta=thing(nextPageToken=TEXT)), ("meta", "nextPageToken")),
    "among cursors": (
        thing(data=PETS, paging=thing(cursors=thing(after=TEXT))),
        ("paging", "cursors", "after"),
    ),
    "a link": (thing(data=PETS, links=thing(next=TEXT)), ("links", "next")),
    "a link of HAL": (thing(data=PETS, _links=thing(next=thing(href=TEXT))), ("_links", "next", "href")),
    "nowhere": (thing(data=PETS, has_more={"type": "boolean"}), None),
}


@pytest.mark.parametrize(("body", "path"), NEXTS.values(), ids=NEXTS.keys())
def test_where_the_next_cursor_stands(body: Json, path: tuple[str, ...] | None) -> None:
    found = listed([query("cursor", TEXT)], body).paging
    assert found is not None
    assert path == found.next


def test_the_number_of_the_next_page_is_no_cursor() -> None:
    found = listed([query("page")], thing(data=PETS, meta=thing(next_page=NUMBER))).paging
    assert found is not None
    assert (None, ("meta", "next_page")) == (found.next, found.further)


FIRST: dict[str, tuple[Json, int]] = {
    "one": (query("page"), 1),
    "the default": (query("page", {**NUMBER, "default": 0}), 0),
    "the minimum": (query("page", {**NUMBER, "minimum": 0}), 0),
    "as the text says": (query("page", description="Zero-based page number"), 0),
    "a page in the middle is no first one": (query("page", {**NUMBER, "default": 7, "minimum": 1}), 1),
}


@pytest.mark.parametrize(("page", "first"), FIRST.values(), ids=FIRST.keys())
def test_the_first_page(page: Json, first: int) -> None:
    found = listed([page]).paging
    assert found is not None
    assert first == found.first


SIZES: dict[str, tuple[Json, int | None, int | None]] = {
    "default and maximum": ({**NUMBER, "default": 20, "maximum": 100}, 20, 100),
    "below a bound": ({**NUMBER, "exclusiveMaximum": 101}, None, 100),
    "some numbers": ({**NUMBER, "enum": [10, 25, 50]}, None, 50),
    "the width of an integer": ({**NUMBER, "format": "int32"}, None, None),
}


@pytest.mark.parametrize(("schema", "default", "most"), SIZES.values(), ids=SIZES.keys())
def test_the_size_of_a_page(schema: Json, default: int | None, most: int | None) -> None:
    found = listed([query("limit", schema)]).paging
    assert found is not None
    assert (default, most) == (found.default_limit, found.most)


TOTALS: dict[str, tuple[list[Json], Json, tuple[str, ...] | None]] = {
    "total": ([LIMIT], thing(data=PETS, total=NUMBER), ("total",)),
    "in meta": ([LIMIT], thing(d=PETS, meta=thing(page=NUMBER, total_count=NUMBER)), ("meta", "total_count")),
    "deeper": ([LIMIT], thing(data=PETS, meta=thing(pagination=thing(totalItems=NUMBER))),
               ("meta", "pagination", "totalItems")),
    "a count of a whole list": ([], thing(data=PETS, count=NUMBER), ("count",)),
    "a count that may be the page's": ([LIMIT], thing(data=PETS, count=NUMBER), None),
    "a count as Django has it": (
        [LIMIT], thing(results=PETS, count=NUMBER, next=TEXT, previous=TEXT), ("count",),
    ),
    "a sum of money": ([], thing(data=PETS, total={"type": "number"}), None),
    "pages are no items": ([LIMIT], thing(data=PETS, totalPages=NUMBER), None),
    "text is no number": ([LIMIT], thing(data=PETS, total=TEXT), None),
    "a bare list": ([LIMIT], PETS, None),
}  # fmt: skip


@pytest.mark.parametrize(("parameters", "body", "path"), TOTALS.values(), ids=TOTALS.keys())
def test_totals(parameters: list[Json], body: Json, path: tuple[str, ...] | None) -> None:
    assert path == listed(parameters, body).total


ITEM = thing(
    id=TEXT, status={"enum": ["a", "b"]}, owner_id=TEXT, age=NUMBER, tags=several(TEXT), born=MOMENT,
    order=NUMBER, offset=NUMBER, free={},
)  # fmt: skip
FILTERS: dict[str, tuple[Json, str | None]] = {
    "the same name": (query("status", {"enum": ["a"]}), "status"),
    "otherwise spelled": (query("ownerId", TEXT), "owner_id"),
    "a number": (query("age", {"type": "number"}), "age"),
    "another type": (query("age", TEXT), None),
    "several values": (query("status", several(TEXT)), None),
    "a list of the item": (query("tags", TEXT), None),
    "no property": (query("name", TEXT), None),
    "of any type": (query("free", TEXT), None),
    "a moment": (query("born", MOMENT), None),
    "sorting": (query("order"), None),
    "paging": (query("offset"), None),
    "part of the value": (query("owner_id", TEXT, description="Owners whose id contains this text"), None),
    "a bound": (query("age", NUMBER, description="At least this old"), None),
    "a header": ({"name": "status", "in": "header", "schema": TEXT}, None),
}


@pytest.mark.parametrize(("parameter", "name"), FILTERS.values(), ids=FILTERS.keys())
def test_filters(parameter: Json, name: str | None) -> None:
    found = listed([parameter], item=ITEM).filters
    assert ([name] if name else []) == [each.property for each in found]
    assert ([parameter["name"]] if name else []) == [each.parameter.name for each in found]


CHOICES: dict[str, tuple[Json, str | None]] = {
    "several values": (query("status", several(TEXT)), "status"),
    "in brackets": (query("status[]", several(TEXT)), "status"),
    "of another type": (query("age", several(TEXT)), None),
    "of a property that is a list": (query("tags", several(TEXT)), None),
    "of one value": (query("status", TEXT), None),
    "more than the equal value": (
        query("owner_id", several(TEXT), description="Owners that begin with one of these prefixes"), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("parameter", "name"), CHOICES.values(), ids=CHOICES.keys())
def test_filters_that_take_several_values(parameter: Json, name: str | None) -> None:
    found = listed([parameter], item=ITEM).choices
    assert [(name, True)] * bool(name) == [(each.property, each.many) for each in found]


def test_a_search_answers_items_of_another_path() -> None:
    """Their schema is the very one of the collection's items; its own list is none."""
    pet = {"$ref": "#/components/schemas/Pet"}
    paths = {
        "/pets": {"post": asks(pet, pet, "201")},
        "/pets/{petId}": {"get": asks(pet)},
        "/pets/search": {"get": asks(several(pet), parameters=[query("name", TEXT), LIMIT])},
        "/pets/names": {"get": asks(several(TEXT))},
    }
    (found,) = read(paths, {"Pet": PET}).searches
    assert ("/pets/search", "/pets") == (found.operation.path, found.resource)
    assert ["name"] == [each.property for each in found.filters]
    assert found.limit is not None
