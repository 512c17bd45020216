# ruff: noqa: A001, A002  (an id is called id here, as in the contract)
"""The store on PostgreSQL, which several servers may share. Needs the extra `postgres`."""

from __future__ import annotations

import builtins
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from threading import RLock
from typing import Any

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
from handlers.store.index import fits as holds
from handlers.store.index import wanted
from handlers.store.postgres_members import members_of, searched
from handlers.store.postgres_schema import prepare
from handlers.store.postgres_session import Session, Writes, refused
from handlers.store.postgres_url import read_url
from handlers.store.snapshot import Row
from openapi import codec

_ANY_DEPTH = 2**62
_COLUMNS = "key, in_table, of_owner, seq, aside, table_name, id, owner, value, members"
_INSERT = f"""
INSERT INTO hyfn_records ({_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb)
ON CONFLICT (key) DO NOTHING RETURNING seq
"""  # noqa: S608  (nothing in it comes from anybody)
_GET = "SELECT id, owner, value, seq FROM hyfn_records WHERE key = %s AND NOT aside"
_UPDATE = """
UPDATE hyfn_records SET value = %s, members = %s::jsonb WHERE key = %s AND NOT aside
RETURNING id, owner, value, seq
"""
_REMOVE = "DELETE FROM hyfn_records WHERE key = %s AND NOT aside RETURNING seq"
_LOOK = "SELECT next_seq, last_written FROM hyfn_store"
_ALL = "SELECT key, table_name, id, owner, value, seq, aside FROM hyfn_records ORDER BY seq"


