"""Where a result goes: text for people, and the files that were asked for."""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TextIO

from contract_tests.problems import Misuse
from contract_tests.question import Question
from contract_tests.reports import console
from contract_tests.reports.data import told
from contract_tests.reports.files import check_writable, write
from contract_tests.reports.kinds import KINDS
from contract_tests.reports.layout import PIPE, Layout, plain
from contract_tests.reports.places import Places
from contract_tests.result import Progress, Result
from contract_tests.showing.mask import masked
from contract_tests.target import Target

_COLOURS = {"red": "1;31", "green": "1;32", "yellow": "1;33", "bold": "1"}
_PAUSE = 0.1
"""Seconds from one line of progress to the next."""

_CLEAR = "\r\x1b[K"


class Outlet:
    """What is said while a run lasts, and at its end. With JSON on the standard output, people are told on
    the standard error. Raises Misuse for a file that cannot be written, before anything is asked."""

    def __init__(self, junit_file: Path | None, kinds: Sequence[str], folder: Path | None) -> None:
        self._json_out = "json" in kinds and folder is None
        self._stream: TextIO = sys.stderr if self._json_out else sys.stdout
        paint = _paint if _is_coloured(self._stream) else plain
        self._layout = Layout(_columns(self._stream), paint, self._stream.isatty())
        self._files = list(_files(junit_file, kinds, folder))
        self._next = 0.0
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        for _, path, option in self._files:
            check_writable(path, option)

    @property
    def layout(self) -> Layout:
        return self._layout

    def say(self, lines: Iterable[str]) -> None:
        """Prints lines for people. Whoever stopped reading misses them."""
        self._print(self._stream, "".join(f"{line}\n" for line in lines))

    def show(self, state: Progress) -> None:
        """The live line of progress, where somebody looks."""
        if self._live and time.monotonic() >= self._next:
            self._next = time.monotonic() + _PAUSE
            line = console.progress(state)[: _columns(sys.stderr) - 1]
            self._print(sys.stderr, f"{_CLEAR}{line}")

    def end_progress(self) -> None:
        if self._live:
            self._print(sys.stderr, _CLEAR)

    def finish(self, result: Result, asked: Question, target: Target) -> None:
        """Files first: what is printed may be cut by who reads it."""
        data = told(result, asked, target) if self._files or self._json_out else {}
        for kind, path, option in self._files:
            write(path, KINDS[kind].render(data), option)
        places, mask = Places(asked.document), masked(result.exchanges, target.secrets)
        self.say(
            [*console.body(result, places, mask, self._layout), console.verdict(result, mask, self._layout)]
        )
        if self._json_out:
            self._print(sys.stdout, KINDS["json"].render(data).decode())

    def _print(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _files(
    junit_file: Path | None, kinds: Sequence[str], folder: Path | None
) -> Iterable[tuple[str, Path, str]]:
    """(kind, path, the option that asks for it)."""
    if junit_file:
        yield "junit", junit_file, "--junit"
    if folder and not kinds:
        raise Misuse(f"--report-dir needs --report, one or more of {', '.join(KINDS)}")
    if folder:
        _make(folder)
    for kind in dict.fromkeys(kinds):
        if folder:
            yield kind, folder / KINDS[kind].file_name, "--report-dir"
        elif kind != "json":
            yield kind, Path(KINDS[kind].file_name), f"--report {kind}"


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Misuse(f"--report-dir {folder}: cannot be made: {reason}") from error


def _columns(stream: TextIO) -> int:
    """How wide the terminal is; COLUMNS says so, too."""
    wished = os.environ.get("COLUMNS", "")
    if wished.isdecimal() and int(wished) > 0:
        return int(wished)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPE
    except (OSError, ValueError):
        return PIPE


def _is_coloured(stream: TextIO) -> bool:
    """Colour for people who did not say no (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _paint(text: str, colour: str) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"
