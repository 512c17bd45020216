"""The result as text: failures first, one line of verdict last."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import Status
from contract_tests.footprint import Footprint
from contract_tests.mask import Mask
from contract_tests.reports.places import Places
from contract_tests.reports.table import table
from contract_tests.reproduction import reproduction
from contract_tests.profile import Profile
from contract_tests.result import Finding, Progress, Result, Verdict
from contract_tests.session import Session

Paint = Callable[[str, str], str]
"""Text and the name of a colour to text; without colour it returns the text."""

_MOST_PLACES = 6
_MOST_REASONS = 12


def plain(text: str, _colour: str) -> str:
    return text


def opening(session: Session) -> str:
    """What is asked of whom, before anything is sent."""
    asked, profile = session.question, session.question.permissions.profile
    why = "" if session.target.loopback or profile is not Profile.READ_ONLY else " (it is not this machine)"
    count = _count(len(session.planned), "requirement")
    return (
        f"{session.target.url} is asked to keep {asked.title}: {count}, profile {profile.value}{why}, "
        f"seed {asked.seed}"
    )


def progress(state: Progress) -> str:
    """One short line while it runs."""
    failures = f", {_count(state.failures, 'failure')}" if state.failures else ""
    share = 100 * state.done // max(state.total, 1)
    return f"{share:3} %  {_count(state.requests, 'request')}{failures}  {state.asking}"


def body(result: Result, places: Places, mask: Mask, paint: Paint = plain) -> Iterator[str]:
    """Everything but the verdict: findings, faults of ours, what was not tested, the table, the footprint."""
    for finding in result.findings:
        yield from finding_lines(finding, result, places, mask, paint)
        yield ""
    yield from _errors(result, paint)
    yield from _untested(result)
    yield from table(result, paint)
    yield ""
    yield from footprint_lines(result.footprint, paint)
    for note in result.notes:
        yield f"note: {mask.hide(note)}"
    yield from _variables(result, mask)


def finding_lines(
    finding: Finding, result: Result, places: Places, mask: Mask, paint: Paint = plain
) -> Iterator[str]:
    """One finding: the check, what came and what was promised, how to see it again, where else it shows."""
    shown = finding.shown
    word = paint("FAILED", "red") if finding.failed else paint("WARNED", "yellow")
    count = f" in {len(finding.places)} places" if len(finding.places) > 1 else ""
    yield f"{word}  {paint(finding.check, 'bold')}  ({finding.level.value}){count}"
    yield f"  at        {shown.requirement.place}"
    yield f"  received  {mask.hide(shown.received)}"
    yield f"  promised  {mask.hide(shown.promised)}"
    yield f"            {places.of(shown.requirement)}"
    lines = reproduction(shown.steps, result.made, mask) if shown.steps else []
    if lines:
        yield "  see it again"
        yield from (f"    {line}" for line in lines)
    others = [each for each in finding.places if each is not shown.requirement]
    if others:
        yield f"  also at   {_list([_told(each.place, each.at) for each in others], _MOST_PLACES)}"


def footprint_lines(footprint: Footprint, paint: Paint = plain) -> Iterator[str]:
    """Requests by method, records created, deleted and left."""
    methods = ", ".join(f"{count} {method}" for method, count in footprint.requests.most_common())
    yield f"{paint('footprint', 'bold')}  {_count(footprint.sent, 'request')} ({methods or 'none'})"
    held = f", {footprint.held_back} held back by the guard" if footprint.held_back else ""
    yield (
        f"           {_count(footprint.created, 'record')} created, {footprint.deleted} deleted, "
        f"{len(footprint.left)} left{held}"
    )
    for line in footprint.left:
        yield f"           {paint('left', 'red')}  {line}"


def verdict(result: Result, paint: Paint = plain) -> str:
    """The answer in one line."""
    tested, admitted, every = result.share
    failed, warned = result.count(Status.FAILED), result.count(Status.WARNED)
    counts = f"{failed} failed, {warned} warned, {result.count(Status.PASSED)} passed"
    share = f"{tested} of {admitted} admitted requirements tested ({_percent(tested, admitted)})"
    of_all = f"{_percent(tested, every)} of all {every}"
    end = f"{_count(result.footprint.sent, 'request')} in {result.seconds:.1f} s, seed {result.seed}"
    return f"{_word(result, paint)}: {counts}; {share}, {of_all}; {end}"


def _word(result: Result, paint: Paint) -> str:
    if result.verdict is Verdict.CONFORMS:
        return paint("conforms", "green")
    if result.verdict is Verdict.DOES_NOT_CONFORM:
        left = " (records are left)" if result.footprint.left and not result.count(Status.FAILED) else ""
        return paint("does not conform", "red") + left
    reason = result.stopped or (
        f"{_count(result.count(Status.ERROR), 'error')} of our own"
        if result.count(Status.ERROR)
        else f"less than {result.min_tested} % was tested"
    )
    return paint("inconclusive", "yellow") + f" ({reason})"


def _errors(result: Result, paint: Paint) -> Iterator[str]:
    """Faults of ours: they blame nobody else."""
    found = Counter((o.requirement.check, o.reason) for o in result.outcomes if o.status is Status.ERROR)
    for (check, reason), count in found.most_common():
        yield f"{paint('ERROR', 'yellow')}   {check}  our own fault, {_count(count, 'requirement')}: {reason}"
    if found:
        yield ""


def _untested(result: Result) -> Iterator[str]:
    """What was not tested, by reason."""
    untested = [o for o in result.outcomes if o.status is Status.NOT_TESTED]
    reasons = Counter(outcome.reason for outcome in untested)
    if not reasons:
        return
    yield f"not tested  {_count(len(untested), 'requirement')}"
    for reason, count in reasons.most_common(_MOST_REASONS):
        yield f"  {count:5}  {reason}"
    if len(reasons) > _MOST_REASONS:
        rest = sum(count for _, count in reasons.most_common()[_MOST_REASONS:])
        yield f"  {rest:5}  for {len(reasons) - _MOST_REASONS} other reasons"
    yield ""


def _variables(result: Result, mask: Mask) -> Iterator[str]:
    """What to set before the curl lines run."""
    steps = [line for f in result.findings for line in reproduction(f.steps, result.made, mask)]
    shown = "\n".join(steps)
    needed = [(variable, name) for variable, name in result.variables if f"${variable}" in shown]
    if needed:
        yield "note: the curl lines need " + ", ".join(f"{v} (the value of {name})" for v, name in needed)


def _told(place: str, at: str) -> str:
    return f"{place} ({at.removeprefix(place).strip()})" if at.removeprefix(place).strip() else place


def _list(texts: Iterable[str], most: int) -> str:
    listed = list(dict.fromkeys(texts))
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole if whole else 0} %"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
