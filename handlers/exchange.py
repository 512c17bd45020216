"""One request on its way through the stages: what each stage has found out so far."""

import time
from collections.abc import Hashable, Mapping
from typing import Any

from handlers.call import NO_BODY, Caller, Json, Reply
from openapi.operation import Operation

Scope = Any
NOBODY = Caller("")

_KEY = "hyfn.exchange"
_NO_VALUES: Mapping[str, str] = {}


class Exchange:
    """What is known of a request. The stages fill it in from the outside to the inside.

    `path` is as sent, percent-encoded, without the query; `incoming` is its `receive` (see body.Incoming),
    `cors` whether the answer carries CORS headers. The router sets `operation`, `mount` and `raw_path` (raw
    parameter values), security `caller`, validation `parameters`, `body` and its `media_type` (an essence);
    `reply` is there once something has answered, `status` once it is sent; `again`: under which key, and for
    which version of the store, the reply may be kept.
    """

    __slots__ = (
        "again", "body", "caller", "cors", "headers", "incoming", "media_type", "mount", "operation",
        "parameters", "path", "raw_path", "reply", "started", "status",
    )  # fmt: skip

    def __init__(self, scope: Scope, cors: bool) -> None:
        raw: bytes = scope.get("raw_path") or scope["path"].encode()
        self.path = raw.partition(b"?")[0].decode("latin-1")
        self.headers = _by_name(scope["headers"])
        self.cors = cors
        self.started = time.perf_counter()
        self.incoming: Any = None
        self.operation: Operation | None = None
        self.mount = ""
        self.raw_path = _NO_VALUES
        self.caller = NOBODY
        self.parameters: dict[str, Json] = {}
        self.body: Json = NO_BODY
        self.media_type = ""
        self.reply: Reply | None = None
        self.again: tuple[Hashable, int] | None = None
        self.status = 0


def begin(scope: Scope, cors: bool) -> Exchange:
    """The exchange of a request that has just come."""
    exchange = scope[_KEY] = Exchange(scope, cors)
    return exchange


def of(scope: Scope) -> Exchange:
    """The exchange of a request."""
    exchange: Exchange = scope[_KEY]
    return exchange


def header(scope: Scope, name: bytes) -> str | None:
    """The value of a header (lower-case name), several joined as RFC 9110 section 5.3 allows; None if
    absent."""
    value = scope[_KEY].headers.get(name)
    return None if value is None else value.decode("latin-1")


def cookies(scope: Scope) -> dict[str, list[str]]:
    """The values of each cookie, in the order sent (RFC 6265 section 4.2.1)."""
    found: dict[str, list[str]] = {}
    for part in (header(scope, b"cookie") or "").split(";"):
        name, separator, value = part.strip().partition("=")
        if separator:
            found.setdefault(name, []).append(value)
    return found


def _by_name(lines: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    found = dict(lines)
    if len(found) < len(lines):  # a name comes twice
        several: dict[bytes, list[bytes]] = {}
        for name, value in lines:
            several.setdefault(name, []).append(value)
        return {name: (b"; " if name == b"cookie" else b", ").join(told) for name, told in several.items()}
    return found
