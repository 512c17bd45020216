"""An answer as it is about to leave: status, headers and bytes, for a fault to change."""

from typing import Any

from handlers import exchange
from handlers.call import Json
from handlers.respond import send_bytes
from openapi import codec, media

_OURS = (b"content-type", b"content-length")


class Wire:
    """One whole answer. It hears ASGI's messages in place of the server, and is sent when it is changed."""

    def __init__(self, status: int = 0, media_type: str | None = None, body: bytes = b"") -> None:
        self.status, self.media_type, self.body = status, media_type, body
        self.lines: list[tuple[bytes, bytes]] = []

    @property
    def is_json(self) -> bool:
        """Whether there is a JSON body."""
        return bool(self.body) and media.is_json(media.essence(self.media_type or ""))

    @property
    def json(self) -> Json:
        return codec.decode(self.body)

    @json.setter
    def json(self, value: Json) -> None:
        self.body = codec.encode(value)

    async def hear(self, message: Any) -> None:
        """An ASGI `send` that keeps what it is given."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = dict(message["headers"])
            self.media_type = (
                headers[b"content-type"].decode("latin-1") if b"content-type" in headers else None
            )
            self.lines = [line for line in message["headers"] if line[0] not in _OURS]
        else:
            self.body += message["body"]

    async def send(self, scope: Any, send: Any) -> None:
        """Sends what it is now; to HEAD without the body."""
        exchange.of(scope).status = self.status
        lines = list(self.lines)
        if self.media_type is not None:
            lines.append((b"content-type", self.media_type.encode("latin-1")))
        if self.status != 204:
            lines.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": lines})
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.body", "body": body})

    async def refuse(self, scope: Any, send: Any) -> None:
        """Sends what it is in place of a refusal."""
        await send_bytes(scope, send, self.status, self.body, self.media_type, {})
