"""JSON numbers without rounding."""

from fractions import Fraction
from typing import Any

from openapi.codec import Json


def exact(number: Any) -> Fraction:
    """A JSON number as what it spells: 0.1 is a tenth."""
    return Fraction(str(number))


def plain(number: Fraction) -> int | float:
    """A fraction as JSON writes it; whole numbers as integers."""
    return int(number) if number.denominator == 1 else float(number)


def is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
