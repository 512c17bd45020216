"""The same way out for other engines: a server on loopback that sends what it is asked through the transport.

It listens on 127.0.0.1, on a free port, below a path that nobody can guess. What arrives elsewhere is
answered 404 and goes nowhere. What arrives there is guarded, paced, recorded and cleaned up like a request
of our own.
"""

import re
import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Protocol
from urllib.parse import parse_qsl, urlsplit

from contract_tests.exchange import NOBODY, ONE, Answer, Exchange
from contract_tests.network.listener import Asked, Headers, Listener
from contract_tests.transport import Held, Outgoing, Stopped

HELD_BACK = "x-hyfn-held-back"
"""The header of an answer that the relay gave itself: `1` where the guard held a request back, `stopped`
where the run is over."""

CASE = "x-schemathesis-testcaseid"
"""The header by which the engine names a request."""

PROBE = "x-schemathesis-probe"
"""The header of the engine's first requests, which try what a server cannot take: control characters in a
path, NUL in a header. They are answered as if it took neither, because servers refuse both before any API
is asked."""

PURPOSE = "fuzzing"

_ENDS_HERE = {"host", "content-length", CASE}
_ENGINE_CODINGS = re.compile(r"gzip, deflate(, br)?(, zstd)?")
"""The Accept-Encoding that the engine's client sends by itself; one that a test sends is passed on."""


class Sender(Protocol):
    """What the relay needs of the transport."""

    def send(self, outgoing: Outgoing) -> Exchange: ...


@dataclass(frozen=True, slots=True)
class Passed:
    """A request as the relay sent it, and what came of it."""

    outgoing: Outgoing
    exchange: Exchange


class Records:
    """What came through, by the engine's name for each request. Thread-safe.

    `stopped`: why the run ended before the engine was done, or None; `fault`: the error of ours that ended
    it.
    """

    def __init__(self) -> None:
        self._sent: dict[str, Passed] = {}
        self._held: dict[str, str] = {}
        self._lock = threading.Lock()
        self.stopped: str | None = None
        self.fault: Exception | None = None

    def add(self, case: str, passed: Passed) -> None:
        with self._lock:
            self._sent[case] = passed

    def hold(self, case: str, why: str) -> None:
        with self._lock:
            self._held[case] = why

    def take(self, cases: Iterable[str]) -> tuple[dict[str, Passed], dict[str, str]]:
        """What was sent, and what was held back and why, of these cases; then it is forgotten."""
        named = set(cases)
        with self._lock:
            sent = {case: self._sent.pop(case) for case in named & self._sent.keys()}
            held = {case: self._held.pop(case) for case in named & self._held.keys()}
        return sent, held


class Relay:
    """A context manager, listening while it is open. `url` is the API's base URL for the engine.

    `headers` and `query` (decoded): the credentials of identity one; a request that has all of them
    unchanged is sent as identity one, any other as nobody. `allows`: whether the document allows a request,
    for the record.
    """

    def __init__(
        self,
        transport: Sender,
        headers: Headers = (),
        query: Headers = (),
        allows: Callable[[Outgoing], bool] = lambda _outgoing: False,
    ) -> None:
        self._transport, self._headers, self._allows = transport, headers, allows
        self._query_items = set(query)
        self._prefix = "/" + secrets.token_urlsafe(16)
        self._listener = Listener(self._answer)
        self._lock = threading.Lock()
        self._when_stopped: list[Callable[[], None]] = []
        self.records = Records()
        self.url = f"http://127.0.0.1:{self._listener.port}{self._prefix}"

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def when_stopped(self, do: Callable[[], None]) -> None:
        """Calls `do`, once and in any thread, when the run is over before the engine is done."""
        with self._lock:
            self._when_stopped.append(do)
            over = self.records.stopped is not None
        if over:
            do()

    def _answer(self, asked: Asked) -> Answer | None:
        path = self._below(asked.path)
        if path is None:
            return Answer(404)
        if _has(asked.headers, PROBE):
            return Answer(400)
        case = next((value for name, value in asked.headers if name.lower() == CASE), "")
        try:
            outgoing = self._outgoing(asked, path)
            exchange = self._transport.send(outgoing)
        except Held as error:
            self.records.hold(case, str(error))
            return _refusal(403, "1")
        except Stopped as error:
            self._stop(str(error))
            return _refusal(503, "stopped")
        except Exception as error:
            self.records.fault = error
            self._stop(f"a fault of ours: {type(error).__name__}: {error}")
            return _refusal(503, "stopped")
        self.records.add(case, Passed(outgoing, exchange))
        return exchange.answer

    def _below(self, path: str) -> str | None:
        """What follows the prefix in a request target; None where that is not its beginning."""
        rest = path.removeprefix(self._prefix)
        return None if rest == path or rest[:1] not in ("", "/", "?") else rest

    def _outgoing(self, asked: Asked, path: str) -> Outgoing:
        kept = tuple(pair for pair in asked.headers if not _ends_here(*pair))
        known = _has_all(kept, self._headers) and self._query_items <= _query(path)
        made = Outgoing(
            asked.method,
            path,
            kept,
            asked.body,
            ONE if known else NOBODY,
            valid=False,
            fuzz=True,
            purpose=PURPOSE,
        )
        return replace(made, valid=self._allows(made))

    def _stop(self, why: str) -> None:
        with self._lock:
            first = self.records.stopped is None
            self.records.stopped = self.records.stopped or why
            todo = self._when_stopped if first else []
        for do in todo:
            do()


def _ends_here(name: str, value: str) -> bool:
    """Whether a header is the engine's own, and not part of what it tests."""
    low = name.lower()
    if low == "accept-encoding":
        return _ENGINE_CODINGS.fullmatch(value) is not None
    return low in _ENDS_HERE or (low == "user-agent" and value.startswith("schemathesis/"))


def _has(headers: Headers, name: str) -> bool:
    return any(each.lower() == name for each, _ in headers)


def _has_all(sent: Headers, wanted: Headers) -> bool:
    """Whether every wanted header is there, unchanged and once; of cookies each, whatever is beside."""
    values: dict[str, list[str]] = {}
    for name, value in sent:
        values.setdefault(name.lower(), []).append(value)
    cookies = _cookies(*values.get("cookie", ()))
    return all(
        _cookies(value) <= cookies if name.lower() == "cookie" else values.get(name.lower()) == [value]
        for name, value in wanted
    )


def _cookies(*values: str) -> set[str]:
    return {pair.strip() for value in values for pair in value.split(";") if pair.strip()}


def _query(path: str) -> set[tuple[str, str]]:
    return set(parse_qsl(urlsplit(path).query, keep_blank_values=True))


def _refusal(status: int, why: str) -> Answer:
    return Answer(status, ((HELD_BACK, why), ("content-type", "application/json")), b'{"heldBack":true}')
