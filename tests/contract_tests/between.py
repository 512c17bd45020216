"""A server of plain bytes between the suite and a deployment: it passes everything on, and writes down what
came."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedIOBase
from urllib.parse import urlsplit

BODYLESS = (204, 304)


@dataclass(frozen=True)
class Passed:
    """A request as it came, by number from 1, and the status that it was answered (0: not yet)."""

    number: int
    method: str
    target: str
    head: bytes
    body: bytes
    status: int = 0

    @property
    def path(self) -> str:
        """Raw, without the query."""
        return self.target.partition("?")[0]


Hook = Callable[[Passed], None]


@dataclass
class Passage:
    """What has passed. `before` is called when a request came and is not passed on yet, `behind` when its
    answer came and is not given back yet."""

    url: str = ""
    passed: list[Passed] = field(default_factory=list)
    before: Hook = lambda _passed: None
    behind: Hook = lambda _passed: None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _busy: int = 0

    def take(self, head: bytes, body: bytes) -> Passed:
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 2)
        with self._lock:
            taken = Passed(len(self.passed) + 1, method, target, head, body)
            self.passed.append(taken)
            self._busy += 1
        return taken

    def done(self) -> None:
        with self._lock:
            self._busy -= 1

    @property
    def is_idle(self) -> bool:
        """Whether everything that came was answered by the deployment."""
        return self._busy == 0

    def count(self, *methods: str) -> int:
        """How many requests came, of these methods or of any."""
        return sum(not methods or each.method in methods for each in self.passed)


class _Handler(socketserver.StreamRequestHandler):
    """One connection of a client, with one of its own to the deployment."""

    server: "_Server"
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with contextlib.suppress(OSError), socket.create_connection(self.server.behind, timeout=30) as up:
            up.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with up.makefile("rb") as answers:
                while self._pass_on(up, answers):
                    pass

    def _pass_on(self, up: socket.socket, answers: BufferedIOBase) -> bool:
        """One request and its answer; whether more may come."""
        head = read_head(self.rfile)
        if not head:
            return False
        body = read_body(self.rfile, head)
        passage = self.server.passage
        request = passage.take(head, body)
        try:
            passage.before(request)
            up.sendall(head + body)
            answer = read_head(answers)
            while answer.startswith(b"HTTP/1.1 1"):
                answer = read_head(answers)
            if not answer:
                return False
            ends = _status(answer) in BODYLESS or request.method == "HEAD"
            content = b"" if ends else read_body(answers, answer, until_end=True)
            passage.behind(request)
        finally:
            passage.done()
        self.request.sendall(answer + content)
        return b"connection: close" not in answer.lower()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128
    passage: Passage
    behind: tuple[str, int]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


def read_head(stream: BufferedIOBase) -> bytes:
    """The first line and the headers with the empty line after them; nothing at the end of the stream."""
    head = b""
    while line := stream.readline():
        head += line
        if line == b"\r\n" and head != line:
            return head
    return b""


def read_body(stream: BufferedIOBase, head: bytes, until_end: bool = False) -> bytes:
    """The body that headers announce (RFC 9112 section 6.3), as it was sent."""
    lines = head.lower().split(b"\r\n")
    lengths = [int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:")]
    if any(line.startswith(b"transfer-encoding:") and b"chunked" in line for line in lines):
        return b"".join(_chunks(stream))
    if lengths:
        return stream.read(lengths[0])
    return stream.read() if until_end else b""


def _chunks(stream: BufferedIOBase) -> Iterator[bytes]:
    while line := stream.readline():
        yield line
        size = int(line.partition(b";")[0], 16)
        yield stream.read(size + 2) if size else _trailers(stream)
        if not size:
            return


def _trailers(stream: BufferedIOBase) -> bytes:
    found = b""
    while line := stream.readline():
        found += line
        if line == b"\r\n":
            break
    return found


def _status(head: bytes) -> int:
    return int(head.split(b" ", 2)[1])


@contextmanager
def between(url: str) -> Iterator[Passage]:
    """A passage to a deployment; its `url` has the deployment's base path."""
    parts = urlsplit(url)
    server = _Server(("127.0.0.1", 0), _Handler)
    server.passage, server.behind = Passage(), (parts.hostname or "", parts.port or 80)
    server.passage.url = f"http://127.0.0.1:{server.server_address[1]}{parts.path}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server.passage
    finally:
        server.shutdown()
        server.server_close()
