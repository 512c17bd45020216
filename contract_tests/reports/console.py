"""The result as text: failures first, one line of verdict last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Outcome, Requirement, Status
from contract_tests.footprint import Footprint
from contract_tests.profile import Profile
from contract_tests.reports.known import known_lines, told_of
from contract_tests.reports.layout import Layout, counted, cut, listed, together
from contract_tests.reports.places import Places
from contract_tests.reports.table import table
from contract_tests.result import Finding, Progress, Result, Verdict
from contract_tests.session import Session
from contract_tests.showing.mask import Mask, visible
from contract_tests.showing.reproduction import Command, needed, reproduction
from contract_tests.showing.shell import folded

_MOST_PLACES = 6
_MOST_REASONS = 8
_MOST_CHECKS = 15
_MOST_NAMED = 2
_WORTH_A_SUMMARY = 2
_MOST_LEFT = 20
_FULL_PER_CHECK = 2
_FULL = 25
"""Findings that are told in full; of the others one line."""

_BRIEF_PER_CHECK = 5
_LONGEST = 500
"""Characters of what was received."""

_BRIEF = 160


def opening(session: Session, layout: Layout) -> list[str]:
    """What is asked of whom, before anything is sent."""
    asked, profile = session.question, session.question.permissions.profile
    why = ""
    if profile is Profile.READ_ONLY and not session.target.loopback:
        why = " (not this machine: GET and HEAD only; --profile sandboxed writes to what it creates)"
    count = counted(len(session.planned), "requirement")
    how = f"profile {profile.value}{why}, seed {asked.seed}"
    text = f"{session.target.url} is asked to keep {asked.title}: {count}, {how}"
    return list(layout.hanging("", text)) if layout.on_terminal else [text]


def progress(state: Progress) -> str:
    """One short line while it runs."""
    share = "" if state.share is None else f"{100 * state.share:3.0f} %  "
    failures = f", {counted(state.failures, 'failure')}" if state.failures else ""
    left = "" if state.left is None else f", {_about(state.left)} left"
    return f"{share}{counted(state.requests, 'request')}{failures}{left}  {state.asking}"


def _about(seconds: float) -> str:
    """`about 20 s`, `about 3 min`: as exact as a forecast is."""
    if seconds < 60:
        return f"about {max(5, 5 * round(seconds / 5))} s"
    return f"about {round(seconds / 60):,} min"


def body(result: Result, places: Places, mask: Mask, layout: Layout) -> Iterator[str]:
    """Everything but the verdict: findings, faults of ours, what was not tested, the table, the footprint."""
    yield ""
    yield from findings(result, places, mask, layout)
    yield from known_lines(result, mask, layout)
    yield from _errors(result, mask, layout)
    yield from _untested(result, mask, layout)
    yield from table(result, layout)
    yield ""
    yield from _summary(result, layout)
    yield from _coverage(result, layout)
    yield from footprint_lines(result.footprint, mask, layout)
    for note in result.notes:
        yield from layout.hanging("note       ", mask.hide(note))
    yield ""


def findings(result: Result, places: Places, mask: Mask, layout: Layout) -> Iterator[str]:
    """Every finding that is not known; of a check with many causes the first ones in full, so that one fault
    is no wall of text."""
    groups: dict[tuple[str, Status], list[Finding]] = {}
    for finding in (each for each in result.findings if not each.known):
        groups.setdefault((finding.check, finding.shown.status), []).append(finding)
    commands: list[Command] = []
    room = _FULL
    for group in groups.values():
        full = group[: min(_FULL_PER_CHECK, room)]
        room -= len(full)
        for finding in full:
            found = reproduction(finding.steps, result.origins, mask)
            commands += found
            yield from finding_lines(finding, found, places, mask, layout)
            yield from _expired(finding, result, mask, layout)
            yield ""
        yield from _brief(group[len(full) :], mask, layout)
    yield from _variables(commands, result, layout)
    if groups:
        yield from layout.hanging("to know more  ", f"hyfn explain {visible(result.findings[0].check)}")
        yield ""


def finding_lines(
    finding: Finding, commands: Sequence[Command], places: Places, mask: Mask, layout: Layout
) -> Iterator[str]:
    """One finding: the check, what came and what was promised, how to see it again, where else it shows."""
    shown, requirement = finding.shown, finding.shown.requirement
    count = f", {len(finding.places)} places" if len(finding.places) > 1 else ""
    name = layout.paint(visible(finding.check), "bold")
    yield f"{_status(finding, layout)}  {name}  ({finding.level.value}{count})"
    yield from layout.hanging("  at        ", _place(requirement))
    yield from layout.hanging("  received  ", cut(mask.hide(shown.received), _LONGEST))
    yield from layout.hanging("  promised  ", cut(mask.hide(shown.promised), _LONGEST))
    yield from _where(requirement, places, layout)
    if commands:
        yield "  see it again"
        for command in commands:
            yield from (f"    {line}" for line in folded(command, layout.width - 4))
    others = [each for each in map(_place, finding.places) if each != _place(requirement)]
    if others:
        fitting = (each if len(each) > layout.width - 14 else together(each) for each in others)
        yield from layout.hanging("  also at   ", listed(fitting, _MOST_PLACES))


def _summary(result: Result, layout: Layout) -> Iterator[str]:
    """The checks that were not kept, a line each, near the end: it is the end that people see first."""
    groups: dict[tuple[str, Status], list[Requirement]] = {}
    for finding in result.findings:
        groups.setdefault((finding.check, finding.shown.status), []).extend(finding.places)
    if len(groups) < _WORTH_A_SUMMARY:
        return
    longest = max(len(check) for check, _ in groups)
    for (check, status), places in list(groups.items())[:_MOST_CHECKS]:
        word, where = status.value, list(dict.fromkeys(each.place for each in places))
        label = f"{word}  {visible(check):{longest}}  {counted(len(places), 'place'):>10}  "
        painted = layout.paint(word, "red" if status is Status.FAILED else "yellow") + label[len(word) :]
        if len(label) > layout.width // 2 + 10:  # no room beside it
            yield painted.rstrip()
        else:
            yield from layout.hanging(label, listed(map(visible, where), _MOST_NAMED), painted)
    if len(groups) > _MOST_CHECKS:
        yield f"        and {counted(len(groups) - _MOST_CHECKS, 'more check')}"
    yield ""


def _coverage(result: Result, layout: Layout) -> Iterator[str]:
    """How much of the contract was seen."""
    if result.coverage is None:
        return
    seen = {name: f"{one:,} of {of:,}" for name, (one, of) in result.coverage.totals.items()}
    text = (
        f"{seen['operations']} operations, {seen['statuses']} declared statuses, {seen['parameters']}"
        f" parameters; of the rules for requests {seen['keywords_satisfied']} seen kept,"
        f" {seen['keywords_violated']} seen refused"
    )
    yield from layout.hanging("coverage   ", text, layout.paint("coverage", "bold") + "   ")


def footprint_lines(footprint: Footprint, mask: Mask, layout: Layout) -> Iterator[str]:
    """Requests by method, records created, deleted and left."""
    methods = ", ".join(f"{count:,} {method}" for method, count in footprint.requests.most_common())
    logins = f", {counted(footprint.logins, 'login')}" if footprint.logins else ""
    requests = f"{counted(footprint.sent, 'request')} ({methods or 'none'}){logins}"
    yield from layout.hanging("footprint  ", requests, layout.paint("footprint", "bold") + "  ")
    held = (
        f", {counted(footprint.held_back, 'request')} held back by the guard" if footprint.held_back else ""
    )
    records = f"{counted(footprint.created, 'record')} created, {footprint.deleted:,} deleted"
    yield from layout.hanging("           ", f"{records}, {len(footprint.left):,} left{held}")
    for line in footprint.left[:_MOST_LEFT]:
        yield from layout.hanging(
            "     left  ", mask.hide(line), "     " + layout.paint("left", "red") + "  "
        )
    if len(footprint.left) > _MOST_LEFT:
        yield f"           and {len(footprint.left) - _MOST_LEFT:,} more"


def verdict(result: Result, mask: Mask, layout: Layout) -> str:
    """The answer in one line; on a terminal in as many as it takes."""
    word, colour = _WORDS[result.verdict]
    reason = mask.hide(_reason(result)) if result.verdict is not Verdict.CONFORMS else ""
    tested, admitted, every = result.share
    numbers = {status.value: result.count(status) for status in (Status.FAILED, Status.WARNED, Status.PASSED)}
    if result.standing:
        numbers = {"failed": numbers.pop("failed"), "known": result.known, **numbers}
    counts = ", ".join(f"{number:,} {word}" for word, number in numbers.items())
    share = f"tested {_percent(tested, admitted)} of what may be asked ({tested:,} of {admitted:,})"
    end = f"{counted(result.footprint.sent, 'request')}, {result.seconds:.1f} s, seed {result.seed}"
    head = f"{word} ({reason})" if reason else word
    text = f"{head}: {counts}; {share}, {_percent(tested, every)} of all; {end}"
    shown = "\n".join(layout.hanging("", text)) if layout.on_terminal else text
    return layout.paint(word, colour) + shown[len(word) :]


_WORDS = {
    Verdict.CONFORMS: ("conforms", "green"),
    Verdict.DOES_NOT_CONFORM: ("does not conform", "red"),
    Verdict.INCONCLUSIVE: ("inconclusive", "yellow"),
}


def _reason(result: Result) -> str:
    """Why there is no better verdict, where the counts do not tell."""
    if result.stopped:
        return result.stopped
    if result.verdict is Verdict.DOES_NOT_CONFORM:
        broken = result.count(Status.FAILED) or result.count(Status.WARNED)
        return "" if broken else "records are left"
    return (
        f"{counted(result.faults, 'fault')} of our own"
        if result.faults
        else f"less than {result.min_tested} %"
    )


def _status(finding: Finding, layout: Layout) -> str:
    return layout.paint("FAILED", "red") if finding.failed else layout.paint("WARNED", "yellow")


def _where(requirement: Requirement, places: Places, layout: Layout) -> Iterator[str]:
    """File and line beside the pointer, or above it where both do not fit."""
    indent, both = " " * 12, places.of(requirement)
    if len(indent) + len(both) <= layout.width:
        yield indent + both
    else:
        yield indent + places.at(requirement)
        yield indent + visible(requirement.pointer)


def _expired(finding: Finding, result: Result, mask: Mask, layout: Layout) -> Iterator[str]:
    """Why a failure that the baseline has is none of the known ones."""
    entry = result.standing.entry(finding.shown.requirement.id) if result.standing else None
    if entry is not None and result.standing and finding.state == "expired":
        where = f"{visible(str(result.standing.baseline.path))}:{entry.line}"
        text = f"{entry.expires}, the last day of {where}: {told_of(entry, mask)}"
        yield from layout.hanging("  expired   ", text)


def _brief(group: Sequence[Finding], mask: Mask, layout: Layout) -> Iterator[str]:
    """The other causes of a check, a line each."""
    for finding in group[:_BRIEF_PER_CHECK]:
        shown = finding.shown
        label = f"{shown.status.value.upper()}  "
        text = (
            f"{visible(finding.check)}  {_place(shown.requirement)}: {cut(mask.hide(shown.received), _BRIEF)}"
        )
        yield from layout.hanging(label, text, _status(finding, layout) + "  ")
    if len(group) > _BRIEF_PER_CHECK:
        count = counted(len(group) - _BRIEF_PER_CHECK, "more cause")
        yield f"        {group[0].check}: {count}, all of them with --report json"
    if group:
        yield ""


def _errors(result: Result, mask: Mask, layout: Layout) -> Iterator[str]:
    """Faults of ours: they blame nobody else."""
    found = Counter((o.requirement.check, o.reason) for o in result.outcomes if o.status is Status.ERROR)
    for (check, reason), count in found.most_common():
        text = f"{check}: our own fault, {counted(count, 'requirement')}: {cut(mask.hide(reason), _LONGEST)}"
        yield from layout.hanging("ERROR   ", text, layout.paint("ERROR", "yellow") + "   ")
    if found:
        yield ""


def _untested(result: Result, mask: Mask, layout: Layout) -> Iterator[str]:
    """What was not tested, by reason."""
    untested = [o for o in result.outcomes if o.status is Status.NOT_TESTED]
    if not untested:
        return
    yield f"{layout.paint('not tested', 'bold')}  {counted(len(untested), 'requirement')}"
    reasons = _reasons(untested)
    for reason, count in reasons[:_MOST_REASONS]:
        yield from layout.hanging(f"  {count:6,}  ", mask.hide(reason))
    if len(reasons) > _MOST_REASONS:
        rest = sum(count for _, count in reasons[_MOST_REASONS:])
        yield f"  {rest:6,}  for {len(reasons) - _MOST_REASONS} other reasons"
    yield ""


def _reasons(outcomes: Iterable[Outcome]) -> list[tuple[str, int]]:
    return Counter(outcome.reason for outcome in outcomes).most_common()


def _variables(commands: Sequence[Command], result: Result, layout: Layout) -> Iterator[str]:
    """What to set before the curl lines run."""
    wanted = [f"{variable} ({name})" for variable, name in needed(commands, result.variables)]
    if wanted:
        yield from layout.hanging("to see it again, export  ", ", ".join(wanted))
        yield ""


def _place(requirement: Requirement) -> str:
    """`POST /agents`, and which of its requirements."""
    more = requirement.at.removeprefix(requirement.place).strip()
    return visible(f"{requirement.place} ({more})" if more else requirement.place)


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole if whole else 0} %"
