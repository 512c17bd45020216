"""The form encoding, strictly: percent signs, pluses and ampersands to texts, and texts to values.

`007` is no integer, `NaN` no number, and a percent sign that escapes nothing is a problem: no guesses.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
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


def read_nested(name: str, found: list[tuple[str, str]], shape: Shape) -> Json:
    """The object or list that texts under `[a][b]`, `[]`, `[0]` behind a name spell. Raises Undecodable."""
    root: dict[str, Any] = {}
    for brackets, text in found:
        tokens = _BRACKETS.findall(brackets)
        if len(tokens) > _MOST_BRACKETS or "".join(f"[{token}]" for token in tokens) != brackets:
            raise Undecodable(f"{name}{brackets}: expected up to {_MOST_BRACKETS} pairs of brackets")
        node = root
        for token in tokens[:-1]:
            node = node.setdefault(token, {})
            if not isinstance(node, dict):
                raise Undecodable(f"{name}{brackets}: a value and members of one")
        if isinstance(node.setdefault(tokens[-1], []), dict):
            raise Undecodable(f"{name}{brackets}: a value and members of one")
        node[tokens[-1]].append(text)
    return _nested(name, root, shape)


_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_MOST_BRACKETS = 16


def _nested(name: str, node: Any, shape: Shape) -> Json:
    if isinstance(node, list):
        return read_member(name, node, shape, str)
    if "array" not in shape.types or "object" in shape.types:
        return {key: _nested(f"{name}[{key}]", each, shape.member(key)) for key, each in node.items()}
    items = shape.items()
    plain = node.pop("", [])
    first = [_nested(name, plain, items)] if isinstance(plain, dict) else [scalar(t, items) for t in plain]
    return [*first, *(_nested(f"{name}[{key}]", each, items) for key, each in node.items())]


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
