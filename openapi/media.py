"""Media types (RFC 9110 sections 8.3, 12.5.1): which one a message carries, which ones a client accepts."""

import re
from collections.abc import Iterable
from functools import lru_cache

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_RANGE = re.compile(rf"{_WORD}/{_WORD}\Z|\*\Z")


def essence(header: str) -> str:
    """`type/subtype` of a Content-Type or a declared media type: lower case, without parameters."""
    return header.split(";", 1)[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON (`application/json`, `+json` suffixes of RFC 6839)."""
    subtype = media_type.partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


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


@lru_cache(maxsize=1024)
def acceptable(accept: str, offered: tuple[str, ...]) -> bool:
    """Whether one of the offered media types (or of an offered range) may be sent for this Accept header; yes
    where it names no media type at all, for then it asks for nothing."""
    ranges = [found for part in accept.split(",") if _RANGE.match((found := _weighed(part))[0])]
    return not ranges or any(_quality(essence(name), ranges) > 0 for name in offered)


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
