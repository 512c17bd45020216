"""Media types: which of the declared ones a message carries, and which of them a client accepts (RFC 9110 section 8.3, 12.5.1)."""

from collections.abc import Iterable
from functools import lru_cache


def essence(header: str) -> str:
    """`type/subtype` of a Content-Type or a declared media type: lower case, without parameters."""
    return header.split(";", 1)[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether bodies of this type are JSON (`application/json`, `+json` suffixes of RFC 6839)."""
    subtype = media_type.partition("/")[2]
    return subtype == "json" or subtype.endswith("+json")


def match(actual: str, declared: Iterable[str]) -> str | None:
    """The most specific declared media type (a range such as `text/*` may be declared) that `actual` falls under."""
    candidates = {essence(name): name for name in declared}
    kind = actual.partition("/")[0]
    return candidates.get(actual) or candidates.get(f"{kind}/*") or candidates.get("*/*")


@lru_cache(maxsize=1024)
def acceptable(accept: str, offered: tuple[str, ...]) -> bool:
    """Whether one of the offered media types may be sent to a client with this Accept header."""
    ranges = [_weighed(part) for part in accept.split(",") if part.strip()]
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
    weights = dict(ranges)
    for range_ in (name, name.partition("/")[0] + "/*", "*/*", "*"):
        if range_ in weights:
            return weights[range_]
    return 0.0
