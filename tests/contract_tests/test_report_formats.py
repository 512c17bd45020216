"""SARIF, HAR, JUnit, Markdown and the badge: they fit their schemas, and whatever came stays text."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema_rs
import pytest
import xmlschema
from markdown_it import MarkdownIt

from contract_tests.check import failed, passed
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.reports import badge, har, junit, markdown, sarif
from contract_tests.reports.data import Data
from contract_tests.result import Result
from tests.contract_tests import reported
from tests.contract_tests.reported import at, made, tell

SCHEMAS = Path(__file__).with_name("schemas")
LIBRARY = Path(__file__).parents[1] / "servers" / "library.yaml"
STRAY = "]?$"
"""The end of a pattern in the schema of SARIF: a bracket that only lenient engines take for text."""

SARIF = jsonschema_rs.validator_for(
    json.loads((SCHEMAS / "sarif-2.1.0-rtm.5.json").read_text("utf-8").replace(STRAY, "$"))
)
JUNIT = xmlschema.XMLSchema(str(SCHEMAS / "junit-10.xsd"))
ALL = [*reported.RUNS, reported.RED, ("hostile", "")]


def har_validator() -> Any:
    """The schema's parts know each other by their names."""
    parts = json.loads((SCHEMAS / "har-1.2.json").read_text("utf-8"))
    registry = jsonschema_rs.Registry([(name, part) for name, part in parts.items()])
    return jsonschema_rs.Draft6Validator(
        {"$ref": "har.json#"}, registry=registry, validate_formats=True, offline=True
    )


HAR = har_validator()


def data_of(name: str, fault: str) -> Data:
    return reported.hostile() if name == "hostile" else reported.run(name, fault)


def without(data: Data, *names: str) -> Data:
    return {name: value for name, value in data.items() if name not in names}


@pytest.fixture
def red() -> Data:
    return reported.run(*reported.RED)


def known(data: Data, state: str = "known") -> Data:
    """The data with its first finding in a baseline."""
    entry = {
        "entry": "*", "reason": "we know", "owner": None, "expires": None, "ticket": None,
        "since": "2026-01-01", "state": state,
    }  # fmt: skip
    first, *others = data["findings"]
    requirements = [
        {**each, "known": state == "known", "baseline": entry} if each.get("finding") == first["id"] else each
        for each in data["requirements"]
    ]
    found = {"file": "b.yaml", "known": 1, "fixed": [], "expired": [], "new": len(others)}
    findings = [{**first, "baseline": entry}, *({**each, "baseline": None} for each in others)]
    return {**data, "baseline": found, "findings": findings, "requirements": requirements}


# SARIF.


def results(data: Data) -> list[dict[str, Any]]:
    (run,) = json.loads(sarif.render(data))["runs"]
    found: list[dict[str, Any]] = run["results"]
    return found


@pytest.mark.parametrize(("name", "fault"), ALL)
def test_sarif_fits_its_schema(name: str, fault: str) -> None:
    log = json.loads(sarif.render(data_of(name, fault)))
    assert [] == [str(error) for error in SARIF.iter_errors(log)]


def test_sarif_points_into_the_document(red: Data) -> None:
    (finding, *_), (result, *_) = red["findings"], results(red)
    (place,) = result["locations"]
    file = place["physicalLocation"]["artifactLocation"]
    assert ("tests/servers/library.yaml", "%SRCROOT%") == (file["uri"], file["uriBaseId"])
    line = place["physicalLocation"]["region"]["startLine"]
    text = LIBRARY.read_text("utf-8").split("\n")[line - 1]
    assert text == place["physicalLocation"]["region"]["snippet"]["text"].split("\n")[0]
    assert finding["pointer"] == place["logicalLocations"][0]["fullyQualifiedName"]
    assert ("error", "fail", finding["check"]) == (result["level"], result["kind"], result["ruleId"])
    assert finding["received"] in result["message"]["text"]
    assert finding["promised"] in result["message"]["text"]


