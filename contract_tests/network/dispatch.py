"""Requests leave here, for the target's origin and base path alone, and answers come back. It judges nothing.

Connections are kept and used again. A write is never sent twice by itself: only what certainly did not arrive
is.
"""

import ssl
import threading
import time
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from contract_tests.exchange import Answer
from contract_tests.footprint import Footprint
from contract_tests.network.connection import Broken, Connection, Headers, Peer, request_head
from contract_tests.network.pace import Pace
from contract_tests.problems import Unreachable
from contract_tests.safety.address import unsafe
from contract_tests.target import Target

TIMEOUT = 10.0
"""Seconds until an answer has to be there in full."""

_OURS = frozenset(
    {"host", "content-length", "connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade",
     "proxy-authorization", "proxy-connection", "expect", "user-agent"}
)  # fmt: skip
"""Headers that belong to the connection, or name the run: what is given of them is not sent."""

_REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})
_KEPT = {True: 4.0, False: 1.0}
"""Seconds of silence after which a connection may have been closed: for what can be repeated, for a write."""

_ATTEMPTS = (0.0, 0.2, 0.6)
"""Seconds before each attempt to connect."""


class Stopped(Exception):
    """The run is over, and why: nothing more may be sent but the clean-up."""


class Unsendable(ValueError):
    """A request that no client could send, or that would leave the base path."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a request: an answer, or the problem in one sentence. `at`: when it left, in seconds
    since 1970."""

    answer: Answer | None
    problem: str
    seconds: float
    at: float = 0.0


class Dispatch:
    """The sockets of a run. Safe for several threads."""

    def __init__(
        self, target: Target, run: str, footprint: Footprint, pace: Pace, timeout: float = TIMEOUT
    ) -> None:
        self._target, self._footprint, self._pace, self._timeout = target, footprint, pace, timeout
        self._peer = Peer.of(target.url)
        self._base = target.url.partition("://")[2].partition("/")
        self._tls = ssl.create_default_context() if self._peer.scheme == "https" else None
        self._agent = f"hyfn-check/{_version()} (run {run})"
        self._idle: list[Connection] = []
        self._was_there = False
        self._lock = threading.Lock()

    def send(self, method: str, path: str, headers: Headers = (), body: bytes | None = None) -> Sent:
        """Sends a request; `path`: raw, below the base path, with its query.

        Raises Unsendable, Unreachable where nobody has listened yet, and Stopped where nobody does any more.
        """
        if reason := unsafe(path):
            raise Unsendable(reason)
        self._pace.wait()
        given = self._target.logins.fresh(headers) if self._target.logins else headers
        head = self._head(method, path, given, body)
        started, at = time.monotonic(), time.time()
        try:
            answer: Answer | None = self._ask(method, head, body or b"")
            problem = ""
        except Broken as error:
            answer, problem = None, str(error)
        return Sent(answer, problem, time.monotonic() - started, at)

    def send_patiently(
        self, method: str, path: str, headers: Headers = (), body: bytes | None = None
    ) -> Sent:
        """The same, sent again where the answer asks for that (`Pace.pause`)."""
        tries = 0
        while True:
            sent = self.send(method, path, headers, body)
            pause = self._pace.pause(sent.answer, tries)
            if pause is None:
                return sent
            tries += 1
            self._footprint.retry()
            self._pace.sleep(pause)

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _head(self, method: str, path: str, headers: Headers, body: bytes | None) -> bytes:
        base = "/" + self._base[2] if self._base[2] else ""
        target = base + path if (base + path).startswith("/") else "/" + base + path
        given = [(name, value) for name, value in headers if name.strip().lower() not in _OURS]
        names = {name.lower() for name, _ in given}
        lines = [("Host", self._peer.header), ("User-Agent", self._agent), *given]
        if "accept-encoding" not in names:
            lines.append(("Accept-Encoding", "identity"))
        if method == "HEAD":
            lines.append(("Connection", "close"))
        if body is not None or method in _WITH_LENGTH:
            lines.append(("Content-Length", str(len(body or b""))))
        try:
            return request_head(method, target, tuple(lines))
        except ValueError as error:
            raise Unsendable(str(error)) from error

    def _ask(self, method: str, head: bytes, body: bytes) -> Answer:
        repeatable = method in _REPEATABLE
        connection = self._kept(repeatable) or self._new()
        self._footprint.count(method)
        again = repeatable and connection.used > 0
        try:
            answer = connection.ask(method, head, body)
        except Broken as error:
            if not (again and error.nothing_came):
                raise
            connection = self._new()
            self._footprint.count(method)
            answer = connection.ask(method, head, body)
        if connection.open:
            with self._lock:
                self._idle.append(connection)
        return answer

    def _kept(self, repeatable: bool) -> Connection | None:
        """A connection that is still there, as far as can be told."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return None
            if time.monotonic() - connection.idle_since < _KEPT[repeatable] and not connection.is_stale():
                return connection
            connection.close()

    def _new(self) -> Connection:
        """A new connection. Raises Unreachable or Stopped when there is none to be had, three times in a
        row."""
        reason = ""
        for pause in _ATTEMPTS:
            if pause:
                time.sleep(pause)
            try:
                made = Connection(self._peer, self._timeout, self._tls)
            except Broken as error:
                reason = str(error)
            else:
                self._was_there = True
                return made
        if self._was_there:
            raise Stopped(f"{self._target.url} does not answer any more: {reason}")
        raise Unreachable(f"{self._target.url} does not answer: {reason}")


def _version() -> str:
    try:
        return version("hyfn-contract")
    except PackageNotFoundError:
        return "0"
