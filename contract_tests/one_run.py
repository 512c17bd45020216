"""The one run behind the tests of a session: it asks, and says what each test has to tell."""

import threading
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest

from contract_tests import door
from contract_tests.check import Outcome, Requirement, Status
from contract_tests.engines.fuzz_findings import SHARED
from contract_tests.interrupts import Interrupted, interrupts
from contract_tests.problems import CannotTell
from contract_tests.profile import Profile
from contract_tests.question import Question
from contract_tests.reports import console
from contract_tests.reports.layout import Layout
from contract_tests.reports.places import Places
from contract_tests.result import Result, Verdict
from contract_tests.session import Session
from contract_tests.showing.mask import masked
from contract_tests.target import Target
from contract_tests.told import KNOWN, Told

_BAD = (Status.FAILED, Status.WARNED)
_ENDED = 3


def run(config: pytest.Config, tested: Sequence[Requirement], whole: bool, judges: frozenset[str]) -> Told:
    """Asks for the requirements that are tested; for all of them where the run as a `whole` is tested, too.

    `judges`: checks that ask nothing themselves and judge what the others are answered, so that for them
    everything is asked. Whatever keeps the run from its end is told, so that nobody asks again.
    """
    try:
        return _run(config, tested, whole, judges)
    except CannotTell as error:
        return Told(problem=str(error), exit_code=error.exit_code)
    except (Exception, pytest.fail.Exception) as error:  # a time-out of pytest's, or a fault of ours
        return Told(problem=f"the run was ended: {type(error).__name__}: {error}", exit_code=_ENDED)


def _run(config: pytest.Config, tested: Sequence[Requirement], whole: bool, judges: frozenset[str]) -> Told:
    with door.target(config) as target:
        asked = door.asked(config, target)
        if not whole and _is_sound(tested, judges, asked.permissions.profile):
            asked = door.asked(config, target, tested)
        session = Session(target, asked)
        is_main = threading.current_thread() is threading.main_thread()
        with interrupts(session) if is_main else nullcontext(Interrupted()) as signals:
            result = session.conduct()
        if signals.number:
            return Told(problem="interrupted", exit_code=128 + signals.number)
        listed = frozenset(planned.requirement.id for planned in session.planned if tested)
        return _Teller(result, asked, target, listed).told()


def _is_sound(tested: Sequence[Requirement], judges: frozenset[str], profile: Profile) -> bool:
    """Whether the outcomes of these requirements are the same when nothing else is asked."""
    needed = judges | SHARED if profile is Profile.FULL else judges
    return not any(each.check in needed for each in tested)


class _Teller:
    """Puts a result into the words of the console, requirement by requirement. `listed`: ids of those that
    have a test of their own."""

    def __init__(self, result: Result, asked: Question, target: Target, listed: frozenset[str]) -> None:
        self._result, self._listed, self._is_part = result, listed, asked.chosen is not None
        self._places = Places(asked.document)
        self._mask = masked(result.exchanges, target.secrets)

    def told(self) -> Told:
        return Told(
            outcomes={o.requirement.id: [self._status(o), self._says(o)] for o in self._result.outcomes},
            verdict=("of what was selected: " if self._is_part else "") + self._verdict(),
            run="\n".join(self._run()),
            alarm="\n".join(self._alarm()),
        )

    def _status(self, outcome: Outcome) -> str:
        if self._result.is_known(outcome):
            return KNOWN
        fails = self._result.strict and outcome.status is Status.WARNED
        return (Status.FAILED if fails else outcome.status).value

    def _says(self, outcome: Outcome) -> str:
        if outcome.status in _BAD:
            return self._finding(outcome)
        return self._mask.hide(outcome.reason)

    def _finding(self, *outcomes: Outcome) -> str:
        """What came first, for pytest's summary, then all of it."""
        first = self._mask.hide(outcomes[0].received).partition("\n")[0]
        alone = replace(self._result, outcomes=outcomes)
        lines = console.findings(alone, self._places, self._mask, Layout())
        return "\n".join([first, "", *lines, f"seed {self._result.seed}"])

    def _run(self) -> list[str]:
        """Records that are left, no verdict, and what was found that no other test tells."""
        lines = self._alarm()
        if not lines and self._result.verdict is Verdict.INCONCLUSIVE:
            lines = [self._verdict()]
        others = [o for o in self._result.outcomes if o.requirement.id not in self._listed]
        bad = [o for o in others if self._status(o) == Status.FAILED.value]
        return [*lines, *([self._finding(*bad)] if bad else [])]

    def _alarm(self) -> list[str]:
        footprint = self._result.footprint
        if not footprint.left and not self._result.stopped:
            return []
        return [self._verdict(), *console.footprint_lines(footprint, self._mask, Layout())]

    def _verdict(self) -> str:
        return console.verdict(self._result, self._mask, Layout())
