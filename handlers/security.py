"""Credentials to caller: each operation's security requirements, AND within one, OR between several
(OpenAPI 3, Security Requirement Object).

Header values name an organization and prove it by a secret. The scheme that names it is found in the
document (`openapi/inference/tenant.py`); every other scheme carries the secret, compared in constant time.
"""

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

from handlers import exchange
from handlers.call import Caller
from handlers.context import Context
from handlers.exchange import cookies, header
from handlers.problems import Unauthorized
from handlers.settings import Identity, Settings
from handlers.stage import ASGIApp, Stage
from openapi.document import Document
from openapi.inference.tenant import tenant_scheme
from openapi.operation import Operation, Place

Extract = Callable[[Any], str | None]
"""The credential that a request (an ASGI scope) carries for one scheme, or None."""

_BEARER = {"oauth2", "openIdConnect"}


def extractor(scheme: Place) -> Extract | None:
    """How to read the credential of a Security Scheme Object from a request; None for a kind that is not
    known."""
    kind, place, name = scheme.get("type"), scheme.get("in"), str(scheme.get("name", ""))
    if kind == "apiKey" and place == "header":
        key = name.lower().encode()
        # The HTTP parser leaves the space behind a value, which is no part of it (RFC 9110 section 5.5).
        return lambda scope: (header(scope, key) or "").strip(" \t")
    if kind == "apiKey" and place == "query":
        return lambda scope: _first(parse_qs(scope["query_string"].decode("latin-1")).get(name))
    if kind == "apiKey" and place == "cookie":
        return lambda scope: _first(cookies(scope).get(name))
    if kind == "http" or kind in _BEARER:
        return _authorization(str(scheme.get("scheme", "bearer")))
    return None


def label(scheme: Place) -> str:
    """What to call a scheme to a person: `x-api-key`, `cookie sid`, `authorization: Bearer`."""
    if scheme.get("type") != "apiKey":
        return f"authorization: {str(scheme.get('scheme', 'bearer')).title()}"
    place = scheme.get("in")
    return str(scheme.get("name")) if place == "header" else f"{place} {scheme.get('name')}"


def as_sent(scheme: Place, value: str) -> str:
    """A credential as a person would send it: `x-api-key: secret`, `authorization: Bearer secret`."""
    separator = ":" if scheme.get("type") == "apiKey" else ""
    return f"{label(scheme)}{separator} {value}"


_Expected = tuple[Caller, dict[str, bytes]]
"""A caller, and by scheme what it must send."""


class Keyring:
    """Who may call: identities and, per scheme of the document, the value that each must send."""

    def __init__(self, document: Document, settings: Settings) -> None:
        self.settings = settings
        self.tenant = tenant_scheme(document)
        self.schemes = document.security_schemes
        self.extractors = {name: _known(document, name, scheme) for name, scheme in self.schemes.items()}
        self._known: dict[str, list[_Expected]] = {}
        for identity in settings.identities:
            expected = {name: self.expected(identity, name).encode() for name in self.schemes}
            self._known.setdefault(identity.organization, []).append(
                (Caller(identity.organization), expected)
            )

    def expected(self, identity: Identity, scheme: str) -> str:
        """The value that `identity` sends for a scheme."""
        value = identity.organization if scheme == self.tenant else identity.secret
        basic = str(self.schemes[scheme].get("scheme", "")).lower() == "basic"
        return _basic(identity) if basic else value

    def caller(self, presented: dict[str, str]) -> Caller | None:
        """Whose credentials these are (scheme name -> value, all there), or None.

        Constant time per identity.
        """
        if self.settings.auth == "any":
            return Caller(presented.get(self.tenant or "", self._fallback))
        for caller, expected in self._candidates(presented):
            fits = [_same(expected[name], value) for name, value in presented.items()]
            if all(fits):
                return caller
        return None

    def anonymous(self, scope: Any) -> Caller:
        """Whom an open operation, or a mock without security, takes the caller for: the organization it
        names, if any."""
        named = self.extractors[self.tenant](scope) if self.tenant else None
        return Caller(named or self._fallback)

    def _candidates(self, presented: dict[str, str]) -> Iterable[_Expected]:
        """The identities worth comparing: the organization's name is no secret and may be looked up."""
        if self.tenant in presented:
            return self._known.get(presented[self.tenant], ())
        return chain.from_iterable(self._known.values())

    @property
    def _fallback(self) -> str:
        return self.settings.identities[0].organization if self.settings.identities else "default"


