"""What the test of a requirement is called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.check import Level, Requirement
from contract_tests.checks import load_checks
from contract_tests.contract import Contract
from contract_tests.naming import names
from contract_tests.question import read_document
from tests.contract_tests.asking import ENVIRONMENT, ROOT

DOCUMENTS = [None, *sorted((ROOT / "tests" / "servers").glob("*.yaml"))]


def requirement(pointer: str, place: str, at: str = "") -> Requirement:
    return Requirement(pointer, "some_check", Level.HTTP, place, at=at)


@pytest.mark.parametrize(
    ("pointer", "place", "at", "expected"),
    [
        ("#/paths/~1a/post/responses/201", "POST /a", "", "POST /a · 201"),
        ("#/paths/~1a/get/responses/200/content/text~1plain", "GET /a", "", "GET /a · 200 text/plain"),
        ("#/paths/~1a", "/a", "", "/a"),
        ("#/components/schemas/A/properties/n/type", "POST /a", "POST /a body.n", "POST /a · body.n · type"),
        ("#/components/schemas/A/properties/n", "POST /a", "POST /a body.n long", "POST /a · body.n long"),
        ("#/components/schemas/A/properties/n", "PATCH /a", "PATCH /a", "PATCH /a · n"),
        ("#/paths/~1a~0\x1b\n/get", "GET /a~\x1b\n", "", "GET /a~\\x1b\\n"),
    ],
)  # fmt: skip
def test_it_says_where_and_what(pointer: str, place: str, at: str, expected: str) -> None:
    assert [f"some_check[{expected}]"] == names([requirement(pointer, place, at)])


def test_two_that_would_be_called_the_same_are_told_apart_by_their_pointers() -> None:
    one = requirement("#/components/schemas/A/properties/n", "GET /a")
    two = requirement("#/components/schemas/B/properties/n", "GET /a")
    assert [f"some_check[GET /a · n · {each.pointer}]" for each in (one, two)] == names([one, two])


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_in_no_document_are_two_called_the_same(document: Path | None) -> None:
    contract = Contract(read_document(document))
    found = names([each for check in load_checks() for each in check.derive(contract)])
    assert len(found) == len(set(found))


def test_every_process_lists_the_same_requirements_in_the_same_order() -> None:
    """Workers of xdist must, and a seed must ask the same again."""
    script = (
        "from contract_tests.checks import load_checks\n"
        "from contract_tests.contract import Contract\n"
        "from contract_tests.question import read_document\n"
        "contract = Contract(read_document(None))\n"
        "print(*(each.id for check in load_checks() for each in check.derive(contract)), sep='\\n')\n"
    )
    listed = [
        subprocess.run(
            [sys.executable, "-P", "-c", script],
            env={**os.environ, **ENVIRONMENT, "PYTHONHASHSEED": seed}, capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert len(listed[0].splitlines()) > 1000
    assert listed[0] == listed[1]
