"""`pytest --pyargs contract_tests`: the same question as tests, one per requirement."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import Element, parse

import pytest

from tests.contract_tests.asking import (
    DOCUMENT,
    ENVIRONMENT,
    GIVEN,
    Result,
    check,
    door,
    pytest_command,
    run_pytest,
)
from tests.running import DEMO, OTHER, Start
from tests.servers.things import Things, things

OPTIONS: list[str | Path] = ["--document", DOCUMENT, "--target-seed", "1"]
PASSES = {"passed": "passed", "warned": "passed", "failed": "failed", "error": "error"}
"""Outcome of a requirement to that of its test; the others are skipped."""


def ask(folder: Path, server: Things, *arguments: str | Path, cache: bool = False) -> Result:
    """The small server is asked, with its key."""
    given: list[str | Path] = ["--rootdir", folder, "--target", server.url, "--target-header", GIVEN]
    return door(folder, *given, *OPTIONS, *arguments, cache=cache)


def told_by_pytest(path: Path) -> dict[str, str]:
    """Id of each requirement to what came of its test, read from pytest's own JUnit file."""
    return {_id(case): _came(case) for case in parse(path).iter("testcase") if _id(case)}


def _id(case: Element) -> str:
    return next((p.get("value", "") for p in case.iter("property") if p.get("name") == "requirement"), "")


def _came(case: Element) -> str:
    tags = {"failure": "failed", "error": "error", "skipped": "skipped"}
    return next((word for tag, word in tags.items() if case.find(tag) is not None), "passed")


def told_by_command(folder: Path, *arguments: str | Path) -> tuple[int, dict[str, str]]:
    """The exit code of `hyfn check`, and what a test should come to for each requirement."""
    done = check(folder, *arguments, "--seed", "1", "--report", "json", "--report-dir", folder)
    data = json.loads((folder / "report.json").read_text("utf-8"))
    return done.returncode, {r["id"]: PASSES.get(r["outcome"], "skipped") for r in data["requirements"]}


def outcomes(done: Result) -> dict[str, int]:
    """pytest's last line: {"passed": 104, "failed": 1}."""
    last = done.stdout.strip().rpartition("\n")[2]
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", last.partition(" in ")[0])}


def test_the_mock_comes_to_the_outcomes_of_the_command(tmp_path: Path, start_mock: Start) -> None:
    mock = start_mock()
    one = [f"{name}: {value}" for name, value in DEMO.items()]
    other = [f"{name}: {value}" for name, value in OTHER.items()]
    given = [word for header in one for word in ("-H", header)]
    given += [word for header in other for word in ("--other-header", header)]
    code, expected = told_by_command(tmp_path, mock.url, *given)

    given = [word for header in one for word in ("--target-header", header)]
    given += [word for header in other for word in ("--target-other-header", header)]
    done = door(tmp_path, "--target", mock.url, "--target-seed", "1", "--junitxml", "j.xml", *given)
    assert code == done.returncode == 0, done.stdout + done.stderr
    assert expected == told_by_pytest(tmp_path / "j.xml")
    assert "hyfn: conforms: 0 failed, " in done.stdout


@pytest.mark.parametrize("fault", ["crash", "wrong_type"])
def test_a_faulty_server_comes_to_the_outcomes_of_the_command(tmp_path: Path, fault: str) -> None:
    with things(fault) as server:
        code, expected = told_by_command(tmp_path, server.url, "--document", DOCUMENT, "-H", GIVEN)
        done = ask(tmp_path, server, "--junitxml", "j.xml")
    assert code == done.returncode == 1, done.stdout + done.stderr
    assert expected == told_by_pytest(tmp_path / "j.xml")
    assert "failed" in expected.values()


