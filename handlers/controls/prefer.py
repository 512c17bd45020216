"""`Prefer: code=404`, `example=NAME`, `dynamic=true` (RFC 7240; the names are Prism's), and the same as
query parameters.

They act after validation: an invalid request is still refused. No handler runs and no state is touched.
"""

import re
from dataclasses import dataclass
from typing import Any

from handlers import exchange
from handlers.context import Context
from handlers.exchange import header
from handlers.generic.fallback import Documented
from handlers.problems import BadRequest
from handlers.stage import ASGIApp, Stage
from openapi.form import percent_decode, split_query
from openapi.operation import Operation

CONTROL_PARAMETERS = frozenset({"__code", "__example", "__dynamic"})
"""Query names that are always ours, never unknown parameters of an operation."""

_PREFERENCE = re.compile(r'\s*([\w-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+)))?\s*(?:[,;]|\Z)')


@dataclass(frozen=True, slots=True)
class Preference:
    """What the client wants answered; None where it does not say."""

    code: int | None = None
    example: str | None = None
    dynamic: bool = False

    @property
    def applied(self) -> str:
        """The value of Preference-Applied (RFC 7240 section 3)."""
        told = [
            f"code={self.code}" if self.code is not None else "",
            f'example="{self.example}"' if self.example else "",
        ]
        return ", ".join(filter(None, [*told, "dynamic=true" if self.dynamic else ""]))


def preference(scope: Any) -> Preference | None:
    """What a request prefers, or None.

    Raises BadRequest for a code that is no status. Other preferences are ignored.
    """
    prefer = header(scope, b"prefer")
    if not prefer and b"__" not in scope["query_string"]:
        return None
    wanted: dict[str, str] = {}
    if prefer:
        wanted = {found[1].lower(): found[2] or found[3] or "true" for found in _PREFERENCE.finditer(prefer)}
    if b"__" in scope["query_string"]:
        pairs = split_query(scope["query_string"].decode("latin-1"))
        found = CONTROL_PARAMETERS & pairs.keys()
        wanted |= {name[2:]: percent_decode(pairs[name][-1], plus=True) for name in found}
    if not wanted.keys() & {"code", "example", "dynamic"}:
        return None
    return Preference(
        _code(wanted.get("code")), wanted.get("example"), wanted.get("dynamic", "").lower() == "true"
    )


def _code(text: str | None) -> int | None:
    if text is None:
        return None
    if not re.fullmatch(r"[1-5][0-9]{2}", text):
        raise BadRequest(f"prefer.code: expected a status such as 404, got {text!r}")
    return int(text)


class PreferStage(Stage):
    """Answers from the document what the client prefers; without a preference the function answers."""

    def __init__(self, app: ASGIApp, context: Context, documented: Documented) -> None:
        super().__init__(app, context)
        self.documented = documented

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        async def run(scope: Any, receive: Any, send: Any) -> None:
            wish = preference(scope)
            if wish is None or not wish.applied:
                await next_app(scope, receive, send)
                return
            reply = self.documented.reply(operation, wish.code, wish.example, wish.dynamic)
            reply.headers["Preference-Applied"] = wish.applied
            exchange.of(scope).reply = reply

        return run
