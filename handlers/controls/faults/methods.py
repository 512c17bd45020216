"""What a path answers to methods that the document does not have, and to HEAD."""

from functools import partial
from typing import Any

from handlers import exchange
from handlers.controls.faults.crash import Crashed
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.spoils import Routed
from handlers.controls.faults.wire import Wire
from handlers.problems import MethodNotAllowed, NotFound
from handlers.respond import send_bytes
from handlers.router import PathItem, RouterStage

_fault = partial(Fault, "methods")

_REFUSED = "A method that the document does not have is refused with 405 (RFC 9110 section 15.5.6)."
_HEAD = "HEAD is answered as GET is, without the body (RFC 9110 section 9.3.2)."


class _Answers200(RouterStage):
    async def _enter(self, item: PathItem, route: Any, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super()._enter(item, route, scope, receive, send)
        except MethodNotAllowed:
            await send_bytes(scope, send, 200, b"{}", "application/json", {})


class _ActsAsGet(RouterStage):
    async def _enter(self, item: PathItem, route: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] not in item.methods and "GET" in item.methods:
            scope = scope if scope["method"] == "HEAD" else {**scope, "method": "GET"}
        await super()._enter(item, route, scope, receive, send)


class _Answers500(RouterStage):
    async def _enter(self, item: PathItem, route: Any, scope: Any, receive: Any, send: Any) -> None:
        try:
            await super()._enter(item, route, scope, receive, send)
        except MethodNotAllowed as refusal:
            raise Crashed(*refusal.details) from None


class _PutActsAsPatch(RouterStage):
    async def _enter(self, item: PathItem, route: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "PUT" and "PUT" not in item.methods and "PATCH" in item.methods:
            scope = {**scope, "method": "PATCH"}
        await super()._enter(item, route, scope, receive, send)


class _HeadOfItsOwn(RouterStage):
    """Changes the answer to HEAD where that is not an operation of its own."""

    def change(self, wire: Wire) -> None:
        wire.status = 204 if wire.status == 200 else 200

    async def _enter(self, item: PathItem, route: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] != "HEAD" or "HEAD" in item.methods:
            await super()._enter(item, route, scope, receive, send)
            return
        wire = Wire()
        await super()._enter(item, route, {**scope, "method": "GET"}, receive, wire.hear)
        self.change(wire)
        await wire.send(scope, send)


class _HeadOfAnotherType(_HeadOfItsOwn):
    def change(self, wire: Wire) -> None:
        wire.media_type = "text/plain"


class _HeadRefused(RouterStage):
    async def _enter(self, item: PathItem, route: Any, scope: Any, receive: Any, send: Any) -> None:
        if scope["method"] == "HEAD" and "HEAD" not in item.methods:
            exchange.of(scope).operation = item.methods.get("GET")
            raise NotFound("HEAD is not answered")
        await super()._enter(item, route, scope, receive, send)


FAULTS = (
    _fault("undocumented_method_answers_200", "Every method that the document does not have is answered 200.",
           _REFUSED, Routed(_Answers200)),
    _fault("undocumented_method_acts_as_get",
           "Every method that the document does not have does what GET does.",
           _REFUSED, Routed(_ActsAsGet)),
    _fault("undocumented_method_answers_500", "Every method that the document does not have is answered 500.",
           _REFUSED, Routed(_Answers500)),
    _fault("undocumented_put_acts_as_patch", "PUT does what PATCH does, although the document has no PUT.",
           _REFUSED, Routed(_PutActsAsPatch)),
    _fault("head_answers_another_status", "HEAD answers 204 where GET answers 200.",
           _HEAD, Routed(_HeadOfItsOwn)),
    _fault("head_answers_404", "HEAD answers 404 where GET answers 200.",
           _HEAD, Routed(_HeadRefused)),
    _fault("head_has_another_content_type", "HEAD says that the body would be plain text.",
           _HEAD, Routed(_HeadOfAnotherType)),
)  # fmt: skip
