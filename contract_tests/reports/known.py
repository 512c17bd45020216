"""What a baseline says of a result, for the reports: what is known, expired, fixed, and fits nothing."""

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.baseline import Entry, Standing
from contract_tests.reports.layout import Layout, counted, together
from contract_tests.result import Finding, Result
from contract_tests.showing.mask import Mask, visible

_MOST = 20
"""Lines of one kind."""


def baseline_data(result: Result, mask: Mask) -> dict[str, Any] | None:
    """What became of the baseline, or None where there is none."""
    standing = result.standing
    if standing is None:
        return None
    return {
        "file": visible(str(standing.baseline.path)),
        "entries": len(standing.baseline.entries),
        "known": result.known,
        "new": sum(len(each.places) for each in result.findings if each.failed and each.state == "new"),
        "fixed": [_told(entry, mask) for entry in standing.fixed],
        "expired": [_told(entry, mask) for entry in standing.expired],
        "unfit": [_told(entry, mask) for entry in standing.unfit],
    }


def entry_data(requirement_id: str, result: Result, mask: Mask) -> dict[str, Any] | None:
    """The entry that a requirement which is not kept falls under, or None."""
    entry = result.standing.entry(requirement_id) if result.standing else None
    if entry is None:
        return None
    told = _told(entry, mask)
    return {"entry": told.pop("id"), **told, "state": result.state(requirement_id)}


def _told(entry: Entry, mask: Mask) -> dict[str, Any]:
    return {
        "id": visible(entry.id),
        "reason": mask.hide(entry.reason),
        "owner": visible(entry.owner),
        "expires": entry.expires.isoformat() if entry.expires else None,
        "ticket": visible(entry.ticket),
        "since": entry.since.isoformat() if entry.since else None,
    }


def known_lines(result: Result, mask: Mask, layout: Layout) -> Iterator[str]:
    """One short block: the failures that are known, and which entries are not needed any more."""
    standing = result.standing
    if standing is None:
        return
    known = [finding for finding in result.findings if finding.known]
    lines = [
        *_block("known", known, lambda each: _known(each, standing, mask), standing, layout),
        *_block("expired", standing.expired, lambda each: _expired(each, mask), standing, layout),
        *_block("fixed", standing.fixed, lambda each: visible(each.id), standing, layout),
        *_block("unfit", standing.unfit, lambda each: visible(each.id), standing, layout),
    ]
    yield from [*lines, ""] if lines else []


def _expired(entry: Entry, mask: Mask) -> str:
    return f"{visible(entry.id)}: {told_of(entry, mask)}"


_SAYS = {
    "known": "fail as {file} says",
    "expired": "of {file}: their last day is over, and what they name fails",
    "fixed": "of {file}: what they name is kept now, --update-baseline takes them out",
    "unfit": "of {file}: no requirement of the document is meant, was something renamed?",
}


def _block(kind: str, each: Iterable[Any], told: Any, standing: Standing, layout: Layout) -> Iterator[str]:
    found = list(each)
    if not found:
        return
    count = len(found) if kind != "known" else sum(len(finding.places) for finding in found)
    noun = counted(count, "requirement") if kind == "known" else _entries(count)
    text = f"{noun} {_SAYS[kind].format(file=visible(str(standing.baseline.path)))}"
    yield from layout.hanging(f"{kind:9}  ", text, layout.paint(kind, "bold") + " " * (11 - len(kind)))
    for one in found[:_MOST]:
        yield from layout.hanging("           ", told(one))
    if len(found) > _MOST:
        yield f"           and {len(found) - _MOST:,} more"


def _entries(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def _known(finding: Finding, standing: Standing, mask: Mask) -> str:
    """`check  POST /agents (3 places): reason (owner, ticket, since, until)`."""
    requirement = finding.shown.requirement
    count = f" ({len(finding.places)} places)" if len(finding.places) > 1 else ""
    where = f"{visible(requirement.check)}  {together(visible(requirement.place))}{count}"
    entry = standing.entry(requirement.id)
    return f"{where}: {told_of(entry, mask)}" if entry else where


def told_of(entry: Entry, mask: Mask) -> str:
    """`reason (owner, ticket, since 2026-01-01, until 2027-01-01)`."""
    facts = [entry.owner, entry.ticket]
    facts += [f"since {entry.since}"] if entry.since else []
    facts += [f"until {entry.expires}"] if entry.expires else []
    more = ", ".join(visible(fact) for fact in facts if fact)
    reason = mask.hide(entry.reason) or "no reason is given"
    return f"{reason} ({more})" if more else reason
