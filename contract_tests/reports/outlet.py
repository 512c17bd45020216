"""Where a result goes: text for people, and the files that were asked for."""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from contract_tests.exchange import Exchange
from contract_tests.problems import Misuse
from contract_tests.question import Question
from contract_tests.reports import console
from contract_tests.reports.data import told
from contract_tests.reports.destinations import destinations
from contract_tests.reports.exchanges import exchange_lines
from contract_tests.reports.kinds import KINDS
from contract_tests.reports.layout import PIPE, Layout, plain
from contract_tests.reports.places import Places
from contract_tests.result import Progress, Result
from contract_tests.showing.mask import masked
from contract_tests.target import Target

_COLOURS = {"red": "1;31", "green": "1;32", "yellow": "1;33", "bold": "1"}
_PAUSE = 0.1
"""Seconds from one look of the live line to the next."""

_PATIENCE = 5.0
"""Seconds from one line of progress to the next where they stay, as in a log; a short run has none."""

_CLEAR = "\r\x1b[K"


@dataclass(frozen=True, slots=True)
class Manner:
    """How much is said, and how. `verbose`: 1 tells every exchange, 2 the bodies too; `quiet`: the verdict
    alone; `color`: auto, always or never."""

    quiet: bool = False
    verbose: int = 0
    color: str = "auto"


class Outlet:
    """What is said while a run lasts, and at its end. With JSON on the standard output, people are told on
    the standard error. Raises Misuse for a file that cannot be written, before anything is asked."""

    def __init__(
        self, junit_file: Path | None, kinds: Sequence[str], folder: Path | None, manner: Manner | None = None
    ) -> None:
        self._manner = manner or Manner()
        if self._manner.quiet and self._manner.verbose:
            raise Misuse("-q and -v contradict each other")
        self._reports = destinations(kinds, folder, junit_file)
        self._stream: TextIO = sys.stderr if self._reports.on_stdout else sys.stdout
        paint = _paint if _is_coloured(self._stream, self._manner.color) else plain
        self._layout = Layout(_columns(self._stream), paint, self._stream.isatty())
        self._live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not self._manner.quiet
        self._next = time.monotonic() + (0.0 if self._live else _PATIENCE)
        self._printing = threading.RLock()

    @property
    def layout(self) -> Layout:
        return self._layout

    def say(self, lines: Iterable[str]) -> None:
        """Prints lines for people who want to read more than the verdict. Whoever stopped reading misses
        them."""
        if not self._manner.quiet:
            self._print(self._stream, "".join(f"{line}\n" for line in lines))

    def show(self, state: Progress) -> None:
        """Progress: a live line where somebody looks, else a plain one every few seconds."""
        if time.monotonic() < self._next or self._manner.quiet:
            return
        line = console.progress(state)
        if self._live:
            self._next = time.monotonic() + _PAUSE
            self._print(sys.stderr, f"{_CLEAR}{line[: _columns(sys.stderr) - 1]}")
        elif not self._manner.verbose:
            self._next = time.monotonic() + _PATIENCE
            self._print(sys.stderr, f"{line}\n")

    def listener(self, target: Target) -> Callable[[Exchange], None] | None:
        """What tells of exchanges as they come, where somebody wants to know."""
        if not self._manner.verbose:
            return None
        headers, bodies = (*target.headers, *target.other), self._manner.verbose > 1

        def tell(exchange: Exchange) -> None:
            lines = exchange_lines(exchange, target.url, masked([exchange], headers), self._layout, bodies)
            self.end_progress()
            self._print(self._stream, "".join(f"{line}\n" for line in lines))

        return tell

    def end_progress(self) -> None:
        if self._live:
            self._print(sys.stderr, _CLEAR)

    def finish(self, result: Result, asked: Question, target: Target) -> None:
        """Files first: what is printed may be cut by who reads it."""
        kinds = self._reports.kinds
        data = told(result, asked, target, exchanges="har" in kinds) if kinds else {}
        self._reports.write(data)
        places, mask = Places(asked.document), masked(result.exchanges, target.secrets)
        self.say(console.body(result, places, mask, self._layout))
        self._print(self._stream, console.verdict(result, mask, self._layout) + "\n")
        if self._reports.on_stdout:
            self._print(sys.stdout, KINDS["json"].render(data).decode())

    def _print(self, stream: TextIO, text: str) -> None:
        with self._printing:
            try:
                stream.write(text)
                stream.flush()
            except BrokenPipeError:
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _columns(stream: TextIO) -> int:
    """How wide the terminal is; COLUMNS says so, too."""
    wished = os.environ.get("COLUMNS", "")
    if wished.isdecimal() and int(wished) > 0:
        return int(wished)
    try:
        return os.get_terminal_size(stream.fileno()).columns or PIPE
    except (OSError, ValueError):
        return PIPE


def _is_coloured(stream: TextIO, color: str) -> bool:
    """Colour for people who did not say no (https://no-color.org) and for who asked for it
    (https://force-color.org)."""
    if color != "auto" or os.environ.get("NO_COLOR"):
        return color == "always"
    forced = os.environ.get("FORCE_COLOR", "0") != "0"
    return forced or (stream.isatty() and os.environ.get("TERM") != "dumb")


def _paint(text: str, colour: str) -> str:
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"
