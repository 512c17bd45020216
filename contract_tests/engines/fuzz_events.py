"""Schemathesis' event report (NDJSON, one event per line), read into findings.

Of the events these matter: `ScenarioFinished` holds a `recorder` with the names of cases and the result of
each check; `NonFatalError` says what could not be asked. What was sent and what came is known to the relay,
by the same names.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.contract import Contract, place
from contract_tests.engines.doubts import Evidence, Shown, doubt
from contract_tests.engines.fuzz_findings import RULES, FuzzFinding, no_answer, tell
from contract_tests.relay import Passed, Records
from contract_tests.showing.mask import visible
from openapi.operation import Operation

HELD = "a request was held back"
"""Why findings are dropped that rest on an answer which the relay gave itself."""

_NETWORK = {
    "ConnectionError", "ReadTimeout", "ChunkedEncodingError", "ContentDecodingError", "ServerUnavailable",
    "UnresponsiveOperationError", "UnhealthyAPIError",
}  # fmt: skip
"""Errors of the engine that the relay knows better: a request that was not answered."""

_LATER = {"positive_data_acceptance"}
"""Checks whose findings are weighed when everything was sent."""

MOST = 1000
"""Of such findings, that are kept until then."""

_OURS = {"base_url_mismatch"}
"""Warnings about the relay, which stands between."""

_NOTES = {
    "missing_auth": "only 401 or 403 came",
    "missing_test_data": "404 came again and again, so that little behind it was asked",
    "validation_mismatch": "most of what the document allows was refused",
    "method_not_allowed": "only 405 came",
    "rate_limited": "429 came",
    "unsupported_regex": "the generator cannot read a pattern",
}


@dataclass(frozen=True, slots=True)
class FuzzProgress:
    """Where the engine is: its phase, cases so far, findings so far."""

    phase: str
    cases: int
    findings: int


@dataclass(frozen=True, slots=True)
class FuzzResult:
    """What came of fuzzing.

    `untested`: place -> why nothing could be asked. `dropped`: why findings were dropped -> how many.
    `stopped`: why it ended before its time. `notes`: what a reader should know besides, one line each.
    """

    findings: tuple[FuzzFinding, ...] = ()
    cases: int = 0
    notes: tuple[str, ...] = ()
    untested: dict[str, str] = field(default_factory=dict)
    dropped: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None


class Events:
    """The state of a run, event by event."""

    def __init__(self, contract: Contract, records: Records, evidence: Evidence) -> None:
        self._records, self._evidence = records, evidence
        self._operations = {place(operation): operation for operation in contract.document.operations}
        self._found: dict[tuple[str, str, str], FuzzFinding] = {}
        self._errors: dict[str, str] = {}
        self._later: list[Shown] = []
        self._held: set[str] = set()
        self.dropped: Counter[str] = Counter()
        self.progress = FuzzProgress("starting", 0, 0)

    @property
    def findings(self) -> tuple[FuzzFinding, ...]:
        """In the order of the document."""
        order = {operation.place.pointer: index for index, operation in enumerate(self._operations.values())}
        found = self._found.values()
        return tuple(sorted(found, key=lambda each: _rank(each.pointer, order)))

    @property
    def untested(self) -> dict[str, str]:
        return dict(self._errors)

    def read(self, event: dict[str, Any]) -> bool:
        """Takes one event in. Whether it changed the progress."""
        ((name, content),) = event.items()
        if name == "PhaseStarted":
            self.progress = replace(self.progress, phase=content["phase"]["name"])
        elif name == "ScenarioFinished":
            self._scenario(content["recorder"])
        elif name in ("NonFatalError", "FatalError"):
            self._error(content)
        return name in ("PhaseStarted", "ScenarioFinished")

    def _scenario(self, recorder: dict[str, Any]) -> None:
        cases: dict[str, Any] = recorder.get("cases", {})
        sent, held = self._records.take({*cases, *recorder.get("interactions", {})})
        for passed in sent.values():
            self._evidence.taken.hear(passed)
            if passed.exchange.answer is None:
                self._keep(no_answer(passed.exchange))
        if held:
            self._held.add(recorder["label"])
        for case, checks in recorder.get("checks", {}).items():
            for check in checks:
                if check["status"] == "failure":
                    failure = check["failure_info"]["failure"]
                    steps = _chain(failure, failure.get("case_id") or case, cases, sent)
                    self._failure(check["name"], failure, recorder["label"], steps, sent, held)
        count = self.progress.cases + len(cases)
        self.progress = replace(self.progress, cases=count, findings=len(self._found))

    def _failure(
        self, check: str, failure: dict[str, Any], label: str, steps: list[str],
        sent: dict[str, Passed], held: dict[str, str],
    ) -> None:  # fmt: skip
        operation = self._operation(label, str(failure["operation"]), steps, sent)
        if held.keys() & set(steps):
            self.dropped[HELD] += 1
        elif operation is None or not steps or not all(step in sent for step in steps):
            self.dropped["it was not sent"] += 1
        else:
            passed = tuple(sent[step] for step in steps)
            shown = Shown(check, failure["type"], failure["message"], operation, passed)
            if check in _LATER and len(self._later) < MOST:
                self._later.append(shown)
            else:
                self._weigh(shown)

    def finish(self) -> None:
        """Weighs what only the whole run can tell."""
        for shown in self._later:
            self._weigh(shown)
        self._later.clear()

    def notes(self, warnings: dict[str, list[str]]) -> Iterable[str]:
        """What the engine warns of, one line each; refusals of the relay are no news."""
        for name, places in warnings.items():
            told = [str(each) for each in places if name != "missing_auth" or each not in self._held]
            if told and name not in _OURS:
                more = f" and {len(told) - 3} more" if len(told) > 3 else ""
                said = f"{_NOTES[name]} ({name})" if name in _NOTES else name
                yield visible(f"fuzzing: {said}: {', '.join(told[:3])}{more}").replace("\n", " ")

    def _weigh(self, shown: Shown) -> None:
        if shown.last.answer is None:
            return  # which is a finding of its own
        reason = doubt(self._evidence, shown)
        if reason is None and shown.check in RULES:
            self._keep(tell(self._evidence, shown))
        else:
            self.dropped[f"{shown.check}: {reason}"] += 1

    def _keep(self, found: FuzzFinding | None) -> None:
        if found is not None:
            known = self._found.get(found.key)
            self._found[found.key] = known.merged(found) if known else found

    def _operation(
        self, label: str, named: str, steps: list[str], sent: dict[str, Passed]
    ) -> Operation | None:
        """The operation that a failure is about: of the last request, else of the engine's label."""
        last = sent[steps[-1]].exchange.operation if steps and steps[-1] in sent else None
        return last or self._operations.get(named) or self._operations.get(label)

    def _error(self, content: dict[str, Any]) -> None:
        problem = content.get("value") or content["exception"]
        if problem["type"] not in _NETWORK:
            where = visible(str(content.get("label") or "the document"))
            self._errors.setdefault(
                where, visible(f"{problem['type']}: {problem['message']}".splitlines()[0])
            )


def _chain(failure: dict[str, Any], case: str, cases: dict[str, Any], sent: dict[str, Passed]) -> list[str]:
    """The cases that lead to a failure, in the order in which they were sent."""
    chain = [case]
    while (parent := cases.get(chain[0], {}).get("parent_id")) and parent not in chain:
        chain.insert(0, parent)
    if failure["type"] == "UseAfterFree":  # the request that deleted is no parent of the one that came after
        chain[-1:-1] = [
            other for other, each in sent.items() if other not in chain and _deletes(failure["message"], each)
        ]
    return chain


def _deletes(message: str, passed: Passed) -> bool:
    """Whether this is the request that a message speaks of: `DELETE /things/1`."""
    path = re.search(r"DELETE (\S+)`", message)
    request = passed.exchange.request
    return request.method == "DELETE" and path is not None and request.url.endswith(path[1])


def _rank(pointer: str, order: dict[str, int]) -> tuple[int, str]:
    found = (rank for start, rank in order.items() if f"{pointer}/".startswith(f"{start}/"))
    return min(found, default=len(order)), pointer
