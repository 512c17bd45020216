"""The report as JUnit XML: one test case per operation and one for sequences of requests."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, tostring

from contract_tests.finding import Report
from contract_tests.mask import visible
from contract_tests.problems import Misuse
from contract_tests.reports import console


def check_writable(path: Path) -> None:
    """Raises Misuse where no file can be written; better before a run than after it."""
    if path.is_dir():
        raise Misuse(f"--junit {path}: is a folder, expected a file to write")
    with _misuse(path):
        _draft(path).unlink()


def write(path: Path, report: Report) -> None:
    """The file appears whole, or it stays as it was. Raises Misuse where it cannot be written."""
    with _misuse(path):
        draft = _draft(path)
        try:
            draft.write_bytes(xml(report))
            draft.chmod(0o666 & ~_umask())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def xml(report: Report) -> bytes:
    """The document; its characters are printable ones and line ends, whatever a server sent."""
    suite = Element("testsuite", name="hyfn check", time=f"{report.seconds:.3f}")
    properties = SubElement(suite, "properties")
    for name, value in {"target": report.target, "seed": report.seed, "examples": report.examples}.items():
        SubElement(properties, "property", name=name, value=str(value))
    for place in report.places:
        case = SubElement(suite, "testcase", classname=visible(report.title), name=visible(place))
        for finding in report.at(place):
            failure = SubElement(case, "failure", type=finding.check, message=_first(finding.message))
            failure.text = visible("\n".join(console.finding_lines(finding)))
        if place in report.untested:
            SubElement(case, "error", type="not tested", message=visible(report.untested[place]))
    if report.stopped:
        stopped = SubElement(suite, "testcase", classname=visible(report.title), name="target")
        SubElement(stopped, "error", type="stopped", message=visible(report.stopped))
    _count(suite)
    document: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return document


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    suite.set("errors", str(sum(case.find("error") is not None for case in cases)))


def _first(message: str) -> str:
    return visible(message).partition("\n")[0]


def _draft(path: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    return Path(name)


@contextmanager
def _misuse(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Misuse(f"--junit {path}: cannot be written: {reason}") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
