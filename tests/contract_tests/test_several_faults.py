"""A server that is wrong in eight ways: each is told once, with its place, and what is printed shows it."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests.commands.check import check
from tests.servers import serving

pytestmark = pytest.mark.skipif(
    not (shutil.which("bash") and shutil.which("curl")), reason="bash or curl is not installed"
)

DOCUMENT = Path(serving.__file__).with_name("library.yaml")


@dataclass(frozen=True)
class Told:
    """What should be told of a fault: by which check, at which pointer and line of the document; and what the
    last answer shows then (and does not, of a right server)."""

    check: str
    pointer: str
    line: str
    shows: str


FAULTS = {
    "created_author_has_no_location": Told(
        "headers_fit_their_schema", "#/paths/~1authors/post/responses/201/headers/Location", "Location:",
        r"(?s)\AHTTP/1.1 201 (?!.*\nLocation:)",
    ),
    "limit_above_its_maximum_is_accepted": Told(
        "violation_is_refused", "#/components/parameters/Limit/schema/maximum", "maximum:",
        r"\AHTTP/1.1 200 ",
    ),
    "title_is_trimmed": Told(
        "values_survive_the_round_trip", "#/components/schemas/Name", "Name:", r'"title": ?"blanks"'
    ),
    "case_of_a_token_is_ignored": Told(
        "broken_credential_is_refused", "#/paths/~1authors/get", "get:", r"\AHTTP/1.1 200 "
    ),
    "author_of_another_can_be_deleted": Told(
        "other_organization_cannot_delete", "#/paths/~1authors~1{authorId}/delete", "delete:",
        r"\AHTTP/1.1 204 ",
    ),
    "total_counts_the_page_only": Told(
        "list_total_counts_the_items", "#/paths/~1authors/get/responses/200/headers/X-Total-Count",
        "X-Total-Count:", r"\nX-Total-Count: 1\b",
    ),
    "patch_resets_the_bio": Told(
        "patch_keeps_the_rest", "#/paths/~1authors~1{authorId}/patch/requestBody", "requestBody:",
        r'"bio": ?null',
    ),
    "deleted_author_stays_readable": Told(
        "deleted_is_gone", "#/paths/~1authors~1{authorId}/delete/responses/204", '"204":',
        r"\AHTTP/1.1 200 ",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """One finding as it was printed."""

    check: str
    pointer: str
    place: str
    script: str


@dataclass(frozen=True)
class Run:
    """A run against the wrong server: its address, what was printed, and the findings in it."""

    url: str
    text: str

    @property
    def findings(self) -> Iterator[Printed]:
        for block in re.split(r"^FAILED  ", self.text, flags=re.MULTILINE)[1:]:
            place, pointer = re.findall(r"^ +(\S+:\d+)\s+(#/\S+)$", block, re.MULTILINE)[0]
            _, _, rest = block.partition("  see it again\n")
            script = [line[4:] for line in rest.split("\n") if line.startswith("    ")]
            yield Printed(block.split()[0], pointer, place, "\n".join(script))


@pytest.fixture(scope="module", name="run")
def a_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    with serving.running("library", *FAULTS) as server:
        one, other = serving.service_of("library").CREDENTIALS
        given = [piece for name, value in one.items() for piece in ("-H", f"{name}: {value}")]
        given += [piece for name, value in other.items() for piece in ("--other-header", f"{name}: {value}")]
        folder = str(tmp_path_factory.mktemp("ledger"))
        done = CliRunner(env={"COLUMNS": "120"}).invoke(
            check, [server.url, *given, "--document", str(DOCUMENT), "--seed", "1", "--ledger", folder]
        )
        assert 1 == done.exit_code, done.output
        yield Run(server.url, done.output)


def pasted(script: str, text: str) -> str:
    """The last answer that a script shows in a shell where the variables are set that the text asks for."""
    one, other = serving.service_of("library").CREDENTIALS
    asked = re.findall(r"(HYFN_\w+) \((\S+)\)", text.partition("to see it again, export")[2])
    known = {name.lower(): value for name, value in one.items()}
    others = {name.lower(): value for name, value in other.items()}
    given = {
        variable: (others if variable.startswith("HYFN_OTHER") else known)[name.lower()]
        for variable, name in asked
    }
    done = subprocess.run(
        ["bash", "-c", script], env={**os.environ, **given}, capture_output=True, timeout=60, check=False
    )
    said = done.stdout.decode().replace("\r\n", "\n")
    return "HTTP/1.1 " + said.rpartition("HTTP/1.1 ")[2]


def test_each_fault_is_told_once(run: Run) -> None:
    told = [(each.check, each.pointer) for each in run.findings]
    assert sorted((fault.check, fault.pointer) for fault in FAULTS.values()) == sorted(told)


def test_each_fault_is_told_with_its_line(run: Run) -> None:
    lines = DOCUMENT.read_text().splitlines()
    wanted = {fault.pointer: fault.line for fault in FAULTS.values()}
    for each in run.findings:
        file, _, line = each.place.rpartition(":")
        assert DOCUMENT.samefile(file)
        assert wanted[each.pointer] in lines[int(line) - 1], each


@pytest.mark.parametrize("name", FAULTS)
def test_what_is_pasted_shows_the_fault(run: Run, name: str) -> None:
    """Twice in a row; a server without the fault shows something else."""
    wanted = FAULTS[name]
    (found,) = (each for each in run.findings if each.check == wanted.check)
    for _ in range(2):
        assert re.search(wanted.shows, pasted(found.script, run.text)), found.script
    with serving.running("library") as right:
        script = found.script.replace(run.url, right.url)
        assert not re.search(wanted.shows, pasted(script, run.text)), script
