"""Which orders a document lists, and what is surely out of order."""

import pytest

from contract_tests.probing.ordering import misplaced, orders
from openapi.codec import Json
from tests.contract_tests.answers import contract
from tests.openapi.describing import NUMBER, TEXT, asks, query, several, thing

ITEM = thing(id=NUMBER, name=TEXT, createdAt=TEXT)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["name", "-name"], [("name", False), ("name", True)]),
        (["id:asc", "id:desc", "id"], [("id", False), ("id", True)]),
        (["created_at desc", "+id", "size"], [("createdAt", True), ("id", False)]),
        (["name", "id"], []),
    ],
)
def test_orders_with_a_direction(values: list[str], expected: list[tuple[str, bool]]) -> None:
    parameter = query("sort", {"type": "string", "enum": values})
    kept = contract({"/pages": {"get": asks(several(ITEM), parameters=[parameter])}})
    found = orders(kept, kept.model.resources["/pages"])
    assert expected == [(each.name, each.falling) for each in found]


@pytest.mark.parametrize(
    ("values", "falling", "expected"),
    [
        ([1, 2, 2, 10], False, None),
        ([3, 1], False, (3, 1)),
        ([1, 3], True, (1, 3)),
        (["a-1", "a-2"], True, ("a-1", "a-2")),
        (["b", "A", "10", "9", None, "a"], False, None),
        (["2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00"], False,
         ("2026-01-01T00:00:00Z", "2026-01-01T00:30:00+01:00")),
    ],
)  # fmt: skip
def test_what_is_surely_out_of_order(
    values: list[Json], falling: bool, expected: tuple[Json, Json] | None
) -> None:
    """By no reasonable comparison: case, punctuation and length are compared in several ways."""
    assert expected == misplaced(values, falling)
