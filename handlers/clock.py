"""The server's clock: UTC, and never going back; or one that stands still."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

_YEARS = range(1970, 9000)
"""Calendars have room before and behind: records of the start are older, tokens and schedules end later."""


class Clock:
    """Tells the time. Where the system's clock is set back, this one stands still until it has caught up."""

    def __init__(
        self, not_before: Callable[[], float | None] = lambda: None, fixed: datetime | None = None
    ) -> None:
        """`not_before`: Unix seconds of the last thing known to have happened (a store remembers it, also of
        other servers on it); `fixed`: the only time that there is."""
        self._latest = 0.0
        self._not_before = not_before
        self._fixed = fixed

    def now(self) -> datetime:
        return self._fixed or datetime.fromtimestamp(self.seconds(), UTC)

    def seconds(self) -> float:
        """The time in Unix seconds."""
        if self._fixed is not None:
            return self._fixed.timestamp()
        self._latest = max(self._latest, time.time(), self._not_before() or 0.0)
        return self._latest


def instant(text: str) -> datetime:
    """The moment that ISO 8601 text with an offset names, in UTC. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no offset")
    if moment.year not in _YEARS:
        raise ValueError("the year")
    return moment.astimezone(UTC)
