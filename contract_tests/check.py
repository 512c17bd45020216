"""What a check is, what it is asked of, and what comes of it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from contract_tests.exchange import Exchange
from contract_tests.spot import Spot
from openapi.source import split_pointer

if TYPE_CHECKING:
    from contract_tests.contract import Contract
    from contract_tests.probing.asking import Asking


class Level(Enum):
    """How far a promise is written down. Conventions warn, the others fail."""

    DOCUMENT = "document"
    HTTP = "http"
    LIFECYCLE = "lifecycle"
    CONVENTION = "convention"


class Status(Enum):
    """What came of a requirement."""

    PASSED = "passed"
    FAILED = "failed"
    WARNED = "warned"
    NOT_APPLICABLE = "not applicable"
    NOT_TESTED = "not tested"
    ERROR = "error"


class CannotAsk(Exception):
    """A requirement that cannot be tested now, and why: what it needs could not be had."""


WRITE = "write"
"""Need: something is created or changed."""

OTHER_IDENTITY = "another organization"
"""Need: credentials of a second organization."""

CREDENTIALS = "credentials"
"""Need: credentials of any kind."""

FULL = "full"
"""Need: a deployment that is there to be tested."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One promise, asked by one check. Its id is a pointer into the document and the name of the check.

    `place`: what people call it: `POST /agents`, or `/agents` for a collection. `at`: tells two apart that
    stand at one pointer. `needs`: what the run must be able to do. `creates`: the keys of the resources that
    it creates. `impossible`: why the check does not apply here; then it is not applicable. `subject`: what
    the check groups by (requirements of one check with the same subject are asked together); `part`: what of
    it, for the check alone.
    """

    pointer: str
    check: str
    level: Level
    place: str
    at: str = ""
    needs: frozenset[str] = frozenset()
    creates: tuple[str, ...] = ()
    impossible: str | None = None
    subject: str = ""
    part: Any = field(default=None, compare=False, hash=False)

    @property
    def id(self) -> str:
        return f"{self.pointer} · {self.check}" + (f" · {self.at}" if self.at else "")

    @property
    def path(self) -> str:
        """The path of the document that it belongs to, or an empty text."""
        tokens = split_pointer(self.pointer)
        return tokens[1] if len(tokens) > 1 and tokens[0] == "paths" else ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a requirement.

    A failure says what was received, what was promised, and holds the exchanges that show it, in order;
    findings of one check with one `cause` are one finding. `reason`: why it was not tested, or what our own
    fault is. `spot`: what of the last answer is wrong, where somebody knows.
    """

    requirement: Requirement
    status: Status
    received: str = ""
    promised: str = ""
    steps: tuple[Exchange, ...] = ()
    cause: str = ""
    reason: str = ""
    spot: Spot | None = None


def passed(requirement: Requirement) -> Outcome:
    return Outcome(requirement, Status.PASSED)


def failed(
    requirement: Requirement,
    received: str,
    promised: str,
    *steps: Exchange,
    cause: str = "",
    spot: Spot | None = None,
) -> Outcome:
    """A promise that was not kept: a failure, or a warning where it is a convention.

    `received` and `promised` are one sentence each; `steps` the requests that show it, the last one with the
    wrong answer; `spot` what is wrong with that.
    """
    status = Status.WARNED if requirement.level is Level.CONVENTION else Status.FAILED
    return Outcome(requirement, status, received, promised, steps, cause or received, spot=spot)


def warned(
    requirement: Requirement, received: str, promised: str, *steps: Exchange, cause: str = ""
) -> Outcome:
    """Something that the document is to blame for as much as the target: never a failure."""
    return Outcome(requirement, Status.WARNED, received, promised, steps, cause or received)


def not_tested(requirement: Requirement, reason: str) -> Outcome:
    return Outcome(requirement, Status.NOT_TESTED, reason=reason)


@dataclass(frozen=True, slots=True)
class Check:
    """One question.

    `name`: a lower_case_sentence, never renamed once published; `asks`: the same for people; `source`: where
    the rule comes from. `derive` lists what it is asked of, before anything is sent. It is asked in one of
    two ways: `ask` sends requests for the requirements of one subject; `judge` looks at every answer that
    comes, whoever caused it, and gives outcomes for the requirements that the answer speaks of.

    For `hyfn explain` and docs/checks.md: `how` says which requests it takes, `example` is an exchange with a
    server that fails it, `fault` the fault of our mock that does (`hyfn mock --fault`), where there is one.
    """

    name: str
    level: Level
    asks: str
    source: str
    derive: "Callable[[Contract], Iterable[Requirement]]"
    ask: "Callable[[Asking, Sequence[Requirement]], Iterable[Outcome]] | None" = None
    judge: "Callable[[Contract, Exchange, Callable[[str], Requirement | None]], Iterable[Outcome]] | None" = (
        None
    )
    how: str = ""
    example: str = ""
    fault: str = ""
