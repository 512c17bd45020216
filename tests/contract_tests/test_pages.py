"""How a list is cut into pages so that a wrong cut shows."""

import pytest

from contract_tests.probing.pages import sizes
from openapi.operation import Parameter, Place
from openapi.resources import Paging
from tests.contract_tests.answers import contract

LIMIT = Parameter("limit", "query", False, "form", True, None, {}, Place("", {}))


@pytest.mark.parametrize(
    ("count", "ours", "expected"),
    [(4, (), [2, 3, 1]), (30, (), [29, 15, 8]), (30, (3, 11), [11, 12, 29]), (5, (0, 1), [2, 1])],
)
def test_pages_are_cut_beside_our_last_record(count: int, ours: tuple[int, ...], expected: list[int]) -> None:
    """In as many requests as the budget has: a page after the last full one is asked for, too."""
    paging = Paging("offset", LIMIT, None)
    assert expected == sizes(contract({}), paging, count, 12, ours)
