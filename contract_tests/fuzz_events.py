"""Schemathesis' event report (NDJSON, one event per line), read into findings.

Of the events these matter: `ScenarioFinished` holds a `recorder` with every case, the request that was sent,
what came, and the result of each check; `NonFatalError` says what could not be asked, or was never answered.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from contract_tests.curl import Request, curl
from contract_tests.finding import STATEFUL, Finding, Progress, Report
from contract_tests.mask import Mask, visible
from contract_tests.question import Question
from contract_tests.target import Target

NO_ANSWER = "answers_every_request"
"""Our name for what Schemathesis calls a network error: the request was sent, and no HTTP came back."""

_GONE = {"ServerUnavailable", "UnhealthyAPIError"}
_UNANSWERED = {
    "ConnectionError": "the connection was closed without an answer",
    "ReadTimeout": "silence until the time was up",
    "ChunkedEncodingError": "the answer broke off",
    "ContentDecodingError": "the body is not encoded as its Content-Encoding says",
    "UnresponsiveOperationError": "most requests to this operation were never answered",
}

_LONGEST = 400
"""Characters of an answer's body that a finding shows."""

_NOTES = {
    "missing_auth": "only 401 or 403 came",
    "missing_test_data": "404 came again and again, so that little behind it was asked",
    "validation_mismatch": "most of what the document allows was refused",
    "method_not_allowed": "only 405 came",
    "rate_limited": "429 came",
    "unsupported_regex": "the generator cannot read a pattern",
}

# Which part of the document is broken; by it, failures of one check at one operation are told apart.
_CAUSE = re.compile(r"^(?:Schema at .*|Received: .*|.*required header.*)$", re.MULTILINE | re.IGNORECASE)


class _Key(NamedTuple):
    operation: str
    check: str
    kind: str
    cause: str
    stateful: bool


@dataclass(frozen=True, slots=True)
class _Exchange:
    """A request and what came back: status, media type and body, or None."""

    request: Request
    answer: tuple[int, str, str] | None


class Events:
    """The state of a run, event by event."""

    def __init__(self, question: Question, mask: Mask) -> None:
        self._question, self._mask = question, mask
        self._operations = question.operations
        self._found: dict[_Key, Finding] = {}
        self._asked: set[str] = set()
        self._silent: dict[str, Request] = {}  # place -> a request that nothing came back for
        self._errors: dict[str, tuple[str, str]] = {}  # place -> kind and message
        self.progress = Progress("starting", 0, 0)

    def read(self, event: dict[str, Any]) -> bool:
        """Takes one event in. Whether it changed the progress."""
        ((name, content),) = event.items()
        if name == "PhaseStarted":
            self.progress = replace(self.progress, phase=content["phase"]["name"])
        elif name == "ScenarioFinished":
            self._scenario(content["recorder"], content["phase"] == "stateful")
        elif name in ("NonFatalError", "FatalError"):
            self._error(content)
        return name in ("PhaseStarted", "ScenarioFinished")

    def report(self, target: Target, summary: dict[str, Any], seconds: float) -> Report:
        """The run as a whole, its `summary` in Schemathesis' words."""
        findings = sorted(self._findings(), key=lambda found: (found.stateful, self._rank(found.operation)))
        warnings = summary.get("warnings") or {}
        return Report(
            target=target.url,
            title=self._question.title,
            seed=self._question.seed,
            examples=self._question.examples,
            operations=self._operations,
            findings=tuple(findings),
            untested=self._untested(set(warnings.get("missing_auth") or ())),
            stopped=self._stopped(),
            notes=tuple(_notes(warnings)),
            variables=tuple((header.variable, header.name) for header in target.headers),
            cases=summary["test_cases"]["generated"],
            seconds=seconds,
        )

    def _scenario(self, recorder: dict[str, Any], stateful: bool) -> None:
        label, cases = recorder["label"], recorder.get("cases", {})
        exchanges = {case: _exchange(each) for case, each in recorder.get("interactions", {}).items()}
        if not stateful and exchanges:
            self._asked.add(label)
        for case, exchange in exchanges.items():
            if exchange.answer is None and case in cases:
                self._silent[STATEFUL if stateful else label] = exchange.request
        for case, checks in recorder.get("checks", {}).items():
            for check in checks:
                if check["status"] == "failure":
                    failure = check["failure_info"]["failure"]
                    shown = _steps(failure, failure.get("case_id") or case, cases, exchanges)
                    self._failure(check["name"], failure, label, shown, stateful)
        found = {key._replace(stateful=False) for key in self._found}
        self.progress = replace(self.progress, cases=self.progress.cases + len(cases), failures=len(found))

    def _failure(
        self, check: str, failure: dict[str, Any], label: str, steps: list[_Exchange], stateful: bool
    ) -> None:
        operation = label if label in self._operations else str(failure["operation"])
        cause = " ".join(_CAUSE.findall(failure["message"]))
        key = _Key(operation, check, failure["type"], cause, stateful)
        found = Finding(
            operation=visible(operation),
            check=check,
            message=self._mask.hide("\n".join(_told(failure, steps))),
            curl="\n".join(curl(step.request, self._mask) for step in steps) or None,
            stateful=stateful,
        )
        known = self._found.get(key)
        cases = known.cases + 1 if known else 1
        self._found[key] = replace(_shorter(known, found) if known else found, cases=cases)

    def _error(self, content: dict[str, Any]) -> None:
        problem = content.get("value") or content["exception"]
        label = str(content.get("label") or "")
        place = STATEFUL if content.get("phase") == "stateful" and label not in self._operations else label
        self._errors.setdefault(place, (problem["type"], problem["message"]))

    def _findings(self) -> Iterable[Finding]:
        """Each failure once: what a sequence shows is left out where a single request shows it, too."""
        for key, found in self._found.items():
            alone = self._found.get(key._replace(stateful=False))
            if not key.stateful or alone is None:
                also = self._found.get(key._replace(stateful=True)) if not key.stateful else None
                yield replace(found, cases=found.cases + (also.cases if also else 0))
        for place, (kind, message) in self._errors.items():
            if kind in _UNANSWERED:
                yield self._no_answer(place, "ReadTimeout" if "Read timed out" in message else kind)

    def _no_answer(self, place: str, kind: str) -> Finding:
        request = self._silent.get(place)
        return Finding(
            operation=visible(place),
            check=NO_ANSWER,
            message=f"No answer\nReceived: {_UNANSWERED[kind]}\nExpected: an HTTP response of any status",
            curl=curl(request, self._mask) if request else None,
            stateful=place == STATEFUL,
        )

    def _untested(self, refused: set[str]) -> dict[str, str]:
        """What no verdict can stand on, and why: everything, when our credentials were never accepted."""
        untested = {
            visible(place) or "the document": self._mask.hide(f"{kind}: {message}".splitlines()[0])
            for place, (kind, message) in self._errors.items()
            if kind not in _UNANSWERED and kind not in _GONE
        }
        if refused and refused >= set(self._operations):
            return dict.fromkeys(self._operations, "answered 401 or 403 and nothing else: give credentials")
        for operation in self._operations:
            if operation not in self._asked and operation not in self._errors:
                untested[operation] = "nothing was sent"
        return untested

    def _stopped(self) -> str | None:
        gone = any(kind in _GONE for kind, _ in self._errors.values())
        return "the target stopped answering" if gone else None

    def _rank(self, operation: str) -> int:
        return self._operations.index(operation) if operation in self._operations else len(self._operations)


