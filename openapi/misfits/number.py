"""Numbers that are too low, too high, or between two steps."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Any

from openapi.codec import Json, show
from openapi.exact import exact, is_number, plain
from openapi.misfits.here import Here, Misfit, of


def beyond(here: Here, keyword: str, bound: Any) -> Iterator[Misfit]:
    """The nearest number on the wrong side of `minimum` or `maximum`."""
    if is_number(here.value) and is_number(bound):
        sign, words = (-1, "at least") if keyword == "minimum" else (1, "at most")
        yield of(keyword, _said(_next(here, exact(bound), sign), f"{words} {show(bound)} allowed"))


def at_the_end(here: Here, keyword: str, bound: Any) -> Iterator[Misfit]:
    """The bound itself, where it is left out; else the next number."""
    if is_number(here.value) and is_number(bound):
        sign, words = (-1, "more than") if keyword == "exclusiveMinimum" else (1, "less than")
        tried = [exact(bound), *_next(here, exact(bound), sign)]
        yield of(keyword, _said(tried, f"only {words} {show(bound)} allowed"))


def between(here: Here, step: Any) -> Iterator[Misfit]:
    """A number that is no multiple; a whole one where only whole ones are allowed."""
    if is_number(here.value) and is_number(step) and step > 0:
        value = exact(here.value)
        steps = (Fraction(1), Fraction(-1), exact(step) / 2, -exact(step) / 2, exact(step) / 10)
        yield of("multipleOf", _said((value + part for part in steps), f"no multiple of {show(step)}"))


def _said(numbers: Iterable[Fraction], words: str) -> Iterator[tuple[Json, str]]:
    return ((plain(number), f"{show(plain(number))}, {words}") for number in numbers)


def _next(here: Here, bound: Fraction, sign: int) -> Iterator[Fraction]:
    """Numbers past a bound, the nearest first."""
    step = here.get("multipleOf")
    if is_number(step) and step > 0:
        yield _rounded(bound / exact(step) + sign, sign) * exact(step)
    if not here.has("type", "integer"):
        yield bound + Fraction(sign, 100)
    yield Fraction(_rounded(bound + sign, sign))
    yield bound + sign * (abs(bound) + 1)


def _rounded(number: Fraction, sign: int) -> int:
    """The whole number at `number` or, on its way back, before it."""
    return ceil(number) if sign < 0 else floor(number)
