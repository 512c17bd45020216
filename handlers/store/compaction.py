"""Rewrites an overgrown journal in a thread, while its store goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Event, RLock, Thread

from handlers.store.base import StoreFailed
from handlers.store.journal import Change, Journal

_LONG = 0.05
"""Seconds between two looks whether to stop."""


class _Stopped(StoreFailed):
    """The store is being closed."""


class Compaction:
    """One rewriting of a journal; what is appended meanwhile is in the new file too.

    To be made under the lock of the journal's owner. Where the disk does not take the new file, or
    `stop` comes first, the old one goes on.
    """

    def __init__(self, journal: Journal, next_seq: int, rows: Iterable[Change], lock: RLock) -> None:
        self._journal, self._lock = journal, lock
        self._stop = Event()
        journal.mark()
        self._thread = Thread(target=self._run, args=(next_seq, rows), name="compaction", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Gives up where it has not ended; never under the owner's lock."""
        self._stop.set()
        self._thread.join()

    def wait(self) -> None:
        """Until it has ended; never under the owner's lock."""
        self._thread.join()

    def _run(self, next_seq: int, rows: Iterable[Change]) -> None:
        try:
            prepared = self._journal.prepare(next_seq, self._until_stopped(rows))
        except StoreFailed:
            return
        while not self._lock.acquire(timeout=_LONG):
            if self._stop.is_set():
                self._journal.drop(prepared)
                return
        try:
            self._take(prepared)
        finally:
            self._lock.release()

    def _take(self, prepared: int) -> None:
        if self._stop.is_set():
            self._journal.drop(prepared)
            return
        try:
            self._journal.take(prepared)
        except StoreFailed:  # a full disk: the long journal says the same
            return

    def _until_stopped(self, rows: Iterable[Change]) -> Iterator[Change]:
        for number, row in enumerate(rows):
            if number % 256 == 0 and self._stop.is_set():
                raise _Stopped("The store is closed.")
            yield row
