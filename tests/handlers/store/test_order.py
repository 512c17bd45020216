"""Rising numbers are what a sorted list of them is."""

from __future__ import annotations

import random

import pytest

from handlers.store.order import Rising


def test_any_changes_are_those_of_a_sorted_list() -> None:
    """Added and removed at any place, in pieces that split and vanish."""
    dice = random.Random(5)
    rising, plain = Rising(), set[int]()
    for turn in range(12_000):
        number = dice.randrange(4_000) if turn % 3 else 4_000 + turn
        if number in plain:
            rising.remove(number)
            plain.remove(number)
        else:
            rising.add(number)
            plain.add(number)
    listed = sorted(plain)
    assert (listed, len(listed)) == (list(rising), len(rising))
    for place in (0, 1, 511, 512, 513, len(listed) - 1, len(listed), len(listed) + 5):
        assert listed[place:] == list(rising.since(place))
    for number in (-1, 0, listed[0], listed[777], listed[777] + 1, listed[-1], 10**9):
        assert sum(each <= number for each in listed) == rising.place_behind(number)
    for number in listed:
        rising.remove(number)
    assert ([], 0, 0) == (list(rising), len(rising), rising.place_behind(7))


def test_what_is_not_there_is_not_removed() -> None:
    """Neither between the numbers, nor behind the last, nor of none at all."""
    for numbers in ([], [1, 5], range(0, 4_000, 2)):
        rising = Rising(numbers)
        for number in (3, 4_001):
            with pytest.raises(ValueError, match="is not there"):
                rising.remove(number)
        assert list(numbers) == list(rising)
