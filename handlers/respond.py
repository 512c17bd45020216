"""Bytes onto the wire: one place that knows ASGI's two messages, HEAD and CORS."""

from collections.abc import Mapping
from typing import Any

from handlers import exchange
from handlers.cors import response_headers

_BODILESS = {204, 304}  # RFC 9110 sections 15.3.5 and 15.4.5


async def send_bytes(
    scope: Any, send: Any, status: int, payload: bytes, media_type: str | None, headers: Mapping[str, str]
) -> None:
    """Sends one whole response.

    To HEAD it sends the headers that GET would have had (RFC 9110 section 9.3.2).
    """
    lines = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    if media_type is not None and (payload or status not in _BODILESS):
        lines.append((b"content-type", media_type.encode("latin-1")))
    if status not in _BODILESS:
        lines.append((b"content-length", str(len(payload)).encode()))
    out = exchange.of(scope)
    if out.cors:
        lines += response_headers(b"origin" in out.headers)
    out.status = status
    await send({"type": "http.response.start", "status": status, "headers": lines})
    body = b"" if scope["method"] == "HEAD" else payload
    if out.incoming.pending:  # the client still sends: it gets its answer, and is read to the end of its body
        await send({"type": "http.response.body", "body": body, "more_body": True})
        await out.incoming.drain()
        body = b""
    await send({"type": "http.response.body", "body": body})
