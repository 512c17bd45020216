"""A small HTTP/1.1 server on loopback (RFC 9112): whoever asks is passed on as it came, byte for byte.

Any method, any path, any header, any body; connections stay open. What it is not: fast, or safe to expose.
"""

import socketserver
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from contract_tests.exchange import Answer

Headers = tuple[tuple[str, str], ...]

_LONGEST_LINE = 1 << 20
_BODILESS = {204, 304}  # RFC 9110 sections 15.3.5 and 15.4.5
_HOP_BY_HOP = {
    "connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip
"""Headers that speak of one connection only (RFC 9110 section 7.6.1)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `path` is the raw request target; header values are latin-1 text, those of the connection
    left out. `last`: the client wants no further answer here."""

    method: str
    path: str
    headers: Headers
    body: bytes | None
    last: bool = False


class _Stream(Protocol):
    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


Reply = Callable[[Asked], Answer | None]
"""Gives the answer to a request. None: there is none, so the connection is closed."""


class Listener(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1, on a free port. It serves in `serve_forever`, one thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.reply = reply

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Connection(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: Listener

    def handle(self) -> None:
        try:
            while asked := _read(self.rfile):
                answer = self.server.reply(asked)
                if answer is None:
                    return
                self.wfile.write(_spelled(asked.method, answer))
                if asked.last:
                    return
        except (ValueError, EOFError):
            self.wfile.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def _read(stream: _Stream) -> Asked | None:
    """The next request; None at the end of the connection. Raises ValueError or EOFError for what is none."""
    first = stream.readline(_LONGEST_LINE)
    if not first.strip():
        return None
    method, path, version = first.decode("latin-1").rstrip("\r\n").split(" ")
    headers = tuple(_fields(stream))
    connection = _words(headers, "connection")
    dropped = _HOP_BY_HOP | connection
    return Asked(
        method=method,
        path=path,
        headers=tuple(pair for pair in headers if pair[0].lower() not in dropped),
        body=_body(stream, headers),
        last="close" in connection or version == "HTTP/1.0",
    )


def _fields(stream: _Stream) -> Iterator[tuple[str, str]]:
    """The lines of a header section; only CR, LF ends them (a form feed inside a value does not)."""
    while line := stream.readline(_LONGEST_LINE).decode("latin-1").rstrip("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or name != name.strip():
            raise ValueError(f"no header: {name}")
        yield name, value.strip(" \t")


def _words(headers: Headers, name: str) -> set[str]:
    listed = (value for each, value in headers if each.lower() == name)
    return {word.strip().lower() for value in listed for word in value.split(",")}


def _body(stream: _Stream, headers: Headers) -> bytes | None:
    """The body (RFC 9112 section 6.3); None where none is announced."""
    if "chunked" in _words(headers, "transfer-encoding"):
        return b"".join(_chunks(stream))
    lengths = _words(headers, "content-length")
    if not lengths:
        return None
    (length,) = lengths
    if not length.isdecimal():
        raise ValueError(f"no length: {length}")
    return _exactly(stream, int(length))


def _chunks(stream: _Stream) -> Iterator[bytes]:
    while size := int(stream.readline(_LONGEST_LINE).partition(b";")[0], 16):
        yield _exactly(stream, size)
        stream.readline(_LONGEST_LINE)
    while stream.readline(_LONGEST_LINE).strip():
        """Trailers say nothing that anybody here reads."""


def _exactly(stream: _Stream, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _spelled(method: str, answer: Answer) -> bytes:
    """An answer as bytes: its headers as they are, but for those of the other connection."""
    bodiless = method == "HEAD" or answer.status in _BODILESS
    dropped = _HOP_BY_HOP | (set() if bodiless else {"content-length"})
    lines = [f"HTTP/1.1 {answer.status} {_phrase(answer.status)}"]
    lines += [f"{name}: {value}" for name, value in answer.headers if name.lower() not in dropped]
    if not bodiless:
        lines.append(f"Content-Length: {len(answer.body)}")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if bodiless else head + answer.body


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