class SecurityStage(Stage):
    """Lets a request pass with a caller, or refuses it with 401."""

    def __init__(self, app: ASGIApp, context: Context, keyring: Keyring) -> None:
        super().__init__(app, context)
        self.keyring = keyring

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        alternatives = [tuple(requirement) for requirement in operation.security]
        _check_declared(self.context.document, operation, alternatives)
        if not alternatives or () in alternatives or self.context.settings.auth == "off":
            return self._open(next_app)
        return self._guarded(alternatives, next_app)

    def _open(self, next_app: ASGIApp) -> ASGIApp:
        async def run(scope: Any, receive: Any, send: Any) -> None:
            exchange.of(scope).caller = self.keyring.anonymous(scope)
            await next_app(scope, receive, send)

        return run

    def _guarded(self, alternatives: list[tuple[str, ...]], next_app: ASGIApp) -> ASGIApp:
        requirements = [(names, [self.keyring.extractors[name] for name in names]) for names in alternatives]
        refused = _Refused(self.context.document, self.keyring, alternatives)

        async def run(scope: Any, receive: Any, send: Any) -> None:
            for names, extracts in requirements:
                values = [value for extract in extracts if (value := extract(scope))]
                if len(values) < len(names):
                    continue
                if caller := self.keyring.caller(dict(zip(names, values, strict=True))):
                    exchange.of(scope).caller = caller
                    await next_app(scope, receive, send)
                    return
            raise refused.because(scope)

        return run


class _Refused:
    """The 401 of one operation: which credentials it asks for, and whether they were missing or wrong."""

    def __init__(self, document: Document, keyring: Keyring, alternatives: list[tuple[str, ...]]) -> None:
        self.keyring, self.names = keyring, alternatives[0]
        schemes = [keyring.schemes[name] for name in self.names]
        self.labels = [label(scheme) for scheme in schemes]
        self.headers = {"WWW-Authenticate": _challenge(schemes[0], document.title)}

    def because(self, scope: Any) -> Unauthorized:
        missing = any(not self.keyring.extractors[name](scope) for name in self.names)
        if missing:
            plural = len(self.labels) > 1
            wish = f"{' and '.join(self.labels)} {'headers are' if plural else 'is'} required"
            return Unauthorized(
                wish, error="Missing required headers" if plural else None, headers=self.headers
            )
        others = " or ".join(self.labels) if len(self.labels) > 1 else self.labels[0]
        return Unauthorized(f"Invalid {others}", headers=self.headers)


def _challenge(scheme: Place, title: str) -> str:
    """A challenge in the grammar of RFC 9110 section 11.6.1; for API keys, which have no registered scheme,
    `ApiKey`."""
    kind = str(scheme.get("scheme", "bearer")).title() if scheme.get("type") != "apiKey" else "ApiKey"
    realm = title.encode("ascii", "ignore").decode().replace("\\", "").replace('"', "")
    return f'{kind} realm="{realm}"'


def _known(document: Document, name: str, scheme: Place) -> Extract:
    found = extractor(scheme)
    if found is None:
        kind = f"{scheme.get('type')} {scheme.get('in', '')}".strip()
        raise document.error(
            scheme.pointer, f"the security scheme {name} is of the kind {kind!r}, which cannot be checked"
        )
    return found


def _check_declared(document: Document, operation: Operation, alternatives: list[tuple[str, ...]]) -> None:
    for name in {name for names in alternatives for name in names}:
        if name not in document.security_schemes:
            raise document.error(operation.place.pointer, f"no security scheme is named {name!r}")


def _same(expected: bytes, value: str) -> bool:
    return hmac.compare_digest(expected, value.encode("latin-1", "replace"))


def _first(values: list[str] | None) -> str | None:
    return values[0] if values else None


def _authorization(kind: str) -> Extract:
    wanted = kind.lower()

    def extract(scope: Any) -> str | None:
        scheme, _, value = (header(scope, b"authorization") or "").partition(" ")
        return value.strip() or None if scheme.lower() == wanted else None

    return extract


def _basic(identity: Identity) -> str:
    return b64encode(f"{identity.organization}:{identity.secret}".encode()).decode()
