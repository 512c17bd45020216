"""The page: it says what the result says, links stay, and what a server sent stays text."""

from typing import Any

from contract_tests.check import passed
from contract_tests.reports import html
from contract_tests.reports.html.body import laid_out
from tests.contract_tests.test_reports import broken, requirement, result, tell


def page(data: dict[str, Any]) -> str:
    return html.render(data).decode()


def marked(text: str, pointer: str) -> str:
    return "".join(piece.text for piece in laid_out(text, pointer) if piece.marked)


def test_the_page_tells_the_verdict_and_the_share() -> None:
    shown = page(tell(result(passed(requirement("GET /a")), broken("GET /things/1", "422"))))
    assert "Does not conform" in shown
    assert "1 finding: 1 promise of 2 not kept." in shown
    assert "<b>2</b> of 2 promises tested" in shown
