"""The server's clock: UTC, and never going back."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """Tells the time. Where the system's clock is set back, this one stands still until it has caught up."""

    def __init__(self, not_before: Callable[[], float | None] = lambda: None) -> None:
        """`not_before`: Unix seconds of the last thing known to have happened (a store remembers it, also of
        other servers on it)."""
        self._latest = 0.0
        self._not_before = not_before

    def now(self) -> datetime:
        self._latest = max(self._latest, time.time(), self._not_before() or 0.0)
        return datetime.fromtimestamp(self._latest, UTC)
