"""How fast requests leave: `--rate-limit`, `--max-requests`, and what a server asks for with Retry-After."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contract_tests.exchange import Answer
from contract_tests.problems import Misuse

LONGEST = 30.0
"""Seconds that one Retry-After is obeyed at most."""

TRIES = 3
"""How often a request is sent again; then its answer counts."""

_RATE = re.compile(r"([1-9]\d{0,8})/([smh])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` requests in any `seconds`, evenly spread."""

    count: int
    seconds: float

    @property
    def gap(self) -> float:
        """Seconds from one request to the next."""
        return self.seconds / self.count


def parse_rate(text: str) -> Rate:
    """A rate as people type it: `10/s`, `100/m`, `5000/h`. Raises Misuse."""
    found = _RATE.fullmatch(text.strip())
    if found is None:
        raise Misuse(
            f"--rate-limit: {text!r} found, expected requests per second, minute or hour, as in 100/m"
        )
    return Rate(int(found[1]), _SECONDS[found[2]])


@dataclass
class Pace:
    """When the next request may leave. Safe for several threads.

    `most`: requests in all (None: no limit). `clock` gives seconds that only grow, `now` the time of day,
    `sleep` waits: tests give their own.
    """

    rate: Rate | None = None
    most: int | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    _next: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self) -> None:
        """Returns when a request may leave."""
        if self.rate is None:
            return
        with self._lock:
            now = self.clock()
            due = max(self._next, now)
            self._next = due + self.rate.gap
        if due > now:
            self.sleep(due - now)

    def is_spent(self, sent: int, kept_back: int = 0) -> bool:
        """Whether no more may be sent; `kept_back` requests are needed to clean up."""
        return self.most is not None and sent + kept_back >= self.most

    def pause(self, answer: Answer | None, tries: int) -> float | None:
        """Seconds after which a request should be sent again because its answer says so (RFC 9110 section
        10.2.3), or None: the answer counts. `tries`: how often it was sent again already."""
        if answer is None or answer.status not in (429, 503) or tries >= TRIES:
            return None
        wished = retry_after(answer.header("retry-after"), self.now())
        return None if wished is None else min(max(wished, 0.0), LONGEST)


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, as a number or as a date; None where it is neither."""
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return float(text)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
