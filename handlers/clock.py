"""The server's clock: UTC, and never going back."""

import time
from datetime import UTC, datetime


class Clock:
    """Tells the time. Where the system's clock is set back, this one stands still until it has caught up."""

    def __init__(self, not_before: float | None = None) -> None:
        """`not_before`: Unix seconds of the last thing known to have happened (a store remembers it)."""
        self._latest = not_before or 0.0

    def now(self) -> datetime:
        now = time.time()
        self._latest = max(self._latest, now)
        return datetime.fromtimestamp(self._latest, UTC)
