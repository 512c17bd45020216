"""The result as JSON, for programs. Ids of requirements are stable; secrets are masked."""

from typing import Any

from contract_tests.check import Outcome, Status
from contract_tests.exchange import Exchange
from contract_tests.reports.places import Places
from contract_tests.result import Finding, Result
from contract_tests.showing.mask import Mask, visible
from contract_tests.showing.reproduction import needed, reproduction
from openapi import codec

FORMAT = 1
"""Goes up when a member changes its meaning or goes away."""

_LONGEST = 2_000


def render(result: Result, places: Places, mask: Mask) -> bytes:
    """The whole result as one JSON object."""
    return codec.encode(as_data(result, places, mask)) + b"\n"


def as_data(result: Result, places: Places, mask: Mask) -> dict[str, Any]:
    tested, admitted, every = result.share
    footprint = result.footprint
    return {
        "format": FORMAT,
        "verdict": result.verdict.name.lower().replace("_", " "),
        "exit_code": result.verdict.value,
        "target": result.target,
        "document": result.title,
        "profile": result.profile,
        "seed": result.seed,
        "strict": result.strict,
        "stopped": mask.hide(result.stopped) if result.stopped else None,
        "seconds": round(result.seconds, 3),
        "cpu_seconds": round(result.cpu_seconds, 3),
        "counts": {status.value: result.count(status) for status in Status},
        "tested": {
            "requirements": tested,
            "admitted": admitted,
            "all": every,
            "min_percent": result.min_tested,
        },
        "findings": [_finding(each, result, places, mask) for each in result.findings],
        "requirements": [_outcome(each, result, mask) for each in result.outcomes],
        "footprint": {
            "requests": dict(footprint.requests),
            "sent": footprint.sent,
            "created": footprint.created,
            "deleted": footprint.deleted,
            "left": [mask.hide(line) for line in footprint.left],
            "held_back": dict(footprint.held),
        },
        "notes": [mask.hide(note) for note in result.notes],
    }


def _finding(finding: Finding, result: Result, places: Places, mask: Mask) -> dict[str, Any]:
    shown = finding.shown
    commands = reproduction(shown.steps, result.origins, mask)
    return {
        "id": visible(shown.requirement.id),
        "check": visible(finding.check),
        "level": finding.level.value,
        "status": shown.status.value,
        "cause": mask.hide(shown.cause),
        "pointer": visible(shown.requirement.pointer),
        "line": places.line(shown.requirement),
        "received": mask.hide(shown.received),
        "promised": mask.hide(shown.promised),
        "requirements": [visible(each.id) for each in finding.places],
        "places": list(dict.fromkeys(visible(each.place) for each in finding.places)),
        "reproduce": [" ".join(words) for words in commands],
        "variables": dict(needed(commands, result.variables)),
        "exchanges": [_exchange(each, mask) for each in shown.steps],
    }


def _outcome(outcome: Outcome, result: Result, mask: Mask) -> dict[str, Any]:
    requirement = outcome.requirement
    more = {"reason": mask.hide(outcome.reason)} if outcome.reason else {}
    return {
        "id": visible(requirement.id),
        "check": visible(requirement.check),
        "level": requirement.level.value,
        "place": visible(requirement.place),
        "pointer": visible(requirement.pointer),
        "outcome": outcome.status.value,
        "admitted": requirement.id not in result.barred,
        **more,
    }


def _exchange(exchange: Exchange, mask: Mask) -> dict[str, Any]:
    answer = exchange.answer
    return {
        "method": exchange.request.method,
        "url": mask.hide(exchange.request.url),
        "identity": exchange.identity,
        "request_body": _text(exchange.request.body, mask),
        "status": answer.status if answer else None,
        "media_type": answer.media_type if answer else None,
        "response_body": _text(answer.body, mask) if answer else None,
        "problem": exchange.problem or None,
    }


def _text(body: bytes | None, mask: Mask) -> str | None:
    if body is None:
        return None
    text = body.decode("utf-8", "replace")
    return mask.hide(text if len(text) <= _LONGEST else text[:_LONGEST] + f"... ({len(text)} characters)")