def test_four_workers_come_to_the_outcomes_of_one_and_ask_once(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    with things("crash") as server:
        one = ask(tmp_path, server, "--junitxml", "one.xml")
        before = server.requests
        four = ask(tmp_path, server, "--junitxml", "four.xml", "-n", "4")
        asked = server.requests - before
    assert 1 == one.returncode == four.returncode, four.stdout + four.stderr
    assert told_by_pytest(tmp_path / "one.xml") == told_by_pytest(tmp_path / "four.xml")
    assert before == asked
    assert "hyfn: does not conform: 1 failed, " in four.stdout


def test_a_failing_test_says_what_the_command_says(tmp_path: Path) -> None:
    """It shows the finding and nothing of pytest's or ours."""
    with things("crash") as server:
        done = ask(tmp_path, server, "-rfs")
    assert "___ never_answers_with_a_server_error[GET /things] ___" in done.stdout
    assert "\nFAILED  never_answers_with_a_server_error  (http)\n  at        GET /things\n" in done.stdout
    assert f"curl -siw '\\n' {server.url}/things -H \"x-api-key: $HYFN_X_API_KEY\"" in done.stdout
    assert ": not tested: no second identity was given (--other-header)\n" in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout


def test_by_name_only_what_is_needed_is_asked(tmp_path: Path) -> None:
    """A check that only judges what others are answered needs all of it."""
    with things() as server:
        part = ask(tmp_path, server, "-k", "unknown_id_is_not_found and nearly", "-v")
        few = server.requests
        judged = ask(tmp_path, server, "-k", "no_content_has_no_body")
        every = server.requests - few
    assert {"passed": 1, "deselected": 138} == outcomes(part), part.stdout
    assert "an id that is nearly that of an item] PASSED" in part.stdout
    assert "hyfn: of what was selected: " in part.stdout
    assert {"passed": 1, "deselected": 138} == outcomes(judged), judged.stdout
    assert few < 12
    assert every > 100


def test_a_test_is_named_on_the_command_line(tmp_path: Path) -> None:
    name = "contract_tests.test_conformance::unknown_id_is_not_found"
    with things() as server:
        options = ["--target", server.url, "--target-header", GIVEN, *OPTIONS]
        every = run_pytest(tmp_path, "--pyargs", name, *options)
        single = run_pytest(tmp_path, "--pyargs", f"{name}[GET /things/{{thingId}} · 404]", *options)
    assert {"passed": 2} == outcomes(every), every.stdout
    assert {"passed": 1} == outcomes(single), single.stdout


def test_levels_and_checks_are_marks(tmp_path: Path) -> None:
    """Registered ones, so that --strict-markers has nothing against them."""
    with things() as server:
        levels = ask(
            tmp_path, server, "-m", "http and not convention", "--collect-only", "-q", "--strict-markers"
        )
        single = ask(tmp_path, server, "-m", "get_is_safe", "--collect-only", "-q")
        assert 0 == server.requests
    assert "::never_answers_with_a_server_error[GET /things]\n" in levels.stdout
    assert "::body_fits_its_schema" not in levels.stdout
    assert {"get_is_safe"} == set(re.findall(r"::(\w+)", single.stdout))


def test_last_failed_asks_what_failed_again(tmp_path: Path) -> None:
    with things("wrong_type") as server:
        first = ask(tmp_path, server, cache=True)
        again = ask(tmp_path, server, "--lf", cache=True)
    assert outcomes(first)["failed"] == outcomes(again)["failed"], again.stdout
    assert "passed" not in outcomes(again)


def test_a_convention_warns_and_fails_where_that_is_wanted(tmp_path: Path, start_mock: Start) -> None:
    """It only warns, also where a project makes errors of its warnings."""
    mock = start_mock("--fault", "update_leaves_the_moment_of_the_update")
    given = [word for name, value in DEMO.items() for word in ("--target-header", f"{name}: {value}")]
    options = ["--target", mock.url, "-k", "timestamps_tell_the_time", *given]
    warned = door(tmp_path, *options, "-W", "error")
    strict = door(tmp_path, *options, "--target-strict")
    assert 0 == warned.returncode, warned.stdout + warned.stderr
    assert "ConventionWarning: " in warned.stdout
    assert "\n  WARNED  timestamps_tell_the_time  (convention)\n" in warned.stdout
    assert 1 == strict.returncode
    assert outcomes(warned)["warnings"] == outcomes(strict)["failed"]


def test_hyfn_toml_says_whom_to_ask_and_what_is_known(tmp_path: Path) -> None:
    """What the baseline has is expected to fail; the same file serves the command."""
    with things("crash") as server:
        settings = (
            f'target = "{server.url}"\ndocument = "{DOCUMENT}"\nseed = 1\nheader = ["{GIVEN}"]\n'
            'baseline = "known.yaml"\n'
        )
        (tmp_path / "hyfn.toml").write_text(settings)
        written = check(tmp_path, "--update-baseline")
        done = door(tmp_path, "-k", "never_answers_with_a_server_error")
        (tmp_path / "known.yaml").write_text("[]\n")
        new = door(tmp_path, "-k", "never_answers_with_a_server_error")
    assert 0 == written.returncode, written.stdout + written.stderr
    assert 0 == done.returncode, done.stdout + done.stderr
    assert re.search(r"[1-9]\d* passed.* [1-9]\d* xfailed", done.stdout)
    assert 1 == new.returncode


def test_what_no_profile_admits_is_skipped(tmp_path: Path) -> None:
    """And a second identity that is not accepted ends the session as it ends the command."""
    with things() as server:
        done = ask(tmp_path, server, "--target-other-header", "x-api-key: another")
        assert 3 == done.returncode, done.stdout + done.stderr
        assert (
            "the second identity is answered 401: --other-header is not accepted" in done.stdout + done.stderr
        )

        done = ask(tmp_path, server, "--target-profile", "read-only", "-rs")
        assert 0 == done.returncode, done.stdout + done.stderr
        assert "not tested: profile read-only sends no writes" in done.stdout


def test_the_run_itself_is_a_test(tmp_path: Path) -> None:
    """It fails where too little was tested, and, all by itself, for whatever is wrong."""
    with things() as server:
        little = ask(tmp_path, server, "--target-profile", "read-only", "--target-min-tested", "100")
    with things("crash") as server:
        alone = ask(tmp_path, server, "-k", "the_run_comes_to_a_verdict")
    assert 1 == outcomes(little)["failed"], little.stdout
    assert "inconclusive (less than 100 %)" in little.stdout
    assert {"failed": 1, "deselected": 138} == outcomes(alone), alone.stdout
    assert "FAILED  never_answers_with_a_server_error" in alone.stdout


def test_what_is_left_behind_fails_the_session(tmp_path: Path) -> None:
    """By the test of the run itself; where that was not asked for, the exit code still says so."""
    with things("undead") as server:
        whole = ask(tmp_path, server)
        part = ask(tmp_path, server, "-k", "create_answers_what_was_sent")
    assert 1 == whole.returncode, whole.stdout + whole.stderr
    assert "test_conformance.py::the_run_comes_to_a_verdict" in whole.stdout
    assert "DELETE was answered" in whole.stdout
    assert 1 == part.returncode and "failed" not in outcomes(part), part.stdout
    assert "DELETE was answered" in part.stdout


@pytest.mark.parametrize("workers", [[], ["-n", "1"]])
def test_a_target_that_goes_away_is_no_verdict(tmp_path: Path, workers: list[str]) -> None:
    done = door(tmp_path, "--target", "http://127.0.0.1:1", "--document", DOCUMENT, *workers)
    assert 3 == done.returncode, done.stdout + done.stderr
    assert "http://127.0.0.1:1 does not answer" in done.stdout


def test_ctrl_c_deletes_what_was_created(tmp_path: Path) -> None:
    """And ends the session as it ends the command."""
    with things("slow") as server:
        given: list[str | Path] = ["--target", server.url, "--target-header", GIVEN, *OPTIONS]
        child = subprocess.Popen(
            pytest_command("--pyargs", "contract_tests", *given),
            cwd=tmp_path, env={**ENVIRONMENT, "XDG_STATE_HOME": str(tmp_path)}, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert server.busy.wait(60)
        created = len(server.things)
        child.send_signal(signal.SIGINT)
        said, _ = child.communicate(timeout=60)
        assert 130 == child.returncode, said
        assert created > 0 == len(server.things)


def test_without_a_target_it_starts_the_mock(tmp_path: Path) -> None:
    """With both of its demo organizations."""
    done = door(tmp_path, "--target-seed", "1", "-rs", "-k", "other_organization_cannot_read")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "second identity" not in done.stdout
    assert outcomes(done)["passed"] > 3
    assert "hyfn: of what was selected: conforms: 0 failed, 0 warned, " in done.stdout
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--target", "http://127.0.0.1:1", "--target-profile", "wild"], 2, "'wild' is no profile"),
        (["--target-other-header", "s3cret"], 2, "a header without a colon"),
        (["--target-min-tested", "101"], 2, "'101' found, expected a whole number from 0 to 100"),
        (["--target-rate-limit", "fast"], 2, "--rate-limit: 'fast' found"),
        (["--target-request-timeout", "0"], 2, "--target-request-timeout: '0' found, expected seconds"),
        (["--document", "no.yaml"], 2, "no.yaml: cannot be read"),
    ],
)
def test_what_makes_no_sense_ends_it_before_it_starts(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = door(tmp_path, *arguments)
    output = done.stdout + done.stderr
    assert code == done.returncode, output
    assert said in output
    assert "Traceback" not in output


def test_the_plugin_is_light() -> None:
    """It is loaded in every pytest run where we are installed, so it brings nothing along."""
    script = "import sys, pytest; old = {*sys.modules}; import contract_tests.plugin; "
    script += "print(*{*sys.modules} - old)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert {"contract_tests", "contract_tests.plugin"} == set(done.stdout.split())
