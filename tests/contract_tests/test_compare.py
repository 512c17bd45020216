"""JSON values are compared exactly."""

from typing import Any

import pytest

from contract_tests.probing.compare import differences, same
from openapi.resources import ABSENT

EQUAL = [
    (1, 1.0),
    (10**30, 10**30),
    ({"a": [1, None]}, {"a": [1.0, None]}),
    ("é", "é"),
    ([], []),
    (False, False),
]
DIFFERENT = [
    (True, 1), (0, False), (10**30, 1e30), ("é", "e\u0301"), ("a ", "a"), ("", None), ([1, 2], [2, 1]),
    ({"a": None}, {}), ({}, []), (2**53 + 1, float(2**53)), ("1", 1), (ABSENT, None),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_values_are_the_same(one: Any, other: Any) -> None:
    assert same(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_differs_in_anything_is_not_the_same(one: Any, other: Any) -> None:
    assert not same(one, other)
    assert not same(other, one)


def test_each_difference_is_one_sentence_with_its_place() -> None:
    expected = {"name": "a", "tags": [{"id": 1}], "gone": True}
    found = {"name": "b", "tags": [{"id": 2}], "new": 0}
    assert [
        'name: "b" found, expected "a"',
        "tags[0].id: 2 found, expected 1",
        "gone: nothing found, expected true",
        "new: 0 found, expected nothing",
    ] == list(differences(expected, found))
