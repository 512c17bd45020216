"""What a run found, as plain data: nothing here knows who asked, or who prints it."""

from dataclasses import dataclass, field
from enum import Enum

STATEFUL = "stateful"
"""The place of what shows in a sequence of requests only."""


class Verdict(Enum):
    """The answer in one word. The value is the exit code of `hyfn check`."""

    CONFORMS = 0
    DOES_NOT_CONFORM = 1
    INCONCLUSIVE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that was not kept: of which operation (`GET /things`), which check says so, what came and
    what was promised, how to see it again, in how many cases it showed. No secret is in it."""

    operation: str
    check: str
    message: str
    curl: str | None
    cases: int = 1
    stateful: bool = False

    @property
    def place(self) -> str:
        return STATEFUL if self.stateful else self.operation


@dataclass(frozen=True, slots=True)
class Report:
    """A run: what was asked of whom, what was tested, and what was found.

    `operations`: all of the document, in its order. `untested`: operation -> why not. `stopped`: why the run
    ended before its time, or None. `notes`: what a reader should know besides, one line each.
    """

    target: str
    title: str
    seed: int
    examples: int
    operations: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    untested: dict[str, str] = field(default_factory=dict)
    stopped: str | None = None
    notes: tuple[str, ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    cases: int = 0
    seconds: float = 0.0

    @property
    def verdict(self) -> Verdict:
        if self.stopped:
            return Verdict.INCONCLUSIVE
        if self.findings:
            return Verdict.DOES_NOT_CONFORM
        return Verdict.INCONCLUSIVE if self.untested else Verdict.CONFORMS

    @property
    def places(self) -> tuple[str, ...]:
        """Every operation, the sequences, and whatever else something was found at."""
        found = (finding.place for finding in self.findings)
        return tuple(dict.fromkeys([*self.operations, STATEFUL, *found, *self.untested]))

    def at(self, place: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.place == place)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is."""

    phase: str
    cases: int
    failures: int
