"""Whose an item is: what this run created, what it made up, and what it only heard of."""

import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from contract_tests.exchange import ONE
from contract_tests.safety.address import Key, key_of, spelled
from contract_tests.safety.fingerprint import Fingerprint
from openapi import codec
from openapi.codec import Json


@dataclass
class Record:
    """Something that this run created.

    `path`: raw, below the base path. `resource`: its key in the model. `marked`: whether the run's marker was
    in the request that created it. `fingerprints`: each one that it may be known by. `ended`: whether it may
    be gone, so that its id may be somebody else's by now. `gone`: whether it was seen to be gone.
    `server_made`: whether the server chose the id; `slow`: whether it may take a while to appear (202).
    `sent`: how it should look as it was sent, where no answer has shown it yet: a sweep may have to do with
    that. `parted`: whether a DELETE of it left that was not refused: then only the marker, or what lasts,
    tells it from another one. `given`: the item as it was sent, until an answer has shown it.
    """

    path: str
    resource: str
    identity: str = ONE
    marked: bool = False
    fingerprints: tuple[Fingerprint, ...] = ()
    ended: bool = False
    deleted: bool = False
    gone: bool = False
    server_made: bool = False
    slow: bool = False
    lasting: bool = False
    stale: bool = False
    last: Json = None
    expected: tuple[Fingerprint, ...] = ()
    sent: tuple[Fingerprint, ...] = ()
    parted: bool = False
    given: Json = None
    key: Key = field(init=False)

    def __post_init__(self) -> None:
        self.key = key_of(self.path)


class Ownership:
    """Records by key, ids that were made up, and the scalars of every answer so far. Safe for several
    threads."""

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._records: dict[Key, Record] = {}
        self._minted: set[Key] = set()
        self._seen = Seen(said)
        self._foreign: dict[Key, float] = {}
        self._lock = threading.RLock()

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record of the run, in the order of creation."""
        with self._lock:
            return tuple(self._records.values())

    @property
    def alive(self) -> int:
        """How many records are there, as far as is known."""
        return sum(not record.ended for record in self.records)

    def record(self, key: Key) -> Record | None:
        return self._records.get(key)

    def add(self, record: Record) -> None:
        with self._lock:
            self._records.pop(record.key, None)
            self._records[record.key] = record

    def end(self, key: Key) -> None:
        """A record, and all that lies under it, may be gone."""
        with self._lock:
            for each in self._records.values():
                if is_within(each.key, key):
                    each.ended = True

    def part(self, key: Key, parted: bool) -> None:
        """A DELETE of a record, and so of all that lies under it, leaves, or was refused."""
        with self._lock:
            for each in self._records.values():
                if is_within(each.key, key):
                    each.parted = parted

    def move(self, old: Key, new: str) -> list[tuple[str, Record]]:
        """A record has another id now: it, and all that lies under it, with the paths that they had."""
        moved: list[tuple[str, Record]] = []
        with self._lock:
            for each in [r for r in self._records.values() if r.key[: len(old)] == old]:
                del self._records[each.key]
                before, end = each.path, "/" if each.path.endswith("/") else ""
                each.key = (*old[:-1], new, *each.key[len(old) :])
                each.path = "".join("/" + spelled(part) for part in each.key) + end
                self._records[each.key] = each
                moved.append((before, each))
        return moved

    def mint(self, key: Key) -> None:
        with self._lock:
            self._minted.add(key)

    def is_minted(self, key: Key) -> bool:
        return key in self._minted

    def is_known(self, text: str) -> bool:
        """Whether an answer, or the document, held this text as a value."""
        with self._lock:
            return text in self._seen

    def hear(self, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Remembers what an answer held."""
        with self._lock:
            self._seen.add(body, headers)

    def see(self, key: Key) -> None:
        """An item was seen that this run did not create."""
        if key not in self._records:
            self._foreign.setdefault(key, time.monotonic())

    def was_seen(self, key: Key, before: float | None = None) -> bool:
        """Whether an answer showed an item that this run did not create (`before` a moment of the clock)."""
        at = self._foreign.get(key)
        return at is not None and (before is None or at < before)

    def covering(self, key: Key) -> Record | None:
        """The record of the run that a key is, or lies under: the nearest."""
        found = (self._records.get(key[:size]) for size in range(len(key), 0, -1))
        return next((record for record in found if record), None)


def is_within(key: Key, above: Key) -> bool:
    """Whether a key is another one, or lies under it."""
    return key[: len(above)] == above


class Seen:
    """Texts that were values in bodies. Bodies are looked into when it is asked for the first time after
    them."""

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._texts = set(said)
        self._waiting: set[bytes] = set()
        self._size = 0

    def add(self, body: bytes, headers: Iterable[tuple[str, str]] = ()) -> None:
        for name, value in headers:
            if name.lower() in ("location", "link", "content-location"):
                self._texts.update(key_of("/" + value.strip("<>").partition(">")[0]))
        if body and body not in self._waiting:
            self._waiting.add(body)
            self._size += len(body)
        if self._size > 4_000_000:
            self._look()

    def __contains__(self, text: str) -> bool:
        self._look()
        return text in self._texts

    def _look(self) -> None:
        for body in self._waiting:
            try:
                self._texts.update(scalars(codec.decode(body)))
            except codec.DecodeError:
                self._texts.update(body.decode("utf-8", "replace").split())
        self._waiting.clear()
        self._size = 0


def scalars(value: Json) -> Iterator[str]:
    """Every text, number and key in a JSON value, as text."""
    left = [value]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            yield from each
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)
        elif isinstance(each, str):
            yield each
        elif each is not None and not isinstance(each, bool):
            yield str(each)
