"""The page in a real browser: a person can filter, sort and read it, links lead into it, it loads nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.check import Level, not_tested, passed
from contract_tests.reports import html
from contract_tests.reports.data import Data
from contract_tests.reports.html import anchors
from tests.contract_tests import browser
from tests.contract_tests.browser import Browser
from tests.contract_tests.test_html import HOSTILE, exchange
from tests.contract_tests.test_reports import broken, requirement, result, tell

pytestmark = pytest.mark.skipif(
    browser.executable() is None, reason="no browser is installed (Debian: apt install chromium)"
)

MANY = 2000


def report() -> Data:
    """Three findings, one of them hostile, and many promises that were kept."""
    data = tell(
        result(
            broken("POST /agents", "500", "never_answers_with_a_server_error", level=Level.HTTP),
            broken("GET /agents", "lost", "created_item_is_listed", level=Level.LIFECYCLE),
            broken("GET /jobs", "zone", "body_fits_its_schema"),
            *(passed(requirement(f"GET /jobs/{n}", at=f"part {n}")) for n in range(MANY)),
            *(not_tested(requirement(f"GET /invoices/{n}"), "no such answer came") for n in range(5)),
        )
    )
    long = '{"jobs": [' + ",".join(f'{{"id": {n}}}' for n in range(60)) + "]}"
    members = ({"part": "body", "pointer": pointer} for pointer in ("/text", "/jobs/50"))
    marks: list[Data] = [{"part": "status"}, *members]
    bodies = ['{"error": "oops"}', '{"text": "</script><script>alert(1)</script>"}', long]
    for finding, mark, body in zip(data["findings"], marks, bodies, strict=True):
        finding["exchanges"] = [exchange(body, mark=mark)]
        finding["reproduce"] = ["curl http://h/first", f"curl http://h/{finding['check']}"]
    data["findings"][1]["received"] = HOSTILE
    data["document"]["title"] = HOSTILE
    return data


DATA = report()
SERVER_ERROR, LISTED, SCHEMA = DATA["findings"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_bytes(html.render(DATA))
    return path


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser.running(tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, file: Path) -> Browser:
    """The page as it is when it has just been opened, in a window of usual size."""
    chromium.size(1280, 900)
    chromium.open(file)
    chromium.run("localStorage.clear()")
    return chromium


def shown(page: Browser, what: str) -> int:
    """How many elements a reader has before them."""
    return int(page.run(f"document.querySelectorAll('{what}:not([hidden])').length"))


def choose(page: Browser, name: str, value: str) -> None:
    field = f"document.querySelector('#filters [name={name}]')"
    page.run(f"({field}.value = '{value}', {field}.dispatchEvent(new Event('change', {{bubbles: true}})))")


def current(page: Browser) -> str:
    return str(page.run("document.querySelector('.here')?.id"))


FINDINGS, ROWS = ".finding", "#rows tbody tr"


def test_it_opens_without_a_complaint_and_without_asking_anybody(page: Browser, file: Path) -> None:
    assert [] == page.complaints
    assert [file.as_uri()] == page.requests
    assert 1 == page.run("document.scripts.length")
    assert 0 == page.run("document.images.length")


def test_two_thousand_requirements_are_there_at_once(page: Browser) -> None:
    assert MANY + 8 == shown(page, ROWS)
    assert 10_000 > page.run("performance.getEntriesByType('navigation')[0].domComplete")


def test_the_policy_forbids_every_request(page: Browser) -> None:
    script = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')"
    assert "refused" == page.run(script)
    assert [] == [url for url in page.requests if url.startswith("http")]


def test_the_filter_takes_text(page: Browser) -> None:
    page.press("/")
    page.type("agents oops")
    assert 1 == shown(page, FINDINGS)
    page.press("Escape")
    page.settle()
    assert 3 == shown(page, FINDINGS)


@pytest.mark.parametrize(
    ("name", "value", "findings", "rows"),
    [
        ("status", "failed", 3, 3),
        ("status", "not tested", 0, 5),
        ("level", "http", 1, 1),
        ("check", "body_fits_its_schema", 1, 1),
        ("resource", "/agents", 2, 2),
    ],
)
def test_the_filter_takes_each_field(page: Browser, name: str, value: str, findings: int, rows: int) -> None:
    choose(page, name, value)
    assert (findings, rows) == (shown(page, FINDINGS), shown(page, ROWS))
    told = page.run("document.querySelector('#matching').textContent")
    assert f"{findings} findings, {rows} requirements" == told


def test_a_cell_of_the_matrix_filters(page: Browser) -> None:
    page.run("document.querySelector('.life td.failed a').click()")
    page.settle()
    assert 2 == shown(page, ROWS)
    assert "read" in page.run("document.querySelector('.chips').textContent")


def test_findings_can_be_ordered(page: Browser) -> None:
    order = "document.querySelector('#order')"
    page.run(f"({order}.value = 'check', {order}.dispatchEvent(new Event('change')))")
    checks = page.run("[...document.querySelectorAll('.finding')].map(each => each.dataset.check)")
    assert sorted(each["check"] for each in DATA["findings"]) == checks


def test_requirements_can_be_sorted_by_a_column(page: Browser) -> None:
    for ordered in (True, False):
        page.run("document.querySelectorAll('#rows thead button')[2].click()")
        places = page.run("[...document.querySelectorAll('#rows tbody tr')].map(each => each.dataset.place)")
        assert "GET /agents" == places[0 if ordered else -1]
        assert "POST /agents" == places[-1 if ordered else 0]


def test_a_link_leads_to_a_finding_and_opens_it(page: Browser, file: Path) -> None:
    page.size(1100, 900)
    page.open(file, f"#{anchors.finding(SCHEMA)}")
    bar = page.run("document.querySelector('#filters').getBoundingClientRect().bottom")
    assert anchors.finding(SCHEMA) == current(page)
    top = page.run("document.querySelector('.here').getBoundingClientRect().top")
    assert bar <= top < 900
    assert page.run("document.querySelector('.here .evidence').open")


def test_a_link_leads_to_a_requirement_that_the_filter_hid(page: Browser) -> None:
    target = next(each for each in DATA["requirements"] if each["place"] == "GET /jobs/1234")
    choose(page, "status", "failed")
    page.run(f"location.hash = '#{anchors.requirement(target)}'")
    page.settle()
    assert anchors.requirement(target) == current(page)
    top = page.run("document.querySelector('.here').getBoundingClientRect().top")
    assert 0 <= top < 900


def test_keys_step_through_findings_and_fold_them(page: Browser) -> None:
    anchor = [anchors.finding(each) for each in DATA["findings"]]
    page.press("j")
    assert anchor[0] == current(page)
    page.press("j")
    page.press("ArrowDown")
    assert anchor[2] == current(page)
    page.press("k")
    page.press("ArrowUp")
    assert anchor[0] == current(page)
    was = page.run("document.querySelector('.here .evidence').open")
    page.press("Enter")
    assert was != page.run("document.querySelector('.here .evidence').open")


def test_help_is_a_key_away(page: Browser) -> None:
    page.press("?")
    assert page.run("document.querySelector('#keys').open")
    page.press("Escape")
    page.settle()
    assert not page.run("document.querySelector('#keys').open")


def test_the_theme_follows_the_system_and_a_switch(page: Browser) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    page.dark(False)
    light = page.run(colour)
    page.dark(True)
    dark = page.run(colour)
    assert light != dark
    page.press("t")
    assert light == page.run(colour)
    assert "Theme: light" == page.run("document.querySelector('#theme').textContent")
    page.press("t")
    page.dark(False)
    assert dark == page.run(colour)


def test_a_marked_member_is_in_sight(page: Browser) -> None:
    page.run(f"document.getElementById('{anchors.finding(SCHEMA)}').scrollIntoView()")
    page.settle()
    box = "document.querySelector('.here .body, .finding:nth-of-type(3) .body')"
    assert page.run(f"{box}.scrollTop > 0")
    assert 'id": 50' in page.run(f"{box}.querySelector('mark').parentElement.textContent")


def test_what_is_copied_is_one_command_per_line(page: Browser) -> None:
    commands = page.run("document.querySelector('.finding .curl pre').textContent")
    assert "\n".join(SERVER_ERROR["reproduce"]) == commands


def test_a_narrow_window_does_not_scroll_sideways(page: Browser) -> None:
    page.size(400, 800)
    page.run("document.querySelector('#unfold').click()")
    page.settle()
    assert 400 == page.run("document.documentElement.scrollWidth")


def test_without_scripts_everything_is_there_to_read(chromium: Browser, file: Path) -> None:
    chromium.size(1280, 900)
    chromium.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.events.clear()
        chromium.send("Page.navigate", url=file.as_uri())
        chromium.wait_for("Page.loadEventFired")
        text = chromium.run("document.body.innerText")
        assert "Does not conform" in text
        assert "curl http://h/body_fits_its_schema" in text
        assert f"{MANY:,}" in text
        assert "none" == chromium.run("getComputedStyle(document.querySelector('#filters')).display")
    finally:
        chromium.send("Emulation.setScriptExecutionDisabled", value=False)
