"""The ways to spoil a stage. Each is a small object that a fault is made with, and that changes the plan.

    Routed      the router: paths, methods, HEAD
    Arriving    the bytes of a request body, before validation
    Loosely     validation: schemas that judge less
    Function    the function that answers, and the store it sees
    Outgoing    the answer, after reply validation
    Refused     a refusal, whichever stage raised it

`admission.py` has two more, Admitted and AllTheSame.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers import exchange
from handlers.answer import ReplyStage
from handlers.body import read_body
from handlers.call import Call, Handler, Reply
from handlers.context import Context
from handlers.controls.faults.fault import Plan
from handlers.controls.faults.loosened import Change, LoosenedRequests, Roots
from handlers.controls.faults.scene import Spot
from handlers.controls.faults.stages import WrappedReply, WrappedRequest, context_of, judge_no_answer
from handlers.controls.faults.wire import Wire
from handlers.exchange import Exchange
from handlers.problems import Refusal
from handlers.resolve import FunctionStage
from handlers.router import RouterStage
from handlers.stage import ASGIApp
from handlers.validation import RequestStage
from openapi.operation import Operation


@dataclass(frozen=True)
class Routed:
    """Another router."""

    stage: type[RouterStage]

    def __call__(self, plan: Plan) -> None:
        plan.swap(RouterStage, self.stage)


@dataclass(frozen=True)
class Arriving:
    """Changes the body of a request before it is decoded. `change` may raise a Refusal."""

    change: Callable[[Spot, Exchange, bytes], bytes]

    def __call__(self, plan: Plan) -> None:
        def wrap(operation: Operation, inner: ASGIApp, _next: ASGIApp) -> ASGIApp:
            if operation.body is None:
                return inner
            spot = plan.scene.spot(operation)

            async def run(scope: Any, receive: Any, send: Any) -> None:
                raw = await read_body(scope, receive, plan.context.settings.max_body)
                changed = self.change(spot, exchange.of(scope), raw)

                async def again() -> Any:
                    return {"type": "http.request", "body": changed, "more_body": False}

                await inner(scope, again, send)

            return run

        plan.swap(RequestStage, WrappedRequest, wrap=wrap)


@dataclass(frozen=True)
class Loosely:
    """Judges requests by loosened schemas: those at `roots`, and all that they hold, changed."""

    roots: Roots
    change: Change

    def __call__(self, plan: Plan) -> None:
        context = context_of(LoosenedRequests, plan.context, roots=self.roots, change=self.change)
        plan.swap(RequestStage, RequestStage, context=context)
        judge_no_answer(plan)


Answer = Callable[[Spot, Handler, Call], Reply]
"""Answers a call in place of the function that is given along."""


@dataclass(frozen=True)
class Function:
    """Answers in place of the function, by role of the operation; the others are left alone."""

    answers: Mapping[str, Answer]

    def __call__(self, plan: Plan) -> None:
        def wrap(operation: Operation, handler: Handler) -> Handler:
            spot = plan.scene.spot(operation)
            answer = self.answers.get(spot.role) if spot.resource else None
            if answer is None:
                return handler
            return lambda call: answer(spot, handler, call)

        plan.function = _Functions(plan.context, wrap)
        judge_no_answer(plan)


class _Functions(FunctionStage):
    """The innermost stage with other functions in it."""

    undoes = False

    def __init__(self, context: Context, wrap: Callable[[Operation, Handler], Handler]) -> None:
        super().__init__(context)
        self._wrap = wrap

    def _calling(self, operation: Operation, function: Handler) -> ASGIApp:
        return super()._calling(operation, self._wrap(operation, function))


@dataclass(frozen=True)
class Outgoing:
    """Changes each success as it leaves. `roles`: of these operations alone."""

    change: Callable[[Spot, Wire], None]
    roles: frozenset[str] | None = None

    def __call__(self, plan: Plan) -> None:
        def wrap(operation: Operation, inner: ASGIApp, _next: ASGIApp) -> ASGIApp:
            spot = plan.scene.spot(operation)
            if self.roles is not None and spot.role not in self.roles:
                return inner

            async def run(scope: Any, receive: Any, send: Any) -> None:
                wire = Wire()
                whole = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
                await inner(whole, receive, wire.hear)
                if wire.status < 300:
                    self.change(spot, wire)
                await wire.send(scope, send)

            return run

        plan.swap(ReplyStage, WrappedReply, wrap=wrap)


@dataclass(frozen=True)
class Refused:
    """Puts another refusal, or a whole answer, in the place of each."""

    change: Callable[[Spot, Refusal], Refusal | Wire]

    def __call__(self, plan: Plan) -> None:
        def wrap(operation: Operation, inner: ASGIApp, _next: ASGIApp) -> ASGIApp:
            spot = plan.scene.spot(operation)

            async def run(scope: Any, receive: Any, send: Any) -> None:
                try:
                    await inner(scope, receive, send)
                except Refusal as refusal:
                    changed = self.change(spot, refusal)
                    if isinstance(changed, Refusal):
                        raise changed from None
                    await changed.refuse(scope, send)

            return run

        plan.swap(ReplyStage, WrappedReply, wrap=wrap)
