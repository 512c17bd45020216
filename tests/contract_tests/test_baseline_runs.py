"""`hyfn check --baseline` of a real server: recorded once, then asked again with other seeds and faults."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.contract_tests.asking import ROOT, Result, check
from tests.servers.library import Library
from tests.servers.serving import Server

DOCUMENT = ROOT / "tests" / "servers" / "library.yaml"
FILE = "known.yaml"
OLD, FORMER, NEW = "title_is_trimmed", "pages_overlap", "created_author_has_no_location"


@contextmanager
def library(*faults: str) -> Iterator[str]:
    """The address of a library with several faults at once."""
    service = Library()
    for fault in faults:
        service.BREAKS.apply(fault, service)
    with Server(service) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.url
        server.shutdown()


def ask(folder: Path, faults: tuple[str, ...], seed: int, *more: str | Path) -> Result:
    """`hyfn check` with a baseline; report.json is written."""
    headers = [f"-H{name}: {value}" for name, value in Library.CREDENTIALS[0].items()]
    report: list[str | Path] = ["--report", "json", "--report-dir", folder]
    with library(*faults) as url:
        given: list[str | Path] = [
            url,
            "--document",
            DOCUMENT,
            *headers,
            "--seed",
            str(seed),
            "--baseline",
            FILE,
        ]
        return check(folder, *given, *report, *more)


def data(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "report.json").read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A baseline of two faults."""
    folder = tmp_path_factory.mktemp("recorded")
    done = ask(folder, (OLD, FORMER), 1, "--update-baseline")
    assert 0 == done.returncode, done.stdout + done.stderr
    return folder / FILE


@pytest.fixture
def folder(recorded: Path, tmp_path: Path) -> Path:
    """A folder with that baseline."""
    (tmp_path / FILE).write_bytes(recorded.read_bytes())
    return tmp_path


def test_what_was_recorded_is_known_with_another_seed(folder: Path) -> None:
    done = ask(folder, (OLD, FORMER), 22)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "FAILED" not in done.stdout
    assert "\nknown      1" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("conforms: 0 failed, 1")
    told = data(folder)
    failed = [each for each in told["requirements"] if each["outcome"] == "failed"]
    assert (told["counts"]["known"], 0) == (len(failed), told["counts"]["failed"])
    assert all(each["known"] and each["baseline"]["state"] == "known" for each in failed)


def test_a_new_fault_fails_and_is_named_alone(folder: Path) -> None:
    done = ask(folder, (OLD, FORMER, NEW), 23)

    assert 1 == done.returncode, done.stdout + done.stderr
    (named,) = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert "headers_fit_their_schema" in named
    assert {"headers_fit_their_schema"} == {
        each["check"] for each in data(folder)["findings"] if each["baseline"] is None
    }


def test_a_fixed_fault_is_flagged_and_can_be_taken_out(folder: Path) -> None:
    done = ask(folder, (OLD,), 24)
    fixed = {entry["id"] for entry in data(folder)["baseline"]["fixed"]}

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "\nfixed      " in done.stdout
    assert any("filters_select_exactly" in each for each in fixed)
    assert not any("values_survive_the_round_trip" in each for each in fixed)

    ask(folder, (OLD,), 25, "--update-baseline")
    left = (folder / FILE).read_text("utf-8")
    assert ("values_survive_the_round_trip" in left, "filters_select_exactly" in left) == (True, False)


def test_an_expired_entry_fails_and_says_so(folder: Path) -> None:
    path = folder / FILE
    path.write_text(path.read_text("utf-8").replace("  expires:\n", "  expires: 2026-01-31\n", 1), "utf-8")
    done = ask(folder, (OLD, FORMER), 26)

    assert 1 == done.returncode, done.stdout + done.stderr
    assert f"  expired   2026-01-31, the last day of {FILE}:4: " in done.stdout
    assert 1 == len(data(folder)["baseline"]["expired"])


def test_known_failures_do_not_stop_a_run(folder: Path) -> None:
    done = ask(folder, (OLD, FORMER), 27, "--max-failures", "1")
    assert 0 == done.returncode, done.stdout + done.stderr


def test_a_part_of_the_document_leaves_the_rest_of_the_baseline_alone(folder: Path) -> None:
    before = (folder / FILE).read_bytes()
    done = ask(folder, (), 28, "--update-baseline", "-c", "delete_removes_one")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert before == (folder / FILE).read_bytes()


def test_a_baseline_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("- id: x\n  reson: y\n")
    done = ask(tmp_path, (), 1)

    assert (2, "") == (done.returncode, done.stdout)
    assert f"hyfn check: {FILE}:2: 'reson' is not known, did you mean reason?\n" == done.stderr


def test_writing_needs_a_file(tmp_path: Path) -> None:
    done = check(tmp_path, "http://127.0.0.1:1", "--update-baseline")
    assert (2, True) == (done.returncode, "--update-baseline needs --baseline FILE" in done.stderr)
