"""A toy token endpoint (RFC 6749), where a document has one on its own server.

A client is an organization with its secret: the demo ones, or those of `--keys`. It asks with
`client_credentials`; `password` takes the same two as a user's name and password, `refresh_token` what an
answer gave. Refusals are those of section 5.2.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, unquote_plus, urlsplit

from handlers.body import read_body
from handlers.exchange import header
from handlers.problems import MethodNotAllowed
from handlers.respond import send_bytes
from handlers.security import Keyring
from handlers.tokens import LIFETIME
from openapi import codec, media
from openapi.document import Document

MAX_BODY = 64 * 1024

Form = dict[str, str]


class Denied(Exception):
    """A refusal in the words of RFC 6749 section 5.2."""

    def __init__(self, code: str, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.code, self.why, self.status = code, why, status


class TokenEndpoint:
    """Gives tokens at the paths of the document's own token URLs. `mounts`: where the API answers."""

    def __init__(self, document: Document, mounts: Iterable[str], keyring: Keyring) -> None:
        self._keyring = keyring
        self.scopes: dict[str, set[str]] = {}
        """The scopes that each path knows, the document's own spelling of the path first."""
        places = list(mounts)
        taken = {mount + operation.path for operation in document.operations for mount in places}
        for url, scopes in _token_urls(document):
            for path in _paths(document, places, url):
                if path not in taken:  # the document's own path wins
                    self.scopes.setdefault(path, set()).update(scopes)

    def knows(self, path: str) -> bool:
        return path in self.scopes

    async def answer(self, path: str, scope: Any, receive: Any, send: Any) -> None:
        """Answers a request for a token. Raises MethodNotAllowed, TooLarge."""
        if scope["method"] != "POST":
            raise MethodNotAllowed(f"{path} answers POST", headers={"Allow": "POST"})
        body = await read_body(scope, receive, MAX_BODY)
        headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
        try:
            status, told = 200, self._grant(path, scope, body)
        except Denied as denied:
            status, told = denied.status, {"error": denied.code, "error_description": denied.why}
            if status == 401:
                headers["WWW-Authenticate"] = 'Basic realm="token endpoint"'
        await send_bytes(scope, send, status, codec.encode(told), "application/json", headers)

    def _grant(self, path: str, scope: Any, body: bytes) -> dict[str, Any]:
        """The answer of a success. Raises Denied."""
        form = _form(scope, body)
        client = self._client(scope, form)
        match form.get("grant_type"):
            case "client_credentials":
                if client is None:
                    raise Denied("invalid_client", "client_id and client_secret are required", 401)
                holder = client
            case "password":
                holder = self._user(form)
            case "refresh_token":
                holder = self._refreshed(form, client)
            case None:
                raise Denied("invalid_request", "grant_type is required")
            case _:
                known = "client_credentials, password or refresh_token"
                raise Denied("unsupported_grant_type", f"grant_type: expected {known}")
        granted = _granted(form, self.scopes[path])
        return self._told(holder, granted, refresh=form["grant_type"] != "client_credentials")

    def _told(self, holder: str, scopes: str, refresh: bool) -> dict[str, Any]:
        tokens = self._keyring.tokens
        told: dict[str, Any] = {
            "access_token": tokens.issue("access", holder),
            "token_type": "Bearer",
            "expires_in": LIFETIME["access"],
        }
        if refresh:
            told["refresh_token"] = tokens.issue("refresh", holder)
        return {**told, "scope": scopes} if scopes else told

    def _client(self, scope: Any, form: Form) -> str | None:
        """The client that a request names and proves to be; None where it names none (section 2.3)."""
        kind, _, sent = (header(scope, b"authorization") or "").partition(" ")
        if kind.lower() == "basic":
            if "client_secret" in form:
                raise Denied("invalid_request", "the client proves itself in two ways")
            return self._proven(_basic(sent), "invalid_client", "the client is not known", 401)
        if "client_secret" in form:
            pair = [(form.get("client_id", ""), form["client_secret"])]
            return self._proven(pair, "invalid_client", "the client is not known", 401)
        return None

    def _user(self, form: Form) -> str:
        if "username" not in form or "password" not in form:
            raise Denied("invalid_request", "username and password are required")
        return self._proven([(form["username"], form["password"])], "invalid_grant", "wrong name or password")

    def _refreshed(self, form: Form, client: str | None) -> str:
        if "refresh_token" not in form:
            raise Denied("invalid_request", "refresh_token is required")
        holder = self._keyring.tokens.holder("refresh", form["refresh_token"])
        if holder is None or client not in (None, holder):
            raise Denied("invalid_grant", "the refresh token is not known, has ended, or is another client's")
        return holder

    def _proven(self, pairs: Iterable[tuple[str, str]], code: str, why: str, status: int = 400) -> str:
        """The organization of the first pair that is one with its secret. Raises Denied."""
        for name, secret in pairs:
            if self._keyring.proves(name, secret):
                return name
        raise Denied(code, why, status)


