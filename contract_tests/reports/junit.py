"""The result as JUnit XML: one test case per requirement."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from contract_tests.check import Outcome, Status
from contract_tests.reports.places import Places
from contract_tests.result import Result
from contract_tests.showing.mask import Mask, visible
from contract_tests.showing.reproduction import needed, reproduction


def xml(result: Result, places: Places, mask: Mask) -> bytes:
    """The document; its characters are printable ones and line ends, whatever a server sent."""
    suite = Element("testsuite", name="hyfn check", time=f"{result.seconds:.3f}")
    properties = SubElement(suite, "properties")
    facts = {
        "target": result.target,
        "document": result.title,
        "profile": result.profile,
        "seed": result.seed,
    }
    for name, value in facts.items():
        SubElement(properties, "property", name=name, value=visible(str(value)))
    for outcome in result.outcomes:
        requirement = outcome.requirement
        names = {"classname": visible(requirement.check), "name": visible(requirement.id)}
        _tell(SubElement(suite, "testcase", names), outcome, result, places, mask)
    _trouble(suite, "target", [result.stopped] if result.stopped else [], mask)
    _trouble(suite, "footprint", result.footprint.left, mask)
    _count(suite)
    document: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return document


def _tell(case: Element, outcome: Outcome, result: Result, places: Places, mask: Mask) -> None:
    """What came of a requirement; a warning is a failure only where the run is strict."""
    match outcome.status:
        case Status.FAILED | Status.WARNED:
            text = _told(outcome, result, places, mask)
            if outcome.status is Status.FAILED or result.strict:
                failure = SubElement(case, "failure", type=outcome.requirement.level.value)
                failure.set("message", mask.hide(outcome.received).partition("\n")[0])
                failure.text = text
            else:
                SubElement(case, "system-out").text = f"warned\n{text}"
        case Status.ERROR:
            SubElement(case, "error", type="error", message=mask.hide(outcome.reason))
        case Status.NOT_TESTED | Status.NOT_APPLICABLE:
            SubElement(case, "skipped", message=mask.hide(f"{outcome.status.value}: {outcome.reason}"))


def _told(outcome: Outcome, result: Result, places: Places, mask: Mask) -> str:
    """What came, what was promised, and how to see it again."""
    commands = reproduction(outcome.steps, result.origins, mask)
    exports = [f"export {variable}=...  # {name}" for variable, name in needed(commands, result.variables)]
    lines = [
        f"received: {mask.hide(outcome.received)}",
        f"promised: {mask.hide(outcome.promised)}",
        places.of(outcome.requirement),
        *exports,
        *(" ".join(words) for words in commands),
    ]
    return visible("\n".join(lines))


def _trouble(suite: Element, name: str, lines: Iterable[str], mask: Mask) -> None:
    for line in lines:
        case = SubElement(suite, "testcase", classname="run", name=name)
        SubElement(case, "error", type=name, message=mask.hide(line))


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