class PostgresStore:
    """The Store of several mocks. What each method promises stands in base.Store."""

    def __init__(
        self, url: str, *, durability: Durability = "power", clock: Callable[[], float] = time.time
    ) -> None:
        """On the database that `url` names, whose tables are made where it is empty.

        With durability `power` a change is on the disk of PostgreSQL when its call returns; with `process`
        PostgreSQL has it, and a loss of its power may lose the last moment.

        Raises StoreRefused: out of reach, not ours, of another version.
        """
        self._url = read_url(url)
        self._clock = clock
        self._lock = RLock()
        self._session = Session(self._url, durability != "process")
        self._next_seq = 1
        self._last_written: float | None = None
        self._wrote = False
        try:
            with self._making_tables():
                prepare(self._session, self._url.shown)
            self._look(self._session.rows(_LOOK))
        except StoreFailed as failure:
            self._session.close()
            raise refused(failure) from None
        except BaseException:
            self._session.close()
            raise

    @property
    def version(self) -> None:
        """Others change the records, too."""

    @property
    def next_seq(self) -> int:
        return self._next_seq

    @property
    def last_written(self) -> float | None:
        """As far as this process knows; within a transaction, that of all."""
        return self._last_written

    def get(self, table: str, id: str) -> Record | None:
        with self._lock:
            found = self._session.rows(_GET, _digest(table, id))
        return _record(found[0]) if found else None

    def list(
        self,
        table: str,
        owner: str | None = None,
        where: Where | None = None,
        *,
        start: int = 0,
        most: int | None = None,
    ) -> builtins.list[Record]:
        condition, values, left = _condition(table, owner, where)
        query = f"SELECT id, owner, value, seq FROM hyfn_records WHERE {condition} ORDER BY seq"  # noqa: S608
        if left:
            with self._lock:
                rows = self._session.rows(query, *values)
            fitting = [record for record in map(_record, rows) if holds(record.value, wanted(left))]
            return fitting[start : None if most is None else start + most]
        if most is not None:
            query, values = f"{query} LIMIT %s", [*values, most]
        with self._lock:
            return [*map(_record, self._session.rows(f"{query} OFFSET %s", *values, start))]

    def count(self, table: str, owner: str | None = None, where: Where | None = None) -> int:
        return self.count_until(table, 2**62, owner, where)

    def count_until(self, table: str, seq: int, owner: str | None = None, where: Where | None = None) -> int:
        condition, values, left = _condition(table, owner, where)
        if left:
            return sum(record.seq <= seq for record in self.list(table, owner, where))
        query = f"SELECT count(*) FROM hyfn_records WHERE {condition} AND seq <= %s"  # noqa: S608
        with self._lock:
            return int(self._session.rows(query, *values, seq)[0][0])

    def insert(self, table: str, id: str, owner: str, value: dict[str, Json]) -> Record:
        kept = copy_json(value)
        with self._change():
            seq = self._next_seq
            row = {"owner": owner, "seq": seq, "value": kept}
            if not self._session.rows(_INSERT, *_columns(table, id, row)):
                raise AlreadyExists(f"{table} {id} is there already.")
            self._next_seq += 1
            self._wrote = True
        return Record(id, owner, kept, seq)

    def update(self, table: str, id: str, value: dict[str, Json]) -> Record:
        text, members = codec.encode(copy_json(value)), members_of(_hex(table), value)
        with self._change():
            found = self._session.rows(_UPDATE, text, members, _digest(table, id))
            if not found:
                raise NotStored(f"{table} {id} is not there.")
            self._wrote = True
        return _record(found[0])

    def remove(self, table: str, id: str) -> bool:
        with self._change():
            gone = bool(self._session.rows(_REMOVE, _digest(table, id)))
            self._wrote |= gone
        return gone

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock:
            outermost = not self._session.writing
            found = self._session.begin(_LOOK)
            if outermost:
                self._look(found)
                self._wrote = False
            before = self._next_seq, self._wrote
            try:
                yield
            except BaseException:
                self._next_seq, self._wrote = before
                self._session.undo()
                raise
            self._session.keep(self._noted() if outermost else "")

    def answer(self, work: Callable[[], T], writes: bool) -> T:
        with self._lock:
            if self._session.within:
                return work()
            if not writes:
                try:
                    with self._session.reading():
                        return work()
                except Writes:
                    pass
            with self.transaction():
                return work()

    def tables(self) -> builtins.list[str]:
        with self._lock:
            found = self._session.rows("SELECT DISTINCT table_name FROM hyfn_records WHERE NOT aside")
        return sorted(name.decode() for (name,) in found)

    def clear(self) -> None:
        self._replace({}, 1)

    def snapshot(self) -> dict[str, Json]:
        return self.answer(self._snapshot, writes=False)

    def restore(self, snapshot: dict[str, Json]) -> None:
        self._replace(*snapshots.read(snapshot))

    def sort_out(self, fits: Callable[[str, Record], bool]) -> tuple[int, int]:
        with self.transaction():
            found = self._session.rows(_ALL)
            fit = [fits(name.decode(), _record(rest)) for _, name, *rest, _ in found]
            away = [row[0] for row, ok in zip(found, fit, strict=True) if not ok and not row[-1]]
            back = [row[0] for row, ok in zip(found, fit, strict=True) if ok and row[-1]]
            for aside, keys in ((True, away), (False, back)):
                if keys:
                    self._session.rows("UPDATE hyfn_records SET aside = %s WHERE key = ANY(%s)", aside, keys)
                    self._wrote = True
        return sum(not ok for ok in fit), len(back)

    def release(self) -> None:
        """Gives the connection back until the next call: a process that is forked opens its own."""
        with self._lock:
            self._session.release()

    def close(self) -> None:
        with self._lock:
            self._session.close()

    @contextmanager
    def _making_tables(self) -> Iterator[None]:
        self._session.begin()
        try:
            yield
        except BaseException:
            self._session.undo()
            raise
        self._session.keep()

    @contextmanager
    def _change(self) -> Iterator[None]:
        """A transaction around one change; within another one, the change alone: where it fails it has
        changed nothing."""
        with self._lock:
            if self._session.writing:
                yield
                return
            with self.transaction():
                yield

    def _look(self, found: builtins.list[Any]) -> None:
        """What was there when the lock was given."""
        self._next_seq, self._last_written = found[0]

    def _noted(self) -> str:
        """What a transaction has to say of itself."""
        if not self._wrote:
            return ""
        self._last_written = max(self._clock(), self._last_written or 0.0)
        return f"UPDATE hyfn_store SET next_seq = {self._next_seq}, last_written = {self._last_written!r}; "  # noqa: S608

    def _snapshot(self) -> dict[str, Json]:
        tables: dict[str, dict[str, Row]] = {}
        for _, table, id, owner, value, seq, aside in self._session.rows(_ALL):
            row = {"owner": owner.decode(), "seq": seq, "value": codec.decode(value, _ANY_DEPTH)}
            tables.setdefault(table.decode(), {})[id.decode()] = row | ({"aside": True} if aside else {})
        if not self._session.writing:
            self._look(self._session.rows(_LOOK))
        return snapshots.write(tables, self._next_seq)

    def _replace(self, tables: snapshots.Tables, next_seq: int) -> None:
        with self.transaction():
            self._session.rows("DELETE FROM hyfn_records")
            rows = (_columns(name, id, row) for name, held in tables.items() for id, row in held.items())
            self._session.copy(f"COPY hyfn_records ({_COLUMNS}) FROM STDIN", rows)
            if tables:
                self._session.rows("ANALYZE hyfn_records")  # else the planner would take it for empty
            self._next_seq, self._wrote = next_seq, True


def _digest(*names: str) -> bytes:
    """16 bytes that no two different lists of names share."""
    return sha256(codec.encode(names)).digest()[:16]


def _hex(table: str) -> str:
    return _digest(table).hex()


def _condition(table: str, owner: str | None, where: Where | None) -> tuple[str, builtins.list[Any], Where]:
    """What the records of a list fulfil: the condition, its values, and what is left to look at."""
    told, left = searched(_hex(table), where)
    column, digest = ("in_table", _digest(table)) if owner is None else ("of_owner", _digest(table, owner))
    condition = f"{column} = %s AND NOT aside"
    if told is None:
        return condition, [digest], left
    return f"{condition} AND members @> %s::jsonb", [digest, told], left


def _columns(table: str, id: str, row: Row) -> Sequence[Any]:
    value, owner = row["value"], row["owner"]
    return (
        _digest(table, id), _digest(table), _digest(table, owner), row["seq"], "aside" in row, table.encode(),
        id.encode(), owner.encode(), codec.encode(value), members_of(_hex(table), value),
    )  # fmt: skip


def _record(row: Sequence[Any]) -> Record:
    id, owner, value, seq = row
    return Record(id.decode(), owner.decode(), codec.decode(value, _ANY_DEPTH), seq)