def test_sarif_rules_tell_what_a_check_asks(red: Data) -> None:
    (run,) = json.loads(sarif.render(red))["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(red["checks"]) <= set(rules)
    for result in run["results"]:
        assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        assert red["checks"][result["ruleId"]]["asks"] in rules[result["ruleId"]]["help"]["text"]


def test_sarif_knows_a_finding_again(red: Data) -> None:
    """Its fingerprint is the id of a requirement, whatever the line."""
    moved = {**red, "findings": [{**each, "line": 1} for each in red["findings"]]}
    prints = [each["partialFingerprints"] for each in results(red)]
    assert prints == [each["partialFingerprints"] for each in results(moved)]
    assert len(prints) == len({each["primaryLocationLineHash"] for each in prints})
    assert [each["id"] for each in red["findings"]] == [each["requirement/v1"] for each in prints]


def test_sarif_tells_what_a_baseline_knows(red: Data) -> None:
    assert all("baselineState" not in each for each in results(red))
    first, *others = results(known(red))
    assert ("unchanged", "accepted", "we know") == (
        first["baselineState"], first["suppressions"][0]["status"], first["suppressions"][0]["justification"],
    )  # fmt: skip
    assert {"new"} >= {each["baselineState"] for each in others}
    assert [] == results(known(red, "expired"))[0]["suppressions"]
    assert SARIF.is_valid(json.loads(sarif.render(known(red))))


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("api.yaml", "api.yaml"),
        ("a b/ä#1.yaml", "a%20b/%C3%A4%231.yaml"),
        ("../api.yaml", "../api.yaml"),
        ("/tmp/a b.yaml", "file:///tmp/a%20b.yaml"),
        ("C:\\api\\a.yaml", "file:///C:/api/a.yaml"),
        ("https://h/a.yaml?x=1", "https://h/a.yaml?x=1"),
    ],
)
def test_a_file_becomes_a_uri(file: str, uri: str, red: Data) -> None:
    (first, *_) = results({**red, "document": {**red["document"], "file": file}})
    location = first["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (uri, "://" not in uri) == (location["uri"], "uriBaseId" in location)


def test_a_message_has_no_link() -> None:
    found = tell(made(failed(at("GET /a"), "see [here](http://e.invalid)", "[x](1)")))
    assert "](" not in results(found)[0]["message"]["text"]


# HAR.


def entries(data: Data) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(har.render(data))["log"]["entries"]
    return found


@pytest.mark.parametrize(("name", "fault"), ALL)
def test_har_fits_its_schema(name: str, fault: str) -> None:
    for data in (data_of(name, fault), without(data_of(name, fault), "exchanges")):
        assert [] == [str(error) for error in HAR.iter_errors(json.loads(har.render(data)))]


def test_har_has_every_exchange(red: Data) -> None:
    found = entries(red)
    assert red["footprint"]["sent"] <= len(found) + 5  # what is sent to look after the connection is not told
    assert len(red["exchanges"]) == len(found)
    assert sorted(found, key=lambda each: each["startedDateTime"]) == found
    assert red["started"][:10] == found[0]["startedDateTime"][:10]
    assert "All exchanges of a run" in json.loads(har.render(red))["log"]["comment"]


def test_har_of_a_report_without_them_has_those_of_the_findings(red: Data) -> None:
    data = without(red, "exchanges")
    numbers = {each["number"] for finding in red["findings"] for each in finding["exchanges"]}
    assert len(numbers) == len(entries(data)) > 0
    assert "only those of its findings" in json.loads(har.render(data))["log"]["comment"]


def test_har_tells_a_request_and_its_answer() -> None:
    sent = (("Content-Type", "a/b"), ("Cookie", "a=1; b=2"))
    came = (("content-type", "c/d"), ("set-cookie", "sid=abcdef; Path=/"), ("location", "/x"))
    whole = Exchange(
        2, Request("POST", "http://h/a?x=1&y=%20", sent, b"abc"), Answer(302, came, b"12345"),
        seconds=0.25, at=86400.5,
    )  # fmt: skip
    none = Exchange(1, Request("GET", "http://h/"), None, problem="it hung up")
    first, second = entries(tell(made(passed(at("GET /a")), exchanges=(whole, none)), exchanges=True))
    assert (0, "request 1, identity one: it hung up") == (first["response"]["status"], first["comment"])
    request, response = second["request"], second["response"]
    assert ("1970-01-02T00:00:00.500+00:00", 250.0, 250.0) == (
        second["startedDateTime"], second["time"], second["timings"]["wait"],
    )  # fmt: skip
    assert [{"name": "x", "value": "1"}, {"name": "y", "value": " "}] == request["queryString"]
    assert [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}] == request["cookies"]
    assert ({"mimeType": "a/b", "text": "abc"}, 3) == (request["postData"], request["bodySize"])
    assert (302, "/x", 5) == (response["status"], response["redirectURL"], response["bodySize"])
    assert {"size": 5, "mimeType": "c/d", "text": "12345"} == response["content"]
    assert [{"name": "sid", "value": "(hidden)"}] == response["cookies"]


# JUnit.


@pytest.mark.parametrize(("name", "fault"), ALL)
def test_junit_fits_its_schema(name: str, fault: str) -> None:
    assert [] == [str(error) for error in JUNIT.iter_errors(junit.render(data_of(name, fault)).decode())]


def test_junit_groups_by_resource_and_check(red: Data) -> None:
    cases = list(ElementTree.fromstring(junit.render(red)).iter("testcase"))
    assert [each["id"] for each in red["requirements"]] == [case.get("name") for case in cases]
    names = [str(case.get("classname")) for case in cases]
    assert [each["check"] for each in red["requirements"]] == [name.rpartition(".")[2] for name in names]
    assert {"/authors", "/authors/{authorId}/books"} <= {name.rpartition(".")[0] for name in names}


