"""Every fault that this repository can show, and the check that names it (`killers.txt`).

The mock's faults on the bundled document, and those of the servers of `tests/servers`. A fault of the mock
that nothing in that document could show is left out: it is the document's, not the suite's, to lack it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handlers.controls.faults import FAULTS
from openapi.document import load
from tests.servers import serving

MOCK = "hyfn"
"""What the mock is called here, beside the servers."""

SERVERS = (MOCK, *serving.NAMES)
KILLERS = Path(__file__).with_name("killers.txt")

_CLASSES = {
    "status": "statuses", "writing": "write fidelity", "reading": "lists", "updating": "update",
    "deleting": "delete",
}  # fmt: skip
"""What the mock calls a class that the servers call otherwise."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A server with one fault. `kind`: its class; `says`: what it does wrong, in a sentence."""

    server: str
    fault: str
    kind: str
    says: str

    @property
    def name(self) -> str:
        return f"{self.server} {self.fault}"


@dataclass(frozen=True, slots=True)
class Killer:
    """The check that names a fault. One that only looks at answers needs others that cause some: `askers`."""

    check: str
    askers: tuple[str, ...]


def every() -> Iterator[Lot]:
    """Each fault, server by server, class by class as it stands there."""
    document = load()
    for fault in FAULTS.values():
        if fault.shows(document):
            yield Lot(MOCK, fault.name, _CLASSES.get(fault.kind, fault.kind), fault.says)
    for name in serving.NAMES:
        for each in serving.service_of(name).BREAKS.by_name.values():
            yield Lot(name, each.name, each.kind, each.sentence)


def elsewhere() -> list[str]:
    """The faults of the mock that the bundled document cannot show."""
    document = load()
    return [fault.name for fault in FAULTS.values() if not fault.shows(document)]


def killers() -> dict[str, Killer]:
    """By name of the lot. A line of the file: server, fault, check, and who asks where the check does not."""
    found: dict[str, Killer] = {}
    for line in KILLERS.read_text().splitlines():
        server, fault, check, *askers = line.split()
        if f"{server} {fault}" in found:
            raise ValueError(f"{KILLERS.name}: {server} {fault} stands there twice")
        found[f"{server} {fault}"] = Killer(check, tuple(askers))
    return found
