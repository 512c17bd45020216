"""What a run did to its target: requests, and what they made, deleted and left."""

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Footprint:
    """Counts of a run. Safe for several threads.

    `requests`: by method, as they left, also those of the clean-up. `created`, `deleted`: records. `left`:
    what is still there, or may be, one line each: a URL, and why. `held`: requests that the guard held back,
    by reason. `retries`: requests that were sent again because the target asked for it. `notes`: what a
    reader should know.
    """

    requests: Counter[str] = field(default_factory=Counter)
    created: int = 0
    deleted: int = 0
    left: list[str] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    notes: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def sent(self) -> int:
        """All requests that left."""
        return sum(self.requests.values())

    @property
    def held_back(self) -> int:
        """All requests that the guard held back."""
        return sum(self.held.values())

    def count(self, method: str) -> None:
        with self._lock:
            self.requests[method] += 1

    def hold(self, reason: str) -> None:
        with self._lock:
            self.held[reason] += 1

    def retry(self) -> None:
        with self._lock:
            self.retries += 1

    def create(self) -> None:
        with self._lock:
            self.created += 1

    def disown(self) -> None:
        with self._lock:
            self.created -= 1

    def delete(self) -> None:
        with self._lock:
            self.deleted += 1

    def leave(self, line: str) -> None:
        with self._lock:
            if line not in self.left:
                self.left.append(line)

    def note(self, line: str) -> None:
        with self._lock:
            if line not in self.notes:
                self.notes.append(line)
