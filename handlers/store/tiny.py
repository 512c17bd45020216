# ruff: noqa: A001, A002  (an id is called id here, as in the contract)
"""The store on TinyDB, in memory or on one journal file. Nothing else knows TinyDB.

TinyDB by itself writes the whole database on each change. Through its own extension points, a
Storage and a Table, a change costs what it touches: TinyStore calls TinyDB, TinyDB calls _Table
and _Storage, those keep Tables.
"""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import RLock
from typing import Any

from tinydb import TinyDB
from tinydb.operations import delete
from tinydb.operations import set as setting
from tinydb.storages import Storage
from tinydb.table import Table

from handlers.store import snapshot as snapshots
from handlers.store.base import (
    AlreadyExists,
    Durability,
    Json,
    NotStored,
    Record,
    StoreFailed,
    T,
    Where,
    copy_json,
)
from handlers.store.compaction import Compaction
from handlers.store.journal import Journal
from handlers.store.snapshot import Row, copy_row
from handlers.store.tables import Tables


class TinyStore:
    """The Store of the mock. What each method promises stands in base.Store."""

    def __init__(
        self,
        path: Path | None = None,
        *,
        durability: Durability = "process",
        clock: Callable[[], float] = time.time,
    ) -> None:
        """In memory, or on the file at `path`: created when missing, locked until `close`.

        With durability `process` every change is with the system when its call returns, so a killed
        process loses nothing; with `power` it is on the disk, and a loss of power loses nothing
        either; with `memory` the file is written by `close` alone.

        Raises StoreRefused, see journal.Journal.
        """
        self._lock = RLock()
        self._tables = Tables(self._compact_beside)
        self._compaction: Compaction | None = None
        if path is not None:
            self._open(path, durability, clock)
        self._db = TinyDB(storage=lambda: _Storage(self._tables))
        self._db.table_class = _Table

    @property
    def last_written(self) -> float | None:
        """The largest time (Unix seconds) of any commit in the file, None when there is none."""
        journal = self._tables.journal
        return journal.last_written if journal else None

    @property
    def version(self) -> int:
        return self._tables.version

    @property
    def next_seq(self) -> int:
        return self._tables.next_seq

    def get(self, table: str, id: str) -> Record | None:
        with self._lock:
            row = self._row(table, id)
        return None if row is None else _record(id, row)

    def list(
        self,
        table: str,
        owner: str | None = None,
        where: Where | None = None,
        *,
        start: int = 0,
        most: int | None = None,
    ) -> builtins.list[Record]:
        with self._lock:
            found = self._tables.select(table, owner, where, start, most)
        return [_record(id, row) for id, row in found]

    def count(self, table: str, owner: str | None = None, where: Where | None = None) -> int:
        with self._lock:
            return self._tables.count(table, owner, where)

    def count_until(self, table: str, seq: int, owner: str | None = None, where: Where | None = None) -> int:
        with self._lock:
            return self._tables.count_until(table, seq, owner, where)

    def insert(self, table: str, id: str, owner: str, value: dict[str, Json]) -> Record:
        kept = copy_json(value)
        with self._lock:
            if id in self._tables.rows.get(table, ()):
                raise AlreadyExists(f"{table} {id} is there already.")
            row = {"owner": owner, "seq": self._tables.next_seq, "value": kept}
            self._tinydb(table).put(id, row)
        return Record(id, owner, value, row["seq"])  # what is stored is a copy of it

    def update(self, table: str, id: str, value: dict[str, Json]) -> Record:
        kept = copy_json(value)
        with self._lock:
            row = self._row(table, id)
            if row is None:
                raise NotStored(f"{table} {id} is not there.")
            self._tinydb(table).put(id, {**row, "value": kept})
        return Record(id, row["owner"], value, row["seq"])

    def remove(self, table: str, id: str) -> bool:
        with self._lock:
            if self._row(table, id) is None:
                return False
            self._tinydb(table).put(id, None)
        return True

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock, self._tables.transaction():
            yield

    def answer(self, work: Callable[[], T], writes: bool) -> T:
        with self._lock:
            if not writes:
                return work()
            with self._tables.transaction():
                return work()

    def tables(self) -> builtins.list[str]:
        with self._lock:
            return self._tables.names()

    def clear(self) -> None:
        with self._lock:
            self._db.drop_tables()

    def snapshot(self) -> dict[str, Json]:
        with self._lock:
            return snapshots.write(self._tables.rows, self._tables.next_seq)

    def restore(self, snapshot: dict[str, Json]) -> None:
        tables, next_seq = snapshots.read(snapshot)
        with self._lock:
            self._tables.replace(tables, next_seq)

    def sort_out(self, fits: Callable[[str, Record], bool]) -> tuple[int, int]:
        with self.transaction():
            counts = [self._sort_out(table, fits) for table in builtins.list(self._tables.rows)]
        return sum(aside for aside, _ in counts), sum(back for _, back in counts)

    def compact(self) -> None:
        """Rewrites the file with what is stored now; nothing to do in memory.

        Raises StoreFailed, then the old file goes on; also within a transaction.
        """
        if self._compaction:
            self._compaction.wait()
        with self._lock:
            self._tables.compact()

    def close(self) -> None:
        if self._compaction:
            self._compaction.stop()
        with self._lock:
            self._db.close()

    def _open(self, path: Path, durability: Durability, clock: Callable[[], float]) -> None:
        tables = self._tables
        tables.journal = Journal(path, tables.load, fsync=durability == "power", clock=clock)
        tables.in_journal = durability != "memory"
        if tables.is_overgrown:
            # A full disk is no reason not to open: the long journal says the same.
            with suppress(StoreFailed):
                tables.compact()

    def _compact_beside(self) -> None:
        """Compacts a journal that has overgrown, without making the change wait that found it so."""
        if not (self._compaction and self._compaction.running):
            tables, journal = self._tables, self._tables.journal
            assert journal is not None
            self._compaction = Compaction(journal, tables.next_seq, tables.frozen(), self._lock)

    def _sort_out(self, table: str, fits: Callable[[str, Record], bool]) -> tuple[int, int]:
        rows = self._tables.rows[table]
        fit = {
            id: fits(table, Record(id, row["owner"], row["value"], row["seq"])) for id, row in rows.items()
        }
        away = [id for id, row in rows.items() if not fit[id] and "aside" not in row]
        back = [id for id, row in rows.items() if fit[id] and "aside" in row]
        self._tinydb(table).update(setting("aside", True), doc_ids=away)
        self._tinydb(table).update(delete("aside"), doc_ids=back)
        return sum(not ok for ok in fit.values()), len(back)

    def _row(self, table: str, id: str) -> Row | None:
        """The row as it is stored, None also when it is set aside.

        Read from the dictionary that TinyDB's storage holds: Table.get would wrap a copy around it.
        """
        row = self._tables.rows.get(table, {}).get(id)
        return None if row is None or "aside" in row else row

    def _tinydb(self, table: str) -> Any:
        """TinyDB's own hints say that an id is an int; _Table says string, hence Any."""
        return self._db.table(table)


