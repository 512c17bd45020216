"""The hosted mock's own two headers, under its own path only (facts: hyfn-api.md section 4, rows 6 to 8).

`x-redocly-response-status` forces a declared status, ignoring validation and authentication; a status that
the operation does not declare gives the default answer. `x-redocly-response-body-example` picks a named
example; where none has that name, any other of the operation.
"""

from typing import Any

from handlers import exchange
from handlers.call import Reply
from handlers.context import Context
from handlers.exchange import header
from handlers.generic.fallback import Documented
from handlers.router import HOSTED
from handlers.stage import ASGIApp, Stage
from openapi.operation import Operation


class ForcedStage(Stage):
    """Answers at once where one of the headers is there; otherwise, and under any other path, lets the
    request pass."""

    def __init__(self, app: ASGIApp, context: Context, documented: Documented) -> None:
        super().__init__(app, context)
        self.documented = documented

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        async def run(scope: Any, receive: Any, send: Any) -> None:
            now = exchange.of(scope)
            if now.mount == HOSTED:
                status = header(scope, b"x-redocly-response-status")
                example = header(scope, b"x-redocly-response-body-example")
                if status is not None or example is not None:
                    now.reply = self._reply(operation, status, example)
                    return
            await next_app(scope, receive, send)

        return run

    def _reply(self, operation: Operation, status: str | None, example: str | None) -> Reply:
        forced = int(status) if status and status.isdecimal() and len(status) == 3 else None
        if forced is None or operation.response(forced) is None:
            forced = None
        chosen = forced if forced is not None else self._status_with(operation, example)
        return self.documented.reply(operation, chosen, self._known(operation, chosen, example))

    def _status_with(self, operation: Operation, example: str | None) -> int:
        """The default status, unless only another declared one has an example of that name."""
        default = self.documented.default_status(operation)
        others = [int(key) for key in operation.responses if key.isdecimal()]
        return next(
            (status for status in [default, *others] if self._known(operation, status, example)), default
        )

    def _known(self, operation: Operation, status: int, example: str | None) -> str | None:
        """`example` where the response has one of that name."""
        response = operation.response(status)
        return example if response and example and example in self.documented.examples(response) else None
