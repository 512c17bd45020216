"""How long a run will last, told from what it has done so far."""

import time
from collections import Counter
from collections.abc import Callable, Iterable

_ENOUGH = 3.0
"""Seconds before which nobody should be told anything."""

_SHARE = 0.1
"""Of the questions that have to be asked before."""


class Forecast:
    """Counts questions (a check and what it is asked of) as they are asked.

    A question of a check that was asked before is taken to need as many requests as that did on average; of
    another check, as many as all did. Every request is taken to last as long as those before. So there is no
    forecast at first, and none that is better than the requests so far.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._waiting: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._needed: Counter[str] = Counter()

    def expect(self, checks: Iterable[str]) -> None:
        """The questions that will be asked, by check."""
        self._waiting.update(checks)
        self._began = self._clock()

    def asked(self, check: str, requests: int) -> None:
        """A question was asked, in so many requests."""
        self._waiting[check] -= 1
        self._asked[check] += 1
        self._needed[check] += requests

    @property
    def done(self) -> int:
        return self._asked.total()

    @property
    def all(self) -> int:
        return self.done + self._waiting.total()

    @property
    def share(self) -> float:
        """How much of all requests were sent, from 0 to 1."""
        sent, more = self._needed.total(), self._requests_left()
        return sent / (sent + more) if sent + more else 0.0

    def seconds_left(self, more: int = 0) -> float | None:
        """None where it is too early to tell. `more`: requests that come after the questions."""
        passed = self._clock() - self._began
        if passed < _ENOUGH or self.done < _SHARE * self.all or not self._needed.total():
            return None
        return passed * (self._requests_left() + more) / self._needed.total()

    def _requests_left(self) -> float:
        average = self._needed.total() / max(self.done, 1)
        return sum(
            count * (self._needed[check] / self._asked[check] if self._asked[check] else average)
            for check, count in self._waiting.items()
        )
