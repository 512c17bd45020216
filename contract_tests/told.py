"""What one run tells the tests of a session, as plain data that processes can share."""

import fcntl
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from openapi import codec

_FILE = "told.json"

KNOWN = "known"
"""The status of a failure that the baseline knows."""


@dataclass(frozen=True, slots=True)
class Told:
    """`outcomes`: by id of a requirement its status and what its test says. `verdict`: the last line.
    `run`: why the test of the run itself fails. `alarm`: what must not be overlooked where that test was not
    asked for. `problem`: why nothing is told; `exit_code` says so to who called.
    """

    outcomes: dict[str, list[str]] = field(default_factory=dict)
    verdict: str = ""
    run: str = ""
    alarm: str = ""
    problem: str = ""
    exit_code: int = 0


def once(folder: Path, ask: Callable[[], Told]) -> Told:
    """What was told in this folder. The first process that comes asks, the others wait; should it die, the
    next one does."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given back by the end of the process, whatever ends it
        return read(folder) or _write(folder, ask())


def read(folder: Path) -> Told | None:
    """What was told in this folder, or None where nothing was."""
    try:
        return Told(**codec.decode((folder / _FILE).read_bytes()))
    except FileNotFoundError:
        return None


def forget(folder: Path) -> None:
    """Deletes what `once` made."""
    for name in (_FILE, "lock"):
        (folder / name).unlink(missing_ok=True)
    if folder.exists():
        folder.rmdir()


def _write(folder: Path, told: Told) -> Told:
    draft = folder / "draft"
    draft.write_bytes(codec.encode(asdict(told)))
    draft.replace(folder / _FILE)
    return told
