"""The mock and the servers of tests/servers as deployments, and a run of the suite against one of them."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from contract_tests.check import Status
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question, read_document
from contract_tests.result import Result
from contract_tests.session import Session
from contract_tests.target import parse_target
from tests.running import DEMO, OTHER, Running, start_process
from tests.servers import serving
from tests.servers.service import Service
from tests.servers.tables import Table

ROOT = Path(__file__).parents[2]
NAMES = ("mock", *serving.NAMES)
WRONG = (Status.FAILED, Status.WARNED, Status.ERROR)
DERIVED = ("invoices", "lineItems")
"""Tables of the mock that follow others."""

State = dict[str, str]
"""Everything that a deployment holds, seen from inside: table, owner and id -> the record."""


@dataclass(frozen=True)
class Deployment:
    """Where an API answers. `document`: None for the bundled one. `callers`: the headers of two
    organizations. `state`: looks inside."""

    name: str
    url: str
    document: Path | None
    callers: tuple[Mapping[str, str], ...]
    state: Callable[[], State]

    @property
    def base(self) -> str:
        """The path of its address."""
        return urlsplit(self.url).path

    def at(self, url: str) -> "Deployment":
        """The same one, seen through another address."""
        return replace(self, url=url)

    def lines(self, caller: int) -> list[str]:
        """A caller's headers, as they are typed after -H."""
        return [f"{name}: {value}" for name, value in self.callers[caller].items()]

    def session(
        self, profile: Profile, seed: int, ledger: Path, *, examples: int = 10, workers: int = 1
    ) -> Session:
        """A run that is about to begin."""
        target = parse_target(self.url, self.lines(0), {}, self.lines(1))
        permissions, described = Permissions(profile, loopback=True), read_document(self.document)
        asked = Question(described, seed, permissions, examples, ledger=ledger, workers=workers)
        return Session(target, asked)

    def command(self, verb: str, *more: str) -> list[str]:
        """`hyfn check` or `hyfn sweep` with both identities."""
        given = [part for line in self.lines(0) for part in ("-H", line)]
        given += [part for line in self.lines(1) for part in ("--other-header", line)]
        described = ["--document", str(self.document)] if self.document and verb == "check" else []
        return [sys.executable, "-P", "-m", "hyfn", verb, self.url, *given, *described, *more]

    def start(self, verb: str, folder: Path, *more: str) -> "subprocess.Popen[str]":
        """The command as a child process in a folder; its output is kept there in `output`."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(folder / "state")}
        with (folder / "output").open("w", encoding="utf-8") as output:
            return subprocess.Popen(
                self.command(verb, *more), cwd=folder, env=environment, stdout=output,
                stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip


@contextmanager
def deployed(name: str, *arguments: str) -> Iterator[Deployment]:
    """A fresh one: the mock is a child process (`arguments` are its own), the others are threads."""
    if name == "mock":
        mock = start_process(*arguments)
        try:
            yield Deployment(name, mock.url, None, (DEMO, OTHER), lambda: _state_of_mock(mock))
        finally:
            mock.stop()
            mock.process.communicate(timeout=10)
        return
    document = Path(serving.__file__).with_name(f"{name}.yaml")
    with serving.running(name) as server:
        service = server.service
        yield Deployment(name, server.url, document, service.CREDENTIALS, lambda: _state_of_service(service))


def _state_of_mock(mock: Running) -> State:
    with urllib.request.urlopen(f"{mock.origin}/_mock/state", timeout=20) as response:
        tables = json.load(response)["tables"]
    return {
        f"{table} {row['owner']} {identifier}": json.dumps(row["value"])
        for table, rows in tables.items()
        for identifier, row in rows.items()
        if table not in DERIVED and not row["value"].get("deletedAt")
    }


def _state_of_service(service: Service) -> State:
    with service.lock:
        tables = {name: held for name, held in vars(service).items() if isinstance(held, Table)}
        rows = {
            f"{name} {row.tenant} {row.id}": repr(row.fields)
            for name, table in tables.items()
            for row in table.rows.values()
        }
        singletons = {
            f"settings {key}": repr(held) for key, held in vars(service).get("settings", {}).items()
        }
        return {**rows, **singletons}


def wrong(result: Result) -> list[str]:
    """What a run says against its target or against itself, one line each; nothing for a server that is
    right."""
    told = [
        f"{o.status.value}: {o.requirement.id}: {o.received or o.reason} / {o.promised}"
        + "".join(f"\n    {s.number}. {s.request.method} {s.request.url}: {s.status}" for s in o.steps)
        for o in result.outcomes
        if o.status in WRONG
    ]
    told += [f"left: {line}" for line in result.footprint.left]
    return [*told, *([f"stopped: {result.stopped}"] if result.stopped else [])]


def counted(result: Result) -> str:
    """A run in one line, for people."""
    footprint, (tested, admitted, _) = result.footprint, result.share
    return (
        f"{result.verdict.name} seed {result.seed}: {tested}/{admitted} tested, {footprint.sent} requests, "
        f"{footprint.created} created, {result.seconds:.1f} s, {result.cpu_seconds:.1f} s CPU"
    )


def seeds(ordinarily: int) -> range:
    """As many seeds as HYFN_SEEDS says."""
    return range(1, int(os.environ.get("HYFN_SEEDS", ordinarily)) + 1)


Tell = Callable[[str], None]