def _steps(
    failure: dict[str, Any], case: str, cases: dict[str, Any], exchanges: dict[str, _Exchange]
) -> list[_Exchange]:
    """The requests that lead to a failure, in the order in which they were sent."""
    chain = [case]
    while parent := cases.get(chain[0], {}).get("parent_id"):
        chain.insert(0, parent)
    if failure["type"] == "UseAfterFree":  # the request that deleted is no parent of the one that came after
        chain[-1:-1] = [
            other
            for other, each in exchanges.items()
            if other not in chain and _is_deletion(failure["message"], each.request)
        ]
    return [exchanges[step] for step in chain if step in exchanges]


def _is_deletion(message: str, request: Request) -> bool:
    """Whether this is the request that a message speaks of: `DELETE /things/1`."""
    path = re.search(r"DELETE (\S+)`", message)
    return request.method == "DELETE" and path is not None and request.url.endswith(path[1])


def _exchange(interaction: dict[str, Any]) -> _Exchange:
    sent, came = interaction["request"], interaction.get("response")
    headers = tuple((name, value) for name, values in sent["headers"].items() for value in values)
    request = Request(sent["method"], sent["uri"], headers, _bytes(sent.get("body")))
    if not came:
        return _Exchange(request, None)
    media_type = (came["headers"].get("content-type") or ["no content type"])[0]
    body = (_bytes(came.get("content")) or b"").decode("utf-8", "replace")
    return _Exchange(request, (came["status_code"], media_type, body))


def _bytes(value: Any) -> bytes | None:
    if isinstance(value, dict):
        return base64.b64decode(value["$base64"])
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else None


def _told(failure: dict[str, Any], steps: list[_Exchange]) -> Iterable[str]:
    """The failure in lines: its title, what Schemathesis says, what came."""
    yield failure["title"]
    yield from (line.rstrip() for line in failure["message"].splitlines() if line.strip())
    answer = steps[-1].answer if steps else None
    if answer is None:
        return
    status, media_type, body = answer
    shown = body if len(body) <= _LONGEST else body[:_LONGEST] + f"... ({len(body)} characters)"
    yield f"Answer: {status}, {media_type}" + (f": {shown}" if body else ", no body")


def _shorter(one: Finding, other: Finding) -> Finding:
    """The one that is easier to see again."""
    return min(one, other, key=lambda found: ((found.curl or "").count("\n"), len(found.curl or "")))


def _notes(warnings: dict[str, list[str]]) -> Iterable[str]:
    for name, places in warnings.items():
        if places:
            more = f" and {len(places) - 3} more" if len(places) > 3 else ""
            said = f"{_NOTES[name]} ({name})" if name in _NOTES else name
            yield visible(f"{said}: {', '.join(map(str, places[:3]))}{more}").replace("\n", " ")
