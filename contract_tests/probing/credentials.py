"""Which of an identity's headers is which security scheme's credential, and how to send others.

Names of headers have no case (RFC 9110 section 5.1). A header that no scheme names goes with every request.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from contract_tests.exchange import ONE, OTHER
from contract_tests.target import Target
from openapi.document import Document
from openapi.operation import Operation, Place

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Credential:
    """What a scheme wants: `place` header, query or cookie, its `name`, the text before the secret (`Bearer
    `), and the secret itself."""

    scheme: str
    place: str
    name: str
    prefix: str
    secret: str


class Credentials:
    """The credentials of both identities."""

    def __init__(self, target: Target, document: Document) -> None:
        self._schemes = document.security_schemes
        self._headers = {
            ONE: tuple((header.name, header.value) for header in target.headers),
            OTHER: tuple((header.name, header.value) for header in target.other),
        }
        self._found = {who: dict(self._read(headers)) for who, headers in self._headers.items()}

    def has(self, identity: str) -> bool:
        return bool(self._headers[identity])

    def of(self, identity: str) -> dict[str, Credential]:
        """Scheme -> credential, of the schemes that the identity has one for."""
        return self._found[identity]

    def requirement(self, operation: Operation, identity: str = ONE) -> tuple[str, ...]:
        """The schemes of the first of the operation's alternatives that the identity can satisfy; () where it
        is public, or none can be."""
        known = self._found[identity]
        satisfied = (tuple(one) for one in operation.security if all(name in known for name in one))
        return next(satisfied, ())

    def can(self, operation: Operation, identity: str = ONE) -> bool:
        """Whether the identity has what the operation asks for."""
        return (
            not operation.security
            or any(not one for one in operation.security)
            or bool(self.requirement(operation, identity))
        )

    def headers(self, identity: str) -> Headers:
        """What every request of an identity carries; keys of a query left out."""
        inside = {c.name for c in self._found[identity].values() if c.place == "query"}
        return tuple(pair for pair in self._headers[identity] if pair[0] not in inside)

    def query(self, identity: str) -> tuple[tuple[str, str], ...]:
        """The API keys that travel in the query."""
        return tuple((c.name, c.secret) for c in self._found[identity].values() if c.place == "query")

    def changed(self, scheme: str, secret: str | None, identity: str = ONE) -> tuple[Headers, Headers]:
        """(headers, query) in which one scheme's secret is another, or missing (None); all else as it is."""
        wanted = self._found[identity][scheme]
        headers, query = self.headers(identity), self.query(identity)
        if wanted.place == "query":
            return headers, tuple(_replaced(query, wanted.name, secret))
        if wanted.place == "cookie":
            return tuple(with_cookie(headers, wanted.name, secret)), query
        value = None if secret is None else wanted.prefix + secret
        return tuple(_replaced(headers, wanted.name, value)), query

    def _read(self, headers: Headers) -> Iterable[tuple[str, Credential]]:
        by_name = {name.lower(): value for name, value in headers}
        words = {_word(p) for p in self._schemes.values() if p.get("type") != "apiKey"}
        for scheme, place in self._schemes.items():
            found = _credential(scheme, place, by_name, dict(headers), words)
            if found:
                yield scheme, found


def _credential(
    scheme: str, place: Place, by_name: dict[str, str], as_written: dict[str, str], words: set[str]
) -> Credential | None:
    kind, where, name = place.get("type"), str(place.get("in")), str(place.get("name", ""))
    if kind == "apiKey" and where == "header" and name.lower() in by_name:
        return Credential(scheme, "header", name, "", by_name[name.lower()])
    if kind == "apiKey" and where == "query" and name in as_written:
        return Credential(scheme, "query", name, "", as_written[name])
    if kind == "apiKey" and where == "cookie":
        value = dict(_pairs(by_name.get("cookie", ""))).get(name)
        return Credential(scheme, "cookie", name, "", value) if value is not None else None
    if kind in ("http", "oauth2", "openIdConnect"):
        return _authorization(scheme, _word(place), by_name.get("authorization", ""), words)
    return None


def _authorization(scheme: str, kind: str, value: str, words: set[str]) -> Credential | None:
    """The credential in an Authorization header; `words`: those of all schemes of the document. A word that
    none of them has (`Token abc`) is taken for whichever is asked for."""
    word, space, secret = value.partition(" ")
    if not value or (word.lower() != kind and word.lower() in words):
        return None
    if not space:
        return Credential(scheme, "header", "Authorization", "", value)
    return Credential(scheme, "header", "Authorization", word + space, secret)


def _word(place: Place) -> str:
    """The word before the secret (RFC 9110 section 11.1), in lower case: oauth2 and openIdConnect are
    bearer."""
    return str(place.get("scheme", "bearer")).lower()


def _pairs(cookies: str) -> list[tuple[str, str]]:
    pieces = (piece.strip().partition("=") for piece in cookies.split(";") if piece.strip())
    return [(name, value) for name, _, value in pieces]


def _replaced(pairs: Headers, name: str, value: str | None) -> Iterable[tuple[str, str]]:
    for each, old in pairs:
        if each.lower() != name.lower():
            yield each, old
        elif value is not None:
            yield each, value


def with_cookie(headers: Headers, name: str, secret: str | None) -> Iterable[tuple[str, str]]:
    """The headers in which one cookie is another, or missing (None)."""
    for each, old in headers:
        if each.lower() != "cookie":
            yield each, old
            continue
        kept = list(_replaced(tuple(_pairs(old)), name, secret))
        if kept:
            yield each, "; ".join(f"{key}={value}" for key, value in kept)
