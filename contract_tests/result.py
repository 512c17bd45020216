"""What a run found, as plain data: nothing here knows who asked, or who prints it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from contract_tests.baseline import Standing
from contract_tests.check import Level, Outcome, Requirement, Status
from contract_tests.contract import Contract
from contract_tests.coverage import Coverage
from contract_tests.exchange import Exchange
from contract_tests.footprint import Footprint
from contract_tests.showing.origins import Origins

TESTED = frozenset({Status.PASSED, Status.FAILED, Status.WARNED})
_ORDER = {Status.FAILED: 0, Status.WARNED: 1}
_STATES = {"new": 0, "expired": 0, "known": 1}
"""What a baseline says of a finding, in the order of telling."""


SECOND_JUDGE = "openapi_core_agrees"
"""What a disagreement of the two judges of answers is told as: a fault of ours that hides nothing."""


class Verdict(Enum):
    """The answer in one word. The value is the exit code of `hyfn check`."""

    CONFORMS = 0
    DOES_NOT_CONFORM = 1
    INCONCLUSIVE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One promise that was not kept, in all the places where it shows.

    `shown`: the outcome that is easiest to see again; `places`: every requirement that it breaks. `state`:
    what the baseline says of all of them: `new`, `expired`, or `known`, which fails no run.
    """

    shown: Outcome
    places: tuple[Requirement, ...]
    state: str = "new"

    @property
    def check(self) -> str:
        return self.shown.requirement.check

    @property
    def level(self) -> Level:
        return self.shown.requirement.level

    @property
    def failed(self) -> bool:
        """Whether it is a failure; a warning is none."""
        return self.shown.status is Status.FAILED

    @property
    def known(self) -> bool:
        return self.state == "known"

    @property
    def steps(self) -> tuple[Exchange, ...]:
        return self.shown.steps


@dataclass(frozen=True)
class Result:
    """A run: what was asked of whom, what came of each requirement, and what the run left behind.

    `outcomes`: one per requirement, in the order of the list. `barred`: ids of the requirements that the
    profile or the identities do not admit. `stopped`: why the run ended before its time. `notes`: what a
    reader should know besides, one line each. `origins`: where values in
    requests came from.
    """

    target: str
    title: str
    profile: str
    seed: int
    outcomes: tuple[Outcome, ...]
    barred: frozenset[str]
    footprint: Footprint
    exchanges: tuple[Exchange, ...] = ()
    stopped: str | None = None
    notes: tuple[str, ...] = ()
    min_tested: int = 60
    strict: bool = False
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    variables: tuple[tuple[str, str], ...] = ()
    origins: Origins | None = None
    contract: Contract | None = None
    started: str = ""
    """When the run began: RFC 3339, UTC, in seconds."""

    standing: Standing | None = None
    """The baseline beside these outcomes."""

    stages: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """By id of a requirement: its collection and the stage in the life of a record."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Failures first, known ones last; outcomes of one check with one cause are one finding, but what the
        baseline has and what it has not are two."""
        groups: dict[tuple[str, str, Status, str], list[Outcome]] = {}
        for outcome in self.outcomes:
            if outcome.status in _ORDER:
                key = (
                    outcome.requirement.check, outcome.cause, outcome.status,
                    self.state(outcome.requirement.id),
                )  # fmt: skip
                groups.setdefault(key, []).append(outcome)
        found = [
            Finding(min(each, key=_effort), tuple(o.requirement for o in each), state)
            for (*_, state), each in groups.items()
        ]
        return tuple(sorted(found, key=lambda f: (_STATES[f.state], _ORDER[f.shown.status])))

    def state(self, requirement_id: str) -> str:
        """What the baseline says of a requirement that is not kept: `new`, `known` or `expired`."""
        return self.standing.state(requirement_id) if self.standing else "new"

    @cached_property
    def coverage(self) -> Coverage | None:
        """How much of the contract was seen; None where there is none."""
        return Coverage(self.contract, self.target, self.exchanges) if self.contract else None

    def count(self, status: Status) -> int:
        """Outcomes of a status, known failures and warnings left out."""
        return sum(outcome.status is status and not self.is_known(outcome) for outcome in self.outcomes)

    @cached_property
    def known(self) -> int:
        """Failures and warnings that the baseline has."""
        return sum(map(self.is_known, self.outcomes))

    def is_known(self, outcome: Outcome) -> bool:
        """Whether the baseline accepts what came of a requirement."""
        return outcome.status in _ORDER and self.state(outcome.requirement.id) == "known"

    @cached_property
    def share(self) -> tuple[int, int, int]:
        """(tested, admitted, all): requirements tested, of those that profile and identities admit, of all
        that apply."""
        apply = [
            o
            for o in self.outcomes
            if o.status is not Status.NOT_APPLICABLE and o.requirement.check != SECOND_JUDGE
        ]
        admitted = [o for o in apply if o.requirement.id not in self.barred]
        return sum(o.status in TESTED for o in apply), len(admitted), len(apply)

    @property
    def faults(self) -> int:
        """Requirements that a fault of ours kept from being tested."""
        errors = (o for o in self.outcomes if o.status is Status.ERROR)
        return sum(outcome.requirement.check != SECOND_JUDGE for outcome in errors)

    @property
    def too_little(self) -> bool:
        """Whether less was tested than a verdict can stand on."""
        tested, admitted, _ = self.share
        return tested == 0 or tested * 100 < self.min_tested * admitted

    @property
    def verdict(self) -> Verdict:
        failed = self.count(Status.FAILED) or (self.strict and self.count(Status.WARNED))
        if failed or self.footprint.left:
            return Verdict.DOES_NOT_CONFORM
        if self.stopped or self.faults or self.too_little:
            return Verdict.INCONCLUSIVE
        return Verdict.CONFORMS


def _effort(outcome: Outcome) -> int:
    return len(outcome.steps)


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: what is asked now, how much of it is done (0 to 1, None where nobody can tell),
    requests sent, failures so far, seconds until its end (None where it is too early to tell)."""

    asking: str
    share: float | None
    requests: int
    failures: int
    left: float | None = None
