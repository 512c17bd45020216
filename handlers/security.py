"""Credentials to caller: each operation's security requirements, AND within one, OR between several
(OpenAPI 3, Security Requirement Object).

Header values name an organization and prove it by a secret. The scheme that names it is found in the
document (`openapi/inference/tenant.py`); every other scheme carries the secret, compared in constant time.
"""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from itertools import chain
from typing import Any

from handlers import exchange
from handlers.call import Caller
from handlers.clock import Clock
from handlers.context import Context
from handlers.problems import Unauthorized
from handlers.schemes import Extract, challenge, extractor, is_basic, label, unchecked
from handlers.settings import PLACEHOLDER, Identity, Settings
from handlers.stage import ASGIApp, Stage
from handlers.tokens import Tokens
from openapi.document import Document
from openapi.inference.tenant import tenant_scheme
from openapi.operation import Operation

_Expected = tuple[Caller, dict[str, bytes]]
"""A caller, and by scheme what it must send."""


class Keyring:
    """Who may call: identities and, per scheme of the document that requests show, the value that each must
    send. `published`: whether samples are published whose placeholder is a credential too."""

    def __init__(
        self, document: Document, settings: Settings, clock: Clock | None = None, published: bool = False
    ) -> None:
        self.settings = settings
        self.identities = tuple(i for i in settings.identities if published or i.secret != PLACEHOLDER)
        self.tenant = tenant_scheme(document)
        declared = document.security_schemes
        found = {name: each for name, scheme in declared.items() if (each := extractor(scheme))}
        self.extractors: dict[str, Extract] = found
        self.schemes = {name: declared[name] for name in found}
        self.unchecked = {name: unchecked(declared[name]) for name in declared if name not in found}
        """Schemes that are let pass unseen, and why."""
        for name in _undeclared(document):
            self.unchecked[name] = "no security scheme has this name, so nothing is asked for"
        signing = "\n".join(f"{i.organization}:{i.secret}" for i in settings.identities)
        self.tokens = Tokens(signing.encode(), (clock or Clock()).now)
        self._token_schemes = {name for name in found if declared[name].get("type") in _TOKENS}
        self._proven: dict[tuple[tuple[str, str], ...], Caller] = {}
        """Credentials that were right once, and stay so: no tokens, which end."""

        self._known: dict[str, list[_Expected]] = {}
        for identity in self.identities:
            expected = {name: self.expected(identity, name).encode() for name in self.schemes}
            self._known.setdefault(identity.organization, []).append(
                (Caller(identity.organization), expected)
            )

    def expected(self, identity: Identity, scheme: str) -> str:
        """The value that `identity` sends for a scheme."""
        if is_basic(self.schemes[scheme]):
            return b64encode(f"{identity.organization}:{identity.secret}".encode()).decode()
        return identity.organization if scheme == self.tenant else identity.secret

    def proves(self, organization: str, secret: str) -> bool:
        """Whether an organization and a secret belong together (with `--auth any`, any two do)."""
        if self.settings.auth != "keys":
            return bool(organization and secret)
        fits = [
            _same(f"{i.organization}\0{i.secret}".encode(), f"{organization}\0{secret}")
            for i in self.identities
        ]
        return any(fits)

    def requirements(self, operation: Operation) -> list[tuple[str, ...]]:
        """The ways into an operation, each with the schemes that are asked for; an empty one: none is."""
        return [
            tuple(name for name in requirement if name in self.schemes) for requirement in operation.security
        ]

    def caller(self, presented: dict[str, str]) -> Caller | None:
        """Whose credentials these are (scheme name -> value, all there), or None."""
        if self.settings.auth == "any":
            return Caller(presented.get(self.tenant or "", self._fallback))
        key = tuple(presented.items())
        known = self._proven.get(key) or self._proved(presented)
        if known and len(self._proven) < _MOST_PROVEN and not presented.keys() & self._token_schemes:
            self._proven[key] = known
        return known

    def _proved(self, presented: dict[str, str]) -> Caller | None:
        """Compares with what is expected, in constant time per identity."""
        for caller, expected in self._candidates(presented):
            fits = [self._fits(caller, name, expected[name], value) for name, value in presented.items()]
            if all(fits):
                return caller
        return None

    def anonymous(self, scope: Any) -> Caller:
        """Whom an open operation, or a mock without security, takes the caller for: the organization it
        names, else the one whose credentials it has all the same, else the first."""
        named = self.extractors[self.tenant](scope) if self.tenant else None
        if named:
            return Caller(named)
        sent = {name: value for name, extract in self.extractors.items() if (value := extract(scope))}
        known = (self.caller({name: value}) for name, value in sent.items() if self.settings.auth != "any")
        return next(filter(None, known), None) or Caller(self._fallback)

    def _fits(self, caller: Caller, scheme: str, expected: bytes, value: str) -> bool:
        if _same(expected, value):
            return True
        return scheme in self._token_schemes and self.tokens.holder("access", value) == caller.organization

    def _candidates(self, presented: dict[str, str]) -> Iterable[_Expected]:
        """The identities worth comparing: the organization's name is no secret and may be looked up."""
        if self.tenant in presented:
            return self._known.get(presented[self.tenant], ())
        return chain.from_iterable(self._known.values())

    @property
    def _fallback(self) -> str:
        return self.identities[0].organization if self.identities else "default"


