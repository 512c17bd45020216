"""The request log: the last requests in memory, and one line each on the terminal."""

import sys
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TextIO

from openapi import codec

LogFormat = Literal["text", "json"]
KEPT = 1000


class Entry(NamedTuple):
    """One answered request.

    `time` in Unix seconds; `path` without query, so without credentials; `problems` in sentences.
    """

    time: float
    method: str
    path: str
    status: int
    ms: float
    problems: Sequence[str]

    def told(self) -> dict[str, object]:
        """As JSON: `time` in RFC 3339, milliseconds to the hundredth."""
        moment = (
            datetime.fromtimestamp(self.time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        )
        return {**self._asdict(), "time": moment, "ms": round(self.ms, 2), "problems": list(self.problems)}


class RequestLog:
    """Keeps the last KEPT entries, and writes a line for each unless `out` is None."""

    def __init__(self, out: TextIO | None = None, form: LogFormat = "text") -> None:
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._out, self._form = out, form

    def add(self, entry: Entry) -> None:
        self._kept.append(entry)
        if self._out is not None:
            self._write(self._out, entry)

    def entries(self) -> list[dict[str, object]]:
        """Oldest first."""
        return [entry.told() for entry in self._kept]

    def clear(self) -> None:
        self._kept.clear()

    def fault(self, sentence: str) -> None:
        """A fault of the mock itself: always said, on standard error."""
        sys.stderr.write(f"hyfn mock: fault: {sentence}\n")

    def _write(self, out: TextIO, entry: Entry) -> None:
        line = codec.encode(entry.told()).decode() if self._form == "json" else _as_text(entry)
        try:
            out.write(line + "\n")
            out.flush()
        except (OSError, ValueError):
            self._out = None  # nobody reads any more; serving goes on


def _as_text(entry: Entry) -> str:
    clock = datetime.fromtimestamp(entry.time).astimezone().strftime("%H:%M:%S")
    problem = f"  {entry.problems[0]}" if entry.problems else ""
    more = f" (+{len(entry.problems) - 1} more)" if len(entry.problems) > 1 else ""
    return f"{clock}  {entry.status}  {entry.method:<6} {entry.path}  {entry.ms:.1f} ms{problem}{more}"
