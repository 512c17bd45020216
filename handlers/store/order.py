"""Rising numbers, found by place and by value: what a list shows costs its page at any size."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from itertools import islice

_MOST = 512
"""Numbers of one piece. Adding and removing moves at most one piece; a place is found by counting pieces."""


class Rising:
    """A set of numbers in rising order, kept in pieces."""

    __slots__ = ("_lasts", "_pieces", "_size")

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        """`numbers`: each once, in any order."""
        listed = sorted(numbers)
        self._size = len(listed)
        self._pieces = [listed[at : at + _MOST] for at in range(0, self._size, _MOST)]
        self._lasts = [piece[-1] for piece in self._pieces]

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[int]:
        return self.since(0)

    def add(self, number: int) -> None:
        self._size += 1
        lasts = self._lasts
        if not lasts or number > lasts[-1]:
            self._append(number)
            return
        at = bisect_left(lasts, number)
        piece = self._pieces[at]
        insort(piece, number)
        if len(piece) > 2 * _MOST:
            self._pieces[at : at + 1] = [piece[:_MOST], piece[_MOST:]]
            lasts.insert(at, piece[_MOST - 1])

    def remove(self, number: int) -> None:
        """Raises ValueError where it is not there."""
        at = bisect_left(self._lasts, number)
        piece = self._pieces[at] if at < len(self._pieces) else []
        place = bisect_left(piece, number)
        if place == len(piece) or piece[place] != number:
            raise ValueError(f"{number} is not there")
        del piece[place]
        self._size -= 1
        if piece:
            self._lasts[at] = piece[-1]
        else:
            del self._pieces[at], self._lasts[at]

    def since(self, place: int) -> Iterator[int]:
        """The numbers from a place on; the first has place 0."""
        for at, piece in enumerate(self._pieces):
            if place < len(piece):
                yield from islice(piece, place, None)
                for later in self._pieces[at + 1 :]:
                    yield from later
                return
            place -= len(piece)

    def place_behind(self, number: int) -> int:
        """How many are not above a number, which need not be there."""
        at = bisect_left(self._lasts, number)
        before = sum(map(len, self._pieces[:at]))
        return before + (bisect_right(self._pieces[at], number) if at < len(self._pieces) else 0)

    def _append(self, number: int) -> None:
        if self._lasts and len(self._pieces[-1]) < _MOST:
            self._pieces[-1].append(number)
            self._lasts[-1] = number
        else:
            self._pieces.append([number])
            self._lasts.append(number)
