"""Is what people install what we tested? The wheel, the pins and the lock."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")

ROOMS = ("openapi", "handlers", "contract_tests")
PIN = re.compile(r"([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)(?:\s*;.*)?")


def pins(requirements: list[str]) -> dict[str, str]:
    """Name (as an index spells it) to version, for requirements of which each must be a pin."""
    found = [PIN.fullmatch(requirement) for requirement in requirements]
    assert [] == [requirement for requirement, pin in zip(requirements, found, strict=True) if not pin]
    return {re.sub(r"[-_.]+", "-", pin[1]).lower(): pin[2] for pin in found if pin}


def locked() -> list[str]:
    """The lock's entries, each with its continuation lines, comments left out."""
    lines = [line for line in LOCK.splitlines() if not line.lstrip().startswith("#")]
    return "\n".join(lines).replace("\\\n", " ").strip().splitlines()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The names of the files in a wheel of this tree."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.skip("hatchling is not installed, and fetching it needs the network: run `make test`")
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", out],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (built,) = out.glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_rooms_and_the_front_door(wheel: list[str]) -> None:
    """Every Python file and every data file of a room is in the wheel, and so is hyfn.py."""
    expected = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".py", ".yaml", ".json", ".html", ".css", ".js"}
    }
    assert set() == (expected | {"hyfn.py"}) - set(wheel)


@pytest.mark.parametrize(
    "name", ["openapi/hyfn.yaml", "handlers/hyfn/seed.json", "contract_tests/test_conformance.py"]
)
def test_the_wheel_holds_what_no_import_asks_for(wheel: list[str], name: str) -> None:
    """A file that is only read or collected is shipped all the same."""
    if not (ROOT / name).exists():
        pytest.skip(f"{name} is not in this tree")
    assert name in wheel


def test_the_wheel_holds_nothing_else(wheel: list[str]) -> None:
    """No tests, no bench, no cache: the rooms, the front door and the distribution's own papers."""
    tops = {name.partition("/")[0] for name in wheel}
    papers = f"hyfn_contract-{PROJECT['project']['version']}.dist-info"
    assert {*ROOMS, "hyfn.py", papers} == tops
    assert [] == [name for name in wheel if "__pycache__" in name]


def test_every_dependency_is_pinned_and_locked_at_that_version() -> None:
    """What pyproject.toml asks for, build backend included, stands in the lock at that version."""
    wanted = pins(
        PROJECT["project"]["dependencies"]
        + PROJECT["project"]["optional-dependencies"]["dev"]
        + PROJECT["build-system"]["requires"]
    )
    lock = pins([entry.partition(" --hash")[0].strip() for entry in locked()])
    assert wanted == {name: lock.get(name) for name in wanted}


def test_every_locked_requirement_has_a_hash() -> None:
    """pip can refuse any file but the ones that were locked."""
    assert [] == [entry for entry in locked() if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)]


def test_the_lock_names_no_place() -> None:
    """Where packages come from is the machine's choice: the lock has no address and no option."""
    assert "://" not in LOCK
    assert [] == [line for line in LOCK.splitlines() if line.startswith("-")]
