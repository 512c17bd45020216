"""Where in a JSON text a value stands, found without reading the text into a tree that knows lines."""

import re
from collections.abc import Sequence
from json import JSONDecodeError, JSONDecoder
from json.decoder import scanstring  # type: ignore[attr-defined]  # the parser's own, which typeshed leaves out

from openapi.codec import Json

_BLANK = re.compile(r"[ \t\r\n]*")
_KEY_END = re.compile(rb'"\s+:')
_decode = JSONDecoder().raw_decode


def line(text: str, tokens: Sequence[str]) -> int | None:
    """The line (from 1) of what stands behind the tokens of a pointer, or of its nearest parent; None where
    the text is no JSON."""
    at = shown = _skip(text, 0)
    try:
        for token in tokens:
            found = _member(text, at, token) if text[at] == "{" else _item(text, at, token)
            if found is None:
                break
            shown, at = found
    except (JSONDecodeError, IndexError, RecursionError):
        return None
    return text.count("\n", 0, shown) + 1


def repeats(raw: bytes, keys: int) -> bool:
    """Whether a JSON text, of whose members `keys` were kept, may hold a key twice in one object."""
    return raw.count(b'":') != keys or _KEY_END.search(raw) is not None


def check_repeats(text: str) -> None:
    """Raises ValueError where a key stands twice in one object."""
    JSONDecoder(object_pairs_hook=_without_repeats).decode(text)


def _without_repeats(pairs: list[tuple[str, Json]]) -> None:
    if len(dict(pairs)) < len(pairs):
        twice = next(key for number, (key, _) in enumerate(pairs) if key in dict(pairs[:number]))
        raise ValueError(f"the key {twice!r} stands twice")


def _member(text: str, at: int, token: str) -> tuple[int, int] | None:
    """Where the key stands, and where its value does."""
    at = _skip(text, at + 1)
    while text[at] == '"':
        key, after = scanstring(text, at + 1)
        value = _skip(text, _skip(text, after) + 1)
        if key == token:
            return at, value
        at = _next(text, value)
    return None


def _item(text: str, at: int, token: str) -> tuple[int, int] | None:
    if text[at] != "[" or not (token.isascii() and token.isdecimal()):
        return None
    at = _skip(text, at + 1)
    for _ in range(int(token)):
        if text[at] == "]":
            return None
        at = _next(text, at)
    return None if text[at] == "]" else (at, at)


def _next(text: str, at: int) -> int:
    """What follows a value: the next key or item, or the end of what holds it."""
    after = _skip(text, _decode(text, at)[1])
    return _skip(text, after + 1) if text[after] == "," else after


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()
