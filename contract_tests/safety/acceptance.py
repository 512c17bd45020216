"""Is the identity still accepted, and the target still there?

What is refused, or not answered, in mid-run may be the end of a session or of a server, and no fault.
"""

import threading
from dataclasses import dataclass, field

from contract_tests.exchange import Exchange
from contract_tests.target import Target

_REFUSALS = (401, 403)
_IN_A_ROW = 3


@dataclass(frozen=True, slots=True)
class Good:
    """A GET that was answered well with an identity's credentials."""

    path: str
    headers: tuple[tuple[str, str], ...]


@dataclass
class Acceptance:
    """Remembers, per identity, a GET that was accepted, and says when it should be asked again.

    It should when a request with whole credentials is answered 401, or 403 for the third time in a row; for
    each operation once, as long as the identity turns out to be fine. And when three in a row are not
    answered.
    """

    target: Target
    _good: dict[str, Good] = field(default_factory=dict)
    _asked: set[tuple[str, str, int]] = field(default_factory=set)
    _refused: dict[str, int] = field(default_factory=dict)
    _silent: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def hear(self, exchange: Exchange) -> Good | None:
        """Takes note of an exchange; the GET to send again where it raises a doubt."""
        identity = exchange.identity
        if exchange.answer is None:
            return self._silence(exchange)
        self._silent = 0
        if not self._is_whole(exchange):
            return None
        with self._lock:
            if exchange.status not in _REFUSALS:
                self._refused[identity] = 0
                if exchange.succeeded and exchange.request.method == "GET":
                    self._good[identity] = self._as_good(exchange)
                return None
            return self._doubt(exchange)

    def _silence(self, exchange: Exchange) -> Good | None:
        with self._lock:
            self._silent += 1
            if self._silent % _IN_A_ROW:
                return None
            known = self._good.get(exchange.identity) or next(iter(self._good.values()), None)
        return known or (self._as_good(exchange) if exchange.request.method == "GET" else None)

    def _as_good(self, exchange: Exchange) -> Good:
        return Good(exchange.request.url.removeprefix(self.target.url), exchange.request.headers)

    def _doubt(self, exchange: Exchange) -> Good | None:
        identity = exchange.identity
        good = self._good.get(identity)
        operation = exchange.operation.id if exchange.operation else exchange.request.method
        key = (identity, operation, exchange.status)
        self._refused[identity] = self._refused.get(identity, 0) + 1
        known = key in self._asked and self._refused[identity] < _IN_A_ROW
        if good is None or known or (exchange.status == 403 and self._refused[identity] < _IN_A_ROW):
            return None
        self._asked.add(key)
        self._refused[identity] = 0
        return good

    def _is_whole(self, exchange: Exchange) -> bool:
        """Whether the credentials of the identity are in the request, unchanged."""
        wanted = self.target.of(exchange.identity)
        sent = {(name.lower(), value) for name, value in exchange.request.headers}
        query = exchange.request.url.partition("?")[2]
        return all(
            (header.name.lower(), header.value) in sent or (query and header.name in query)
            for header in wanted
        )
