"""Finishes the clean-up of runs that were killed: `hyfn sweep`. It asks for no document; the ledger knows
enough."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from contract_tests.exchange import OTHER
from contract_tests.footprint import Footprint
from contract_tests.ledger import SUFFIX, Book, Intent, append, check_of, read_book
from contract_tests.network.dispatch import TIMEOUT, Dispatch, Sent, Stopped
from contract_tests.network.pace import Pace
from contract_tests.problems import Unreachable
from contract_tests.safety.manners import Headers, credentials, written
from contract_tests.safety.ownership import Record
from contract_tests.safety.removal import Removal
from contract_tests.safety.settle import Settle, Settled
from contract_tests.target import Target

_FLIGHT = 1.0
"""Seconds after which a request that left is taken to have arrived."""


@dataclass
class Swept:
    """What a sweep did. `lines`: for people, one per thing that it saw. `failed`: whether something of a dead
    run at this target is left, or may be."""

    lines: list[str] = field(default_factory=list)
    deleted: int = 0
    failed: bool = False

    @property
    def exit_code(self) -> int:
        return 1 if self.failed else 0


def waiting(folder: Path) -> list[Book]:
    """The ledgers of runs that died, and that no other sweep is at."""
    found = []
    for path in _files(folder):
        with _locked(path) as file:
            book = _read(path) if file is not None else None
        found += [book] if book is not None else []
    return found


def sweep(folder: Path, target: Target, *, pace: Pace | None = None, timeout: float = TIMEOUT) -> Swept:
    """Deletes what dead runs left at a target, by the rule of removal.py.

    What cannot be told, or is not what the run created, is listed and left alone; the ledger of another
    target is only listed. A ledger is deleted when nothing of its run is left.
    """
    swept = Swept()
    for path in _files(folder):
        with _locked(path) as file:
            if file is None:
                swept.lines.append(f"run {path.stem} is still going: left alone")
                continue
            book = _read(path)
            if book is not None and not book.records and not book.intents:
                path.unlink(missing_ok=True)  # its run died before it created anything
            elif book is None:
                swept.lines.append(f"{path} is no ledger: left alone")
            elif book.target != target.url:
                swept.lines.append(
                    f"run {book.run} asked {book.target}: left alone, {len(book.records)} records"
                )
            else:
                _Sweep(book, file, target, swept, pace or Pace(), timeout).all()
    return swept


class _Sweep:
    """The sweep of one ledger."""

    def __init__(
        self, book: Book, file: int, target: Target, swept: Swept, pace: Pace, timeout: float
    ) -> None:
        self._book, self._file, self._target, self._swept = book, file, target, swept
        self._pause = pace.sleep
        self._dispatch = Dispatch(target, book.run, Footprint(), pace, timeout)
        self._accepted = {
            identity
            for identity in target.identities
            if check_of(book.run, _pairs(target, identity)) == book.checks.get(identity)
        }

    def all(self) -> None:
        stays: dict[str, str] = {}
        try:
            settled = self._settle()
            stays = self._remove([*self._book.records.values(), *settled.found])
        except (Stopped, Unreachable) as stopped:
            self._swept.failed = True
            self._swept.lines.append(f"run {self._book.run}: {stopped}")
            return
        finally:
            self._dispatch.close()
        self._close(stays, settled)

    def _settle(self) -> Settled:
        """What was in flight at the kill has arrived by now."""
        if self._book.intents:
            self._pause(max(0.0, self._book.path.stat().st_mtime + _FLIGHT - time.time()))
        keys = {record.key for record in self._book.records.values()}
        began = datetime.fromisoformat(self._book.started)
        settle = Settle(self._ask, self._book.resources, self._book.marker, began, lambda key: key in keys)
        return settle.all(list(self._book.intents.values()))

    def _remove(self, records: list[Record]) -> dict[str, str]:
        removal = Removal(
            self._ask,
            self._book.resources,
            self._book.marker,
            self._target.identities,
            gone=self._gone,
            deleted=self._deleted,
            accepted=self._accepted,
        )
        stays = removal.remove(records)
        who = {record.path: record.identity for record in records}
        return {path: self._reason(who[path], reason) for path, reason in stays.items()}

    def _reason(self, identity: str, reason: str) -> str:
        lacking = identity == OTHER and not self._target.other
        return "it is the second identity's: --other-header" if lacking else reason

    def _close(self, stays: dict[str, str], settled: Settled) -> None:
        """Says what is left; the ledger goes when nothing is."""
        lines = [f"left: {self._target.url}{path}: {reason}" for path, reason in stays.items()]
        lines += [self._unknown(intent) for intent in settled.open]
        if not stays:
            for intent in settled.void:
                append(self._file, "void", number=intent.number)
        if not lines:
            self._book.path.unlink(missing_ok=True)
            return
        self._swept.failed = True
        self._swept.lines += lines
        self._swept.lines.append(f"look there, then delete {self._book.path}")

    def _unknown(self, intent: Intent) -> str:
        at = f"{self._target.url}{intent.path}"
        return f"look into {at}: a create was on its way there, and nothing tells its record from others"

    def _gone(self, record: Record) -> None:
        append(self._file, "gone", path=record.path)

    def _deleted(self, record: Record) -> None:
        self._swept.deleted += 1
        self._swept.lines.append(f"deleted {self._target.url}{record.path}")

    def _ask(
        self, method: str, path: str, identity: str, *, headers: Headers = (), query: Headers = ()
    ) -> Sent:
        keys, own = credentials(self._target, identity, self._book.query)
        accept = ("Accept", "application/json, */*;q=0.5")
        return self._dispatch.send_patiently(
            method, path + written((*keys, *query)), (*own, accept, *headers)
        )


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


@contextmanager
def _locked(path: Path) -> Iterator[int | None]:
    """The file, open and locked; None while its run, or another sweep, has it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND)
    except FileNotFoundError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(file)
        yield None
        return
    try:
        yield file
    finally:
        os.close(file)


def _read(path: Path) -> Book | None:
    try:
        return read_book(path)
    except (ValueError, KeyError, TypeError):
        return None


def _pairs(target: Target, identity: str) -> list[tuple[str, str]]:
    return [(header.name, header.value) for header in target.of(identity)]
