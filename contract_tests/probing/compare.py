"""JSON values compared exactly: numbers by value, text by code point, true is not 1."""

from collections.abc import Iterator
from datetime import datetime

from contract_tests.spot import Difference, Path
from openapi.codec import Json, show
from openapi.resources import ABSENT


def same(one: Json, other: Json) -> bool:
    """Whether two JSON values are equal. 1 and 1.0 are the same number, 1 and true are not the same value."""
    return next(differences(one, other), None) is None


def differences(expected: Json, found: Json, place: str = "") -> Iterator[Difference]:
    """Where two values differ, one sentence each: `name: "x" found, expected "y"`. `place`: the property that
    they are values of."""
    return _differences(expected, found, place, (place,) if place else ())


def _differences(expected: Json, found: Json, place: str, path: Path) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(found, dict):
        for name in dict.fromkeys([*expected, *found]):
            inner = f"{place}.{name}" if place else name
            yield from _differences(expected.get(name, ABSENT), found.get(name, ABSENT), inner, (*path, name))
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for index, (left, right) in enumerate(zip(expected, found, strict=True)):
            yield from _differences(left, right, f"{place}[{index}]", (*path, index))
    elif not _equal(expected, found):
        yield Difference(f"{place or 'the value'}: {told(found)} found, expected {told(expected)}", path)


def told(value: Json) -> str:
    """A value in a sentence; `nothing` for ABSENT."""
    return "nothing" if value is ABSENT else show(value, 80)


def same_moment(one: Json, other: Json) -> bool:
    """Whether two texts are one moment of RFC 3339, spelled in two ways."""
    if (
        not isinstance(one, str)
        or not isinstance(other, str)
        or not one[:4].isdigit()
        or "T" not in one.upper()
    ):
        return False
    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (ValueError, TypeError):
        return False


def _equal(one: Json, other: Json) -> bool:
    if one is ABSENT or other is ABSENT:
        return one is other
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)  # a list, an object or a scalar of another kind: never equal here
