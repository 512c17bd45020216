"""The end of a run before its time: Ctrl-C, and SIGTERM."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from contract_tests.session import Session


class Interrupted:
    """The number of the first signal that came; 0 where none did."""

    number = 0


@contextmanager
def interrupts(session: Session) -> Iterator[Interrupted]:
    """The first SIGINT or SIGTERM ends the asking, and what was created is deleted; a second one ends the
    process at once, with a line that says how to delete what is left."""
    caught = Interrupted()

    def hear(number: int, _frame: FrameType | None) -> None:
        if caught.number:
            line = f"\nstopped at once; what this run created is deleted by: {session.sweep_command}\n"
            os.write(2, line.encode())
            os._exit(128 + number)
        caught.number = number
        os.write(2, b"\ncleaning up; once more stops at once\n")
        session.interrupt("interrupted")

    before = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