_TOKENS = {"oauth2", "openIdConnect"}
_MOST_PROVEN = 1000


class SecurityStage(Stage):
    """Lets a request pass with a caller, or refuses it with 401."""

    def __init__(self, app: ASGIApp, context: Context, keyring: Keyring) -> None:
        super().__init__(app, context)
        self.keyring = keyring

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        alternatives = self.keyring.requirements(operation)
        closed = [names for names in alternatives if names]
        if not closed or self.context.settings.auth == "off":
            return self._open(next_app)
        return self._guarded(closed, len(closed) < len(alternatives), next_app)

    def _open(self, next_app: ASGIApp) -> ASGIApp:
        async def run(scope: Any, receive: Any, send: Any) -> None:
            exchange.of(scope).caller = self.keyring.anonymous(scope)
            await next_app(scope, receive, send)

        return run

    def _guarded(self, alternatives: list[tuple[str, ...]], optional: bool, next_app: ASGIApp) -> ASGIApp:
        """`optional`: whether whoever has none of the credentials is let in all the same."""
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
            if not optional:
                raise refused.because(scope)
            exchange.of(scope).caller = self.keyring.anonymous(scope)
            await next_app(scope, receive, send)

        return run


class _Refused:
    """The 401 of one operation: which credentials it asks for, and whether they were missing or wrong."""

    def __init__(self, document: Document, keyring: Keyring, alternatives: list[tuple[str, ...]]) -> None:
        self.keyring, self.names = keyring, alternatives[0]
        schemes = [keyring.schemes[name] for name in self.names]
        self.labels = [label(scheme) for scheme in schemes]
        ways = (" and ".join(label(keyring.schemes[n]) for n in names) for names in alternatives[1:])
        self.others = "".join(f", or {way}" for way in dict.fromkeys(ways))
        in_headers = all(scheme.get("in", "header") == "header" for scheme in schemes)
        self.several = "headers" if in_headers else "credentials"
        self.headers = {"WWW-Authenticate": challenge(schemes[0], document.title)}

    def because(self, scope: Any) -> Unauthorized:
        missing = any(not self.keyring.extractors[name](scope) for name in self.names)
        if missing:
            plural = len(self.labels) > 1
            verb = f"{self.several} are" if plural else "is"
            wish = f"{' and '.join(self.labels)} {verb} required{self.others}"
            title = f"Missing required {self.several}" if plural else None
            return Unauthorized(wish, error=title, headers=self.headers)
        return Unauthorized(f"Invalid {' or '.join(self.labels)}", headers=self.headers)


def _undeclared(document: Document) -> list[str]:
    """The schemes that operations ask for and the document does not have."""
    asked = (name for operation in document.operations for each in operation.security for name in each)
    return [name for name in dict.fromkeys(asked) if name not in document.security_schemes]


def _same(expected: bytes, value: str) -> bool:
    return hmac.compare_digest(expected, value.encode("latin-1", "replace"))
