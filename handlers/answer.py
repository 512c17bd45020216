"""What goes out fits the document too: each reply is checked, then sent.

One that breaks the document never leaves.
"""

import re
from typing import Any

from handlers import exchange
from handlers.call import NO_BODY, Reply
from handlers.context import Context
from handlers.exchange import header
from handlers.format import Format
from handlers.generic.made import Maker
from handlers.problems import MOST_DETAILS, ContractBroken
from handlers.respond import send_bytes
from handlers.stage import ASGIApp, Stage
from openapi import codec, media
from openapi.explain import Problem
from openapi.form import scalar
from openapi.operation import Operation, Place, Response
from openapi.shape import Shape, shape_of
from openapi.source import join_pointer

_UNSENDABLE = re.compile(r"[\0\r\n]|[^\0-\xff]")  # RFC 9110 section 5.5


class ReplyStage(Stage):
    """Lets the inner stages answer, checks the answer, and sends it: one that breaks the document never
    leaves."""

    def __init__(self, app: ASGIApp, context: Context, maker: Maker) -> None:
        super().__init__(app, context)
        self.maker = maker

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        checks: dict[int, _ReplyCheck] = {}

        async def run(scope: Any, receive: Any, send: Any) -> None:
            await next_app(scope, receive, send)
            now = exchange.of(scope)
            reply = now.reply
            assert reply is not None
            check = checks.get(reply.status)
            if check is None:
                check = checks[reply.status] = _ReplyCheck(operation, reply.status, self.context, self.maker)
            sent = reply.sent
            if sent is None:
                check.check(reply)
                bodiless = reply.body is NO_BODY
                sent = (b"", None) if bodiless else check.written(reply, header(scope, b"accept"))
                if now.again is not None:
                    reply.sent = sent
                    self.context.kept.keep(*now.again, reply)
            await send_bytes(scope, send, reply.status, *sent, reply.headers)

        return run


class _ReplyCheck:
    """What one status of one operation promises."""

    def __init__(self, operation: Operation, status: int, context: Context, maker: Maker) -> None:
        self.name, self.status = operation.id, status
        self.response = operation.response(status)
        self.promised = self.response is not None or (operation.success is None and 200 <= status < 300)
        """Of an operation that declares no success, every one without a body is as good."""

        content = self.response.content if self.response else {}
        self.offered = tuple(content)
        self.formats = {name: Format(name, place, context, maker) for name, place in content.items()}
        first = media.preferred(content)
        self.first = None if first is None else self.formats[first]
        """How a body is written that nobody wants otherwise; handlers make theirs for it."""

        self.headers = [_HeaderCheck(name, place, context) for name, place in _headers(self.response)]

    def check(self, reply: Reply) -> None:
        """Raises ContractBroken with every rule that `reply` breaks."""
        if not self.promised:
            self._broken([Problem("status", f"{self.status} is not declared")])
        if (reply.body is NO_BODY) is (self.first is not None):
            self._broken([Problem("body", "declared, but missing" if self.first else "none is declared")])
        if self.first is not None and not self.first.fits(reply.body):
            self._broken(self.first.problems(reply.body))
        if self.headers:
            sent = {name.lower(): value for name, value in reply.headers.items()}
            if problems := [p for check in self.headers for p in check.problems(sent)]:
                self._broken(problems)
        if unsendable := [name for name, value in reply.headers.items() if _UNSENDABLE.search(value)]:
            self._broken([Problem(f"header.{name}", "no line of Latin-1 text") for name in unsendable])

    def written(self, reply: Reply, accept: str | None) -> tuple[bytes, str]:
        """(body, Content-Type) of a reply with a body, in the declared type that the client wants most."""
        assert self.first is not None
        wish = accept or "*/*"
        if wish == "*/*" or len(self.offered) == 1:
            if self.first.is_json:  # nearly always, so it takes the short way
                return codec.encode(reply.body), self.first.name
            return self.first.written(reply.body, reply.media_type or wish)
        chosen = self.formats.get(media.chosen(wish, self.offered) or "", self.first)
        body = reply.body if chosen is self.first else chosen.instead(reply.body)
        return chosen.written(body, reply.media_type or wish)

    def _broken(self, problems: list[Problem]) -> None:
        raise ContractBroken(
            *(f"{self.name} answered {self.status}: {problem}" for problem in problems[:MOST_DETAILS])
        )


class _HeaderCheck:
    """One declared response header."""

    def __init__(self, name: str, place: Place, context: Context) -> None:
        self.name = name
        self.required = place.get("required") is True
        pointer = join_pointer(place.pointer, "schema")
        has_schema = "schema" in place.value
        self.validator = context.responses.at(pointer) if has_schema else None
        self.shape = shape_of(context.responses.tree, pointer) if has_schema else Shape.anything()

    def problems(self, sent: dict[str, str]) -> list[Problem]:
        place, text = f"header.{self.name}", sent.get(self.name.lower())
        if text is None:
            return [Problem(place, "declared as required, but missing")] if self.required else []
        value = scalar(text, self.shape)
        if self.validator is None or not self.shape.scalar or self.validator.is_valid(value):
            return []
        return list(self.validator.problems(value, place))


def _headers(response: Response | None) -> list[tuple[str, Place]]:
    """The declared headers; Content-Type is told by the media type (OpenAPI 3, Response Object)."""
    declared = response.headers.items() if response else ()
    return [(name, place) for name, place in declared if name.lower() != "content-type"]
