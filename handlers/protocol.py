"""HTTP on one connection: uvicorn's protocol, and limits to what a client can make the server keep.

httptools has no limit of its own: neither to a head, nor to what is behind a chunked body, nor to the
requests that are sent ahead of their answers.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar

from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT, FlowControl
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from handlers.gathering import Gathering
from handlers.patience import Patience

Refused = Callable[[int, str, str], tuple[bytes, str]]
"""(body, media type) of a refusal: of its status, title and details."""

SLICE = 4096
BODY_SLICE = 64 * 1024
"""Bytes that are parsed at a time: the most by which a limit is passed."""

MOST_HEAD = 64 * 1024
MOST_FIELDS = 1024
"""Of one request's head: bytes, and header fields."""

_NO_HTTP = (400, "Bad request", "the bytes received are no HTTP request")
_LARGE_HEAD = (
    431,
    "Request header fields too large",
    f"head: at most {MOST_HEAD} bytes and {MOST_FIELDS} fields are read",
)
_LONG_TARGET = (
    414,
    "URI too long",
    f"target: at most {MOST_HEAD} bytes and {MOST_FIELDS} parameters are read",
)
_LATE = (408, "Request timeout", "the whole request was not there in time")
_PHRASES = {
    400: b"Bad Request",
    408: b"Request Timeout",
    414: b"URI Too Long",
    431: b"Request Header Fields Too Large",
}
_QUEUED = 3072
"""Bytes, about, that a request takes which waits for its turn."""


class Http(HttpToolsProtocol):
    """uvicorn's protocol, but for gathered writes, trailers, limits, and refusals in the document's words."""

    refused: ClassVar[Refused]
    patience: ClassVar[Patience]
    cycle: Any
    """The newest request; None before the first."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        gathering: Any = Gathering(transport, self.loop)
        super().connection_made(gathering)
        self.flow = _Flow(gathering, self)
        self.head = 0  # bytes of a head that has begun and is not whole, or of what follows a chunked body
        self.taken = 0  # bytes so far
        self.held = b""  # received, and not parsed before the requests ahead are answered
        self._refusal = _NO_HTTP
        self._lined = False  # whether that head is beyond its first line

    def connection_lost(self, exc: Exception | None) -> None:
        self.held, self.head = b"", 0
        self.patience.forget(self)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """A client that has said all it will may still wait for its answer."""
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            self.transport.close()  # what is gathered leaves before
        else:
            self.cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        if self.pipeline or self.held or len(data) > SLICE:
            self.held += data
            self.parse_held()
        else:
            self._take(data)
        if self.head or self.held:
            self.patience.park(self, self.head + len(self.held) + _QUEUED * len(self.pipeline))

    def parse_held(self) -> None:
        """Parses what is held until a request has to wait for another, then what is left waits too."""
        data, at = self.held, 0
        while at < len(data) and not self.pipeline and not self.transport.is_closing():
            size = BODY_SLICE if self.cycle is not None and self.cycle.more_body else SLICE
            self._take(data[at : at + size])
            at += size
        self.held = b"" if self.transport.is_closing() else data[at:]
        if self.held:
            self.flow.pause_reading()
        elif not self.pipeline and (self.cycle is None or len(self.cycle.body) <= HIGH_WATER_LIMIT):
            self.flow.resume_reading()

    def _take(self, data: bytes) -> None:
        before = self.cycle
        size = len(before.body) if before is not None else 0
        self.taken += len(data)
        super().data_received(data)
        if self.cycle is before and (before is None or not before.more_body or len(before.body) == size):
            self._add_to_head(data)  # no head ended here, and no body grew
        elif self.head:
            self.head, self._lined = 0, False

    def _add_to_head(self, data: bytes) -> None:
        self.head += len(data)
        self._lined = self._lined or b"\n" in data or (self.cycle is not None and self.cycle.more_body)
        if self.head > MOST_HEAD or len(self.headers or ()) > MOST_FIELDS:
            self.refuse(*(_LARGE_HEAD if self._lined else _LONG_TARGET))

    def on_headers_complete(self) -> None:
        if len(self.headers) > MOST_FIELDS:
            self._refusal = _LARGE_HEAD
            raise ValueError  # stops the parser; uvicorn then calls send_400_response
        if len(self.url) > MOST_FIELDS and self.url.count(b"&") > MOST_FIELDS:
            self._refusal = _LONG_TARGET
            raise ValueError
        super().on_headers_complete()
        self.headers = _NOWHERE  # else trailers would join them, credentials too (RFC 9110 section 6.5.1)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.held and not self.pipeline:
            self.parse_held()
        elif not self.pipeline and self.cycle.response_complete and self.cycle.more_body:
            self.transport.close()  # nothing after a body that is not read can be told apart from it

    def pause_writing(self) -> None:
        super().pause_writing()
        self.patience.unsent(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self.patience.sent(self)

    def late(self) -> None:
        """Ends a wait: 408 for what has begun."""
        self.refuse(*_LATE)

    def send_400_response(self, _msg: str) -> None:
        self.refuse(*self._refusal)

    def refuse(self, status: int, title: str, details: str) -> None:
        """Answers what never reaches the application, and ends the connection."""
        if self.transport.is_closing():
            return
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            if not cycle.more_body:  # requests ahead of what is refused get their answers
                cycle.keep_alive = False
                self.flow.pause_reading()
                return
            if cycle.response_started:
                self.transport.close()
                return
        body, media_type = type(self).refused(status, title, details)
        head = f"content-type: {media_type}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(b"HTTP/1.1 %d %s\r\n%s" % (status, _PHRASES[status], head.encode()) + body)
        self.transport.close()


class _Flow(FlowControl):
    """Reads on only where no request waits for another: each answer would let in many more."""

    def __init__(self, transport: asyncio.Transport, connection: Http) -> None:
        super().__init__(transport)
        self._connection = connection

    def resume_reading(self) -> None:
        if not self._connection.pipeline and not self._connection.held:
            super().resume_reading()


_NOWHERE: Any = deque(maxlen=0)
"""Keeps nothing that is added to it."""
