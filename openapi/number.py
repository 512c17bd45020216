"""A number that fits: bounds, their ends in or out, and the multiples between them."""

from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

_STORED = {-(2**31), 2**31 - 1, -(2**63), 2**63 - 1}
"""Bounds that only say how an integer is stored: nobody means them as values to show."""

_End = tuple[Fraction, bool] | None
"""Where the numbers end, if they do, and whether the end itself is left out."""


def number(schema: dict[str, Any], kind: str, choose: Random | None) -> int | float:
    """The lowest number allowed, else the highest, else zero; with `choose` any of them."""
    low, high = _end(schema, "minimum", 1), _end(schema, "maximum", -1)
    if low is high is None and schema.get("format") in ("float", "double") and not choose:
        return 0.1
    origin, step = _grid(schema, kind, low, high, 1000 if choose else 8)
    first = _steps(low[0] - origin, step, low[1]) if low else None
    last = -_steps(origin - high[0], step, high[1]) if high else None
    found = origin + _place(first, last, choose) * step
    return int(found) if found.denominator == 1 else float(found)


def _end(schema: dict[str, Any], key: str, sign: int) -> _End:
    ends = [
        (Fraction(str(schema[name])), exclusive)
        for name, exclusive in ((key, False), (f"exclusive{key.title()}", True))
        if name in schema and schema[name] not in _STORED
    ]
    return max(ends, key=lambda end: (end[0] * sign, end[1]), default=None)


def _grid(schema: dict[str, Any], kind: str, low: _End, high: _End, parts: int) -> tuple[Fraction, Fraction]:
    """One place where a number could be, and how far it is from there to the next."""
    if kind == "integer" or "multipleOf" in schema:
        step = Fraction(str(schema.get("multipleOf", 1)))
        return Fraction(0), Fraction(step.numerator) if kind == "integer" else step
    span = (high[0] - low[0]) / parts if low and high else Fraction(0)
    return (low or high or (Fraction(0), False))[0], span or Fraction(1)


def _steps(distance: Fraction, step: Fraction, exclusive: bool) -> int:
    return floor(distance / step) + 1 if exclusive else ceil(distance / step)


def _place(first: int | None, last: int | None, choose: Random | None) -> int:
    if choose is None:
        return first if first is not None else last or 0
    low = first if first is not None else 0 if last is None else min(0, last - 1000)
    return choose.randint(low, max(low, last if last is not None else low + 1000))
