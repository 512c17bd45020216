"""The JSON report and its schema; the other reports made of it later."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contract_tests.problems import Misuse
from contract_tests.reports import reading
from contract_tests.reports.data import Data
from contract_tests.reports.destinations import destinations
from contract_tests.reports.files import write_all
from contract_tests.reports.kinds import KINDS
from tests.contract_tests import reported

SCHEMA = json.loads(reading.SCHEMA.read_text("utf-8"))


def problems(data: Data) -> list[str]:
    """What the schema says against data, as it is read again."""
    read = json.loads(KINDS["json"].render(data))
    return [str(error) for error in jsonschema_rs.Draft202012Validator(SCHEMA).iter_errors(read)]


def objects(schema: Any) -> list[dict[str, Any]]:
    """Every schema of an object with named members."""
    if isinstance(schema, list):
        return [found for each in schema for found in objects(each)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if isinstance(schema.get("properties"), dict) and "type" in schema else []
    return own + [found for each in schema.values() for found in objects(each)]


def written(tmp_path: Path, data: Data) -> Path:
    path = tmp_path / "in.json"
    path.write_bytes(KINDS["json"].render(data))
    return path


def command(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    given = [sys.executable, "-P", "-m", "hyfn", "report", *words]
    return subprocess.run(given, capture_output=True, cwd=cwd, check=False, timeout=60)


# The schema.


def test_the_schema_is_one_and_closed() -> None:
    jsonschema_rs.meta.validate(SCHEMA)
    assert 20 < len(objects(SCHEMA))
    assert [] == [each for each in objects(SCHEMA) if each.get("additionalProperties") is not False]


@pytest.mark.parametrize(("name", "fault"), [*reported.RUNS, reported.RED])
def test_runs_fit_the_schema(name: str, fault: str) -> None:
    data = reported.run(name, fault)
    assert [] == problems(data)
    assert (fault == "none") == (data["verdict"] == "conforms")


def test_whatever_comes_fits_the_schema() -> None:
    assert [] == problems(reported.hostile())


def test_what_a_baseline_and_coverage_add_fits_the_schema() -> None:
    data = reported.run(*reported.RED)
    entry = {"id": "x", "reason": None, "owner": "me", "expires": "2026-12-31", "ticket": None}
    known = {"entry": "*", "since": "2026-01-01", "state": "known", **{k: None for k in entry if k != "id"}}
    counts = {"of": 3, "satisfied": 2, "violated": 1}
    operation = {
        **dict.fromkeys(("method", "path"), "x"),
        **{
            name: {"x": 1}
            for name in ("statuses", "parameters", "request_media_types", "response_media_types")
        },
        **{"asked": 1, "undeclared": ["500"], "keywords": counts},
    }
    finding = {**data["findings"][0], "baseline": known}
    mark = {"part": "body", "pointer": "/a/0"}
    finding["exchanges"] = [{**each, "mark": mark} for each in finding["exchanges"]]
    more = {
        "baseline": {"file": "b.yaml", "known": 1, "fixed": [entry], "expired": [], "new": 0},
        "coverage": {"operations": [operation], "keywords": {"type": counts}, "totals": {"statuses": [1, 2]}},
        "counts": {**data["counts"], "known": 1},
        "findings": [finding],
        "requirements": [{**data["requirements"][0], "known": True, "baseline": known}],
    }
    assert [] == problems({**data, **more})
    assert [] != problems({**data, "something": 1})


# Later is the same as at once.


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("name", ["red", "hostile"])
def test_a_report_made_later_is_the_same(kind: str, name: str, tmp_path: Path) -> None:
    data = reported.run(*reported.RED) if name == "red" else reported.hostile()
    again = reading.read(written(tmp_path, data))
    assert KINDS[kind].render(data) == KINDS[kind].render(again)


def test_the_command_writes_what_is_asked_for(tmp_path: Path) -> None:
    data = reported.run(*reported.RED)
    done = command(
        str(written(tmp_path, data)), "--report", ",".join(KINDS), "--report-dir", "out", cwd=tmp_path
    )
    assert (0, b"") == (done.returncode, done.stderr)
    names = [kind.file_name for kind in KINDS.values()]
    assert sorted(names) == sorted(path.name for path in (tmp_path / "out").iterdir())
    assert [f"out/{name}" for name in names] == done.stdout.decode().split()
    for kind in KINDS.values():
        assert kind.render(data) == (tmp_path / "out" / kind.file_name).read_bytes()


def test_json_alone_is_printed(tmp_path: Path) -> None:
    path = written(tmp_path, reported.run(*reported.RED))
    done = command(str(path), "--report", "json", cwd=tmp_path)
    assert (0, path.read_bytes(), b"") == (done.returncode, done.stdout, done.stderr)


def test_the_command_says_where_exchanges_are_missing(tmp_path: Path) -> None:
    data = {name: value for name, value in reported.hostile().items() if name != "exchanges"}
    done = command(str(written(tmp_path, data)), "--report", "har", cwd=tmp_path)
    assert (0, b"report.har\n") == (done.returncode, done.stdout)
    assert b"note: all exchanges are only in a report of `hyfn check --report json,har`" in done.stderr


def test_the_command_prints_the_schema() -> None:
    assert SCHEMA == json.loads(command("--schema").stdout)


# What is no report.


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "is no JSON report: empty, expected JSON"),
        (b"{", "is no JSON report: not valid JSON"),
        (b"\xff", "is no JSON report: "),
        (b"[" * 100_000, "is no JSON report: nested deeper"),
        (b"[]", "is no report that `hyfn check --report json` wrote"),
        (b"{}", "is no report that `hyfn check --report json` wrote"),
        (b'{"format": 1}', "is a report of format 1, expected format 2"),
        (b'{"format": 2}', "wrote: report.tools: required, but missing"),
    ],
)
def test_anything_else_is_one_line_and_exit_2(text: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(text)
    with pytest.raises(Misuse) as caught:
        reading.read(tmp_path / "x.json")
    assert says in str(caught.value)
    assert 1 == len(str(caught.value).split("\n"))


def test_the_command_says_so_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps({**reported.hostile(), "seed": "\x1b[31m\nx"}))
    done = command("x.json", "--report", "junit", cwd=tmp_path)
    lines = done.stderr.decode().splitlines()
    assert (2, b"", 1) == (done.returncode, done.stdout, len(lines))
    assert lines[0].startswith(
        "hyfn report: x.json: is no report that `hyfn check --report json` wrote: report.seed"
    )
    assert ["x.json"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--report", "junit"], "Missing argument 'FILE'"),
        (["x.json"], "Missing option '--report'"),
        (["missing.json", "--report", "junit"], "missing.json: cannot be read: no such file"),
        (["x.json", "--report", "junti"], "did you mean junit?"),
    ],
)
def test_misuse_is_told(words: list[str], says: str, tmp_path: Path) -> None:
    done = command(*words, cwd=tmp_path)
    assert 2 == done.returncode
    assert says in done.stderr.decode()


def test_text_of_a_strange_file_obeys_nobody(tmp_path: Path) -> None:
    data = reported.hostile()
    data["notes"] = ["\x1b[31m\x00"]
    assert ["\\x1b[31m\\x00"] == reading.read(written(tmp_path, data))["notes"]


# Files.


def test_all_files_appear_or_none(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with pytest.raises(Misuse, match=r"--report-dir .*d: cannot be written"):
        write_all(
            [(tmp_path / "a", b"1", "--report-dir"), (tmp_path / "b" / "c" / "d", b"2", "--report-dir")]
        )
    assert [tmp_path / "b"] == list(tmp_path.iterdir())


def test_every_kind_has_a_file_of_its_own(tmp_path: Path) -> None:
    found = destinations(list(KINDS), tmp_path / "out")
    assert len(KINDS) == len({each.path for each in found.files})
    assert (set(KINDS), False) == (found.kinds, found.on_stdout)
