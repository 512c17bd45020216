"""The library behind logins: tokens come from an endpoint of its own (RFC 6749), and may be short-lived."""

import base64
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote_plus

from tests.servers.library import Library
from tests.servers.service import Call, Refusal, Reply
from tests.servers.serving import Server

CLIENTS = {"reader": ("s3cr&t of the reader", "one"), "other": ("s3cr&t of the other", "two")}
USERS = {"ada": ("her passw0rd", "one")}


class Lending(Library):
    """`life`: seconds that a token is good for. `says_when`: whether it is told so. `most`: logins that are
    accepted. `moved`: whether the endpoint answers with a redirect; `echoes`: whether problems repeat the
    token."""

    ROUTES: ClassVar = {**Library.ROUTES, "/token": {"POST": "give_token"}}
    PUBLIC: ClassVar = frozenset({"give_token"})

    def __init__(self, fault: str = "none") -> None:
        super().__init__(fault)
        self.life, self.says_when, self.most, self.moved, self.echoes = 600.0, True, 10_000, False, False
        self.tokens: dict[str, tuple[str, float]] = {}
        self.logins = list[dict[str, str]]()
        self.refusals = 0

    def give_token(self, call: Call) -> Reply:
        form = {name: values[0] for name, values in parse_qs(call.raw.decode()).items()}
        self.logins.append(form)
        if self.moved:
            return Reply(307, None, {"Location": "/elsewhere"})
        tenant = self.tenant_of(call, form)
        if tenant is None or len(self.logins) > self.most:
            return Reply(401, {"error": "invalid_client", "error_description": call.header("authorization")})
        token = f"{'x' * 20}.{len(self.logins)}-token-of-{tenant}"
        self.tokens[token] = (tenant, time.monotonic() + self.life)
        told: dict[str, Any] = {"access_token": token, "token_type": "Bearer"}
        return Reply(200, {**told, "expires_in": self.life} if self.says_when else told)

    def tenant_of(self, call: Call, form: dict[str, str]) -> str | None:
        """Whose token is asked for, or None."""
        name, secret = form.get("client_id", ""), form.get("client_secret", "")
        word, _, basic = (call.header("authorization") or "").partition(" ")
        if word == "Basic":
            name, secret = map(unquote_plus, base64.b64decode(basic).decode().split(":"))
        if CLIENTS.get(name, ("", ""))[0] != secret:
            return None
        if form["grant_type"] == "client_credentials":
            return CLIENTS[name][1]
        password, tenant = USERS.get(form.get("username", ""), (None, None))
        return tenant if password == form.get("password") else None

    def caller(self, call: Call) -> str:
        word, _, token = (call.header("authorization") or "").partition(" ")
        tenant, until = self.tokens.get(token, ("", 0.0))
        if word.lower() != "bearer" or time.monotonic() >= until:
            self.refusals += 1
            raise Refusal(401, "log in first", {"WWW-Authenticate": "Bearer"})
        return tenant

    def finished(self, call: Call, reply: Reply) -> Reply:
        if self.echoes and reply.status >= 400 and isinstance(reply.body, dict):
            reply.status, reply.body = 500, {"problem": f"no: {call.header('authorization')}"}
        return super().finished(call, reply)


@contextmanager
def lending(**different: Any) -> Iterator[tuple[str, Lending]]:
    """The address of the server and the service behind it."""
    service = Lending()
    for name, value in different.items():
        setattr(service, name, value)
    with Server(service) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server.url, service
        server.shutdown()
