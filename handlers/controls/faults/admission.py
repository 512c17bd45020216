"""Two ways to spoil a refusal's effect: letting in what is to be refused, and doing what was refused.

Admitted    security: who is let in
AllTheSame  security and validation: what is refused is carried out
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from handlers import exchange
from handlers.call import Caller
from handlers.controls.faults.fault import Plan
from handlers.controls.faults.scene import Spot
from handlers.controls.faults.stages import WrappedRequest, WrappedSecurity, judge_no_answer
from handlers.problems import Refusal, Unauthorized
from handlers.security import Keyring, SecurityStage
from handlers.stage import ASGIApp
from handlers.validation import RequestStage
from openapi.operation import Operation


@dataclass(frozen=True)
class Admitted:
    """Lets in more than it should. `admit` is asked about what is refused: the caller, or None.

    It is given the keyring, the names of the schemes of one requirement, and the request's scope.
    """

    admit: Callable[[Keyring, tuple[str, ...], Any], Caller | None]
    fits: Callable[[Spot], bool] = lambda _spot: True

    def __call__(self, plan: Plan) -> None:
        def wrap(operation: Operation, inner: ASGIApp, next_app: ASGIApp) -> ASGIApp:
            if not self.fits(plan.scene.spot(operation)):
                return inner

            async def run(scope: Any, receive: Any, send: Any) -> None:
                try:
                    await inner(scope, receive, send)
                except Unauthorized:
                    ways = plan.keyring.requirements(operation)
                    asked = [self.admit(plan.keyring, names, scope) for names in ways]
                    caller = next((caller for caller in asked if caller is not None), None)
                    if caller is None:
                        raise
                    exchange.of(scope).caller = caller
                    await next_app(scope, receive, send)

            return run

        plan.swap(SecurityStage, WrappedSecurity, wrap=wrap)


@dataclass(frozen=True)
class AllTheSame:
    """Refuses as it should, and carries out what it has refused. `stage`: the one that refuses."""

    stage: type[SecurityStage] | type[RequestStage]
    refusal: type[Refusal]
    roles: frozenset[str]

    def __call__(self, plan: Plan) -> None:
        def wrap(operation: Operation, inner: ASGIApp, next_app: ASGIApp) -> ASGIApp:
            if plan.scene.spot(operation).role not in self.roles:
                return inner

            async def run(scope: Any, receive: Any, send: Any) -> None:
                try:
                    await inner(scope, receive, send)
                except self.refusal:
                    await _carry_out(next_app, plan, scope, receive, send)
                    raise

            return run

        plan.swap(self.stage, WrappedSecurity if self.stage is SecurityStage else WrappedRequest, wrap=wrap)
        judge_no_answer(plan)


async def _carry_out(next_app: ASGIApp, plan: Plan, scope: Any, receive: Any, send: Any) -> None:
    """Goes on as far as that goes, for the caller that is known or named."""
    now = exchange.of(scope)
    if not now.caller.organization:
        now.caller = plan.keyring.anonymous(scope)
    with suppress(Refusal):
        await next_app(scope, receive, send)
    now.reply = None
