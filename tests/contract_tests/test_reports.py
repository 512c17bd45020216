"""A result as text, as JSON and as JUnit XML: what is said, in which order, and whatever came."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from contract_tests.check import Level, Outcome, Requirement, Status, failed, not_tested, passed
from contract_tests.footprint import Footprint
from contract_tests.problems import Misuse
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question
from contract_tests.reports import console, json_report, junit
from contract_tests.reports.data import Data, told
from contract_tests.reports.files import check_writable, write_all
from contract_tests.reports.layout import Layout, cut, listed, together
from contract_tests.reports.places import Places
from contract_tests.reports.table import table
from contract_tests.result import Result
from contract_tests.showing.mask import Mask
from contract_tests.target import Target, make_headers
from tests.contract_tests.recording import document

HOSTILE = "\x00\x1b[31m]]>&<\ud800\ufffe\r\n\u202e"
PLACES = Places(document())
MASK = Mask(make_headers([("x-api-key", "s3cret-of-mine")]))


def requirement(
    place: str, check: str = "some_check", level: Level = Level.DOCUMENT, at: str = ""
) -> Requirement:
    path = place.partition(" ")[2].replace("/", "~1")
    return Requirement(f"#/paths/{path}/get", check, level, place, at=at)


def result(*outcomes: Outcome, **more: Any) -> Result:
    given: dict[str, Any] = {"barred": frozenset(), "footprint": Footprint(), **more}
    stages = {o.requirement.id: (o.requirement.place.partition(" ")[2], "read") for o in outcomes}
    return Result("http://h", "Things 1", "sandboxed", 7, outcomes, stages=stages, **given)


def broken(place: str, cause: str, check: str = "some_check", **more: Any) -> Outcome:
    received = more.pop("received", f"{cause} came")
    return failed(requirement(place, check, **more), received, "something else", cause=cause)


def tell(found: Result) -> Data:
    asked = Question(document(), 7, Permissions(Profile.SANDBOXED, loopback=True))
    return told(found, asked, Target("http://h", MASK.headers))


def text(found: Result, **layout: Any) -> list[str]:
    return list(console.body(found, PLACES, MASK, Layout(**layout)))


def heads(found: Result) -> list[str]:
    return [line.strip() for line in text(found) if line.startswith(("FAILED", "WARNED"))]


# One finding per check and cause, and no wall.


def test_forty_places_with_one_cause_are_one_block() -> None:
    found = result(*(broken(f"GET /things/{n}", "422") for n in range(40)))
    assert ["FAILED  some_check  (document, 40 places)"] == heads(found)
    also = next(line for line in text(found, columns=120) if line.startswith("  also at"))
    assert "  also at   GET /things/1, GET /things/2, GET /things/3, " in also
    assert "and 33 more" in "\n".join(text(found))


def test_many_causes_of_one_check_are_two_blocks_and_a_few_lines() -> None:
    found = result(*(broken(f"GET /{n}", f"cause {n}") for n in range(30)))
    shown = heads(found)
    assert 2 == sum("(document)" in line for line in shown)
    assert "FAILED  some_check  GET /2: cause 2 came" == shown[2]
    assert 7 == len(shown)
    assert "        some_check: 23 more causes, all of them with --report json" in text(found)


def test_failures_come_before_warnings() -> None:
    warning = broken("GET /a", "odd", "a_check", level=Level.CONVENTION)
    shown = heads(result(warning, broken("GET /b", "wrong", "b_check")))
    assert ["FAILED  b_check  (document)", "WARNED  a_check  (convention)"] == shown


def test_a_long_answer_is_cut() -> None:
    shown = "\n".join(text(result(broken("GET /a", "long", received="x" * 10_000))))
    assert "… (10,000 characters)" in shown
    assert 1_200 > len(shown)


def test_a_secret_is_hidden_before_the_text_is_cut() -> None:
    """Its beginning would be left else."""
    shown = "\n".join(
        text(result(broken("GET /a", "echo", received="x" * 492 + "s3cret-of-mine" + "y" * 500)))
    )
    assert "s3cret" not in shown


def test_faults_of_ours_blame_nobody_else() -> None:
    crashed = Outcome(requirement("GET /a"), Status.ERROR, reason="KeyError: 'x'")
    found = result(crashed, passed(requirement("GET /b")))
    assert "ERROR   some_check: our own fault, 1 requirement: KeyError: 'x'" in text(found)
    assert console.verdict(found, MASK, Layout()).startswith("inconclusive (1 fault of our own): 0 failed")


def test_what_was_not_tested_is_told_by_reason() -> None:
    untested = [not_tested(requirement(f"GET /{n}"), f"reason {min(n, 9)}") for n in range(12)]
    lines = text(result(*untested))
    assert ["not tested  12 requirements", "       3  reason 9"] == lines[1:3]
    assert "       2  for 2 other reasons" in lines


def test_what_is_left_is_listed() -> None:
    footprint = Footprint(created=30, deleted=5, left=[f"http://h/things/{n}: no" for n in range(25)])
    footprint.requests.update({"GET": 1200, "POST": 30})
    found = result(passed(requirement("GET /a")), footprint=footprint)
    lines = text(found)
    assert "footprint  1,230 requests (1,200 GET, 30 POST)" in lines
    assert "           30 records created, 5 deleted, 25 left" in lines
    assert ["     left  http://h/things/0: no", "           and 5 more"] == [lines[-22], lines[-2]]
    assert console.verdict(found, MASK, Layout()).startswith("does not conform (records are left): 0 failed")


KEPT = passed(requirement("GET /a"))
_ALL_KEPT = "conforms: 0 failed, 0 warned, 1 passed; tested 100 % of what may be asked (1 of 1)"


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (
            result(KEPT),
            "conforms: 0 failed, 0 warned, 1 passed; tested 100 % of what may be asked (1 of 1), ",
        ),
        (result(KEPT, seconds=1.25), f"{_ALL_KEPT}, 100 % of all; 0 requests, 1.2 s, seed 7"),
        (result(KEPT, stopped="interrupted"), "inconclusive (interrupted): 0 failed"),
        (result(not_tested(requirement("GET /a"), "no")), "inconclusive (less than 60 %): 0 failed"),
        (result(broken("GET /a", "x"), stopped="interrupted"), "does not conform (interrupted): 1 failed"),
        (result(broken("GET /a", "x")), "does not conform: 1 failed, 0 warned, 0 passed; "),
    ],
)
def test_the_last_line(found: Result, verdict: str) -> None:
    assert console.verdict(found, MASK, Layout()).startswith(verdict)


def test_on_a_terminal_the_last_line_is_as_wide_as_that() -> None:
    shown = console.verdict(result(broken("GET /a", "x")), MASK, Layout(60, on_terminal=True)).splitlines()
    assert "does not conform: 1 failed, 0 warned, 0 passed; tested 100 %" == shown[0]
    assert (3, True) == (len(shown), all(len(line) <= 60 for line in shown))


def test_the_checks_that_were_not_kept_are_told_again_near_the_end() -> None:
    found = result(
        *(broken(f"GET /things/{n}", "422") for n in range(40)),
        broken("GET /odd", "x", "odd_check", level=Level.CONVENTION),
    )
    assert [
        "failed  some_check   40 places  GET /things/0, GET /things/1 and 38 more",
        "warned  odd_check      1 place  GET /odd",
    ] == [line for line in text(found) if line.startswith(("failed", "warned"))]
    assert not [line for line in text(result(broken("GET /a", "x"))) if line.startswith("failed")]


def test_a_narrow_summary_fits() -> None:
    name = "unknown_and_foreign_look_alike"
    found = result(broken("GET /a", "x", name), broken("GET /b", "y", f"{name}_too"))
    wide = [line for line in text(found, columns=60) if len(line) > 60]
    assert [] == wide


def test_places_are_not_broken_within_a_word() -> None:
    at = "body.modelProvider enum_member (2)"
    found = result(*(broken(f"PATCH /work_items/{{workItemId{n}}}", "x", at=at) for n in range(3)))
    told = " ".join(line.strip() for line in text(found, columns=60))
    assert f"PATCH /work_items/{{workItemId1}} ({at})" in told


# The table.


def rows(found: Result, columns: int) -> list[str]:
    return list(table(found, Layout(columns)))


def test_the_table_has_a_row_per_resource_and_a_column_per_stage() -> None:
    outcomes = [passed(requirement("GET /a")), broken("GET /b", "x"), not_tested(requirement("GET /c"), "no")]
    assert ["        read", "/a      1 ok", "/b  1 failed"] == rows(result(*outcomes), 80)


@pytest.mark.parametrize("columns", [45, 60, 80, 120])
def test_the_table_fits(columns: int) -> None:
    """A long name loses its beginning."""
    path = "/v1/organizations/{organizationId}/projects/{projectId}/environments"
    names = ("create", "read", "list", "update", "delete")
    outcomes = [Outcome(requirement(f"GET {path}", at=stage), Status.PASSED) for stage in names]
    found = result(*outcomes)
    stages = {o.requirement.id: (path, o.requirement.at) for o in outcomes}
    lines = rows(
        Result("http://h", "T", "full", 1, tuple(outcomes), frozenset(), Footprint(), stages=stages), columns
    )
    assert columns >= max(map(len, lines))
    assert 1 == len({len(line) for line in lines})
    assert lines[1].partition("  ")[0].strip().endswith("ments")
    assert found.findings == ()


# Lines.


def test_lines_are_wrapped_beside_their_label() -> None:
    lines = list(Layout(40).hanging("  received  ", "one two three four five six seven eight"))
    assert ["  received  one two three four five six", "            seven eight"] == lines


def test_what_belongs_together_stays_on_one_line() -> None:
    places = listed(map(together, ["GET /things/{thingId}", "POST /things/{thingId}", "GET /a"]), 2)
    assert ["at  GET /things/{thingId},", "    POST /things/{thingId} and 1 more"] == list(
        Layout(40).hanging("at  ", places)
    )


def test_a_short_text_is_not_cut() -> None:
    assert ("abc", "ab … (3 characters)") == (cut("abc", 3), cut("abc", 2))


def test_a_place_is_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a: {get: {}}\n"
    )
    from contract_tests.question import read_document

    assert "api.yaml:4  #/paths/~1a/get" == Places(read_document(tmp_path / "api.yaml")).of(
        requirement("GET /a")
    )


# Files.


@pytest.fixture
def hostile() -> Result:
    found = failed(requirement(f"GET /{HOSTILE}", f"check {HOSTILE}"), f"title {HOSTILE}\nmore", HOSTILE)
    untested = not_tested(requirement("GET /untested"), HOSTILE)
    return result(found, untested, stopped=HOSTILE, footprint=Footprint(left=[HOSTILE]))


def test_junit_is_well_formed_whatever_came(hostile: Result) -> None:
    suite = ElementTree.fromstring(junit.render(tell(hostile)))
    (failure,) = suite.iter("failure")
    assert ("4", "1", "2", "1") == tuple(
        suite.get(name) for name in ("tests", "failures", "errors", "skipped")
    )
    assert "\\x1b[31m]]>&<\\ud800" in str(failure.text)
    assert "title \\x00\\x1b[31m]]>&<\\ud800\\ufffe\\r" == failure.get("message")


def test_a_warning_fails_where_the_run_is_strict() -> None:
    odd = broken("GET /a", "odd", level=Level.CONVENTION)
    (lax,) = ElementTree.fromstring(junit.render(tell(result(odd)))).iter("testcase")
    (strict,) = ElementTree.fromstring(junit.render(tell(result(odd, strict=True)))).iter("testcase")
    assert (False, True) == (lax.find("failure") is not None, strict.find("failure") is not None)


def test_json_is_json_whatever_came(hostile: Result) -> None:
    read = json.loads(json_report.render(tell(hostile)))
    assert (2, "does not conform", 1, 7) == (read["format"], read["verdict"], read["exit_code"], read["seed"])
    assert "\\x1b[31m" in read["findings"][0]["received"]
    assert ["failed", "not tested"] == [each["outcome"] for each in read["requirements"]]


def test_text_obeys_nobody(hostile: Result) -> None:
    shown = [*text(hostile), console.verdict(hostile, MASK, Layout())]
    assert not any("\x1b" in line or "\x00" in line or "\r" in line for line in shown)


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    write_all([(tmp_path / "a.xml", b"<a/>", "--junit")])
    assert [("a.xml", b"<a/>")] == [(path.name, path.read_bytes()) for path in tmp_path.iterdir()]
    with pytest.raises(Misuse, match=r"--junit .*: is a folder"):
        check_writable(tmp_path, "--junit")
