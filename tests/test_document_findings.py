"""What is wrong in a document: every command tells it, and stops where it is asked to."""

import json
from pathlib import Path

import pytest

from tests.handlers.test_command import run

WRONG = str(Path(__file__).parent / "handlers/documents/security.yaml")
CHECK = ("check", "http://127.0.0.1:9", "--dry-run", "--seed", "1", "--document", WRONG)


@pytest.mark.parametrize("command", [CHECK, ("inspect", WRONG)], ids=["check", "inspect"])
def test_it_is_told_on_the_standard_error(command: tuple[str, ...]) -> None:
    done = run(*command)

    assert 0 == done.returncode
    assert f"hyfn {command[0]}: 3 findings in the document:" == done.stderr.splitlines()[0]
    assert "(#/paths/~1open/get/operationId)" in done.stderr


@pytest.mark.parametrize("command", [CHECK, ("inspect", WRONG)], ids=["check", "inspect"])
def test_strict_document_stops_at_it_with_one_line(command: tuple[str, ...]) -> None:
    done = run(*command, "--strict-document")

    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == len(done.stderr.splitlines())
    assert "security.yaml:12: " in done.stderr
    assert "(2 more: -v lists them)" in done.stderr


def test_quiet_says_nothing_of_it() -> None:
    assert "" == run(*CHECK, "-q").stderr


def test_inspect_has_it_in_its_json() -> None:
    done = run("inspect", WRONG, "--json")

    assert "" == done.stderr
    assert 3 == len(json.loads(done.stdout)["findings"])
