"""The file behind a store: one line per commit, written before the call that made it returns.

    hyfn-store 1
    6b0e2c91 [1732377845.1,8,[["agents","a1",{...}],["jobs","j7",null]]]
    crc32     time, next_seq, changes: table, id, row (null: removed)

It is read once, when it is opened, and then only appended to; `rewrite` replaces it as a whole, and so does
`prepare` with `take`, between which it may be appended to.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from handlers.store.base import Json, StoreFailed, StoreRefused
from handlers.store.locked_file import LockedFile
from openapi import codec

VERSION = 1
_NAME = b"hyfn-store "
HEADER = b"%s%d\n" % (_NAME, VERSION)

Change = tuple[str, str, Json]
"""Table, id, row; None for the row: removed."""


_BATCH = 256
"""Rows of one line of a file that is rewritten: fewer lines are read faster."""


_AT_ONCE = 256
"""Lines that are read in one go."""


class Commit(NamedTuple):
    """One line: when it was written (Unix seconds), the seq of the next insertion, what changed."""

    time: float
    next_seq: int
    changes: Sequence[Change]


class Journal:
    """An open journal, locked for as long as it is. Not thread-safe: its owner locks.

    `last_written` is the largest time of any commit in it; `changes` says how far it has grown.
    """

    def __init__(
        self,
        path: Path,
        replay: Callable[[Commit], None],
        *,
        fsync: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Opens `path`, which may be missing or empty, and hands every commit in it to `replay`.

        A last line that is torn was never acknowledged: it is cut off. With `fsync` a commit is
        on the disk, not only with the system, when `append` returns: it outlives a loss of power,
        not just a kill.

        Raises StoreRefused, the file untouched: not ours, of a newer version, damaged before its
        last line, in use, out of reach.
        """
        self.last_written: float | None = None
        self.changes = 0
        self._clock = clock
        self._since: list[bytes] | None = None
        self._marked = self._prepared = 0
        self._file = LockedFile(path, fsync=fsync)
        try:
            self._begin(durable=fsync)
            with _without_collections():
                self._replay(replay)
        except BaseException:
            self._file.close()
            raise

    def append(self, next_seq: int, changes: Sequence[Change]) -> None:
        """Writes one commit, or raises StoreFailed and leaves the file as it was.

        Raises ValueError for text that no UTF-8 can hold (a lone surrogate).
        """
        commit = Commit(self._clock(), next_seq, changes)
        line = _line(commit)
        try:
            self._file.append(line)
        except OSError as error:
            raise StoreFailed(
                f"{self._file.path}: not written, nothing is changed: {error.strerror}."
            ) from error
        if self._since is not None:
            self._since.append(line)
        self._count(commit)

    def rewrite(self, next_seq: int, rows: Iterable[Change]) -> None:
        """Replaces the file by one that holds `rows` alone, or raises StoreFailed.

        At any moment, a loss of power included, the path names the old file or the new one,
        complete.
        """
        self.mark()
        self.take(self.prepare(next_seq, rows))

    def mark(self) -> None:
        """From here on, commits are remembered for `take`."""
        self._since, self._marked = [], self.changes

    def prepare(self, next_seq: int, rows: Iterable[Change]) -> int:
        """Writes the file that `take` puts in the place of this one: `rows` as they were at `mark`.

        Any thread may do it while another one appends. Raises StoreFailed.
        """
        try:
            return self._file.prepare(self._compacted(next_seq, rows))
        except (OSError, StoreRefused) as error:
            raise StoreFailed(f"{self._file.path}: not compacted: {error}.") from error

    def take(self, prepared: int) -> None:
        """Goes on with a prepared file, and what was appended since `mark`. Raises StoreFailed."""
        since, self._since = self._since or [], None
        try:
            self._file.take(prepared, b"".join(since))
        except OSError as error:
            raise StoreFailed(f"{self._file.path}: not compacted: {error}.") from error
        self.changes += self._prepared - self._marked

    def drop(self, prepared: int) -> None:
        """Gives a prepared file up."""
        self._since = None
        self._file.drop(prepared)

    def close(self) -> None:
        self._file.close()

    def _begin(self, durable: bool) -> None:
        head = self._file.head(64)
        if not head:
            self._create(durable)
        elif head.startswith(HEADER):
            self._file.remove_leftover()
        else:
            raise StoreRefused(f"{self._file.path}: {_foreign(head)}; it was left untouched.")

    def _create(self, durable: bool) -> None:
        try:
            self._file.append(HEADER)
            if durable:
                self._file.sync_folder()
        except OSError as error:
            raise StoreRefused(f"{self._file.path}: cannot be written: {error.strerror}.") from error

    def _replay(self, replay: Callable[[Commit], None]) -> None:
        """Cuts a torn last line only when all before it are whole: a refused file stays as is."""
        with self._file.reader() as reader:
            offset = len(reader.readline())
            whole = self._whole(reader, offset)
            first = 2
            while bodies := list(islice(whole, _AT_ONCE)):
                for commit in self._parse(bodies, first):
                    self._count(commit)
                    replay(commit)
                first += len(bodies)
                offset += sum(map(len, bodies)) + len(bodies) * (_BODY + 1)
        if offset < self._file.size:
            self._file.cut(offset)

    def _whole(self, lines: Iterable[bytes], offset: int) -> Iterator[bytes]:
        """What each line says, up to a torn last one."""
        for number, line in enumerate(lines, start=2):
            body = line[_BODY:-1]
            if line[:_BODY] == b"%08x " % crc32(body) and line.endswith(b"\n"):
                yield body
            elif offset + len(line) < self._file.size:
                raise self._damaged(number)
            offset += len(line)

    def _parse(self, bodies: Sequence[bytes], first: int) -> Iterable[Commit]:
        """The commits of lines that are whole; many at once are read faster than one by one."""
        try:
            return [_commit(each) for each in codec.decode(b"[%s]" % b",".join(bodies), _ANY_DEPTH)]
        except (ValueError, TypeError) as error:
            if len(bodies) == 1:
                raise self._damaged(first) from error
        one_by_one = (self._parse([body], number) for number, body in enumerate(bodies, first))
        return chain.from_iterable(one_by_one)

    def _damaged(self, number: int) -> StoreRefused:
        return StoreRefused(f"{self._file.path}: line {number} is damaged; the file was left untouched.")

    def _count(self, commit: Commit) -> None:
        if self.last_written is None or commit.time > self.last_written:
            self.last_written = commit.time
        self.changes += len(commit.changes)

    def _compacted(self, next_seq: int, rows: Iterable[Change]) -> Iterator[bytes]:
        """Many rows to a line, and none in the last: a last line that is damaged takes nothing with it."""
        when = self._clock() if self.last_written is None else self.last_written
        yield HEADER
        left, self._prepared = iter(rows), 0
        while batch := list(islice(left, _BATCH)):
            self._prepared += len(batch)
            yield _line(Commit(when, next_seq, batch))
        yield _line(Commit(when, next_seq, ()))


@contextmanager
def _without_collections() -> Iterator[None]:
    """Nothing that is read becomes garbage, so looking for some, again and again, would only take time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


_BODY = len(b"6b0e2c91 ")
_ANY_DEPTH = 2**62
"""A line that is whole is one that we wrote: how deep a value may be was asked before (base.MAX_DEPTH)."""


def _commit(said: Json) -> Commit:
    when, next_seq, changes = said
    return Commit(float(when), int(next_seq), changes)


def _line(commit: Commit) -> bytes:
    body = codec.encode([commit.time, commit.next_seq, commit.changes])
    return b"%08x %s\n" % (crc32(body), body)


def _foreign(head: bytes) -> str:
    first, newline, _ = head.partition(b"\n")
    version = first.removeprefix(_NAME)
    if head.startswith(_NAME) and version.isdigit() and newline:
        return f"is in format {version.decode()}, this version reads {VERSION}"
    return "is not a store of hyfn"
