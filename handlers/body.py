"""The body of a request, read to a limit, and what is left of it afterwards."""

import asyncio
import contextlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from handlers.problems import BadRequest, Busy, TooLarge

MOST_DRAINED = 64 * 1024 * 1024
LONGEST_DRAIN = 5
"""Bytes and seconds that a client may go on sending after its answer."""

SMALL = 16 * 1024
"""Bytes of a body that is worked on at once."""

MOST_VALUES = 1_000_000
MOST_CONTAINERS = 150_000
"""In one JSON body: half a second of work, about."""

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)

MOST_HALF_READ = 48 * 1024 * 1024
"""Bytes of all bodies that are being read."""


async def read_body(scope: Any, receive: Any, limit: int) -> bytes:
    """All bytes of the body, chunked or not.

    Raises TooLarge past `limit` bytes (by Content-Length before reading any), BadRequest where the client
    leaves before the end, Busy where those of all clients together are too large.
    """
    if _announced(scope) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size, more = 0, True
    try:
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise BadRequest("body: the client left before all of it was there")
            chunks.append(message.get("body", b""))
            size, more = size + len(chunks[-1]), message.get("more_body", False)
            _half_read.grow(len(chunks[-1]), size)
            if size > limit:
                raise _too_large(limit)
        body = b"".join(chunks)
        chunks.clear()
        if size > SMALL:
            await _turn()
        return body
    finally:
        _half_read.total -= size


async def _turn() -> None:
    """Returns when a body that takes long may be worked on: one by one, and small requests go in between."""
    async with _lane(asyncio.get_running_loop()):
        for _ in range(3):  # turns of the loop: a request is received, answered, and its answer sent
            await asyncio.sleep(0)


def check_values(body: bytes) -> None:
    """Raises TooLarge where a JSON body has too many values: they cost more than their bytes."""
    if len(body) > SMALL and _too_many(body) and _too_many(_TEXT.sub(b"", body)):
        raise TooLarge(
            f"body: at most {MOST_VALUES} values are read, and {MOST_CONTAINERS} objects and arrays"
        )


def _too_many(body: bytes) -> bool:
    return body.count(b",") > MOST_VALUES or body.count(b"[") + body.count(b"{") > MOST_CONTAINERS


@cache
def _lane(_loop: asyncio.AbstractEventLoop) -> asyncio.Lock:
    return asyncio.Lock()


class _HalfRead:
    """The bodies of all clients that are not there to their end."""

    total = 0

    def grow(self, more: int, size: int) -> None:
        """`more` bytes of a body that has `size` now. A body alone may be as large as `--max-body` allows."""
        self.total += more
        if self.total > max(MOST_HALF_READ, size):
            raise Busy("body: too much is being sent by all clients together; send it again later")


_half_read = _HalfRead()


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
