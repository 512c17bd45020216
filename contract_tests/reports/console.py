"""The report as text: failures first, one line of verdict last."""

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from contract_tests.finding import Finding, Progress, Report, Verdict
from contract_tests.question import Question
from contract_tests.target import Target

Paint = Callable[[str, str], str]
"""Text and the name of a colour to text; without colour it returns the text."""


def plain(text: str, _colour: str) -> str:
    return text


def opening(target: Target, question: Question) -> str:
    """What is asked of whom, before anything is sent."""
    asked = f"{_count(len(question.operations), 'operation')}, {_count(question.examples, 'example')} each"
    return f"{target.url} is asked to keep {question.title}: {asked}, seed {question.seed}"


def progress(state: Progress) -> str:
    """One short line while it runs."""
    failures = f", {_count(state.failures, 'failure')}" if state.failures else ""
    return f"{state.phase.replace('_', ' ')}: {_count(state.cases, 'case')}{failures}"


def body(report: Report, paint: Paint = plain) -> Iterator[str]:
    """Failures by operation, then what was not tested, then notes."""
    for place, findings in groupby(report.findings, key=lambda finding: finding.place):
        yield paint(place, "bold")
        for finding in findings:
            yield from _indented(finding_lines(finding, paint), "  ")
        yield ""
    for place, why in report.untested.items():
        yield f"not tested: {place}: {why}"
    for note in report.notes:
        yield f"note: {note}"
    yield from variables(report)


def finding_lines(finding: Finding, paint: Paint = plain) -> Iterator[str]:
    """One failure: the check, what came and what was promised, how to see it again."""
    where = f" at {finding.operation}" if finding.stateful else ""
    yield paint(finding.check, "red") + where + (f" ({finding.cases} cases)" if finding.cases > 1 else "")
    yield from _indented(finding.message.splitlines(), "  ")
    if finding.curl:
        yield "  See it again:"
        yield from _indented(finding.curl.splitlines(), "    ")


def variables(report: Report) -> Iterator[str]:
    """What to set before the curl lines run."""
    shown = "\n".join(finding.curl or "" for finding in report.findings)
    needed = [(variable, name) for variable, name in report.variables if f"${variable}" in shown]
    if needed:
        yield "note: the curl lines need " + ", ".join(f"{v} (the value of {name})" for v, name in needed)


def verdict(report: Report, paint: Paint = plain) -> str:
    """The answer in one line."""
    operations, cases = _count(len(report.operations), "operation"), _count(report.cases, "case")
    failures = _count(len(report.findings), "failure")
    end = f" in {report.seconds:.1f} s (seed {report.seed})"
    if report.verdict is Verdict.CONFORMS:
        return f"{paint('conforms', 'green')}: {operations}, {cases}, {failures}{end}"
    if report.verdict is Verdict.DOES_NOT_CONFORM:
        return f"{paint('does not conform', 'red')}: {failures} in {operations}, {cases}{end}"
    reason = report.stopped or f"{_count(len(report.untested), 'operation')} not tested"
    return f"{paint('inconclusive', 'yellow')}: {reason}, {cases}, {failures}{end}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _indented(lines: Iterable[str], by: str) -> Iterator[str]:
    return (by + line for line in lines)
