"""A run: every requirement is asked, and something comes of each. Prints nothing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from contract_tests.answers import Answers
from contract_tests.check import (
    CannotAsk,
    Check,
    Outcome,
    Requirement,
    Status,
    not_tested,
)
from contract_tests.forecast import Forecast
from contract_tests.probing.asking import Asking
from contract_tests.problems import CannotTell
from contract_tests.requirements import Planned
from contract_tests.transport import Held, Stopped

Hear = Callable[[Sequence[Outcome]], None]


class Run:
    """Asks what is planned. `outcomes` fills up by requirement id; `stopped` says why the run ended early.
    `known`: whether a requirement, by its id, may fail without being counted."""

    def __init__(
        self,
        asking: Asking,
        checks: Sequence[Check],
        planned: Sequence[Planned],
        max_failures: int | None = None,
        known: Callable[[str], bool] = lambda _id: False,
    ) -> None:
        self._asking, self._planned, self._most = asking, planned, max_failures
        self._known = known
        self._checks = {check.name: check for check in checks}
        self.outcomes: dict[str, Outcome] = {}
        self.failures = 0
        self.stopped: str | None = None
        self.asking_now = "starting"
        self.forecast = Forecast()
        self.answers = Answers(
            asking.contract, [c for c in checks if c.judge], [p.requirement for p in planned], known
        )
        asking.transport.listen(self.answers.hear)

    def ask(self, workers: int = 1, tell: Callable[[], None] = lambda: None) -> None:
        """Asks every check that sends; those of one resource in one thread, in their order."""
        self._settle_the_rest()
        lanes = [lane for lane in self._lanes() if lane]
        self.forecast.expect(check.name for lane in lanes for check, _ in lane)
        if workers == 1:
            for lane in lanes:
                self._walk(lane, tell)
            return
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self._walk, lane, tell) for lane in lanes]:
                done.result()

    def finish(self) -> list[Outcome]:
        """One outcome per requirement, in the order of the plan; what only answers tell is told now."""
        for outcome in self.answers.outcomes():
            self.outcomes.setdefault(outcome.requirement.id, outcome)
        if self.stopped:  # what the target's end left without an answer says nothing of its promises
            silent = [o for o in self.outcomes.values() if o.steps and o.steps[-1].answer is None]
            self.outcomes.update((o.requirement.id, not_tested(o.requirement, self.stopped)) for o in silent)
        reason = self.stopped or "the check came to no answer"
        return [
            self.outcomes.get(p.requirement.id) or not_tested(p.requirement, reason) for p in self._planned
        ]

    def stop(self, reason: str) -> None:
        self.stopped = self.stopped or reason

    def _settle_the_rest(self) -> None:
        """What needs no request: what does not apply, and what may not be asked."""
        for planned in self._planned:
            requirement = planned.requirement
            if requirement.impossible:
                self._take(Outcome(requirement, Status.NOT_APPLICABLE, reason=requirement.impossible))
            elif planned.barred:
                self._take(not_tested(requirement, planned.barred))

    def _lanes(self) -> Iterator[list[tuple[Check, list[Requirement]]]]:
        """What is asked together: per collection, the checks in order, each with its subjects."""
        groups: dict[str, dict[tuple[str, str], list[Requirement]]] = defaultdict(lambda: defaultdict(list))
        for planned in self._planned:
            requirement = planned.requirement
            if requirement.id not in self.outcomes and self._checks[requirement.check].ask:
                groups[self._lane(requirement)][requirement.check, requirement.subject].append(requirement)
        for lane in groups.values():
            yield [(self._checks[name], group) for (name, _), group in lane.items()]

    def _lane(self, requirement: Requirement) -> str:
        path = requirement.place.partition(" ")[2] or requirement.place
        return path.strip("/").partition("/")[0]

    def _walk(self, lane: list[tuple[Check, list[Requirement]]], tell: Callable[[], None]) -> None:
        for check, group in lane:
            if self.stopped:
                return
            self.asking_now = f"{check.name.replace('_', ' ')} ({group[0].place})"
            tell()
            before = self._asking.transport.footprint.sent
            self._ask(check, group)
            self.forecast.asked(check.name, self._asking.transport.footprint.sent - before)
            if self._most and self.failures + self.answers.failures >= self._most:
                self.stop(f"{self._most} {'failure was' if self._most == 1 else 'failures were'} seen")

    def _ask(self, check: Check, group: list[Requirement]) -> None:
        assert check.ask is not None
        reason = "the check came to no answer"
        try:
            for outcome in check.ask(self._asking, group):
                self._take(outcome)
        except CannotAsk as cannot:
            reason = str(cannot)
        except Held as held:
            return self._held(group, held)
        except Stopped as stopped:
            self.stop(str(stopped))
            reason = str(stopped)
        except CannotTell:
            raise
        except Exception as error:  # whatever goes wrong in a check is our fault
            return self._fault(group, f"{type(error).__name__}: {error}")
        self._left(group, reason)
        return None

    def _held(self, group: Iterable[Requirement], held: Held) -> None:
        """The guard held a request back: a matter of profile, or a fault of ours."""
        if held.ours:
            self._fault(group, f"the guard held a request back: {held}")
        else:
            self._left(group, str(held))

    def _fault(self, group: Iterable[Requirement], reason: str) -> None:
        for requirement in group:
            self._take(Outcome(requirement, Status.ERROR, reason=reason))

    def _left(self, group: Iterable[Requirement], reason: str) -> None:
        for requirement in group:
            self._take(not_tested(requirement, reason))

    def _take(self, outcome: Outcome) -> None:
        """The first outcome of a requirement counts, unless a later one is worse."""
        known = self.outcomes.get(outcome.requirement.id)
        if known is None or (known.status is Status.PASSED and outcome.status in _WORSE):
            self.outcomes[outcome.requirement.id] = outcome
            self.failures += outcome.status is Status.FAILED and not self._known(outcome.requirement.id)


_WORSE = {Status.FAILED, Status.WARNED}
