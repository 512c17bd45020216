"""JSON that keeps every number and every string as it came: integers of any size, decimals digit by digit."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

DEEPEST = 100
"""How many arrays and objects may stand in one another."""


def decode(raw: bytes) -> Any:
    """The value that bytes are. Of a member given twice, the last counts. Raises ValueError."""
    text = raw.decode("utf-8")
    try:
        value = json.loads(text, parse_float=_decimal, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if text.count("[") + text.count("{") > DEEPEST and _depth(value) > DEEPEST:
        raise ValueError("nested too deeply")
    return value


def encode(value: Any) -> bytes:
    """The bytes of a value; only ASCII, so that a lone surrogate passes as it came."""
    try:
        return json.dumps(value).encode()
    except TypeError:  # decimals, which json does not know
        return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{_text(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text[:20]} is out of range") from error


def _refuse(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level := [item for outer in level for item in _inside(outer)]:
        depth += 1
    return depth


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
