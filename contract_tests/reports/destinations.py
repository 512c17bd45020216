"""Where reports go: which kinds, into which files, all of them whole or none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from contract_tests.problems import Misuse
from contract_tests.reports.data import Data
from contract_tests.reports.files import check_writable, write_all
from contract_tests.reports.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Destination:
    """A report's kind, its file, and the option that asks for it."""

    kind: str
    path: Path
    option: str


@dataclass(frozen=True, slots=True)
class Destinations:
    """The files that somebody asked for; `on_stdout`: JSON goes to the standard output."""

    files: tuple[Destination, ...]
    on_stdout: bool

    @property
    def kinds(self) -> set[str]:
        return {each.kind for each in self.files} | ({"json"} if self.on_stdout else set())

    def write(self, data: Data) -> None:
        """Writes all files, or none. Raises Misuse."""
        write_all([(each.path, KINDS[each.kind].render(data), each.option) for each in self.files])


def destinations(kinds: Sequence[str], folder: Path | None, junit_file: Path | None = None) -> Destinations:
    """Makes the folder. Raises Misuse for a file that cannot be written, better before a run than after
    it."""
    files = tuple(_files(kinds, folder, junit_file))
    for each in files:
        check_writable(each.path, each.option)
    return Destinations(files, "json" in kinds and folder is None)


def _files(kinds: Sequence[str], folder: Path | None, junit_file: Path | None) -> Iterable[Destination]:
    if junit_file:
        yield Destination("junit", junit_file, "--junit")
    if folder and not kinds:
        raise Misuse(f"--report-dir needs --report, one or more of {', '.join(KINDS)}")
    if folder:
        _make(folder)
    for kind in dict.fromkeys(kinds):
        if folder:
            yield Destination(kind, folder / KINDS[kind].file_name, "--report-dir")
        elif kind != "json":
            yield Destination(kind, Path(KINDS[kind].file_name), f"--report {kind}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Misuse(f"--report-dir {folder}: cannot be made: {reason}") from error
