"""Stages with something around each of their parts, for a fault to put in the place of the clean ones."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from handlers.answer import ReplyStage
from handlers.context import Context
from handlers.controls.faults.fault import Plan
from handlers.controls.faults.loosened import UnjudgedAnswers
from handlers.security import SecurityStage
from handlers.stage import ASGIApp, Stage
from handlers.validation import RequestStage
from openapi.operation import Operation

Wrap = Callable[[Operation, ASGIApp, ASGIApp], ASGIApp]
"""What becomes of an operation's part of a stage, given that part and the one behind it."""


class Wrapped(Stage):
    """A stage whose every part is wrapped."""

    def __init__(self, app: ASGIApp, *, wrap: Wrap, **keywords: Any) -> None:
        super().__init__(app, **keywords)
        self._wrap = wrap

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        return self._wrap(operation, super().compile(operation, next_app), next_app)


class WrappedReply(Wrapped, ReplyStage):
    pass


class WrappedRequest(Wrapped, RequestStage):
    pass


class WrappedSecurity(Wrapped, SecurityStage):
    pass


def judge_no_answer(plan: Plan) -> None:
    """Lets an answer leave whatever it holds: what a fault has stored is shown, and is no error of ours."""
    plan.swap(ReplyStage, ReplyStage, context=context_of(UnjudgedAnswers, plan.context))


def context_of(kind: type[Context], context: Context, **more: Any) -> Context:
    return kind(**{field.name: getattr(context, field.name) for field in fields(Context)}, **more)
