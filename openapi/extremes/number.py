"""Numbers at the edges: bounds, zero, integers beyond 32 and 64 bits, decimal places."""

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor

from openapi.codec import Json
from openapi.exact import exact, is_number, plain
from openapi.extremes.extent import Extent, Extreme

_BIG = {
    "integer_2_31": (2**31, "more than 32 bits hold"),
    "integer_2_53": (2**53 + 1, "more than a double holds exactly"),
    "integer_2_63": (2**63, "more than 64 bits hold"),
    "integer_10_30": (10**30, "far more than 64 bits hold"),
    "integer_minus_2_53": (-(2**53) - 1, "less than a double holds exactly"),
}
_PLACES = {
    "decimals_1": "0.1",
    "decimals_2": "0.07",
    "decimals_3": "0.125",
    "decimals_16": "0.1234567890123456",
}


def of_number(extent: Extent, whole: bool) -> Iterator[Extreme]:
    """Every edge of a number; `whole`: of an integer."""
    step = _step(extent, whole)
    yield from _bounds(extent, step or (Fraction(1) if whole else Fraction(1, 100)))
    yield Extreme("zero", 0, "zero")
    yield Extreme("negative", -1, "minus one")
    yield from _big(step or Fraction(1), whole)
    if whole:
        yield from _with_point(extent.value)
    else:
        yield from _places(extent.value)


def _step(extent: Extent, whole: bool) -> Fraction | None:
    """How far it is from one number to the next, where there is such a thing."""
    steps = [exact(step) for step in extent.all("multipleOf") if is_number(step) and step > 0]
    if not steps:
        return Fraction(1) if whole else None
    step = max(steps)
    return Fraction(step.numerator) if whole else step


def _bounds(extent: Extent, step: Fraction) -> Iterator[Extreme]:
    """The lowest and the highest number; where the bound itself is left out, one step from it."""
    for keyword, sign, words in (("minimum", 1, "lowest"), ("maximum", -1, "highest")):
        for name, beyond in ((keyword, 0), (f"exclusive{keyword.title()}", 1)):
            for bound in extent.all(name):
                if is_number(bound):
                    value = plain(_inside(exact(bound), step, sign, beyond, extent))
                    yield Extreme(keyword, value, f"the {words} allowed", name)


def _inside(bound: Fraction, step: Fraction, sign: int, beyond: int, extent: Extent) -> Fraction:
    """The bound, or the nearest number inside that is a multiple of the step."""
    if not extent.all("multipleOf") and step != 1:
        return bound + sign * beyond * step
    count = bound / step
    nearest = ceil(count) if sign > 0 else floor(count)
    return (nearest + (sign * beyond if nearest == count else 0)) * step


def _big(step: Fraction, whole: bool) -> Iterator[Extreme]:
    for kind, (number, says) in _BIG.items():
        if whole or kind == "integer_2_31":
            value = plain(ceil(number / step) * step)
            yield Extreme(kind, value, f"{value}, {says}")


def _with_point(value: Json) -> Iterator[Extreme]:
    """JSON Schema counts 1.0 as an integer (Core, section 6.1.1 of Validation 2020-12)."""
    if is_number(value) and abs(value) < 2**53:
        yield Extreme("integer_with_point", float(value), "an integer written with a point")


def _places(value: Json) -> Iterator[Extreme]:
    base = floor(value) if is_number(value) and abs(value) < 2**30 else 0
    for kind, part in _PLACES.items():
        number = plain(base + Fraction(part)) if kind != "decimals_16" else float(part)
        yield Extreme(kind, number, f"{number}, with decimal places")
