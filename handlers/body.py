"""The body of a request, read to a limit, and what is left of it afterwards."""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Any

from handlers.problems import BadRequest, TooLarge

MOST_DRAINED = 64 * 1024 * 1024
LONGEST_DRAIN = 5
"""Bytes and seconds that a client may go on sending after its answer."""


async def read_body(scope: Any, receive: Any, limit: int) -> bytes:
    """All bytes of the body, chunked or not.

    Raises TooLarge past `limit` bytes (by Content-Length before reading any), BadRequest where the client
    leaves before the end.
    """
    if _announced(scope) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("body: the client left before all of it was there")
        chunks.append(message.get("body", b""))
        size, more = size + len(chunks[-1]), message.get("more_body", False)
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


class Incoming:
    """The `receive` of one request. `pending`: whether the client may still be sending its body."""

    def __init__(self, headers: Mapping[bytes, bytes], receive: Any) -> None:
        self._receive = receive
        sent = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
        self.pending = sent and b"expect" not in headers  # with Expect it waits to be asked

    async def __call__(self) -> Any:
        message = await self._receive()
        self.pending = bool(message.get("more_body"))
        return message

    async def drain(self) -> None:
        """Reads on for a while and keeps nothing: a client that is cut off while it sends sees no answer."""
        left = MOST_DRAINED
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_DRAIN):
                while self.pending and left > 0:
                    left -= len((await self()).get("body", b""))


def _announced(scope: Any) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 10**20
    return 0


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"body: at most {limit} bytes are read (--max-body)")
