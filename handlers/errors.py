"""The outermost stage: every refusal and every fault becomes an answer in the document's own error schema,
and is logged."""

import time
import traceback
from collections.abc import Callable
from typing import Any

from handlers import exchange
from handlers.body import Incoming
from handlers.context import Context
from handlers.error_body import ErrorBodies
from handlers.log import Entry, RequestLog
from handlers.problems import ContractBroken, NotFound, OtherOrganization, Refusal
from handlers.respond import send_bytes
from handlers.stage import ASGIApp
from openapi.operation import Operation


class ErrorStage:
    """No request leaves here without an answer, and none with a traceback."""

    def __init__(self, app: ASGIApp, context: Context, log: RequestLog, bodies: ErrorBodies) -> None:
        self.app, self.context, self.log, self.bodies = app, context, log, bodies

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        out = exchange.begin(scope, self.context.settings.cors)
        out.incoming = Incoming(out.headers, receive)
        problems: tuple[str, ...] = ()
        try:
            await self.app(scope, out.incoming, send)
        except Refusal as refusal:
            problems = refusal.details
            await self._refuse(scope, send, refusal)
        except Exception as error:
            problems = (f"{type(error).__name__}: {error}",)
            if out.status:  # too late for an answer; the client sees a broken one
                raise
            self.log.fault("".join(traceback.format_exception(error)).rstrip())
            await self._answer(scope, send, ContractBroken(problems[0]))
        finally:
            ms = (time.perf_counter() - out.started) * 1000
            self.log.add(
                Entry(self.context.clock.seconds(), scope["method"], out.path, out.status, ms, problems)
            )
            out.incoming = None  # it leads back to the scope: a cycle, left to the collector for each request

    async def _refuse(self, scope: Any, send: Any, refusal: Refusal) -> None:
        if isinstance(refusal, ContractBroken):
            self.log.fault("; ".join(refusal.details))
        await self._answer(scope, send, refusal)

    async def _answer(self, scope: Any, send: Any, refusal: Refusal) -> None:
        operation = exchange.of(scope).operation
        refusal = as_declared(refusal, operation, self.bodies.has)
        details = "; ".join(refusal.details)
        accept = exchange.header(scope, b"accept") or ""
        body, media_type = self.bodies.render(operation, refusal.status, refusal.error, details, accept)
        await send_bytes(scope, send, refusal.status, body, media_type, refusal.headers)


def _any_body(_operation: Operation, _status: int) -> bool:
    return True


def as_declared(
    refusal: Refusal,
    operation: Operation | None,
    has_body: Callable[[Operation, int], bool] = _any_body,
) -> Refusal:
    """The refusal in a status that the operation declares, where one of them says it; one that can have the
    body which it declares (`has_body`) goes first.

    Another organization's record is 403 where the operation declares 403, else it is not there.
    """
    if isinstance(refusal, OtherOrganization) and operation and operation.response(refusal.status) is None:
        refusal = NotFound(refusal.missing)
    if operation is not None:
        own = [refusal.status] if operation.response(refusal.status) else []
        declared = [*own, *(status for status in refusal.instead if str(status) in operation.responses)]
        best = declared[0] if declared else refusal.status
        refusal.status = next((status for status in declared if has_body(operation, status)), best)
    return refusal
