# ruff: noqa: A001, A002  (an id is called id here, as in the contract)
"""Stores that pass everything through to another one, but for what a fault changes."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from contextlib import AbstractContextManager

from handlers.store.base import Json, Record, Store, T, Where

Value = dict[str, Json]


class Through(Store):
    """Passes every call on to the store behind it."""

    def __init__(self, behind: Store) -> None:
        self.behind = behind

    @property
    def version(self) -> int | None:
        return self.behind.version

    @property
    def last_written(self) -> float | None:
        return self.behind.last_written

    @property
    def next_seq(self) -> int:
        return self.behind.next_seq

    def get(self, table: str, id: str) -> Record | None:
        return self.behind.get(table, id)

    def list(
        self,
        table: str,
        owner: str | None = None,
        where: Where | None = None,
        *,
        start: int = 0,
        most: int | None = None,
    ) -> builtins.list[Record]:
        return self.behind.list(table, owner, where, start=start, most=most)

    def count(self, table: str, owner: str | None = None, where: Where | None = None) -> int:
        return self.behind.count(table, owner, where)

    def count_until(self, table: str, seq: int, owner: str | None = None, where: Where | None = None) -> int:
        return self.behind.count_until(table, seq, owner, where)

    def insert(self, table: str, id: str, owner: str, value: Value) -> Record:
        return self.behind.insert(table, id, owner, value)

    def update(self, table: str, id: str, value: Value) -> Record:
        return self.behind.update(table, id, value)

    def remove(self, table: str, id: str) -> bool:
        return self.behind.remove(table, id)

    def transaction(self) -> AbstractContextManager[None]:
        return self.behind.transaction()

    def answer(self, work: Callable[[], T], writes: bool) -> T:
        return self.behind.answer(work, writes)

    def tables(self) -> builtins.list[str]:
        return self.behind.tables()

    def clear(self) -> None:
        self.behind.clear()

    def snapshot(self) -> Value:
        return self.behind.snapshot()

    def restore(self, snapshot: Value) -> None:
        self.behind.restore(snapshot)

    def sort_out(self, fits: Callable[[str, Record], bool]) -> tuple[int, int]:
        return self.behind.sort_out(fits)

    def close(self) -> None:
        self.behind.close()


class EveryonesOwn(Through):
    """Every record seems to be the caller's own."""

    def __init__(self, behind: Store, organization: str) -> None:
        super().__init__(behind)
        self.organization = organization

    def get(self, table: str, id: str) -> Record | None:
        found = self.behind.get(table, id)
        return None if found is None else found._replace(owner=self.organization)


class Everyones(Through):
    """A list holds the records of every organization."""

    def list(
        self,
        table: str,
        _owner: str | None = None,
        where: Where | None = None,
        *,
        start: int = 0,
        most: int | None = None,
    ) -> builtins.list[Record]:
        return self.behind.list(table, None, where, start=start, most=most)


class Watched(Through):
    """Keeps which record was looked up first: the one that the path names."""

    first: tuple[str, str] | None = None

    def get(self, table: str, id: str) -> Record | None:
        self.first = self.first or (table, id)
        return self.behind.get(table, id)


Inserted = tuple[str, str, Value]
"""Id, owner and value of a new record."""


class FirstInsert(Through):
    """Changes the first record that is inserted: the one that a create is about.

    What follows is derived from it. What is there under the same id is replaced.
    """

    def __init__(self, behind: Store, change: Callable[[str, Inserted], Inserted]) -> None:
        """`change` is given the table too."""
        super().__init__(behind)
        self._change: Callable[[str, Inserted], Inserted] | None = change

    def insert(self, table: str, id: str, owner: str, value: Value) -> Record:
        change, self._change = self._change, None
        if change is not None:
            id, owner, value = change(table, (id, owner, value))
        if self.behind.get(table, id) is not None:
            return self.behind.update(table, id, value)
        return self.behind.insert(table, id, owner, value)


class FirstUpdate(Through):
    """Changes the first value that is updated: the one that an update is about."""

    def __init__(self, behind: Store, change: Callable[[Value, Value], Value]) -> None:
        """`change` is given the value before and the new one."""
        super().__init__(behind)
        self._change: Callable[[Value, Value], Value] | None = change

    def update(self, table: str, id: str, value: Value) -> Record:
        change, self._change = self._change, None
        before = self.behind.get(table, id) if change is not None else None
        if change is not None and before is not None:
            value = change(before.value, value)
        return self.behind.update(table, id, value)
