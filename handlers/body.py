"""The body of a request, read to a limit."""

from typing import Any

from handlers.problems import TooLarge


async def read_body(scope: Any, receive: Any, limit: int) -> bytes:
    """All bytes of the body, chunked or not.

    Raises TooLarge past `limit` bytes (by Content-Length before reading any).
    """
    if _announced(scope) > limit:
        raise _too_large(limit)
    message = await receive()
    if not message.get("more_body"):
        body: bytes = message.get("body", b"")
        return body if len(body) <= limit else _refuse(limit)
    chunks, size = [message.get("body", b"")], len(message.get("body", b""))
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise _too_large(limit)
    return b"".join(chunks)


def _announced(scope: Any) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() and len(value) < 20 else 10**20
    return 0


def _refuse(limit: int) -> bytes:
    raise _too_large(limit)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"body: at most {limit} bytes are read (--max-body)")
