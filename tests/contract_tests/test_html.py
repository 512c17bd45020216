"""The page: it says what the result says, its links stay, and what a server sent stays text."""

import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from contract_tests.check import not_tested, passed
from contract_tests.reports import html
from contract_tests.reports.data import Data
from contract_tests.reports.html import anchors
from contract_tests.reports.html.body import laid_out, missing
from contract_tests.reports.html.coverage import coverage
from contract_tests.reports.html.findings import lines, shown
from contract_tests.reports.html.gaps import gaps
from contract_tests.reports.html.matrix import life, operations
from tests.contract_tests.test_reports import broken, requirement, result, tell

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}\u202e\x00&lt;"


class Elements(HTMLParser):
    """What a page is made of: its elements, and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def count(self, tag: str) -> int:
        return sum(name == tag for name, _ in self.found)


def rendered(data: Data) -> str:
    return html.render(data).decode()


def exchange(body: str, **more: Any) -> Data:
    """An exchange as the data has it."""
    return {
        "number": 1,
        "method": "GET",
        "url": "http://h/things/1",
        "identity": "one",
        "request_headers": [["accept", "*/*"]],
        "request_body": None,
        "milliseconds": 1.0,
        "status": 200,
        "media_type": "application/json",
        "response_headers": [["Location", "/things/2"]],
        "response_body": body,
        "problem": None,
        **more,
    }


def found(*exchanges: Data, **more: Any) -> Data:
    """A result with one finding that these exchanges show."""
    data = tell(result(passed(requirement("GET /a")), broken("GET /things/1", "422")))
    data["findings"][0] |= {"exchanges": list(exchanges), **more}
    return data


def poisoned(value: Any) -> Any:
    """A value with something hostile at the end of every text and every name that is not ours."""
    if isinstance(value, str):
        return value + HOSTILE
    if isinstance(value, list):
        return [poisoned(each) for each in value]
    if isinstance(value, dict):
        return {name: poisoned(each) for name, each in value.items()}
    return value


def marked(text: str, pointer: str) -> str:
    return "".join(piece.text for piece in laid_out(text, pointer) if piece.marked)


def laid(text: str) -> str:
    return "".join(piece.text for piece in laid_out(text))


# What it says.


def test_the_page_tells_the_verdict_and_the_share() -> None:
    page = rendered(tell(result(passed(requirement("GET /a")), broken("GET /things/1", "422"))))
    assert "Does not conform" in page
    assert "1 finding: 1 promise of 2 not kept." in page
    assert "<b>2</b> of 2 promises tested" in page


def test_a_green_page_says_how_much_was_tested() -> None:
    data = tell(result(passed(requirement("GET /a")), not_tested(requirement("GET /b"), "no time")))
    page = rendered(data)
    assert "Inconclusive" in page
    assert "50 %" in page or ">50<" in page
    assert "No time" in page


def test_a_conforming_run_has_no_findings() -> None:
    page = rendered(tell(result(passed(requirement("GET /a")))))
    assert "Conforms" in page
    assert 'id="findings"' not in page
    assert "Everything that applies was tested." in page


def test_a_finding_has_promise_quote_answer_and_commands() -> None:
    quote = [[12, "  responses:"], [13, "    '200':"]]
    data = found(
        exchange('{"id": 1}'),
        quote=quote,
        line=12,
        reproduce=['curl -H "x: $X"'],
        variables={"X": "x-key"},
    )
    page = Elements(rendered(data)).text
    for text in (
        "something else",
        "422 came",
        ":12",
        "12responses:\n13  '200':",
        'curl -H "x: $X"',
        "x-key",
        '"id": 1',
    ):
        assert text in page


def test_a_known_finding_says_since_when_and_who() -> None:
    known = {
        "entry": "*",
        "reason": "old gateway",
        "owner": "team one",
        "expires": "2027-01-01",
        "ticket": "X-1",
        "since": "2026-10-02",
        "state": "known",
    }
    data = found(exchange("{}"), baseline=known)
    data["requirements"][1] |= {"known": True, "baseline": known}
    fixed = [{"id": "some id", "reason": "was slow", "owner": "me", "expires": None, "ticket": None}]
    data["baseline"] = {"file": "known.yaml", "known": 1, "new": 0, "fixed": fixed, "expired": []}
    page = Elements(rendered(data)).text
    for text in ("2026-10-02", "old gateway", "team one", "2027-01-01", "X-1", "known.yaml", "was slow"):
        assert text in page
    assert "1 promise not kept, as the baseline knows." in page


def test_what_lists_no_secret_lists_identities_by_name() -> None:
    page = Elements(rendered(tell(result(passed(requirement("GET /a")))))).text
    assert "x-api-key" in page
    assert "s3cret-of-mine" not in page


def test_every_requirement_has_a_row_and_failures_come_first() -> None:
    data = tell(result(passed(requirement("GET /a")), broken("GET /things/1", "422")))
    rows = [
        attributes for tag, attributes in Elements(rendered(data)).found if tag == "tr" and "id" in attributes
    ]
    assert ["failed", "passed"] == [row["data-status"] for row in rows]
    assert {anchors.requirement(each) for each in data["requirements"]} == {row["id"] for row in rows}


def test_the_tables_count_by_stage_and_by_operation() -> None:
    data = tell(result(passed(requirement("GET /a")), broken("GET /a", "422", at="second")))
    assert [("/a", "failed", 1)] == [
        (row.name, row.cells["read"].worst, row.cells["read"].shown) for row in life(data).rows
    ]
    assert "1 broken, 1 kept" == operations(data).rows[0].cells["GET /a"].words


def test_findings_of_one_check_are_one_line_at_the_top_and_folded_below() -> None:
    data = tell(result(*(broken(f"GET /things/{n}", f"cause {n}") for n in range(20))))
    elements = Elements(rendered(data))
    assert [(20, 20)] == [(each.causes, each.places) for each in lines(shown(data))]
    assert "and 19 more findings of this check" in elements.text
    assert 18 == sum(a.get("class") == "whole" for _, a in elements.found)


def test_gaps_are_grouped_by_reason() -> None:
    data = tell(
        result(
            passed(requirement("GET /a")),
            *(not_tested(requirement(f"GET /{n}"), "no answer") for n in range(3)),
            not_tested(requirement("GET /x"), "no time"),
        )
    )
    assert [("no answer", 3), ("no time", 1)] == [(gap.reason, gap.count) for gap in gaps(data).open]


def test_coverage_is_told_where_it_was_counted() -> None:
    data = tell(result(passed(requirement("GET /a"))))
    assert coverage(data | {"coverage": None}) is None
    told = {
        "totals": {"operations": [1, 3]},
        "operations": [],
        "keywords": {"enum": {"of": 4, "satisfied": 2, "violated": 1}},
    }
    counted = coverage(data | {"coverage": told})
    assert counted is not None
    assert [("Operations asked", 33)] == [(each.name, each.percent) for each in counted.totals]
    assert "enum" in rendered(data | {"coverage": told})


# Links.


def test_links_depend_on_the_id_alone() -> None:
    one, two = (
        tell(result(*more, broken("GET /a", "422")))["findings"][0]
        for more in ((), [passed(requirement("GET /b"))])
    )
    assert anchors.finding(one) == anchors.finding(two | {"received": "something new", "line": 99})
    assert re.fullmatch(r"finding-some_check-[0-9a-f]{10}", anchors.finding(one))


def test_every_link_within_the_page_leads_somewhere() -> None:
    elements = Elements(rendered(found(exchange("{}"))))
    links = {str(a["href"])[1:] for tag, a in elements.found if tag == "a"}
    places = {a.get("id") for _, a in elements.found}
    assert set() == {link for link in links if not link.startswith("filter?")} - places


# Nothing hostile, nothing from elsewhere.


def test_hostile_text_stays_text() -> None:
    data = poisoned(found(exchange('{"a": 1}'), quote=[[1, "x"]], reproduce=["curl"], variables={"X": "x"}))
    for each in (*data["findings"], *data["requirements"]):
        each["status" if "status" in each else "outcome"] = "failed"
        each["requirements"] = [data["requirements"][1]["id"]]
    data["findings"][0]["exchanges"][0] |= {"mark": {"part": "body", "pointer": "/a"}}
    data["verdict"] = "does not conform"
    page = rendered(data)
    elements = Elements(page)
    assert 1 == elements.count("script")
    assert 0 == elements.count("img")
    assert [] == [a for _, a in elements.found if any(name.startswith("on") for name in a)]
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "49" not in re.findall(r"onerror=alert\(2\)&gt;(\S{2})", page)


def test_the_page_may_load_and_send_nothing() -> None:
    elements = Elements(rendered(found(exchange("{}"))))
    (policy,) = (a["content"] for _, a in elements.found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert [] == [a for _, a in elements.found if {"src", "style", "srcset", "action"} & set(a)]
    assert {"a"} == {tag for tag, a in elements.found if "href" in a}


# The body of an answer.


def test_a_body_is_laid_out_as_it_came() -> None:
    text = '{"a":[1.10,{"b":"x\\u0041"},[],{}],"n":123456789012345678901234567890,"a":null}'
    page = laid(text)
    assert text == re.sub(r"\n *", "", page).replace(": ", ":")
    assert '{\n  "a": [\n    1.10,\n    {\n      "b": "x\\u0041"\n    },\n    [],\n    {}\n  ],\n' in page


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/data/1/name", '"two"'),
        ("/data/0", '{"name": "one"}'),
        ("/a~1b/é", "7"),
        ("/data/1/nothing", '{"name": "two"}'),
    ],
)
def test_what_a_pointer_names_is_marked(pointer: str, expected: str) -> None:
    text = '{"data": [{"name": "one"}, {"name": "two"}], "a/b": {"\\u00e9": 7}}'
    assert expected.replace(" ", "") == marked(text, pointer).replace(": ", ":")


def test_the_whole_body_can_be_marked() -> None:
    assert "<html>oops" == marked("<html>oops", "")
    assert "[1]" == marked("[1]", "")


def test_of_a_long_part_the_ends_are_marked() -> None:
    assert "[]" == marked(f'{{"data": {list(range(40))}}}', "/data")


def test_what_is_missing_is_named() -> None:
    assert "name" == missing('{"data": {"id": 1}}', "/data/name")
    assert missing('{"data": {"id": 1}}', "/data/id") is None
    assert missing('{"data": {"id": 1, "na... (9000 characters)', "/data/name") is None


@pytest.mark.parametrize(
    "text", ['{"a": [1, {"b', "[" * 3000, '}]{":,', '{"a" 1', '["\\', "{1: 2}", '"', "[NaN]"]
)
def test_any_text_can_be_laid_out(text: str) -> None:
    assert text.replace(" ", "") == re.sub(r"[\n ]", "", laid(text))


def test_a_marked_status_header_and_member_stand_out() -> None:
    page = rendered(found(exchange("{}", mark={"part": "status"})))
    assert "<mark>200</mark>" in page
    page = rendered(found(exchange("{}", mark={"part": "header", "name": "location"})))
    assert '<mark><i class="key">Location</i>: /things/2</mark>' in page
    page = rendered(found(exchange("{}", mark={"part": "header", "name": "Allow"})))
    assert "<mark>Allow</mark> is not there" in page
    page = rendered(found(exchange('{"id": 1}', mark={"part": "body", "pointer": "/id"})))
    assert '<mark><i class="number">1</i></mark>' in page


def test_an_exchange_without_an_answer_is_told() -> None:
    nothing: Data = {"status": None, "media_type": None, "response_headers": [], "response_body": None}
    page = Elements(rendered(found(exchange("", **nothing, problem="connection reset")))).text
    assert "no answer" in page
    assert "connection reset" in page


def test_the_page_can_be_made_of_a_file() -> None:
    data = found(exchange("{}"))
    assert html.render(data) == html.render(json.loads(json.dumps(data)))
