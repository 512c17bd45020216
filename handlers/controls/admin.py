"""The controls under /_mock: reset, snapshot and restore, the request log, credentials.

    POST /_mock/reset         the records of the start again, an empty log
    GET  /_mock/state         everything that is stored, as JSON
    PUT  /_mock/state         replaces everything by such a snapshot
    GET  /_mock/requests      the last 1,000 requests
    GET  /_mock/credentials   security scheme: a value that is accepted; the second organization's with
                              ?organization=demo-org-456
    GET  /_mock/credentials/other   the same of another organization; {} where there is one only
    GET  /_mock/webhooks      the document's webhooks
    POST /_mock/webhooks/NAME sends one of them: {"url": "http://127.0.0.1:9000/"}

Only programs on this machine may use them, or whoever has `--admin-token`. A web page may not: there are no
CORS headers, a foreign Origin is 403, and so is a Host that is not loopback (DNS rebinding).
"""

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

from handlers import exchange
from handlers.body import read_body
from handlers.call import NO_BODY, Json
from handlers.context import Context
from handlers.controls.webhooks import Webhooks
from handlers.domain import Domain
from handlers.exchange import header
from handlers.log import RequestLog
from handlers.problems import MOST_DETAILS, BadRequest, Forbidden, MethodNotAllowed, Unauthorized
from handlers.respond import send_bytes
from handlers.security import Keyring
from handlers.settings import Identity
from handlers.store.base import BadSnapshot
from openapi import codec

MAX_STATE = 512 * 1024 * 1024
"""Bytes of a snapshot that is restored."""

MAX_BODY = 1024 * 1024
"""Bytes of any other body."""

Action = Callable[[Any, bytes], Awaitable[tuple[int, Json]]]
"""What a control does with a request (an ASGI scope) and its body."""


class Admin:
    """The controls of one mock."""

    def __init__(
        self, context: Context, domain: Domain, log: RequestLog, keyring: Keyring, webhooks: Webhooks
    ) -> None:
        self._context, self._domain, self._log, self._keyring = context, domain, log, keyring
        self._actions: dict[str, dict[str, Action]] = {
            "/_mock/reset": {"POST": self._reset},
            "/_mock/state": {"GET": self._snapshot, "PUT": self._restore},
            "/_mock/requests": {"GET": self._requests},
            "/_mock/credentials": {"GET": self._credentials},
            "/_mock/credentials/other": {"GET": self._other_credentials},
            "/_mock/webhooks": {"GET": webhooks.listing},
        }
        self._actions |= {
            f"/_mock/webhooks/{name}": {"POST": fire} for name, fire in webhooks.controls.items()
        }

    def knows(self, path: str) -> bool:
        return path in self._actions

    async def answer(self, path: str, scope: Any, receive: Any, send: Any) -> None:
        """Answers one of the paths that it knows. Raises Refusal."""
        actions = self._actions[path]
        exchange.of(scope).cors = False
        self._admit(scope)
        action = actions.get(scope["method"])
        if action is None:
            allow = ", ".join(actions)
            raise MethodNotAllowed(f"{path} answers {allow}", headers={"Allow": allow})
        limit = MAX_STATE if scope["method"] == "PUT" else MAX_BODY
        body = await read_body(scope, receive, limit) if scope["method"] in ("PUT", "POST") else b""
        status, answer = await action(scope, body)
        payload = b"" if answer is NO_BODY else codec.encode(answer)
        await send_bytes(scope, send, status, payload, "application/json", {"Cache-Control": "no-store"})

    def _admit(self, scope: Any) -> None:
        """Raises Unauthorized or Forbidden for whoever may not use the controls."""
        origin = header(scope, b"origin")
        if origin is not None and not _is_loopback(urlsplit(origin).hostname or ""):
            raise Forbidden(f"the controls answer no web page of {origin}")
        token = self._context.settings.admin_token
        if token is not None:
            _check_token(token, header(scope, b"authorization") or "")
            return
        host = urlsplit(f"//{header(scope, b'host') or ''}").hostname or ""
        client = (scope.get("client") or ("",))[0]
        if not _is_loopback(host) or not _is_loopback(client):
            raise Forbidden(
                "the controls answer this machine only, by its loopback address (or use --admin-token)"
            )

    async def _reset(self, _scope: Any, _body: bytes) -> tuple[int, Json]:
        with self._context.store.transaction():
            self._context.store.clear()
            self._domain.plant(self._context, self._context.clock.now())
        self._log.clear()
        return 204, NO_BODY

    async def _snapshot(self, _scope: Any, _body: bytes) -> tuple[int, Json]:
        return 200, self._context.store.snapshot()

    async def _restore(self, _scope: Any, body: bytes) -> tuple[int, Json]:
        store = self._context.store
        with store.transaction():
            try:
                store.restore(codec.decode(body))
            except (codec.DecodeError, BadSnapshot) as error:
                raise BadRequest(f"body: {error}") from error
            if misfits := list(islice(self._misfits(), MOST_DETAILS)):
                raise BadRequest(*misfits)
        return 204, NO_BODY

    def _misfits(self) -> Iterator[str]:
        """What is stored and could not be shown; of what a snapshot had set aside nobody asks that."""
        store = self._context.store
        for table in store.tables():
            for record in store.list(table):
                if why := self._domain.misfit(self._context, table, record):
                    yield f"body.tables.{table}.{record.id}: {why}"

    async def _requests(self, _scope: Any, _body: bytes) -> tuple[int, Json]:
        return 200, self._log.entries()

    async def _other_credentials(self, _scope: Any, _body: bytes) -> tuple[int, Json]:
        """Those of the second organization."""
        identities = self._keyring.identities
        return 200, self._accepted(identities[1]) if len(identities) > 1 else {}

    async def _credentials(self, scope: Any, _body: bytes) -> tuple[int, Json]:
        """Values while they are the demo ones; of your own keys, names alone."""
        identities = {each.organization: each for each in reversed(self._keyring.identities)}
        wanted = parse_qs(scope["query_string"].decode("latin-1")).get("organization")
        if wanted and wanted[0] not in identities:
            raise BadRequest(f"query.organization: expected {' or '.join(reversed(identities))}")
        if not identities:
            return 200, dict.fromkeys(self._keyring.schemes, "(one of your own keys)")
        return 200, self._accepted(identities[wanted[0]] if wanted else self._keyring.identities[0])

    def _accepted(self, identity: Identity) -> Json:
        if not self._context.settings.demo:
            return dict.fromkeys(self._keyring.schemes, "(one of your own keys)")
        return {name: self._keyring.expected(identity, name) for name in self._keyring.schemes}


def _check_token(token: str, authorization: str) -> None:
    kind, _, value = authorization.partition(" ")
    if kind.lower() != "bearer" or not hmac.compare_digest(
        token.encode(), value.strip().encode("utf-8", "replace")
    ):
        raise Unauthorized(
            "authorization: Bearer with the admin token is required", headers={"WWW-Authenticate": "Bearer"}
        )


def _is_loopback(host: str) -> bool:
    if host in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
