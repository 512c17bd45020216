# ruff: noqa: A001  (an id is called id here, as in the contract)
"""The tables in memory: what is changed there is in the journal first, or undone.

    rows = {"agents": {"a1": {"owner": "org-1", "seq": 7, "value": {...}}}}

A row that is set aside has `"aside": True` besides and stands in no index. Rows are replaced,
never changed in place, so whoever holds one may read it after the lock is gone. Not thread-safe:
its owner locks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from handlers.store.base import Json, StoreFailed
from handlers.store.index import Index, fits, wanted
from handlers.store.journal import Change, Commit, Journal
from handlers.store.snapshot import Row

MANY_LINES = 1_000
"""Fewer lines than this are read faster than they are compacted."""

GROWTH = 4
"""How many changes per row a journal may hold before it is compacted when it is opened."""


class Tables:
    """`next_seq` is the seq of the next insertion, `version` rises with every change. `journal` is None for a
    store in memory."""

    def __init__(self, indexes: Mapping[str, Sequence[str]]) -> None:
        self.rows: dict[str, dict[str, Row]] = {}
        self.next_seq = 1
        self.version = 0
        self.journal: Journal | None = None
        self._members = indexes
        self._indexes: dict[str, Index] = {}
        # By the open transactions: each change with the one that undoes it.
        self._done: list[tuple[Change, Change]] = []
        self._depth = 0
        self._closed = False

    def load(self, commit: Commit) -> None:
        """Takes a commit of the journal."""
        for change in commit.changes:
            self._put(change)
        self.next_seq = commit.next_seq

    def commit(self, changes: Sequence[Change], next_seq: int | None = None) -> None:
        """Makes all of `changes` or none. The journal gets those of a transaction when it ends."""
        after = _seq_after(changes, self.next_seq) if next_seq is None else next_seq
        if not self._depth:
            self._write(after, changes)
        for change in changes:
            inverse = self._put(change)
            if self._depth:
                self._done.append((change, inverse))
        self.next_seq = after

    def replace(self, tables: Mapping[str, Mapping[str, Row]], next_seq: int) -> None:
        """Removes everything and puts `tables` in its place, in one commit."""
        gone = [
            (name, id, None)
            for name, rows in self.rows.items()
            for id in rows
            if id not in tables.get(name, ())
        ]
        self.commit([*gone, *_changes(tables)], next_seq)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See Store.transaction."""
        mark, next_seq = len(self._done), self.next_seq
        self._depth += 1
        try:
            yield
            if self._depth == 1:
                self._write_done(next_seq)
        except BaseException:
            self._undo(mark)
            self.next_seq = next_seq
            raise
        finally:
            self._depth -= 1
            if not self._depth:
                self._done.clear()

    def select(
        self, table: str, owner: str | None, where: Mapping[str, Json] | None
    ) -> list[tuple[str, Row]]:
        """The rows that are not set aside and fit, oldest first. Costs the matches of one index."""
        if table not in self._indexes:
            return []
        rows, keys = self.rows[table], wanted(where)
        found = [(id, rows[id]) for id in self._indexes[table].find(owner, keys)]
        if keys:
            found = [(id, row) for id, row in found if fits(row["value"], keys)]
        return found if len(found) < 2 else sorted(found, key=_seq)

    def count(self, table: str, owner: str | None, where: Mapping[str, Json] | None) -> int:
        """How many rows `select` gives; without `where` none of them is looked at."""
        if where:
            return len(self.select(table, owner, where))
        return len(self._indexes[table].find(owner, {})) if table in self._indexes else 0

    def names(self) -> list[str]:
        return sorted(name for name, index in self._indexes.items() if index.find(None, {}))

    def compact(self) -> None:
        """See Journal.rewrite. Raises StoreFailed in a transaction: it may yet be undone."""
        if self._depth:
            raise StoreFailed("A store is not compacted within a transaction.")
        if self.journal and not self._closed:
            self.journal.rewrite(self.next_seq, list(_changes(self.rows)))

    def compact_overgrown(self) -> None:
        rows = sum(map(len, self.rows.values()))
        if self.journal and self.journal.lines > MANY_LINES and self.journal.changes > GROWTH * rows:
            # A full disk is no reason not to open: the long journal says the same.
            with suppress(StoreFailed):
                self.compact()

    def close(self) -> None:
        if self.journal and not self._closed:
            self.journal.close()
        self._closed = True

    def _write(self, next_seq: int, changes: Sequence[Change]) -> None:
        if self._closed:
            raise StoreFailed("The store is closed.")
        if self.journal:
            self.journal.append(next_seq, changes)

    def _write_done(self, before: int) -> None:
        """One line for the block, with the last change of each row only."""
        last = {(table, id): row for (table, id, row), _ in self._done}
        if last or before != self.next_seq:
            self._write(self.next_seq, [(table, id, row) for (table, id), row in last.items()])

    def _undo(self, mark: int) -> None:
        while len(self._done) > mark:
            self._put(self._done.pop()[1])

    def _put(self, change: Change) -> Change:
        """Makes one change in memory; gives the one that undoes it."""
        table, id, row = change
        self.version += 1
        rows = self.rows.setdefault(table, {})
        index = self._index(table)
        old = rows.pop(id, None) if row is None else rows.get(id)
        if row is not None:
            rows[id] = row
        index.move(id, _indexed(old), _indexed(row))
        if not rows:
            del self.rows[table], self._indexes[table]
        return table, id, old

    def _index(self, table: str) -> Index:
        if table not in self._indexes:
            self._indexes[table] = Index(self._members.get(table, ()))
        return self._indexes[table]


def _changes(tables: Mapping[str, Mapping[str, Row]]) -> Iterable[Change]:
    return ((name, id, row) for name, rows in tables.items() for id, row in rows.items())


def _seq(found: tuple[str, Row]) -> int:
    seq: int = found[1]["seq"]
    return seq


def _seq_after(changes: Sequence[Change], least: int) -> int:
    """The seq of the next insertion, when `changes` are made."""
    for _, _, row in changes:
        if row is not None and row["seq"] >= least:
            least = row["seq"] + 1
    return least


def _indexed(row: Row | None) -> Row | None:
    """The row as an index has it: one that is set aside stands in none."""
    return None if row is None or "aside" in row else row
