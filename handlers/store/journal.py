"""The file behind a store: one line per commit, written before the call that made it returns.

    hyfn-store 1
    6b0e2c91 [1732377845.1,8,[["agents","a1",{...}],["jobs","j7",null]]]
    crc32     time, next_seq, changes: table, id, row (null: removed)

It is read once, when it is opened, and then only appended to; `rewrite` replaces it as a whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from handlers.store.base import Json, StoreFailed, StoreRefused
from handlers.store.locked_file import LockedFile
from openapi import codec

VERSION = 1
_NAME = b"hyfn-store "
HEADER = b"%s%d\n" % (_NAME, VERSION)

Change = tuple[str, str, Json]
"""Table, id, row; None for the row: removed."""


@dataclass(frozen=True, slots=True)
class Commit:
    """One line: when it was written (Unix seconds), the seq of the next insertion, what changed."""

    time: float
    next_seq: int
    changes: Sequence[Change]


class Journal:
    """An open journal, locked for as long as it is. Not thread-safe: its owner locks.

    `last_written` is the largest time of any commit in it; `lines` and `changes` say how far it
    has grown.
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
        self.lines = self.changes = 0
        self._clock = clock
        self._file = LockedFile(path, fsync=fsync)
        try:
            self._begin(durable=fsync)
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
        self._count(commit)

    def rewrite(self, next_seq: int, rows: Sequence[Change]) -> None:
        """Replaces the file by one that holds `rows` alone, or raises StoreFailed.

        At any moment, a loss of power included, the path names the old file or the new one,
        complete.
        """
        try:
            self._file.replace(self._compacted(next_seq, rows))
        except (OSError, StoreRefused) as error:
            raise StoreFailed(f"{self._file.path}: not compacted: {error}.") from error
        self.lines, self.changes = len(rows) + 1, len(rows)

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
            for number, line in enumerate(reader, start=2):
                if _is_whole(line):
                    self._count(commit := self._parse(line, number))
                    replay(commit)
                elif offset + len(line) < self._file.size:
                    raise self._damaged(number)
                else:
                    self._file.cut(offset)
                offset += len(line)

    def _parse(self, line: bytes, number: int) -> Commit:
        try:
            when, next_seq, changes = codec.decode(line[_BODY:])
            return Commit(float(when), int(next_seq), changes)
        except (ValueError, TypeError) as error:
            raise self._damaged(number) from error

    def _damaged(self, number: int) -> StoreRefused:
        return StoreRefused(f"{self._file.path}: line {number} is damaged; the file was left untouched.")

    def _count(self, commit: Commit) -> None:
        self.last_written = max(commit.time, self.last_written or commit.time)
        self.lines += 1
        self.changes += len(commit.changes)

    def _compacted(self, next_seq: int, rows: Sequence[Change]) -> Iterator[bytes]:
        """A line per row, so that a damaged last line never takes more than one with it."""
        when = self._clock() if self.last_written is None else self.last_written
        yield HEADER
        yield _line(Commit(when, next_seq, ()))
        for row in rows:
            yield _line(Commit(when, next_seq, (row,)))


_BODY = len(b"6b0e2c91 ")


def _line(commit: Commit) -> bytes:
    body = codec.encode([commit.time, commit.next_seq, commit.changes])
    return b"%08x %s\n" % (crc32(body), body)


def _is_whole(line: bytes) -> bool:
    return line.endswith(b"\n") and line[:_BODY] == b"%08x " % crc32(line[_BODY:-1])


def _foreign(head: bytes) -> str:
    first, newline, _ = head.partition(b"\n")
    version = first.removeprefix(_NAME)
    if head.startswith(_NAME) and version.isdigit() and newline:
        return f"is in format {version.decode()}, this version reads {VERSION}"
    return "is not a store of hyfn"
