"""One seed and one time: the same requests get the same answers, to the byte."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openapi.document import BUNDLED, load
from tests.handlers.asked import NOON, lives, stateless
from tests.handlers.generic.api import TEXT, WHOLE, Api, api, crud, query, serving, thing
from tests.handlers.test_command import run

HERE = Path(__file__).parents[1]
DOCUMENTS = sorted([*(HERE / "servers").glob("*.yaml"), *(HERE / "handlers/documents").glob("*.yaml")])
WHEN = {"type": "string", "format": "date-time"}
NUMBERED = crud("/pets", thing(("id", "name"), id={**WHOLE, "readOnly": True}, name=TEXT, createdAt=WHEN))
WORK = {"type": "model_call", "timeSpent": "1.5"}


def _as(number: str) -> dict[str, str]:
    return {"x-api-key": f"demo-key-{number}", "x-org-id": f"demo-org-{number}"}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_answers_without_the_store_do_not_depend_on_the_order_of_requests(path: Path) -> None:
    first, second = stateless(load(path), order=1), stateless(load(path), order=2)

    assert first == second


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_with_one_seed_and_one_time_a_sequence_is_answered_the_same_to_the_byte(path: Path) -> None:
    assert lives(load(path)) == lives(load(path))


def test_another_process_answers_the_same() -> None:
    """Whatever order its sets have."""
    said = set()
    for number in ("1", "2"):
        command = [sys.executable, "-m", "tests.handlers.asked", str(HERE / "servers/depot.yaml"), number]
        done = subprocess.run(
            command, capture_output=True, check=True, timeout=60, cwd=HERE.parent,
            env={**os.environ, "PYTHONHASHSEED": number},
        )  # fmt: skip
        said.add(done.stdout)

    assert 1 == len(said)
    assert said != {b""}


def _hyfn(**settings: Any) -> Api:
    return serving(load(BUNDLED), clock=NOON, base_path="", **settings)


def _work(mock: Api) -> list[bytes]:
    """What the first organization is told."""
    told = []
    for _ in range(3):
        made = mock.ask("POST", "/work_items", WORK, _as("123"))
        told += [made.raw, mock.ask("GET", "/work_items", headers=_as("123")).raw]
        told += [mock.ask("GET", "/invoices", headers=_as("123")).raw]
    return told


def test_invoices_and_ids_are_those_of_the_seed() -> None:
    first = _work(_hyfn())

    assert first == _work(_hyfn())
    assert first[0] != _work(_hyfn(seed=7))[0]
    assert b'"createdAt":"2026-01-31T12:00:00.000Z"' in first[0]


def test_ids_go_on_after_a_reset_as_at_the_start() -> None:
    mock = _hyfn(seed_data="none")
    first = mock.ask("POST", "/work_items", WORK, _as("123")).raw
    scope = {"host": "127.0.0.1:4010"}
    assert 204 == mock.ask("POST", "/_mock/reset", headers=scope).status

    assert first == mock.ask("POST", "/work_items", WORK, _as("123")).raw


def test_no_two_organizations_have_the_same_number() -> None:
    scheme = {"type": "apiKey", "in": "header", "name": "x-org-id"}
    mock = api(NUMBERED, {"Org": thing(orgId=TEXT)}, securitySchemes={"org": scheme})
    ids = [mock.ask("POST", "/pets", {"name": "a"}, _as(n)).json["id"] for n in ("123", "456", "123", "789")]

    assert [1, 1_000_001, 2] == ids[:3]
    assert 4 == len(set(ids))


def test_records_of_one_moment_keep_the_order_in_which_they_came() -> None:
    """Also where they are sorted by their time, and read page by page."""
    listing = {"parameters": [query("sort"), query("limit", WHOLE), query("offset", WHOLE)]}
    pet = thing(
        ("id", "name"), id={**WHOLE, "readOnly": True}, name=TEXT, createdAt={**WHEN, "readOnly": True}
    )
    mock = api(crud("/pets", pet, listing=listing), clock=NOON)
    for name in "abcde":
        mock.ask("POST", "/pets", {"name": name})

    pages = [mock.ask("GET", f"/pets?sort=createdAt&limit=2&offset={start}").json for start in (0, 2, 4)]

    assert ["a", "b", "c", "d", "e"] == [each["name"] for page in pages for each in page]
    assert {"2026-01-31T12:00:00.000Z"} == {each["createdAt"] for page in pages for each in page}


@pytest.mark.parametrize(
    "text", ["noon", "2026-01-31T12:00:00", "2026-02-30T12:00:00Z", "", "0001-01-01T00:00:00Z"]
)
def test_a_time_that_is_none_is_refused_in_one_line(text: str) -> None:
    done = run("mock", "--clock", text)

    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == len(done.stderr.splitlines()), done.stderr
    assert done.stderr.startswith("hyfn mock: --clock: ")
