"""The reports there are, by the name that --report has for them."""

from collections.abc import Callable
from dataclasses import dataclass

from contract_tests.reports import badge, har, html, json_report, junit, markdown, sarif
from contract_tests.reports.data import Data


@dataclass(frozen=True, slots=True)
class Kind:
    """A report: what its file is called where nobody says, and how it is made of the data of a result."""

    file_name: str
    render: Callable[[Data], bytes]


KINDS: dict[str, Kind] = {
    "html": Kind("report.html", html.render),
    "json": Kind("report.json", json_report.render),
    "junit": Kind("report.xml", junit.render),
    "markdown": Kind("report.md", markdown.render),
    "sarif": Kind("report.sarif", sarif.render),
    "har": Kind("report.har", har.render),
    "badge": Kind("badge.svg", badge.render),
}
