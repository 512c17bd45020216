"""One request on its way through the stages: what each stage has found out so far."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from handlers.call import NO_BODY, Caller, Json, Reply
from openapi.operation import Operation

Scope = Any
NOBODY = Caller("")


@dataclass(slots=True)
class Exchange:
    """`operation` and what the router, security and validation read; `reply` once something has answered."""

    operation: Operation
    mount: str
    raw_path: Mapping[str, str]
    caller: Caller = NOBODY
    parameters: dict[str, Json] = field(default_factory=dict)
    body: Json = NO_BODY
    reply: Reply | None = None


@dataclass(slots=True)
class Passage:
    """What every request has, routed or not: its raw path, its body, when it came, what was answered."""

    path: str
    incoming: Any
    cors: bool
    started: float = field(default_factory=time.perf_counter)
    status: int = 0


_PASSAGE = "hyfn.passage"
_KEY = "hyfn.exchange"


def arrive(scope: Scope, incoming: Any, cors: bool) -> Passage:
    """Begins the passage of a request. `incoming`: its `receive`, see body.Incoming."""
    raw = scope.get("raw_path") or scope["path"].encode()
    passage = scope[_PASSAGE] = Passage(raw.partition(b"?")[0].decode("latin-1"), incoming, cors)
    return passage


def passage(scope: Scope) -> Passage:
    """The passage of a request. `path` is as sent, percent-encoded, without the query."""
    return cast(Passage, scope[_PASSAGE])


def begin(scope: Scope, exchange: Exchange) -> None:
    scope[_KEY] = exchange


def of(scope: Scope) -> Exchange:
    """The exchange of a routed request."""
    return cast(Exchange, scope[_KEY])


def routed(scope: Scope) -> Exchange | None:
    """The exchange, or None where no operation was found."""
    return cast(Exchange | None, scope.get(_KEY))


def header(scope: Scope, name: bytes) -> str | None:
    """The value of a header (lower-case name), several joined as RFC 9110 section 5.3 allows; None if
    absent."""
    known = scope.get(_HEADERS)
    if known is None:
        known = scope[_HEADERS] = _by_name(scope["headers"])
    value = known.get(name)
    return None if value is None else value.decode("latin-1")


_HEADERS = "hyfn.headers"


def _by_name(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    found = dict(lines)
    if len(found) < len(lines):  # a name comes twice
        for name in found:
            separator = b"; " if name == b"cookie" else b", "
            found[name] = separator.join(value for key, value in lines if key == name)
    return found
