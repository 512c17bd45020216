"""JSON in and out, strictly as RFC 8259 has it.

Integers above 64 bits stay exact (orjson turns them into floats), NaN and Infinity are no JSON, text is UTF-8
without lone surrogates, and nesting is bounded so that nothing behind this door can run out of stack.
"""

import re
from typing import Any

import msgspec

Json = Any
"""A JSON value: None, bool, int, float, str, list of Json, dict of str to Json."""

MAX_DEPTH = 200
"""Deepest nesting that is read (RFC 8259 section 9 lets a parser set one). The schema engine stops at 255."""

_decoder = msgspec.json.Decoder()
_encoder = msgspec.json.Encoder()
_AT_BYTE = re.compile(r" \(byte (\d+)\)$")


class DecodeError(ValueError):
    """Bytes that are not the JSON that is asked for. `offset` is the byte where it shows, when known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.offset = offset


def decode(data: bytes, deepest: int = MAX_DEPTH) -> Json:
    """The JSON value that `data` spells. Of a repeated key the last wins.

    Raises DecodeError with one sentence: not JSON, not UTF-8, a number out of range (a float above 1.8e308,
    an integer of more than 4300 digits), nested deeper than `deepest`.
    """
    try:
        value = _decoder.decode(data)
    except UnicodeDecodeError as error:
        raise DecodeError("not valid UTF-8") from error
    except RecursionError as error:
        raise DecodeError(f"nested deeper than {deepest} levels") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise _malformed(data, error) from error
    if data.count(b"{") + data.count(b"[") > deepest and depth(value) > deepest:
        raise DecodeError(f"nested deeper than {deepest} levels")
    return value


def encode(value: Json) -> bytes:
    """`value` as compact UTF-8 JSON; NaN and the infinities become null, as in JavaScript.

    Raises ValueError for a lone surrogate, TypeError for an object that is no data, RecursionError for a
    value that holds itself.
    """
    return _encoder.encode(value)


def show(value: Json, limit: int = 60) -> str:
    """`value` as JSON for a sentence that a person reads, cut at `limit` characters."""
    try:
        text = encode(value).decode()
    except (ValueError, TypeError, RecursionError):
        text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _malformed(data: bytes, error: Exception) -> DecodeError:
    if not data.strip():
        return DecodeError("empty, expected JSON", 0)
    if data.startswith(b"\xef\xbb\xbf"):
        return DecodeError("starts with a byte order mark, expected JSON", 0)
    text = str(error)
    found = _AT_BYTE.search(text)
    if found is None:
        return DecodeError("not valid JSON: " + text[:1].lower() + text[1:])
    reason = text[: found.start()].removeprefix("JSON is malformed: ")
    return DecodeError(f"not valid JSON: {reason} at byte {found[1]}", int(found[1]))


def depth(value: Json) -> int:
    """How deep lists and objects are nested in `value`; level by level, without recursion."""
    depth, level = 0, [value]
    while True:
        inner = [part for part in level if isinstance(part, (list, dict))]
        if not inner:
            return depth
        depth += 1
        level = [child for part in inner for child in (part.values() if isinstance(part, dict) else part)]
