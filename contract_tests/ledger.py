"""What a run created, on disk before it could be forgotten: one file of JSON lines per run.

A line is written with one system call before the request that it speaks of, so it survives `kill -9` (the
pages are the kernel's then; only a machine that loses power may lose the last lines). The file holds paths,
ids, digests and times: no header, no body, no secret. It is locked while its run lives, and deleted when
nothing is left.

Lines, by their `event`: `run` (the first one; `checks` holds, per identity, 16 bits of a digest by which a
sweep sees whether it has the same credentials, `query` the names of API keys that travel in the query),
`resource` (how its records are found again), `intent` (a request that may create something is about to
leave), `void` (it created nothing), `made` (a record, by its path; `number` is the intent's, or null),
`known` (how a record is recognized from now on), `parting` (a DELETE of a record is about to leave), `stays`
(it was refused), `gone` (a record, by its path).
"""

import fcntl
import hashlib
import json
import os
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from contract_tests.problems import Misuse
from contract_tests.safety.address import key_of
from contract_tests.safety.fingerprint import Fingerprint
from contract_tests.safety.ownership import Record, is_within
from openapi.resources import Property, Resource

SUFFIX = ".ledger"


def default_folder(environment: Mapping[str, str]) -> Path:
    """Where ledgers are kept: `hyfn` in the user's state directory (XDG Base Directory Specification)."""
    state = environment.get("XDG_STATE_HOME", "")
    return (Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state") / "hyfn"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How records of a resource are found again without the document: everything here is plain text.

    `item`: the template of an item's path. `envelope`, `listed`: where item and list stand in the bodies of
    the read and the list operation (None: there is none). `id`: the id property. `page`: the query parameters
    (kind, position, limit, first, most) by which a list is walked, or None. `deletable`: whether a DELETE may
    be sent; `if_match`: whether it takes that header. `deleted`: properties by which a record says that it is
    deleted, `created`: when it was created. `written`: properties that hold what a client wrote there.
    `moved`: see `Envelope`.
    """

    key: str
    item: str | None
    id: str | None
    envelope: tuple[str | int, ...] | None
    listed: tuple[str | int, ...] | None
    page: dict[str, Any] | None = None
    deletable: bool = True
    if_match: bool = False
    deleted: tuple[str, ...] = ()
    created: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    moved: tuple[tuple[str, tuple[str, ...]], ...] = ()


Place = tuple[str, str, str]
"""A collection that was written to: its raw path, the key of its resource, the identity."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A request that may create something.

    `path`: raw, of the request. `marked`: whether the run's marker is in its body, `fields`: in which
    properties of the item, `texts`: the words that begin with it. `at_item`: whether the path is the item's
    own; then `fingerprint` is of what it was sent.
    """

    number: int
    resource: str
    path: str
    identity: str
    marked: bool = False
    fields: tuple[str, ...] = ()
    at_item: bool = False
    fingerprint: Fingerprint | None = None
    texts: tuple[str, ...] = ()


class Ledger:
    """The file of one run, open and locked. Safe for several threads. Raises Misuse where it cannot be
    written."""

    def __init__(
        self,
        folder: Path,
        target: str,
        run: str,
        marker: str,
        checks: Mapping[str, str] | None = None,
        query: tuple[str, ...] = (),
    ) -> None:
        self.path = folder / f"{run}{SUFFIX}"
        self._lock = threading.Lock()
        self._number = 0
        self._file = self._create(folder)
        self._resources: set[str] = set()
        self.open: dict[int, Intent] = {}
        self._write("run", target=target, run=run, marker=marker, checks=dict(checks or {}), query=query)

    def _create(self, folder: Path) -> int:
        """The file, new and locked. Raises Misuse."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Misuse(f"the ledger cannot be kept in {folder}: {error.strerror}; --ledger DIR") from error
        return file

    def intend(self, whereabouts: Whereabouts, intent: Intent) -> int:
        """Before a request leaves that may create something; the number that the intent gets."""
        with self._lock:
            if whereabouts.key not in self._resources:
                self._resources.add(whereabouts.key)
                self._write("resource", **asdict(whereabouts))
            self._number += 1
            intent = replace(intent, number=self._number)
            self.open[self._number] = intent
            self._write("intent", **asdict(intent))
            return self._number

    def void(self, number: int) -> None:
        """The request of an intent created nothing."""
        with self._lock:
            if self.open.pop(number, None):
                self._write("void", number=number)

    def reopen(self, intent: Intent) -> None:
        """What a request created is not known after all."""
        with self._lock:
            self.open[intent.number] = intent
            self._write("intent", **asdict(intent))

    def made(self, number: int | None, record: Record) -> None:
        """A record of the run, from an intent or found without one."""
        with self._lock:
            if number is not None:
                self.open.pop(number, None)
            self._write("made", number=number, **_plain(record))

    def known(self, record: Record) -> None:
        """A record is recognized by other fingerprints from now on."""
        with self._lock:
            self._write("known", path=record.path, fingerprints=_all(record))

    def parting(self, path: str) -> None:
        """A DELETE is about to leave: from now on the id may be somebody else's, and so may what lies under
        it."""
        with self._lock:
            self._write("parting", path=path)

    def stays(self, path: str) -> None:
        """The DELETE was refused."""
        with self._lock:
            self._write("stays", path=path)

    def gone(self, record: Record) -> None:
        """A record was seen to be gone."""
        self.gone_from(record.path)

    def gone_from(self, path: str) -> None:
        """A record is not at a path any more."""
        with self._lock:
            self._write("gone", path=path)

    def close(self, nothing_left: bool) -> None:
        """Ends the file's life with its run; it stays for `hyfn sweep` where something is left."""
        with self._lock:
            if self._file < 0:
                return
            if nothing_left and not self.open:
                self.path.unlink(missing_ok=True)
            os.close(self._file)
            self._file = -1

    def _write(self, event: str, **values: Any) -> None:
        append(self._file, event, **values)


def append(file: int, event: str, **values: Any) -> None:
    """Writes one line to a ledger that is open and locked."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"event": event, "time": now, **values}, separators=(",", ":"))
    os.write(file, line.encode() + b"\n")


@dataclass
class Book:
    """A ledger as it was read: the run, its records that are not known to be gone, its intents without an
    end."""

    path: Path
    target: str = ""
    run: str = ""
    marker: str = ""
    started: str = ""
    checks: dict[str, str] = field(default_factory=dict)
    query: tuple[str, ...] = ()
    resources: dict[str, Whereabouts] = field(default_factory=dict)
    intents: dict[int, Intent] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)


def read_book(path: Path) -> Book:
    """The ledger in a file. A line that was cut off by a kill speaks of a request that never left: it is
    skipped.

    Raises ValueError for a file that is no ledger, OSError.
    """
    book = Book(path)
    for line in path.read_bytes().split(b"\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict):
            _take(book, event.pop("event", ""), event)
    if not book.run:
        raise ValueError("no ledger of a run")
    return book


def _take(book: Book, event: str, values: dict[str, Any]) -> None:
    time = values.pop("time", "")
    if event == "run":
        book.target, book.run, book.marker = values["target"], values["run"], values["marker"]
        book.checks, book.query, book.started = values["checks"], tuple(values["query"]), time
    elif event == "resource":
        book.resources[values["key"]] = _whereabouts(values)
    elif event == "intent":
        book.intents[values["number"]] = _intent(values)
    elif event == "void":
        book.intents.pop(values["number"], None)
    elif event == "made":
        book.intents.pop(values.pop("number"), None)
        book.records[values["path"]] = Record(**{**values, "fingerprints": _fingerprints(values)})
    elif event == "known" and values["path"] in book.records:
        book.records[values["path"]].fingerprints = _fingerprints(values)
    elif event in ("parting", "stays"):
        for record in book.records.values():
            if is_within(record.key, key_of(values["path"])):
                record.parted = event == "parting"
    elif event == "gone":
        book.records.pop(values["path"], None)


def _whereabouts(values: dict[str, Any]) -> Whereabouts:
    paths = {name: None if values[name] is None else tuple(values[name]) for name in ("envelope", "listed")}
    names = {name: tuple(values.get(name, ())) for name in ("deleted", "created", "written")}
    moved = tuple((name, tuple(path)) for name, path in values.get("moved", ()))
    return Whereabouts(**{**values, **paths, **names, "moved": moved})


def _intent(values: dict[str, Any]) -> Intent:
    found = values["fingerprint"]
    sent = _fingerprint(found) if found else None
    return Intent(
        **{
            **values,
            "fields": tuple(values["fields"]),
            "texts": tuple(values.get("texts", ())),
            "fingerprint": sent,
        }
    )


def _fingerprints(values: dict[str, Any]) -> tuple[Fingerprint, ...]:
    return tuple(_fingerprint(each) for each in values["fingerprints"])


def _fingerprint(found: dict[str, Any]) -> Fingerprint:
    return Fingerprint(tuple(found["names"]), found["digest"], found.get("lasting", False))


def _plain(record: Record) -> dict[str, Any]:
    return {
        "path": record.path,
        "resource": record.resource,
        "identity": record.identity,
        "marked": record.marked,
        "server_made": record.server_made,
        "slow": record.slow,
        "fingerprints": _all(record),
    }


def _all(record: Record) -> list[dict[str, Any]]:
    return [asdict(each) for each in (*record.fingerprints, *record.expected) or record.sent]


def whereabouts(resource: Resource, roles: Collection[str]) -> Whereabouts:
    """What a sweep has to know of a resource. `roles`: of the operations that may be sent."""
    read, listed = resource.envelopes.get("read"), resource.envelopes.get("list")
    return Whereabouts(
        key=resource.key,
        item=resource.item,
        id=resource.id.property if resource.id else None,
        envelope=(read.path if read else ()) if "read" in roles else None,
        listed=listed.path if listed and "list" in roles else None,
        page=_page(resource),
        deletable="delete" in roles,
        if_match="delete" in resource.if_match,
        deleted=tuple(name for name, found in resource.properties.items() if found.role == "deleted"),
        created=tuple(name for name, found in resource.properties.items() if found.role == "created"),
        written=tuple(name for name, found in resource.properties.items() if _is_written(found)),
        moved=next((each.moved for each in resource.envelopes.values()), ()),
    )


def _is_written(found: Property) -> bool:
    return not found.read_only and (found.create is not None or bool(found.update))


def _page(resource: Resource) -> dict[str, Any] | None:
    paging = resource.paging
    if paging is None:
        return None
    return {
        "kind": paging.kind,
        "limit": paging.limit.name if paging.limit else None,
        "position": paging.position.name if paging.position else None,
        "first": paging.first,
        "next": list(paging.next) if paging.next else None,
        "most": paging.most,
    }


def check_of(run: str, headers: Iterable[tuple[str, str]]) -> str:
    """16 bits of a digest of an identity's headers: enough to tell other credentials, too few to tell a
    secret."""
    text = json.dumps([run, sorted((name.lower(), value) for name, value in headers)])
    return hashlib.sha256(text.encode()).hexdigest()[:4]