def _form(scope: Any, body: bytes) -> Form:
    """The parameters of a request; those without a value count as omitted (section 3.2)."""
    if media.essence(header(scope, b"content-type") or "") != "application/x-www-form-urlencoded":
        raise Denied("invalid_request", "expected a body of the type application/x-www-form-urlencoded")
    try:
        pairs = parse_qs(body.decode(), max_num_fields=100)
    except ValueError:
        raise Denied("invalid_request", "the body is no form") from None
    if repeated := [name for name, values in pairs.items() if len(values) > 1]:
        raise Denied("invalid_request", f"{repeated[0]} stands twice")
    return {name: values[0] for name, values in pairs.items()}


def _granted(form: Form, known: set[str]) -> str:
    """The scopes of a token: those asked for, else all."""
    if "scope" not in form:
        return " ".join(sorted(known))
    if unknown := [scope for scope in form["scope"].split() if scope not in known]:
        raise Denied("invalid_scope", f"{unknown[0]} is no scope of the document")
    return form["scope"]


def _basic(text: str) -> Iterator[tuple[str, str]]:
    """Name and password of Basic credentials: encoded as a form does it (section 2.3.1), and as they are."""
    try:
        name, _, secret = b64decode(text.strip(), validate=True).decode().partition(":")
    except ValueError:
        return
    yield unquote_plus(name), unquote_plus(secret)
    yield name, secret


def _token_urls(document: Document) -> Iterator[tuple[str, set[str]]]:
    """Each token URL of an OAuth flow, and the scopes of that flow."""
    for scheme in document.security_schemes.values():
        flows = scheme.get("flows") if scheme.get("type") == "oauth2" else None
        for flow in flows.values() if isinstance(flows, dict) else ():
            scopes = flow.get("scopes") if isinstance(flow, dict) else None
            for key in ("tokenUrl", "refreshUrl") if isinstance(flow, dict) else ():
                if isinstance(flow.get(key), str):
                    yield flow[key], set(scopes) if isinstance(scopes, dict) else set()


def _paths(document: Document, mounts: list[str], url: str) -> list[str]:
    """The paths at which a token URL answers here; none where it is another server's."""
    try:
        parts = urlsplit(url)
        ours = {(own.scheme, own.netloc) for own in map(urlsplit, document.server_urls)}
    except ValueError:
        return []
    if parts.netloc and (parts.scheme, parts.netloc) not in ours:
        return []
    bases = document.base_paths
    written = [parts.path] if parts.path.startswith("/") else [f"{base}/{parts.path}" for base in bases]
    found = [path for path in written if path not in ("", "/")]
    below = [path.removeprefix(base) for path in found for base in bases if path.startswith(base + "/")]
    return list(dict.fromkeys([*found, *(mount + path for path in below for mount in mounts)]))
