"""The request log: the last requests in memory, and one line each on the terminal."""

import sys
from collections import deque
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, TextIO

from openapi import codec

LogFormat = Literal["text", "json"]
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One answered request: time (RFC 3339), method, path (no query, no credentials), status, milliseconds, problems."""

    time: str
    method: str
    path: str
    status: int
    ms: float
    problems: tuple[str, ...]


class RequestLog:
    """Keeps the last KEPT entries, and writes a line for each unless `out` is None."""

    def __init__(self, out: TextIO | None = None, form: LogFormat = "text") -> None:
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._out, self._form = out, form

    def add(self, entry: Entry) -> None:
        self._kept.append(entry)
        if self._out is not None:
            self._write(entry)

    def entries(self) -> list[dict[str, object]]:
        """Oldest first."""
        return [asdict(entry) for entry in self._kept]

    def clear(self) -> None:
        self._kept.clear()

    def fault(self, sentence: str) -> None:
        """A fault of the mock itself: always said, on standard error."""
        sys.stderr.write(f"hyfn mock: fault: {sentence}\n")

    def _write(self, entry: Entry) -> None:
        assert self._out is not None  # noqa: S101  (asked by the caller)
        line = codec.encode(asdict(entry)).decode() if self._form == "json" else _as_text(entry)
        try:
            self._out.write(line + "\n")
            self._out.flush()
        except (BrokenPipeError, ValueError):
            self._out = None  # nobody reads any more; serving goes on


def _as_text(entry: Entry) -> str:
    clock = datetime.fromisoformat(entry.time).astimezone().strftime("%H:%M:%S")
    problem = f"  {entry.problems[0]}" if entry.problems else ""
    more = f" (+{len(entry.problems) - 1} more)" if len(entry.problems) > 1 else ""
    return f"{clock}  {entry.status}  {entry.method:<6} {entry.path}  {entry.ms:.1f} ms{problem}{more}"
