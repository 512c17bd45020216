# ruff: noqa: A002  (an id is called id here, as in the contract)
"""What a store promises, in plain data: no file, no database.

    StoreError
    ├── AlreadyExists    insert: the id is taken, by a live record or by one that is set aside
    ├── NotStored        update: there is no such record
    ├── BadSnapshot      restore: the snapshot has a wrong shape (a ValueError too)
    ├── StoreRefused     open: the file is not ours, in use, damaged, out of reach; it stays as is
    └── StoreFailed      write: the disk did not take it, or the store is closed; nothing changed

Each carries one sentence for the person who runs the program.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from math import isfinite
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from openapi import codec

Json = Any
"""A JSON value: None, bool, int, float, str, list of Json, dict of str to Json."""

Member = str | tuple[str, ...]
"""A member of a value by its name, or one deeper inside by the names that lead to it."""

Durability = Literal["memory", "process", "power"]
"""What acknowledged changes outlive: nothing, a kill of the process, a loss of power."""

Where = Mapping[Member, Json]
"""Members of a value, and what each must equal."""

T = TypeVar("T")

MAX_DEPTH = codec.MAX_DEPTH - 8
"""Deepest nesting that is stored. A journal line and a snapshot wrap a value in four levels, and
what is written must be readable again by the codec."""


class StoreError(Exception):
    """Something that a store refuses or could not do."""


class AlreadyExists(StoreError):
    """The id is taken."""


class NotStored(StoreError):
    """There is no such record."""


class BadSnapshot(StoreError, ValueError):
    """Not a snapshot of a store."""


class StoreRefused(StoreError):
    """The file was not opened, and not touched."""


class StoreFailed(StoreError):
    """A change could not be kept; it was not made."""


class Record(NamedTuple):
    """One stored value. `owner` is the organization, `seq` the rising number of its insertion."""

    id: str
    owner: str
    value: dict[str, Json]
    seq: int


class Store(Protocol):
    """Records in tables, by id. Safe to use from several threads.

    What goes in and comes out is copied: changing it changes nothing that is stored. `table`,
    `id` and `owner` are any strings. `where` holds members of the value and what each must equal:
    1 equals 1.0, true does not equal 1, an absent member does not equal null. A member that is asked
    for once is found by an index from then on.

    Any call that changes something raises StoreFailed when the disk does not take it; then
    nothing was changed. A value that is no JSON raises TypeError or ValueError, see copy_json.
    """

    @property
    def version(self) -> int | None:
        """A number that is another one after every change; None where others change the records, too."""

    @property
    def last_written(self) -> float | None:
        """The largest time (Unix seconds) of any change that is kept, None where nothing was ever kept."""

    @property
    def next_seq(self) -> int:
        """The seq of the next insertion; within a transaction nobody else takes it."""

    def get(self, table: str, id: str) -> Record | None:
        """The record, or None."""

    def list(
        self,
        table: str,
        owner: str | None = None,
        where: Where | None = None,
        *,
        start: int = 0,
        most: int | None = None,
    ) -> builtins.list[Record]:
        """The records of `owner` (None: of everyone) that fit `where`, oldest first.

        Without the first `start` of them, and no more than `most`: it costs what it gives.
        """

    def count(self, table: str, owner: str | None = None, where: Where | None = None) -> int:
        """How many records `list` would give, without `start` and `most`."""

    def count_until(self, table: str, seq: int, owner: str | None = None, where: Where | None = None) -> int:
        """How many of those that `count` counts have a seq up to `seq`: the place in the list behind it."""

    def insert(self, table: str, id: str, owner: str, value: dict[str, Json]) -> Record:
        """Stores a new record. Raises AlreadyExists, also for the id of one that is set aside."""

    def update(self, table: str, id: str, value: dict[str, Json]) -> Record:
        """Replaces the whole value; owner and seq stay. Raises NotStored."""

    def remove(self, table: str, id: str) -> bool:
        """Removes the record; False when there is none."""

    def transaction(self) -> AbstractContextManager[None]:
        """A block whose changes are all kept or, on any exception, all undone.

        Nested in another one, the block is undone by itself and kept only when the outer one is.
        Other threads wait, so do not await inside: a task of the same thread would become part of
        it.
        """

    def answer(self, work: Callable[[], T], writes: bool) -> T:
        """What `work` gives, as one step: nobody else changes what it has read before what it writes is
        kept, in whatever process, and on any exception it has written nothing.

        `writes`: whether it is likely to write. Where it is not, and writes nevertheless, it may be
        called a second time.
        """

    def tables(self) -> builtins.list[str]:
        """The names of the tables that hold a record, sorted."""

    def clear(self) -> None:
        """Removes everything, what is set aside included; seq starts at 1 again."""

    def snapshot(self) -> dict[str, Json]:
        """The whole state as a JSON value: what `restore` takes."""

    def restore(self, snapshot: dict[str, Json]) -> None:
        """Replaces everything by `snapshot`. Raises BadSnapshot, then nothing is changed."""

    def sort_out(self, fits: Callable[[str, Record], bool]) -> tuple[int, int]:
        """Sets aside every record that does not fit, and brings back every one that fits again.

        What is set aside is kept, on disk and in snapshots, but no other call sees it; its id
        stays taken, its place in the order is kept. Gives how many are aside now, and how many
        came back. All or nothing, also when `fits` raises; `fits` must change neither the store nor a record.
        """

    def close(self) -> None:
        """Gives the file back. Closing twice is fine; a change after it raises StoreFailed."""


_PLAIN = frozenset({str, int, bool, type(None)})


def copy_json(value: Json, depth: int = MAX_DEPTH) -> Json:
    """A deep copy of a JSON value, about four times as fast as copy.deepcopy.

    Raises TypeError for anything that is no JSON (a date, a tuple, an enum, a subclass of dict),
    ValueError for NaN, for an infinity, and for nesting deeper than `depth`. Keys are trusted to
    be strings.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is float:
        return _finite(value)
    if not depth:
        raise ValueError(f"nested deeper than the {MAX_DEPTH} levels that are stored")
    if kind is dict:
        copied = value.copy()
        for name, member in value.items():
            if type(member) not in _PLAIN:
                copied[name] = copy_json(member, depth - 1)
        return copied
    if kind is list:
        return [v if type(v) in _PLAIN else copy_json(v, depth - 1) for v in value]
    raise TypeError(f"{kind.__qualname__} is no JSON value")


def _finite(value: float) -> float:
    if not isfinite(value):
        raise ValueError(f"{value} is no JSON value")
    return value
