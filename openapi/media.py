"""Media types (RFC 9110 sections 8.3, 12.5.1): which one a message carries, which ones a client accepts."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

Kind = Literal["json", "form", "multipart", "xml", "sequence", "text", "bytes"]
"""How the bodies of a media type are written."""

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_SEQUENCES = {
    "application/jsonl", "application/x-jsonl", "application/x-jsonlines", "application/jsonlines",
    "application/x-ndjson", "application/ndjson", "application/json-seq", "text/event-stream",
}  # fmt: skip
"""One value after the other (OpenAPI 3.2, "Sequential Media Types")."""

_TEXTS = {
    "application/javascript", "application/ecmascript", "application/graphql", "application/sql",
    "application/yaml", "application/x-yaml", "application/toml", "application/csv", "application/x-sh",
}  # fmt: skip
"""Text that does not say so (RFC 9512, RFC 9239)."""

_PARAMETER = re.compile(r';\s*([!#$%&\'*+.^`|~\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*))')

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"{_WORD}/{_WORD}\Z|\*\Z")


def essence(header: str) -> str:
    """`type/subtype` of a Content-Type or a declared media type: lower case, without parameters."""
    return header.split(";", 1)[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON (`application/json`, `+json` suffixes of RFC 6839)."""
    subtype = media_type.partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


def kind(media_type: str) -> Kind:
    """How bodies of a type (an essence) are written; `bytes` for all that is opaque: images, archives."""
    if is_json(media_type):
        return "json"
    if media_type in (FORM, MULTIPART):
        return "form" if media_type == FORM else "multipart"
    if media_type in _SEQUENCES:
        return "sequence"
    main, _, subtype = media_type.partition("/")
    if subtype == "xml" or (subtype.endswith("+xml") and main != "image"):
        return "xml"
    is_text = main == "text" or media_type in _TEXTS or subtype.endswith("+yaml")
    return "text" if is_text else "bytes"


def parameter(header: str, name: str) -> str | None:
    """The value of a parameter of a Content-Type (RFC 9110 section 5.6.6), or None."""
    for key, quoted, token in _PARAMETER.findall(header):
        if key.lower() == name:
            return re.sub(r"\\(.)", r"\1", quoted) or str(token)
    return None


def is_range(media_type: str) -> bool:
    """Whether a declared media type stands for many: `*/*`, `image/*`."""
    return essence(media_type).endswith("*")


def preferred(declared: Iterable[str]) -> str | None:
    """The declared media type to answer in: the first that is JSON, else the first; None of none."""
    names = list(declared)
    return next((name for name in names if is_json(essence(name))), names[0] if names else None)


def match(actual: str, declared: Iterable[str]) -> str | None:
    """The most specific declared media type or range (`text/*`) that an essence falls under, or None."""
    candidates: dict[str, str] = {}
    for name in declared:
        candidates.setdefault(essence(name), name)
    kind = actual.partition("/")[0]
    return candidates.get(actual) or candidates.get(f"{kind}/*") or candidates.get("*/*")


def acceptable(accept: str, offered: tuple[str, ...]) -> bool:
    """Whether one of the offered media types (or of an offered range) may be sent for this Accept header."""
    return chosen(accept, offered) is not None


@lru_cache(maxsize=1024)
def chosen(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered media type (or range) that an Accept header wants most; of several the one that is
    `preferred`. None where it wants none of them."""
    ranges = [found for part in accept.split(",") if _RANGE.match((found := _weighed(part))[0])]
    if not ranges:  # one that names no media type at all asks for nothing
        return preferred(offered)
    weighed = {name: _quality(essence(name), ranges) for name in offered}
    most = max(weighed.values(), default=0.0)
    return preferred(name for name, weight in weighed.items() if weight == most) if most > 0 else None


@lru_cache(maxsize=1024)
def concrete(declared: str, accept: str, usual: str) -> str:
    """What to call a body of a declared type: itself; of a range the type in it that an Accept header names
    first, else `usual` where that is in it, else the best known one."""
    if not is_range(declared):
        return declared
    main = essence(declared).partition("/")[0]
    named = [_weighed(part)[0] for part in accept.split(",") if part.strip()]
    for name in (*named, usual):
        if not name.endswith("*") and "/" in name and main in ("*", name.partition("/")[0]):
            return name
    return _USUAL.get(main, usual)


_USUAL = {"text": "text/plain", "image": "image/png", "audio": "audio/mpeg", "video": "video/mp4"}


def _weighed(part: str) -> tuple[str, float]:
    name, *parameters = (piece.strip().lower() for piece in part.split(";"))
    weight = next((p[2:] for p in parameters if p.startswith("q=")), "1")
    try:
        return name, float(weight)
    except ValueError:
        return name, 1.0


def _quality(name: str, ranges: list[tuple[str, float]]) -> float:
    """The weight of the most specific range that names the media type; 0 when none does."""
    kind = name.partition("/")[0]
    if name.endswith("/*"):  # the server may choose from the range that it offers
        within = [q for wish, q in ranges if name == "*/*" or wish.partition("/")[0] in (kind, "*")]
        return max(within, default=0.0)
    for range_ in (name, f"{kind}/*", "*/*", "*"):
        if weights := [weight for wish, weight in ranges if wish == range_]:
            return max(weights)
    return 0.0