def test_junit_does_not_fail_for_what_a_baseline_knows(red: Data) -> None:
    fails = [
        len(list(ElementTree.fromstring(junit.render(each)).iter("failure"))) for each in (red, known(red))
    ]
    suite = ElementTree.fromstring(junit.render(known(red)))
    assert len(red["findings"][0]["requirements"]) == fails[0] - fails[1]
    assert any(each.get("message") == "known: we know" for each in suite.iter("skipped"))
    assert JUNIT.is_valid(junit.render(known(red)).decode())


# Markdown.


def page(data: Data) -> str:
    return markdown.render(data).decode()


def tokens(data: Data) -> list[Any]:
    """What a reader of Markdown makes of the page, the insides of lines, too."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    found = reader.parse(page(data))
    return [*found, *(child for each in found for child in each.children or ())]


def test_markdown_tells_the_verdict_first(red: Data) -> None:
    lines = page(red).split("\n")
    assert lines[0].startswith("## ❌ ")
    assert lines[0].endswith("does not conform")
    assert lines[2].startswith(f"**{red['counts']['failed']} failed**, ")
    assert page(reported.run("library", "none")).startswith("## ✅ ")


def test_markdown_has_every_finding_with_its_commands(red: Data) -> None:
    blocks = [token.content for token in tokens(red) if token.type == "fence"]
    assert len(red["findings"]) == page(red).count("<summary><b>FAILED")
    for finding in red["findings"]:
        exports = [f"export {name}=...  # {header}" for name, header in finding["variables"].items()]
        assert "\n".join([*exports, *finding["reproduce"]]) + "\n" in blocks


def test_markdown_stays_in_its_code() -> None:
    """The only HTML is ours, nothing links, and every element that is opened is closed."""
    found = tokens(reported.hostile())
    html = "".join(token.content for token in found if token.type in ("html_block", "html_inline"))
    assert {"details", "summary", "b", "code"} == set(re.findall(r"</?(\w+)", html))
    assert html.count("<details>") == html.count("</details>") > 0
    assert [] == [token.type for token in found if token.type in ("image", "link_open")]
    assert [] == [token for token in found if token.type == "heading_open" and token.tag != "h2"]
    assert page(reported.hostile()).isascii() or "\u202e" not in page(reported.hostile())


def test_markdown_in_tables_stays_in_its_cell() -> None:
    found = tokens(reported.hostile())
    rows = [token for token in found if token.type == "tr_open"]
    cells = [token for token in found if token.type in ("td_open", "th_open")]
    assert len(rows) > 4
    assert len(cells) == 2 * len(rows)


def test_markdown_is_below_a_mebibyte() -> None:
    outcomes = [
        failed(at(f"GET /{n}/" + "x" * 300), "ü`" * 3000, "p", reported.exchange(n), cause=str(n))
        for n in range(3000)
    ]
    text = page(tell(made(*outcomes)))
    assert 500_000 < len(text.encode()) < 1_000_000
    assert "more findings" in text
    assert text.count("<details>") == text.count("</details>")
    assert "| footprint |" in text


def test_markdown_tells_what_a_baseline_knows(red: Data) -> None:
    assert "<b>KNOWN FAILED</b>" in page(known(red))
    assert "Baseline `b.yaml`: " in page(known(red))
    assert "<b>EXPIRED FAILED</b>" in page(known(red, "expired"))


# The badge.


def texts(data: Data) -> list[str]:
    picture = ElementTree.fromstring(badge.render(data))
    return [str(each.text) for each in picture.iter("{http://www.w3.org/2000/svg}text")]


def some(passing: int, failing: int = 0, **more: Any) -> Result:
    outcomes = [passed(at(f"GET /{n}")) for n in range(passing)]
    return made(*outcomes, *(failed(at(f"GET /f{n}"), "x", "y") for n in range(failing)), **more)


def test_the_badge_tells_version_verdict_and_share() -> None:
    assert ["contract 1", "conforms 100 %"] == texts(tell(some(3)))
    assert ["contract 1", "does not conform 100 %"] == texts(tell(some(3, 1)))
    assert ["contract 1", "inconclusive 100 %"] == texts(tell(some(3, stopped="interrupted")))


def test_the_badge_rounds_down() -> None:
    data = tell(some(3))
    data["tested"] = {"requirements": 1999, "admitted": 1999, "all": 2000, "min_percent": 60}
    assert "conforms 99 %" == texts(data)[1]


def test_each_verdict_has_its_colour() -> None:
    data = [tell(some(1)), tell(some(1, 1)), tell(some(1, stopped="x"))]
    assert 3 == len({re.findall(rb'fill="(#\w{6})"', badge.render(each))[1] for each in data})


def test_the_badge_stays_a_picture_with_text() -> None:
    picture = ElementTree.fromstring(badge.render(reported.hostile()))
    names = {each.tag.rpartition("}")[2] for each in picture.iter()}
    assert {"svg", "title", "clipPath", "rect", "g", "text"} == names
    assert all(
        not name.startswith("on") and "href" not in name for each in picture.iter() for name in each.attrib
    )
    assert 700 > int(picture.get("width", "0"))
