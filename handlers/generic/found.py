"""The records that a list is about: as they lie in the store, looked at a page at a time, or all at once
where they have to be looked through or sorted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from handlers.call import Json
from handlers.store.base import Record, Store, Where

_DIGITS = 20
_LARGEST = 2**62
"""Above every number in any store."""


class Found(Protocol):
    """Records in the order of a list."""

    def __len__(self) -> int: ...

    def part(self, start: int, most: int | None) -> list[Record]:
        """Those from a place on; None for all that come."""

    def behind(self, cursor: str) -> int:
        """The place behind the record that a cursor names, by its number in the store or by its id; where
        that is gone, the place where it was."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The records of a table that hold something, oldest first."""

    store: Store
    table: str
    where: Where

    def __len__(self) -> int:
        return self.store.count(self.table, None, self.where)

    def part(self, start: int, most: int | None) -> list[Record]:
        return self.store.list(self.table, None, self.where, start=start, most=most)

    def behind(self, cursor: str) -> int:
        number = min(int(cursor[:_DIGITS]), _LARGEST) if cursor.isdecimal() else None
        place = self._until(number) if number is not None else 0
        if place and self.part(place - 1, 1)[0].seq == number:
            return place
        named = self.holding("own", cursor).part(0, 1)
        return self._until(named[0].seq) if named else place

    def holding(self, member: str | tuple[str, ...], value: Json) -> "Stored":
        """Those of them that hold something else, too."""
        return replace(self, where={**self.where, member: value})

    def _until(self, seq: int) -> int:
        return self.store.count_until(self.table, seq, None, self.where)


class Listed:
    """Records that were looked at one by one."""

    def __init__(self, records: list[Record]) -> None:
        self._records = records

    def __len__(self) -> int:
        return len(self._records)

    def part(self, start: int, most: int | None) -> list[Record]:
        return self._records[start : None if most is None else start + most]

    def behind(self, cursor: str) -> int:
        for place, record in enumerate(self._records):
            if cursor in (str(record.seq), record.value["own"]):
                return place + 1
        if cursor.isdecimal():
            return next(self._above(int(cursor)), len(self._records))
        return 0

    def _above(self, seq: int) -> Iterator[int]:
        return (place for place, each in enumerate(self._records) if each.seq > seq)


def every(found: Found) -> list[Record]:
    return found.part(0, None)