def _record(id: str, row: Row) -> Record:
    return Record(id, row["owner"], copy_json(row["value"]), row["seq"])


class _Storage(Storage):
    """TinyDB's seam to the data. `read` gives the live dictionary: reading by id costs nothing."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables

    def read(self) -> dict[str, dict[str, Any]]:
        return self.tables.rows

    def write(self, data: Mapping[str, Mapping[str, Row]]) -> None:
        """TinyDB calls this to drop all tables; _Table never does."""
        self.tables.replace(data, next_seq=1)

    def close(self) -> None:
        self.tables.close()


class _Table(Table):
    """A table whose ids are strings and whose changes cost what they touch.

    Every writing method of TinyDB 4.9.0 goes through `_update_table` and leaves the rest to it.
    The name is private, so a new TinyDB may move it: the version is pinned exactly, and
    test_store.py fails when it is gone.
    """

    document_id_class = str  # type: ignore[assignment]  # documented to be ours, hinted as int

    def put(self, id: str, row: Row | None) -> None:
        """Sets one row, or removes it (None), as TinyDB's own methods would, without their copies."""
        tables: Tables = self._storage.tables  # type: ignore[attr-defined]  # always our _Storage
        tables.commit([(self.name, id, row)])
        self.clear_cache()

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        tables: Tables = self._storage.tables  # type: ignore[attr-defined]  # always our _Storage
        overlay = _Overlay(tables.rows.get(self.name, {}))
        updater(overlay)
        if overlay.touched:
            tables.commit([(self.name, id, row) for id, row in overlay.touched.items()])
        self.clear_cache()


class _Overlay(MutableMapping[str, Row]):
    """A table as an updater sees it: copies, of which only `touched` (None: removed) is committed.

    So an updater that fails half-way has changed nothing.
    """

    def __init__(self, rows: dict[str, Row]) -> None:
        self.touched: dict[str, Row | None] = {}
        self._rows = rows

    def __getitem__(self, id: str) -> Row:
        if id not in self.touched:
            # Whoever reads a row may change it, and does not tell: what is read counts as touched.
            self.touched[id] = copy_row(self._rows[id])
        row = self.touched[id]
        if row is None:
            raise KeyError(id)
        return row

    def __setitem__(self, id: str, row: Row) -> None:
        self.touched[id] = row

    def __delitem__(self, id: str) -> None:
        if id not in self:
            raise KeyError(id)
        self.touched[id] = None

    def __contains__(self, id: object) -> bool:
        held: Mapping[Any, Row | None] = self.touched if id in self.touched else self._rows
        return held.get(id) is not None

    def __iter__(self) -> Iterator[str]:
        yield from (id for id in self._rows if id in self)
        yield from (id for id in self.touched if id not in self._rows and id in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
