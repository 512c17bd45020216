"""How long clients are waited for, and how much is kept for all of them together.

One look at every connection a second; a request costs nothing.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

HEAD_SECONDS = 30
"""From the first byte of a request to the end of its head; also of a connection that asks nothing."""

BODY_SECONDS = 30
SLOWEST = 1024
"""Seconds that a body may come with fewer than so many bytes a second."""

READ_SECONDS = 30
"""Seconds in which a client takes nothing of its answer."""

MOST_UNSENT = 48 * 1024 * 1024
"""Bytes of answers that wait for slow readers, all together: then the slowest is cut off."""

MOST_PARKED = 48 * 1024 * 1024
"""Bytes of heads that are not whole and of requests sent ahead, all together: who sends more is cut off."""


class Patience:
    """What all connections of a server share. A connection is a `protocol.Http`."""

    def __init__(self) -> None:
        self._unsent: dict[Any, int] = {}
        self._unsent_sum = 0
        self._parked: dict[Any, int] = {}
        self._parked_sum = 0
        self._waits: dict[Any, _Wait] = {}

    def park(self, connection: Any, size: int) -> None:
        """`connection` makes the server keep `size` bytes that it can do nothing with yet."""
        self._parked_sum += size - self._parked.get(connection, 0)
        self._parked[connection] = size
        if self._parked_sum > MOST_PARKED:
            connection.transport.abort()

    def unsent(self, connection: Any) -> None:
        """More is written to `connection` than its client reads."""
        self.sent(connection)
        size = connection.transport.get_write_buffer_size()
        self._unsent[connection] = size
        self._unsent_sum += size
        while self._unsent_sum > MOST_UNSENT and len(self._unsent) > 1:
            slowest = next(iter(self._unsent))
            self.sent(slowest)
            slowest.transport.abort()

    def sent(self, connection: Any) -> None:
        """The client of `connection` has caught up."""
        self._unsent_sum -= self._unsent.pop(connection, 0)

    def forget(self, connection: Any) -> None:
        """`connection` is no more."""
        self.sent(connection)
        self._parked_sum -= self._parked.pop(connection, 0)
        self._waits.pop(connection, None)

    async def watch(self, connections: Iterable[Any]) -> None:
        """Looks after the connections (a set that changes) until it is cancelled."""
        while True:
            await asyncio.sleep(1)
            for connection in list(connections):
                if connection in self._parked and not (connection.head or connection.held):
                    self._parked_sum -= self._parked.pop(connection)
                self._waits.setdefault(connection, _Wait()).look(connection)


class _Wait:
    """How long one connection has been waited for."""

    __slots__ = ("_seconds", "_state", "_taken", "_unsent")

    def __init__(self) -> None:
        self._state: Any = None
        self._seconds, self._taken, self._unsent = 0.0, 0, 0

    def look(self, connection: Any) -> None:
        """One second later."""
        unsent = connection.transport.get_write_buffer_size()
        if unsent:
            self._wait_for_reader(connection, unsent)
        else:
            self._wait_for_request(connection)
        self._taken, self._unsent = connection.taken, unsent

    def _wait_for_reader(self, connection: Any, unsent: int) -> None:
        self._counts("reader", 0 if unsent < self._unsent else 1)
        if unsent < self._unsent:
            self._seconds = 0
        if self._seconds > READ_SECONDS:
            connection.transport.abort()

    def _wait_for_request(self, connection: Any) -> None:
        cycle = connection.cycle
        body = cycle is not None and cycle.more_body and not cycle.response_complete
        if cycle is not None and not cycle.response_complete and not body:
            self._state = None  # it is being answered
            return
        fresh = connection.taken - self._taken
        self._counts((cycle, body, connection.head > 0), max(0.0, 1 - fresh / SLOWEST) if body else 1)
        if self._seconds > (BODY_SECONDS if body else HEAD_SECONDS):
            if body or connection.head:
                connection.late()
            else:
                connection.transport.close()

    def _counts(self, state: Any, seconds: float) -> None:
        """Adds to the wait for `state`, or begins it."""
        self._seconds = self._seconds + seconds if state == self._state else 0
        self._state = state
