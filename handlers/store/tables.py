# ruff: noqa: A001, A002  (an id is called id here, as in the contract)
"""The tables in memory: what is changed there is in the journal first, or undone.

    rows = {"agents": {"a1": {"owner": "org-1", "seq": 7, "value": {...}}}}

A row that is set aside has `"aside": True` besides and stands in no index. Rows are replaced,
never changed in place, so whoever holds one may read it after the lock is gone. Not thread-safe:
its owner locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from handlers.store.base import StoreFailed, Where
from handlers.store.index import Index, fits, wanted
from handlers.store.journal import Change, Commit, Journal
from handlers.store.snapshot import Row

MANY_CHANGES = 1_000
"""Fewer changes than this are read faster than they are compacted."""

GROWTH = 4
"""How many changes per row a journal may hold before it is compacted."""


class Tables:
    """`next_seq` is the seq of the next insertion, `version` rises with every change. `journal` is None for a
    store in memory; without `in_journal` it is written by `close` alone. `overgrown` is called when the
    journal has grown too long."""

    def __init__(self, overgrown: Callable[[], None] = lambda: None) -> None:
        self.rows: dict[str, dict[str, Row]] = {}
        self.next_seq = 1
        self.version = 0
        self.journal: Journal | None = None
        self.in_journal = True
        self._overgrown = overgrown
        self._enough = MANY_CHANGES
        self._unwritten = False
        self._indexes: dict[str, Index] = {}
        # By the open transactions: each change with the one that undoes it.
        self._done: list[tuple[Change, Change]] = []
        self._depth = 0
        self._replaced = False
        self._closed = False

    def load(self, commit: Commit) -> None:
        """Takes a commit of the journal."""
        rows = self.rows
        for table, id, row in commit.changes:
            if row is None:
                self._load_removal(table, id)
            elif table in rows:
                rows[table][id] = row
            else:
                rows[table] = {id: row}
        self.next_seq = commit.next_seq

    def _load_removal(self, table: str, id: str) -> None:
        rows = self.rows.get(table, {})
        rows.pop(id, None)
        if not rows:
            self.rows.pop(table, None)

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
        self._look_at_growth()

    def replace(self, tables: Mapping[str, Mapping[str, Row]], next_seq: int) -> None:
        """Removes everything and puts `tables` in its place, in one commit."""
        gone = [
            (name, id, None)
            for name, rows in self.rows.items()
            for id in rows
            if id not in tables.get(name, ())
        ]
        # Rows may take over the seqs of others, one by one: no index could follow.
        self._indexes.clear()
        self._replaced = True
        self.commit([*gone, *changes(tables)], next_seq)

    def transaction(self) -> Block:
        """See Store.transaction."""
        return Block(self)

    def begin(self) -> tuple[int, int]:
        """Begins a transaction, which may lie in another one; gives what `end` is to be told."""
        self._depth += 1
        return len(self._done), self.next_seq

    def end(self, mark: tuple[int, int], whole: bool) -> None:
        """Ends a transaction: keeps its changes or, where it is not whole or cannot be kept, undoes them."""
        try:
            if whole and self._depth == 1:
                self._write_done(mark[1])
        except BaseException:
            whole = False
            raise
        finally:
            if not whole:
                self._undo(mark[0])
                self.next_seq = mark[1]
            self._depth -= 1
            if not self._depth:
                self._done.clear()
                self._replaced = False
        self._look_at_growth()

    def select(
        self, table: str, owner: str | None, where: Where | None, start: int, most: int | None
    ) -> list[tuple[str, Row]]:
        """The rows that are not set aside and fit, oldest first. Costs the matches of one index, or the page
        of one member at most."""
        end = None if most is None else start + most
        rows = self.rows.get(table)
        if rows is None:
            return []
        keys, index = wanted(where), self._index(table)
        found = index.find(owner, keys)
        if len(keys) < 2:
            return [(id, rows[id]) for id in index.ids(islice(found.since(start), most))]
        fitting = ((id, rows[id]) for id in index.ids(iter(found)) if fits(rows[id]["value"], keys))
        return list(islice(fitting, start, end))

    def count(self, table: str, owner: str | None, where: Where | None) -> int:
        """How many rows `select` gives; by one member at most none of them is looked at."""
        if where and len(where) > 1:
            return len(self.select(table, owner, where, 0, None))
        return len(self._index(table).find(owner, wanted(where))) if table in self.rows else 0

    def count_until(self, table: str, seq: int, owner: str | None, where: Where | None) -> int:
        """How many of those have a seq up to `seq`."""
        if where and len(where) > 1:
            return sum(row["seq"] <= seq for _, row in self.select(table, owner, where, 0, None))
        if table not in self.rows:
            return 0
        return self._index(table).find(owner, wanted(where)).place_behind(seq)

    def names(self) -> list[str]:
        return sorted(
            name for name, rows in self.rows.items() if any("aside" not in row for row in rows.values())
        )

    def compact(self) -> None:
        """See Journal.rewrite. Raises StoreFailed in a transaction: it may yet be undone."""
        if self._depth:
            raise StoreFailed("A store is not compacted within a transaction.")
        if self.journal and not self._closed:
            self.journal.rewrite(self.next_seq, changes(self.rows))

    @property
    def is_overgrown(self) -> bool:
        """Whether most of the journal is about what is no more, and it is long enough to matter."""
        held = self.journal.changes if self.journal and self.in_journal else 0
        if held > self._enough:
            self._enough = max(MANY_CHANGES, GROWTH * sum(map(len, self.rows.values())))
        return held > self._enough

    def frozen(self) -> Iterable[Change]:
        """What is stored now, whatever comes later: rows are never changed in place."""
        return changes({name: rows.copy() for name, rows in self.rows.items()})

    def close(self) -> None:
        if self.journal and not self._closed:
            try:
                if self._unwritten:
                    self.compact()
            finally:
                self.journal.close()
                self._closed = True
        self._closed = True

    def _write(self, next_seq: int, changes: Sequence[Change]) -> None:
        if self._closed:
            raise StoreFailed("The store is closed.")
        if self.journal and self.in_journal:
            self.journal.append(next_seq, changes)
        self._unwritten = not self.in_journal

    def _write_done(self, before: int) -> None:
        """One line for the block, with the last change of each row only."""
        last = {(table, id): row for (table, id, row), _ in self._done}
        if last or before != self.next_seq:
            self._write(self.next_seq, [(table, id, row) for (table, id), row in last.items()])

    def _look_at_growth(self) -> None:
        if not self._depth and self.is_overgrown:
            self._overgrown()

    def _undo(self, mark: int) -> None:
        if self._replaced:
            self._indexes.clear()
        while len(self._done) > mark:
            self._put(self._done.pop()[1])

    def _put(self, change: Change) -> Change:
        """Makes one change in memory; gives the one that undoes it."""
        table, id, row = change
        self.version += 1
        rows = self.rows.setdefault(table, {})
        old = rows.pop(id, None) if row is None else rows.get(id)
        if row is not None:
            rows[id] = row
        if not rows:
            del self.rows[table]
            self._indexes.pop(table, None)
        elif table in self._indexes:
            _follow(self._indexes[table], id, _live(old), _live(row))
        return table, id, old

    def _index(self, table: str) -> Index:
        if table not in self._indexes:
            self._indexes[table] = Index(self.rows[table])
        return self._indexes[table]


def _live(row: Row | None) -> Row | None:
    """The row as an index has it: one that is set aside stands in none."""
    return None if row is None or "aside" in row else row


def _follow(index: Index, id: str, old: Row | None, new: Row | None) -> None:
    """Tells an index what became of a row."""
    if old and new and (old["owner"], old["seq"]) == (new["owner"], new["seq"]):
        index.change(old, new)
        return
    if old:
        index.drop(old)
    if new:
        index.add(id, new)


def changes(tables: Mapping[str, Mapping[str, Row]]) -> Iterable[Change]:
    return ((name, id, row) for name, rows in tables.items() for id, row in rows.items())


def _seq_after(changes: Sequence[Change], least: int) -> int:
    """The seq of the next insertion, when `changes` are made."""
    for _, _, row in changes:
        if row is not None and row["seq"] >= least:
            least = row["seq"] + 1
    return least


class Block:
    """The block of one transaction. Each request enters one: a class costs a third of a generator."""

    __slots__ = ("_mark", "_tables")

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def __enter__(self) -> None:
        self._mark = self._tables.begin()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._tables.end(self._mark, kind is None)
