"""Security Scheme Objects: where a request carries a credential, and how a person sends one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote

from handlers.exchange import cookies, header
from openapi.operation import Place

Extract = Callable[[Any], str | None]
"""The credential that a request (an ASGI scope) carries for one scheme, or None."""

_AS_BEARER = {"oauth2", "openIdConnect"}


def extractor(scheme: Place) -> Extract | None:
    """How to read the credential of a Security Scheme Object from a request; None for a kind that no request
    shows."""
    kind, place, name = str(scheme.get("type")), scheme.get("in"), str(scheme.get("name", ""))
    if kind == "apiKey" and place == "header":
        key = name.lower().encode()
        # The HTTP parser leaves the space behind a value, which is no part of it (RFC 9110 section 5.5).
        return lambda scope: (header(scope, key) or "").strip(" \t")
    if kind == "apiKey" and place == "query":
        return lambda scope: _first(parse_qs(scope["query_string"].decode("latin-1")).get(name))
    if kind == "apiKey" and place == "cookie":
        return lambda scope: _first(cookies(scope).get(name))
    if kind == "http" or kind in _AS_BEARER:
        return _authorization(_http_scheme(scheme))
    return None


def unchecked(scheme: Place) -> str:
    """Why a scheme is let pass unseen, for a person."""
    if scheme.get("type") == "mutualTLS":
        return "mutual TLS is not asked for: this server speaks plain HTTP"
    kind = f"{scheme.get('type')} {scheme.get('in', '')}".strip()
    return f"the kind {kind!r} is not known, and not asked for"


def label(scheme: Place) -> str:
    """What to call a scheme to a person: `x-api-key`, `cookie sid`, `authorization: Bearer`."""
    if scheme.get("type") != "apiKey":
        return f"authorization: {_http_scheme(scheme).title()}"
    place = scheme.get("in")
    return str(scheme.get("name")) if place == "header" else f"{place} {scheme.get('name')}"


def as_sent(scheme: Place, value: str) -> str:
    """A credential as a request carries it: `x-api-key: secret`, `?key=secret`, `cookie: sid=secret`,
    `authorization: Bearer secret`."""
    if scheme.get("type") != "apiKey":
        return f"{label(scheme)} {value}"
    name = str(scheme.get("name"))
    match scheme.get("in"):
        case "query":
            return f"?{quote(name, safe='')}={quote(value, safe='')}"
        case "cookie":
            return f"cookie: {name}={value}"
    return f"{name}: {value}"


def challenge(scheme: Place, title: str) -> str:
    """A challenge in the grammar of RFC 9110 section 11.6.1; for API keys, which have no registered scheme,
    `ApiKey`."""
    kind = _http_scheme(scheme).title() if scheme.get("type") != "apiKey" else "ApiKey"
    realm = title.encode("ascii", "ignore").decode().replace("\\", "").replace('"', "")
    return f'{kind} realm="{realm}"'


def is_basic(scheme: Place) -> bool:
    """Whether what is sent is a name and a password (RFC 7617)."""
    return scheme.get("type") == "http" and _http_scheme(scheme).lower() == "basic"


def _http_scheme(scheme: Place) -> str:
    written = scheme.get("scheme") if scheme.get("type") == "http" else None
    return str(written or "bearer")


def _first(values: list[str] | None) -> str | None:
    return values[0] if values else None


def _authorization(kind: str) -> Extract:
    wanted = kind.lower()

    def extract(scope: Any) -> str | None:
        scheme, _, value = (header(scope, b"authorization") or "").partition(" ")
        return value.strip() or None if scheme.lower() == wanted else None

    return extract
