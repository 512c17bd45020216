"""One conformance run from beginning to end: everything put together, asked, and cleaned up after."""

import shlex
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from contract_tests.baseline import Known, standing, today
from contract_tests.check import Check, Requirement
from contract_tests.checks import load_checks
from contract_tests.cleanup import clean_up
from contract_tests.contract import SAFE, Contract, names_in_path, place
from contract_tests.engines.fuzz_events import FuzzProgress
from contract_tests.engines.fuzz_findings import FuzzFinding
from contract_tests.engines.fuzzing import fuzzed, merged, second_opinions
from contract_tests.exchange import Exchange
from contract_tests.judge import SecondJudge
from contract_tests.network.pace import Pace, parse_rate
from contract_tests.preflight import preflight
from contract_tests.probing.asking import Asking
from contract_tests.probing.bodies import Bodies
from contract_tests.probing.credentials import Credentials
from contract_tests.probing.given import NOTHING
from contract_tests.probing.subjects import maker
from contract_tests.problems import Misuse, Unreachable
from contract_tests.profile import Profile
from contract_tests.question import Question
from contract_tests.requirements import part, plan, select
from contract_tests.result import Progress, Result
from contract_tests.run import Run
from contract_tests.showing.origins import Origins
from contract_tests.target import Target
from contract_tests.transport import Stopped, Transport
from openapi.operation import Operation

_PAUSE = 0.5
"""Seconds from one look at a target that does not answer to the next."""

_TO_DELETE = 2
"""Requests that the deletion of a record takes."""

Tell = Callable[[Progress], None]


