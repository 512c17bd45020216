"""Which function answers an operation: the user's own, else one written for it, else one over the store, else
the document's own answer.

Connexion's Resolver is the one place where an operationId meets a function.
"""

from collections.abc import Callable, Mapping
from typing import Any

from connexion.operations import AbstractOperation
from connexion.resolver import Resolution, Resolver

from handlers import exchange
from handlers.call import NO_BODY, Call, Handler, Reply
from handlers.context import Context
from handlers.generic.contents import with_contents
from handlers.generic.fallback import Documented
from handlers.imported import Imported, snake_case
from handlers.stage import ASGIApp, Stage
from openapi.operation import Operation
from openapi.resources import Model
from openapi.shape import shape_of
from openapi.source import join_pointer

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE", "QUERY"}
"""Methods that ask for nothing to be changed (RFC 9110 section 9.2.1)."""


class HandlerResolver(Resolver):
    """Looks a function up by the name of the operation; the document answers where there is none."""

    def __init__(
        self,
        context: Context,
        handlers: Mapping[str, Handler],
        stateful: Callable[[Operation], Handler | None] | None,
        documented: Documented,
        own: Imported | None = None,
        model: Model | None = None,
    ) -> None:
        """`model`: of the whole document, where somebody has looked at all of it."""
        super().__init__()
        self._context, self._handlers, self._documented = context, handlers, documented
        self._stateful, self._own, self._model = stateful, own, model

    def resolve(self, operation: AbstractOperation) -> Resolution:
        ours = self._context.operations[operation.operation_id]
        return Resolution(self.function(ours), ours.id)

    def function(self, operation: Operation) -> Handler:
        own = self._own.function(operation, lambda: self._default(operation)) if self._own else None
        return own or self._default(operation)

    def _default(self, operation: Operation) -> Handler:
        """What answers where the user has written nothing."""
        written = self._handlers.get(snake_case(operation.id))
        if written is not None or self._stateful is None:
            return written or self._documented.handler(operation)
        stored = self._stored(operation)
        found = stored or self._documented.handler(operation)
        known = () if stored else self._context.operations.values()
        beside = (each for each in known if each.path == operation.path)
        return with_contents(operation, found, self._context.requests, self._context.responses, beside)

    def _stored(self, operation: Operation) -> Handler | None:
        return self._stateful(operation) if self._stateful else None

    def describe(self, operation: Operation) -> str:
        """What answers an operation, for a person: `handlers/hyfn/agents.py list_agents`, `the store: list of
        /agents`."""
        if self._own and (said := self._own.describe(operation)):
            return said
        written = self._handlers.get(snake_case(operation.id))
        if written is not None:
            return f"{written.__module__.replace('.', '/')}.py {written.__name__}"
        if self._stateful is None or self._stored(operation) is None:
            return "the document's examples and schemas"
        role = self._model.roles[operation.id] if self._model else None
        return f"the store: {role.kind} of {role.resource}" if role and role.resource else "the store"


class FunctionStage(Stage):
    """The innermost stage: calls the function and keeps its reply."""

    undoes = True
    """Whether what a function has written is undone where it refuses."""

    def __init__(self, context: Context) -> None:
        super().__init__(_nothing, context)

    def make(self, operation: AbstractOperation, _next_app: ASGIApp) -> ASGIApp:
        """There is no stage beyond: what Connexion resolved for the operation is called."""
        ours = self.context.operations[operation.operation_id]
        return self._calling(ours, operation.function)

    def _calling(self, operation: Operation, function: Handler) -> ASGIApp:
        context = self.context
        declared = declared_members(operation, context)
        writes = self.undoes and operation.method not in _SAFE

        async def run(scope: Any, _receive: Any, _send: Any) -> None:
            now = exchange.of(scope)
            body = now.body
            written = {n: body[n] for n in declared if n in body} if isinstance(body, dict) else {}
            host = now.headers.get(b"host", b"localhost").decode("latin-1")
            url = f"{scope.get('scheme', 'http')}://{host}{now.path}"

            def step() -> Reply:
                told = now.parameters, body, written, now.caller, context.clock.now(), context.store, url
                return function(Call(operation.id, *told, now.media_type, context.numbers))

            now.reply = context.store.answer(step, writes)

        if getattr(function, "steady", False) and context.settings.fault is None:
            return self._again(operation, run)
        return run

    def _again(self, operation: Operation, answer: ASGIApp) -> ASGIApp:
        """Gives the reply that the same request had before, as long as the store has not changed."""
        kept, store = self.context.kept, self.context.store
        named = [p.name.lower().encode() for p in operation.parameters if p.location == "header"]
        told = (b"host", b"accept", *named, *([b"cookie"] if _has_cookies(operation) else []))

        async def run(scope: Any, receive: Any, send: Any) -> None:
            now = exchange.of(scope)
            version = store.version
            if version is None or now.body is not NO_BODY:
                await answer(scope, receive, send)
                return
            headers = now.headers
            key = (operation.id, now.path, scope["query_string"], now.caller, *(headers.get(n) for n in told))
            now.again = key, version
            now.reply = kept.find(key, version)
            if now.reply is None:
                await answer(scope, receive, send)

        return run


def _has_cookies(operation: Operation) -> bool:
    return any(parameter.location == "cookie" for parameter in operation.parameters)


def declared_members(operation: Operation, context: Context) -> tuple[str, ...]:
    """The names of the properties that an operation's request body declares, over its media types."""
    names: dict[str, None] = {}
    for place in operation.body.content.values() if operation.body else ():
        if place.get("schema") is not None:
            found = shape_of(context.requests.tree, join_pointer(place.pointer, "schema"))
            names.update(dict.fromkeys(found.properties))
    return tuple(names)


async def _nothing(_scope: Any, _receive: Any, _send: Any) -> None:
    """Stands where a wrapped app would: FunctionStage is the last."""
