"""The document's webhooks, listed and sent on demand."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from handlers.call import NO_BODY, Json
from handlers.controls.callbacks import NotAllowed, Sender
from handlers.controls.calling import outgoing
from handlers.controls.told import Messages
from handlers.problems import BadRequest, Forbidden
from openapi import codec
from openapi.callbacks import Callback, webhooks_of
from openapi.document import Document

_FORM = 'expected {"url": "http://127.0.0.1:9000/"}'


class Webhooks:
    """`controls`: what sends each, by its name as a path has it."""

    def __init__(self, document: Document, sender: Sender, messages: Messages) -> None:
        self._sender, self._messages = sender, messages
        self._known = webhooks_of(document)
        self.controls: dict[str, Callable[[Any, bytes], Awaitable[tuple[int, Json]]]] = {
            quote(name, safe=""): partial(self._fire, webhook) for name, webhook in self._known.items()
        }

    async def listing(self, _scope: Any, _body: bytes) -> tuple[int, Json]:
        """By name: the method, what it says of itself, and an example of what is sent."""
        return 200, {
            name: {
                "method": webhook.operation.method,
                "summary": webhook.operation.place.get("summary", ""),
                "body": self._example(webhook),
            }
            for name, webhook in self._known.items()
        }

    async def _fire(self, webhook: Callback, _scope: Any, body: bytes) -> tuple[int, Json]:
        """Sends one; 202 with what is sent. What comes of it is in the log of requests."""
        url = _url(body)
        try:
            self._sender.check(url)
        except NotAllowed as error:
            raise Forbidden(f"body.url: {error}") from error
        self._sender.send(outgoing(webhook, "webhook", url, None, self._messages))
        method = webhook.operation.method
        return 202, {
            "webhook": webhook.name,
            "method": method,
            "url": url,
            "body": self._example(webhook, url),
        }

    def _example(self, webhook: Callback, key: str = "") -> Json:
        body, _ = self._messages.body(webhook, None, key)
        return None if body is NO_BODY else body


def _url(body: bytes) -> str:
    try:
        told = codec.decode(body)
    except codec.DecodeError as error:
        raise BadRequest(f"body: {error}; {_FORM}") from error
    url = told.get("url") if isinstance(told, dict) else None
    if not isinstance(url, str):
        raise BadRequest(f"body: {_FORM}")
    return url
