"""The form encoding, strictly: percent signs, pluses and ampersands to texts, and texts to values.

`007` is no integer, `NaN` no number, and a percent sign that escapes nothing is a problem: no guesses.
"""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from openapi.codec import Json
from openapi.shape import Shape

Pairs = Mapping[str, list[str]]
"""Raw (still percent-encoded) values by decoded name, in the order sent."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


class Undecodable(ValueError):
    """Text that cannot be the value of a parameter; the message says why."""


def percent_decode(text: str, plus: bool = False) -> str:
    """Text of a URL component, strictly (RFC 3986 section 2.1; UTF-8). `plus`: a plus sign is a space.

    `text` is as it came: one character per byte (latin-1), so that unencoded UTF-8 is understood as well.
    Raises Undecodable.
    """
    if "%" not in text and text.isascii() and not (plus and "+" in text):
        return text
    if _BAD_PERCENT.search(text):
        raise Undecodable("a percent sign without two hexadecimal digits")
    try:
        return unquote_to_bytes((text.replace("+", " ") if plus else text).encode("latin-1")).decode()
    except UnicodeError:
        raise Undecodable("bytes that are not UTF-8") from None


def split_query(query: str) -> dict[str, list[str]]:
    """A raw query string as raw values by decoded name. Raises Undecodable for a name that cannot be decoded.

    Empty parts, as in `a=1&&b=2`, are skipped (https://url.spec.whatwg.org/#urlencoded-parsing).
    """
    pairs: dict[str, list[str]] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.setdefault(percent_decode(name, plus=True), []).append(value)
    return pairs


def read_form(text: str, shape: Shape) -> dict[str, Json]:
    """A body of the type `application/x-www-form-urlencoded` as an object of that shape.

    Lists come as repeated names. Raises Undecodable; also for a part that is no `name=value`, as every form
    writes it (https://url.spec.whatwg.org/#urlencoded-serializing).
    """
    if any("=" not in part for part in filter(None, text.split("&"))):
        raise Undecodable("a part that is no name=value")
    pairs = split_query(text.encode().decode("latin-1"))
    decode = text_decoder("query")
    return {name: read_member(name, values, shape.member(name), decode) for name, values in pairs.items()}


def read_text(text: str, shape: Shape) -> Json:
    """A body of a text type: itself, but where its schema admits no string, the number or boolean that it
    spells (https://spec.openapis.org/oas/v3.0.4.html#media-type-object)."""
    return text if "string" in shape.types else scalar(text, shape)


def read_member(name: str, raw: list[str], shape: Shape, decode: Callable[[str], str]) -> Json:
    """One member of an object: a list comes as repeated names, anything else once. Raises Undecodable."""
    if "array" in shape.types and (len(raw) > 1 or not shape.scalar):
        items = shape.items()
        return [scalar(decode(text), items) for text in raw]
    if len(raw) > 1:
        raise Undecodable(f"{name}: expected one value, got {len(raw)}")
    return scalar(decode(raw[0]), shape)


def scalar(text: str, shape: Shape) -> Json:
    """`text` as the first type of the shape that it spells exactly; left as text when it spells none. Null is
    spelled as in JSON, where no text can be meant."""
    types = shape.types
    if "integer" in types and _INTEGER.match(text) and len(text) < _MOST_DIGITS:
        return int(text)
    if "number" in types and _NUMBER.match(text):
        number = float(text)
        if abs(number) != float("inf"):
            return number
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    if "null" in types and text == "null" and "string" not in types:
        return None
    return text


_MOST_DIGITS = 4300  # more, and Python refuses to convert (sys.set_int_max_str_digits)


def only_one(raw: list[str]) -> str:
    """The one value that was sent. Raises Undecodable for more."""
    if len(raw) > 1:
        raise Undecodable(f"expected one value, got {len(raw)}")
    return raw[0]


def text_decoder(location: str) -> Callable[[str], str]:
    """How text is encoded: percent in paths and cookies, as in forms in queries, not at all in headers."""
    if location == "query":
        return lambda text: percent_decode(text, plus=True)
    return percent_decode if location in ("path", "cookie") else str.strip
