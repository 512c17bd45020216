"""The yardstick: an ASGI application that answers each case with constant bytes and does nothing else.

It reads a body to its end, as every server must, and looks at none of it.
"""

import json
from typing import Any

from bench.cases import LISTED, STORED

_ITEM = {"workItem": STORED}
_ERROR = {"error": "refused", "details": "body.timeSpent: 0.5 found, expected a text"}
_ANSWERS = {
    "/list of 100": (200, {"workItems": [STORED] * LISTED}),
    "/get": (200, _ITEM),
    "/update": (200, _ITEM),
    "/invalid body": (400, _ERROR),
    "/401": (401, _ERROR),
    "/create": (201, _ITEM),
}


def _messages(status: int, answer: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    body = json.dumps(answer, separators=(",", ":")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    return (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


_ENCODED = {path: _messages(*answer) for path, answer in _ANSWERS.items()}


async def app(scope: Any, receive: Any, send: Any) -> None:
    start, body = _ENCODED[scope["path"]]
    if scope["method"] != "GET":
        while (await receive()).get("more_body"):
            pass
    await send(start)
    await send(body)
