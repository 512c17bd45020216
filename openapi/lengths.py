"""Texts of a given length that are otherwise like one that fits."""

import re
from collections.abc import Iterator

from openapi.pattern import matching

LONGEST = 100_000
"""Characters of the longest text that is made."""

_PLACES = 20
_NESTED, _NESTED_MOST = re.compile(r"\)[*+{]"), 200
_SHORTEST = {
    "email": ("a@b.c", "a@b"),
    "idn-email": ("a@b",),
    "uri": ("a:b",),
    "hostname": ("a",),
    "ipv6": ("::",),
}


def shorter(value: str, size: int, pattern: str | None, kind: str | None) -> Iterator[str]:
    """Texts of `size` code points made by leaving some of `value` out, what matches `pattern` first.

    Of the format `kind`, and with a pattern, also shorter ones.
    """
    if pattern is not None:
        yield from _found(pattern, size, size)
        yield from _found(pattern, 0, size)
    else:
        yield value[:size]
        yield value[-size:] if size else ""
    for start in _places(value):
        yield value[:start] + value[start + len(value) - size :]
    yield from (text for text in _SHORTEST.get(str(kind), ()) if len(text) <= size)


def longer(value: str, size: int, pattern: str | None, kind: str | None) -> Iterator[str]:
    """Texts of `size` code points made by repeating some of `value`, what matches `pattern` first."""
    if pattern is not None:
        yield from _found(pattern, size, size)
    if kind in ("email", "idn-email"):
        yield _long_address(size)
    if kind == "date-time":
        yield f"{value[:19]}.{'0' * (size - 21)}Z"
    if not value:
        yield "a" * size
    for start in _places(value):
        yield value[:start] + value[start] * (size - len(value)) + value[start:]
    yield (value * (size // max(len(value), 1) + 1))[:size]


def _found(pattern: str, least: int, most: int) -> Iterator[str]:
    if least > _NESTED_MOST and _NESTED.search(pattern):
        return  # a thousand times a thousand letters would be made
    text = matching(pattern, least, most)
    if text is not None:
        yield text


def _long_address(size: int) -> str:
    """An address of that size: no label of its domain is longer than 63 (RFC 1035 section 2.3.4)."""
    labels = ("a" * 59 + ".") * (size // 60 + 1)
    return "a@" + (labels[: max(size - 6, 0)].strip(".") + ".bbbbbbbbb")[: max(size - 2, 0)]


def _places(value: str) -> Iterator[int]:
    """Places in a text, the last one first, at most about twenty."""
    yield from range(len(value) - 1, -1, -max(1, len(value) // _PLACES))
