"""The result as JUnit XML: one test case per requirement."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, tostring

from contract_tests.reports.data import Data
from contract_tests.showing.mask import visible


def render(data: Data) -> bytes:
    """The document; its characters are printable ones and line ends, whatever a server sent."""
    suite = Element("testsuite", name="hyfn check", time=f"{data['seconds']:.3f}")
    properties = SubElement(suite, "properties")
    document = f"{data['document']['title']} {data['document']['version']}".strip()
    facts = {name: data[name] for name in ("target", "profile", "seed")}
    for name, value in {"document": document, **facts}.items():
        SubElement(properties, "property", name=name, value=visible(str(value)))
    for requirement in data["requirements"]:
        case = SubElement(suite, "testcase", classname=requirement["check"], name=requirement["id"])
        _tell(case, requirement, data)
    _trouble(suite, "target", [data["stopped"]] if data["stopped"] else [])
    _trouble(suite, "footprint", data["footprint"]["left"])
    _count(suite)
    xml: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return xml


def _tell(case: Element, requirement: Data, data: Data) -> None:
    """What came of a requirement; a warning is a failure only where the run is strict."""
    outcome, reason = requirement["outcome"], requirement.get("reason", "")
    if requirement.get("known"):
        SubElement(case, "skipped", message=f"known: {requirement['baseline']['reason']}".rstrip(": "))
    elif outcome == "failed" or (outcome == "warned" and data["strict"]):
        failure = SubElement(case, "failure", type=requirement["level"])
        failure.set("message", requirement["received"].partition("\n")[0])
        failure.text = _told(requirement, data["document"]["file"])
    elif outcome == "warned":
        told = _told(requirement, data["document"]["file"])
        SubElement(case, "system-out").text = f"warned\n{told}"
    elif outcome == "error":
        SubElement(case, "error", type="error", message=reason)
    elif outcome in ("not tested", "not applicable"):
        SubElement(case, "skipped", message=f"{outcome}: {reason}")


def _told(requirement: Data, file: str) -> str:
    """What came, what was promised, and how to see it again."""
    exports = [f"export {variable}=...  # {name}" for variable, name in requirement["variables"].items()]
    line = f":{requirement['line']}" if requirement["line"] else ""
    lines = [
        f"received: {requirement['received']}",
        f"promised: {requirement['promised']}",
        f"{file}{line}  {requirement['pointer']}",
        *exports,
        *requirement["reproduce"],
    ]
    return visible("\n".join(lines))


def _trouble(suite: Element, name: str, lines: Iterable[str]) -> None:
    for line in lines:
        case = SubElement(suite, "testcase", classname="run", name=name)
        SubElement(case, "error", type=name, message=line)


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for name, tag in {"failures": "failure", "errors": "error", "skipped": "skipped"}.items():
        suite.set(name, str(sum(case.find(tag) is not None for case in cases)))
