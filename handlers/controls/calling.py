"""The callbacks of an operation, set off by its success once that is sent."""

from typing import Any

from handlers import exchange
from handlers.call import NO_BODY, Json
from handlers.context import Context
from handlers.controls.callbacks import AGENT, Outgoing, Sender
from handlers.controls.told import Messages
from handlers.exchange import Exchange
from handlers.stage import ASGIApp, Stage
from openapi.callbacks import Callback, callbacks_of
from openapi.expressions import Exchanged, Side, evaluate
from openapi.form import Undecodable, percent_decode, split_query
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope, Model


class CallbackStage(Stage):
    """Passes every request on; an operation that has no callbacks costs nothing."""

    def __init__(
        self, app: ASGIApp, context: Context, sender: Sender, messages: Messages, model: Model | None
    ) -> None:
        super().__init__(app, context)
        self.sender, self.messages, self.model = sender, messages, model

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        found = callbacks_of(self.context.document, operation)
        if not found:
            return next_app
        envelope = _envelope(self.model, operation)

        async def run(scope: Any, receive: Any, send: Any) -> None:
            await next_app(scope, receive, send)
            now = exchange.of(scope)
            agent = now.headers.get(b"user-agent", b"")
            if 200 <= now.status < 300 and not agent.startswith(AGENT.encode()):
                self._call(found, exchanged(scope, now), envelope)

        return run

    def _call(self, callbacks: tuple[Callback, ...], about: Exchanged, envelope: Envelope) -> None:
        item = envelope.find(about.response.body)
        thing = item if item is not ABSENT and isinstance(item, dict) else about.request.body
        for callback in callbacks:
            url = evaluate(callback.url, about)
            if url:
                self.sender.send(outgoing(callback, "callback", url, thing, self.messages))


def outgoing(callback: Callback, kind: str, url: str, thing: Json, messages: Messages) -> Outgoing:
    """The request of a callback, ready to be sent."""
    payload, media_type = messages.encoded(callback, thing, url)
    headers = messages.headers(callback) | ({"content-type": media_type} if payload and media_type else {})
    return Outgoing(f"{kind} {callback.name}", callback.operation.method, url, payload, headers)


def exchanged(scope: Any, now: Exchange) -> Exchanged:
    """A request and its answer, for runtime expressions."""
    host = now.headers.get(b"host", b"localhost").decode("latin-1")
    raw_query = scope["query_string"].decode("latin-1")
    url = f"{scope.get('scheme', 'http')}://{host}{now.path}" + (f"?{raw_query}" if raw_query else "")
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in now.headers.items()}
    path = {name: _decoded(value, plus=False) for name, value in now.raw_path.items()}
    sent = None if now.body is NO_BODY else now.body
    reply = now.reply
    answered = {name.lower(): value for name, value in reply.headers.items()} if reply else {}
    body = reply.body if reply and reply.body is not NO_BODY else None
    request = Side(headers, _query(raw_query), path, sent)
    return Exchanged(url, scope["method"], now.status, request, Side(answered, body=body))


def _query(raw: str) -> dict[str, str]:
    try:
        return {name: _decoded(values[0], plus=True) for name, values in split_query(raw).items()}
    except Undecodable:
        return {}


def _decoded(text: str, plus: bool) -> str:
    try:
        return percent_decode(text, plus=plus)
    except Undecodable:
        return text


def _envelope(model: Model | None, operation: Operation) -> Envelope:
    """Where in its answer the thing stands that an operation is about."""
    role = model.roles.get(operation.id) if model else None
    resource = model.resources.get(role.resource or "") if model and role else None
    if role is None or resource is None:
        return Envelope()
    if role.kind == "action":
        return next((a.envelope for a in resource.actions if a.operation.id == operation.id), Envelope())
    return resource.envelopes.get(role.kind, Envelope())