class Session:
    """A run that is about to begin: `planned` is known before anything is sent. Raises Misuse for what cannot
    be asked."""

    def __init__(
        self, target: Target, question: Question, make: Callable[..., Transport] = Transport
    ) -> None:
        self.target, self.question = target, question
        self.contract = Contract(question.document)
        credentials = Credentials(target, question.document)
        checks = _selected(question)
        self._known = Known(question.baseline, self._every()) if question.baseline else None
        rate = parse_rate(question.rate_limit) if question.rate_limit else None
        self.transport = make(
            target, self.contract, question.permissions, folder=question.ledger,
            pace=Pace(rate, question.max_requests), timeout=question.timeout,
        )  # fmt: skip
        every = plan(self.contract, checks, self.transport.guard, credentials, self._given())
        if question.chosen is not None:
            every = part(every, question.chosen)
        self.planned = [each for each in every if self._is_wanted(each.requirement)]
        if not self.planned:
            self.transport.close()
            raise Misuse("these filters and checks leave nothing to ask")
        bodies = Bodies(self.contract, question.seed, self.transport.marker, question.given)
        self.asking = Asking(self.contract, self.transport, credentials, bodies)
        self.run = Run(self.asking, checks, self.planned, question.max_failures, self._is_known)
        self._exchanges: list[Exchange] = []
        self._judge = SecondJudge(self.contract)
        self._found: tuple[FuzzFinding, ...] = ()
        self._notes: tuple[str, ...] = ()
        self._began = ""
        self._ending = False
        self.transport.listen(self._exchanges.append)

    def conduct(self, tell: Tell = lambda _progress: None) -> Result:
        """Asks everything, deletes what was created, and says what came of it.

        Raises Unreachable where nobody answers, Inconclusive where nothing could be asked. `interrupt` ends
        it early.
        """
        self._began = datetime.now(UTC).isoformat(timespec="seconds")
        started, cpu = time.monotonic(), time.process_time()
        self.transport.listen(lambda _exchange: tell(self._progress()))
        try:
            self._ask(tell)
        finally:
            self._ending = True
            clean_up(self.transport)
            self.transport.close()
        return self._result(time.monotonic() - started, time.process_time() - cpu)

    def wait(self, seconds: float) -> None:
        """Returns when the target answers, or so many seconds have passed, or the run is interrupted."""
        end = time.monotonic() + seconds
        with suppress(Stopped):
            while not self.transport.knock() and time.monotonic() < end:
                self.transport.wait(_PAUSE)

    def interrupt(self, reason: str) -> None:
        """Ends the asking; what was created is still deleted. May be called by a signal handler."""
        self.transport.interrupt(reason)

    @property
    def sweep_command(self) -> str:
        """What deletes what this run created, should it end before it has done so."""
        given = {"-H": self.target.headers, "--other-header": self.target.other}
        if self.target.logins:  # hyfn.toml says who asks
            given = {}
        headers = [f"{option} '{h.name}: ...'" for option, each in given.items() for h in each]
        where = [f"--ledger {shlex.quote(str(self.question.ledger))}"] if self.question.ledger else []
        return " ".join(["hyfn sweep", shlex.quote(self.target.url), *headers, *where])

    def _ask(self, tell: Tell) -> None:
        try:
            self._notes = self._preflight()
            self.run.ask(self.question.workers, lambda: tell(self._progress()))
            if self.question.permissions.profile is Profile.FULL and not self.question.checks:
                self._fuzz(tell)
        except Stopped as stopped:
            self.run.stop(str(stopped))

    def _preflight(self) -> tuple[str, ...]:
        """Raises Unreachable where nothing was answered at all."""
        try:
            notes = preflight(self.asking)
        except Stopped:
            self._check_answered()
            raise
        self._check_answered()
        return notes

    def _check_answered(self) -> None:
        problems = [exchange.problem for exchange in self._exchanges]
        if problems and all(problems):
            raise Unreachable(f"{self.target.url} does not answer: {problems[0]}")

    def _fuzz(self, tell: Tell) -> None:
        """Schemathesis asks after our checks have: it may leave records in any state."""

        def show(state: FuzzProgress) -> None:
            self.run.asking_now = f"fuzzing, {state.phase} ({state.cases} cases)"
            tell(self._progress())

        if not self.run.stopped:
            found = fuzzed(self.asking, self.target, self.question, self._judge, show)
            self._found, self._notes = found.findings, (*self._notes, *found.notes)
            if found.stopped:
                self.run.stop(found.stopped)

    def _progress(self) -> Progress:
        """With the fuzz engine still to come, nobody knows how long it will be."""
        run, sent = self.run, self.transport.footprint.sent
        alive = self.transport.ownership.alive
        if self._ending:
            return Progress(f"deleting what was created ({alive} left)", None, sent, self._failures)
        if self.question.permissions.profile is Profile.FULL and not self.question.checks:
            return Progress(run.asking_now, None, sent, self._failures)
        left = run.forecast.seconds_left(_TO_DELETE * alive)
        return Progress(run.asking_now, run.forecast.share, sent, self._failures, left)

    @property
    def _failures(self) -> int:
        return self.run.failures + self.run.answers.failures

    def _is_known(self, requirement_id: str) -> bool:
        """Whether a failure of a requirement fails no run."""
        entry = self._known.entry(requirement_id) if self._known else None
        return entry is not None and not entry.is_expired(today())

    def _given(self) -> set[str]:
        """The GETs whose path a person gives in full, and whose records nothing here creates."""
        return {
            place(operation)
            for operation in self.question.document.operations
            if operation.method in SAFE and self._is_given(operation)
        }

    def _is_given(self, operation: Operation) -> bool:
        names, given = names_in_path(operation.path), self.question.given.get(operation.id, NOTHING)
        resource = self.contract.resource_of(operation)
        made = resource is not None and maker(resource) is not None
        return bool(names) and not made and set(names) <= given.parameters.keys()

    def _every(self) -> list[str]:
        """The ids of all requirements of the document, whatever this run was asked for."""
        return [each.id for check in load_checks() for each in check.derive(self.contract)]

    def _is_wanted(self, requirement: Requirement) -> bool:
        """Whether a requirement is about an operation that is asked."""
        method, _, path = requirement.place.rpartition(" ")
        there = self.contract.paths.get(path, {})
        operations = [there[method]] if method in there else list(there.values())
        return not operations or any(self.question.wanted(operation) for operation in operations)

    def _stage(self, requirement: Requirement) -> tuple[str, str]:
        """The collection that a requirement is about, and the stage in the life of its records."""
        method, _, path = requirement.place.rpartition(" ")
        operation = self.contract.paths.get(path, {}).get(method)
        if operation is not None:
            role = self.contract.role(operation)
            return role.resource or path, _STAGE_OF.get(role.kind, "other")
        owner = next(
            (r for r in self.contract.model.resources.values() if path in (r.item, r.collection)), None
        )
        return (owner.key, "other") if owner else (path, "other")

    def _result(self, seconds: float, cpu_seconds: float) -> Result:
        question = self.question
        outcomes = merged(self.run.finish(), self._found)
        return Result(
            target=self.target.url,
            title=question.title,
            profile=question.permissions.profile.value,
            seed=question.seed,
            outcomes=(*outcomes, *second_opinions(self._judge, self.asking, self._exchanges)),
            barred=frozenset(p.requirement.id for p in self.planned if p.barred),
            footprint=self.transport.footprint,
            exchanges=tuple(self._exchanges),
            stopped=self.run.stopped,
            notes=(*question.notes, *self._notes, *self.transport.footprint.notes),
            min_tested=question.min_tested,
            strict=question.strict,
            started=self._began,
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            variables=tuple((h.variable, h.name) for h in (*self.target.headers, *self.target.other)),
            standing=standing(self._known, outcomes, today()) if self._known else None,
            origins=Origins(self.contract, self.target.url, self._exchanges),
            contract=self.contract,
            stages={o.requirement.id: self._stage(o.requirement) for o in outcomes},
        )


_STAGE_OF = {
    "create": "create", "read": "read", "list": "list", "delete": "delete",
    "update": "update", "replace": "update",
}  # fmt: skip


def _selected(question: Question) -> list[Check]:
    known = load_checks()
    found = select(known, question.checks, question.unwanted)
    if not found:
        raise Misuse(
            f"no check has a name like {', '.join(question.checks)}: `hyfn check --list-checks` lists them"
        )
    return found
