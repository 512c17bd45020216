"""A result as plain JSON data, which every report is made of. Ids are stable; secrets are masked here, once.

It is what `--report json` writes; report.schema.json describes it, and `hyfn report` makes
the other reports of it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from contract_tests.check import Outcome, Status
from contract_tests.checks import load_checks
from contract_tests.exchange import Answer, Exchange
from contract_tests.question import Question
from contract_tests.reports.known import baseline_data, entry_data
from contract_tests.reports.places import Places
from contract_tests.result import TESTED, Finding, Result
from contract_tests.showing.marks import mark
from contract_tests.showing.mask import Mask, masked, visible
from contract_tests.showing.reproduction import Command, needed, reproduction
from contract_tests.target import Target

FORMAT = 2
"""Goes up when a member changes its meaning or goes away."""

Data = dict[str, Any]

LONGEST = 4_000
"""Characters of a body that are kept."""

_BAD = (Status.FAILED, Status.WARNED)
_MAKERS = ("hyfn-contract", "schemathesis", "openapi-core")

_COOKIE = re.compile(r"^([^=;]*=)[^;]+")
"""The name of a cookie that a server sets, and its value."""


def told(result: Result, asked: Question, target: Target, *, exchanges: bool = False) -> Data:
    """The whole result as one JSON object; with all `exchanges` of the run, where somebody wants them."""
    mask = masked(result.exchanges, target.secrets)
    places = Places(asked.document)
    return {
        "format": FORMAT,
        "tools": {name: _version(name) for name in _MAKERS},
        **_verdict(result, mask),
        **_run(result, target),
        "document": _document(asked, places),
        "findings": [_finding(each, result, places, mask) for each in result.findings],
        "requirements": [_outcome(each, result, places, mask) for each in _in_words(result)],
        "checks": _checks(result),
        "coverage": _visible(result.coverage.data) if result.coverage else None,
        "footprint": _footprint(result, mask),
        "baseline": baseline_data(result, mask),
        "notes": [mask.hide(note) for note in result.notes],
        **({"exchanges": [exchange_data(each, mask) for each in result.exchanges]} if exchanges else {}),
    }


def _verdict(result: Result, mask: Mask) -> Data:
    tested, admitted, every = result.share
    return {
        "verdict": result.verdict.name.lower().replace("_", " "),
        "exit_code": result.verdict.value,
        "strict": result.strict,
        "stopped": mask.hide(result.stopped) if result.stopped else None,
        "counts": {**{status.value: result.count(status) for status in Status}, "known": result.known},
        "tested": {
            "requirements": tested,
            "admitted": admitted,
            "all": every,
            "min_percent": result.min_tested,
        },
    }


def _run(result: Result, target: Target) -> Data:
    """When, whom, how; identities by the names of their headers only."""
    given = {"one": target.headers, "other": target.other}
    return {
        "target": result.target,
        "profile": result.profile,
        "seed": result.seed,
        "started": result.started,
        "seconds": round(result.seconds, 3),
        "cpu_seconds": round(result.cpu_seconds, 3),
        "identities": {who: [visible(h.name) for h in headers] for who, headers in given.items() if headers},
    }


def _document(asked: Question, places: Places) -> Data:
    document = asked.document
    return {
        "title": visible(document.title),
        "version": visible(document.version),
        "file": places.file,
        "sha256": places.digest,
        "operations": [
            {
                "method": operation.method,
                "path": visible(operation.path),
                "id": visible(operation.id),
                "pointer": visible(operation.place.pointer),
                "line": places.line(operation.place.pointer),
            }
            for operation in document.operations
        ],
    }


def _finding(finding: Finding, result: Result, places: Places, mask: Mask) -> Data:
    """One promise that was not kept. Its id is that of the first requirement that it breaks."""
    shown = finding.shown
    commands = reproduction(shown.steps, result.origins, mask)
    return {
        "id": visible(finding.places[0].id),
        "check": visible(finding.check),
        "level": finding.level.value,
        "status": shown.status.value,
        "cause": mask.hide(shown.cause),
        "place": visible(shown.requirement.place),
        "at": visible(shown.requirement.at),
        "pointer": visible(shown.requirement.pointer),
        "line": places.line(shown.requirement.pointer),
        "quote": [[number, mask.hide(text)] for number, text in places.quote(shown.requirement.pointer)],
        "received": mask.hide(shown.received),
        "promised": mask.hide(shown.promised),
        "requirements": [visible(each.id) for each in finding.places],
        "baseline": entry_data(shown.requirement.id, result, mask),
        "places": list(dict.fromkeys(visible(each.place) for each in finding.places)),
        "reproduce": _lines(commands),
        "variables": dict(needed(commands, result.variables)),
        "exchanges": _steps(shown, result, mask),
    }


def _steps(shown: Outcome, result: Result, mask: Mask) -> list[Data]:
    """The exchanges that show a failure; the last one with the mark of what is wrong with it."""
    steps = [exchange_data(each, mask) for each in shown.steps]
    found = mark(shown, result.contract) if result.contract else None
    if found:
        steps[-1]["mark"] = {name: mask.hide(text) for name, text in found.items()}
    return steps


def _in_words(result: Result) -> list[tuple[Outcome, str | None]]:
    """Every outcome, and the id of the finding that it belongs to."""
    finding_of = {place.id: finding.places[0].id for finding in result.findings for place in finding.places}
    return [
        (each, finding_of.get(each.requirement.id) if each.status in _BAD else None)
        for each in result.outcomes
    ]


def _outcome(told_of: tuple[Outcome, str | None], result: Result, places: Places, mask: Mask) -> Data:
    outcome, finding = told_of
    requirement = outcome.requirement
    resource, stage = result.stages.get(requirement.id, (requirement.place, "other"))
    more: Data = {"reason": mask.hide(outcome.reason)} if outcome.reason else {}
    if finding is not None:
        commands = reproduction(outcome.steps, result.origins, mask)
        more = {
            "received": mask.hide(outcome.received),
            "promised": mask.hide(outcome.promised),
            "finding": visible(finding),
            "known": result.state(requirement.id) == "known",
            "baseline": entry_data(requirement.id, result, mask),
            "reproduce": _lines(commands),
            "variables": dict(needed(commands, result.variables)),
        }
    return {
        "id": visible(requirement.id),
        "check": visible(requirement.check),
        "level": requirement.level.value,
        "place": visible(requirement.place),
        "pointer": visible(requirement.pointer),
        "line": places.line(requirement.pointer),
        "resource": visible(resource),
        "stage": stage,
        "outcome": outcome.status.value,
        "admitted": requirement.id not in result.barred,
        **more,
    }


def _lines(commands: Sequence[Command]) -> list[str]:
    return [visible(" ".join(words)) for words in commands]


def _checks(result: Result) -> Data:
    """What each check that a requirement names asks, and how many of its requirements were tested."""
    asked = {o.requirement.check for o in result.outcomes}
    tested = [o.requirement.check for o in result.outcomes if o.status in TESTED]
    return {
        check.name: {
            "level": check.level.value,
            "asks": check.asks,
            "source": check.source,
            "tested": tested.count(check.name),
        }
        for check in load_checks()
        if check.name in asked
    }


def _visible(value: Any) -> Any:
    """What the document calls things, for people to see."""
    if isinstance(value, dict):
        return {visible(name): _visible(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_visible(inner) for inner in value]
    return visible(value) if isinstance(value, str) else value


def _footprint(result: Result, mask: Mask) -> Data:
    footprint = result.footprint
    return {
        "requests": dict(footprint.requests),
        "sent": footprint.sent,
        "logins": footprint.logins,
        "created": footprint.created,
        "deleted": footprint.deleted,
        "left": [mask.hide(line) for line in footprint.left],
        "held_back": {mask.hide(reason): count for reason, count in footprint.held.items()},
    }


def exchange_data(exchange: Exchange, mask: Mask) -> Data:
    """A request and its answer, without secrets; `status` is null where nothing came."""
    request, answer = exchange.request, exchange.answer
    return {
        "number": exchange.number,
        "started": _moment(exchange.at),
        "method": visible(request.method),
        "url": mask.hide(request.url),
        "identity": exchange.identity,
        "request_headers": _headers(request.headers, mask),
        "request_body": _text(request.body, mask),
        "request_bytes": len(request.body or b""),
        "milliseconds": round(1000 * exchange.seconds, 1),
        **_answer(answer, mask),
        "problem": mask.hide(exchange.problem) if exchange.problem else None,
    }


def _answer(answer: Answer | None, mask: Mask) -> Data:
    return {
        "status": answer.status if answer else None,
        "media_type": visible(answer.media_type) if answer else None,
        "response_headers": _headers(answer.headers, mask) if answer else [],
        "response_body": _text(answer.body, mask) if answer else None,
        "response_bytes": len(answer.body) if answer else 0,
    }


def _headers(headers: tuple[tuple[str, str], ...], mask: Mask) -> list[list[str]]:
    return [[visible(name), "".join(map(str, _shown(name, value, mask)))] for name, value in headers]


def _shown(name: str, value: str, mask: Mask) -> list[str]:
    """A header's value for people; a credential is the name of its variable, and what a server put into a
    cookie is for nobody to see."""
    if name.lower() == "set-cookie":
        value = _COOKIE.sub(r"\1(hidden)", value)
    same = [h for h in mask.headers if h.name.lower() == name.lower() and h.value == value]
    return [f"${same[0].variable}"] if same else [mask.hide(value)]


def _text(body: bytes | None, mask: Mask) -> str | None:
    if body is None:
        return None
    text = mask.hide(body.decode("utf-8", "replace"))
    return text if len(text) <= LONGEST else text[:LONGEST] + f"... ({len(text)} characters)"


def _moment(seconds: float) -> str | None:
    """RFC 3339 in milliseconds, UTC; None where nobody knows."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds") if seconds else None


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
