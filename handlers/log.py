"""The request log: the last requests in memory, and one line each on the terminal."""

import os
import queue
import sys
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple, TextIO

from openapi import codec

LogFormat = Literal["text", "json"]
KEPT = 1000


class Entry(NamedTuple):
    """One answered request. `time` in Unix seconds; `path` without query, so without credentials."""

    time: float
    method: str
    path: str
    status: int
    ms: float
    problems: Sequence[str]

    def told(self) -> dict[str, object]:
        """As JSON: `time` in RFC 3339, milliseconds to the hundredth."""
        moment = datetime.fromtimestamp(self.time, UTC).isoformat(timespec="milliseconds")
        when = moment.replace("+00:00", "Z")
        return {**self._asdict(), "time": when, "ms": round(self.ms, 2), "problems": list(self.problems)}

    def line(self, form: LogFormat) -> str:
        """For the terminal."""
        if form == "json":
            return codec.encode(self.told()).decode()
        clock = datetime.fromtimestamp(self.time).astimezone().strftime("%H:%M:%S")
        problem = f"  {self.problems[0]}" if self.problems else ""
        more = f" (+{len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        return f"{clock}  {self.status}  {self.method:<6} {self.path}  {self.ms:.1f} ms{problem}{more}"


class RequestLog:
    """Keeps the last KEPT entries, and gives a line of each to `lines`, if there are any to be written."""

    def __init__(self, lines: "Lines | None" = None) -> None:
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._lines = lines

    def add(self, entry: Entry) -> None:
        self._kept.append(entry)
        if self._lines is not None:
            self._lines.put(entry)

    def entries(self) -> list[dict[str, object]]:
        """Oldest first."""
        return [entry.told() for entry in self._kept]

    def clear(self) -> None:
        self._kept.clear()

    def fault(self, sentence: str) -> None:
        """A fault of the mock itself: always said, on standard error."""
        sys.stderr.write(f"hyfn mock: fault: {sentence}\n")

    def close(self) -> None:
        if self._lines is not None:
            self._lines.close()


class Lines:
    """Writes lines from a thread of its own: a pipe that nobody reads stops no request.

    What finds no place while the reader is stuck is left out, and counted in a line of its own.
    """

    WAITING = 10_000

    def __init__(self, out: TextIO, form: LogFormat = "text") -> None:
        self._file, self._form = out.fileno(), form
        self._queue: queue.Queue[Entry | None] = queue.Queue(self.WAITING)
        self._left_out = 0
        self._thread = threading.Thread(target=self._run, daemon=True, name="request log")
        self._thread.start()

    def put(self, entry: Entry) -> None:
        try:
            self._queue.put_nowait(entry)
        except queue.Full:
            self._left_out += 1

    def close(self, timeout: float = 1) -> None:
        """Waits for the lines that are still to be written, but not for ever."""
        try:
            self._queue.put_nowait(None)
        except queue.Full:
            return
        self._thread.join(timeout)

    def _run(self) -> None:
        while (entry := self._queue.get()) is not None:
            line = entry.line(self._form) + "\n"
            if self._left_out and self._form == "text":
                line += f"({self._left_out} lines are left out: nobody read them)\n"
                self._left_out = 0
            try:
                _write_all(self._file, line.encode())
            except OSError:
                return  # nobody reads any more; serving goes on


def _write_all(file: int, data: bytes) -> None:
    # Past Python's own buffer, whose lock a stuck thread would hold when the process ends.
    while data:
        data = data[os.write(file, data) :]
