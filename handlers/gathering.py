"""Writes gathered: what one turn of the event loop writes to a connection leaves in one piece.

uvicorn writes the head of a response and its body one after the other. Sent at once they are two system
calls, and each wakes the client; gathered they are one, and the responses of many connections leave
together.
"""

import asyncio
from typing import Any


class Gathering:
    """A transport whose `write` waits for the end of the loop's turn.

    Everything else is the transport's own.
    """

    __slots__ = ("_loop", "_parts", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _flush(self) -> None:
        if self._parts:
            parts, self._parts = self._parts, []
            self._transport.write(b"".join(parts))
