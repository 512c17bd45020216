"""CORS (Fetch standard, section 3.2): browsers of any origin may call the API, with the headers that the
document declares."""

from collections.abc import Iterable
from typing import Any

from openapi.document import Document

ALLOW_ORIGIN = (b"access-control-allow-origin", b"*")
EXPOSE = (b"access-control-expose-headers", b"*, Location, WWW-Authenticate, Allow, Preference-Applied")
_ALWAYS = ("content-type", "accept", "prefer", "x-redocly-response-status", "x-redocly-response-body-example")


def is_preflight(scope: Any) -> bool:
    names = {name for name, _ in scope["headers"]}
    return scope["method"] == "OPTIONS" and {b"origin", b"access-control-request-method"} <= names


def response_headers(has_origin: bool) -> tuple[tuple[bytes, bytes], ...]:
    """What an answer carries for a request that names its origin."""
    return (ALLOW_ORIGIN, EXPOSE) if has_origin else ()


def preflight(methods: str, document: Document) -> dict[str, str]:
    """What the answer to a preflight carries besides."""
    return {
        "Access-Control-Allow-Methods": methods,
        "Access-Control-Allow-Headers": ", ".join(allowed_headers(document)),
        "Access-Control-Max-Age": "600",
    }


def allowed_headers(document: Document) -> Iterable[str]:
    """Request headers that the document knows: security schemes and header parameters, and those of our
    controls."""
    names = dict.fromkeys(_ALWAYS)
    for scheme in document.security_schemes.values():
        in_header = scheme.get("in") == "header"
        names[str(scheme.get("name")).lower() if in_header else "authorization"] = None
    for operation in document.operations:
        names.update({p.name.lower(): None for p in operation.parameters if p.location == "header"})
    return names
