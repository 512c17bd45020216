"""Whether a value has a shape: the keywords of JSON Schema that the three servers promise, and no others.

A shape is written as a schema of draft 2020-12. Every keyword is one function that says what is wrong.
"""

import re
from collections.abc import Callable, Collection
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

Shape = dict[str, Any]

_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]|60)(\.[0-9]+)?")
_ZONE = re.compile(r"Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9]", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def problem(shape: Shape, value: Any, unchecked: Collection[str] = (), at: str = "it") -> str | None:
    """What keeps `value` from having the shape, or None. Keywords in `unchecked` are passed over."""
    for keyword, rule in shape.items():
        if keyword in unchecked or keyword not in _RULES:
            continue
        wrong = _RULES[keyword](rule, value)
        if wrong:
            return f"{at} {wrong}"
    if isinstance(value, dict):
        return _in_object(shape, value, unchecked)
    if isinstance(value, list) and "items" in shape:
        found = (problem(shape["items"], item, unchecked, f"{at}[]") for item in value)
        return next(filter(None, found), None)
    return None


def filled(shape: Shape, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, in the order of the shape, with the defaults of what was not."""
    whole = {
        name: given[name] if name in given else own["default"]
        for name, own in shape["properties"].items()
        if name in given or "default" in own
    }
    return {name: list(item) if isinstance(item, list) else item for name, item in whole.items()}


def optional(shape: Shape) -> Shape:
    """The shape of a partial update: nothing required."""
    return {keyword: rule for keyword, rule in shape.items() if keyword != "required"}


def _in_object(shape: Shape, value: dict[str, Any], unchecked: Collection[str]) -> str | None:
    known = shape.get("properties", {})
    if shape.get("additionalProperties") is False and "additionalProperties" not in unchecked:
        unknown = next((name for name in value if name not in known), None)
        if unknown is not None:
            return "has a property that the document does not know"
    found = (problem(known[name], item, unchecked, name) for name, item in value.items() if name in known)
    return next(filter(None, found), None)


def is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def is_integer(value: Any) -> bool:
    """1.0 is an integer, as in JSON Schema."""
    return is_number(value) and value == (value if isinstance(value, int) else value.to_integral_value())


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": is_integer,
    "number": is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _type(rule: str | list[str], value: Any) -> str | None:
    names = [rule] if isinstance(rule, str) else rule
    return None if any(_TYPES[name](value) for name in names) else f"is not of type {' or '.join(names)}"


def _enum(rule: list[Any], value: Any) -> str | None:
    known = any(type(value) is type(member) and value == member for member in rule)
    return None if known else f"is none of {rule}"


def _required(rule: list[str], value: Any) -> str | None:
    missing = [name for name in rule if isinstance(value, dict) and name not in value]
    return f"lacks {missing[0]}" if missing else None


def _pattern(rule: str, value: Any) -> str | None:
    """A final `$` is the very end, as in ECMA 262, not also the place before a last line break."""
    exact = rule[:-1] + r"\Z" if rule.endswith("$") else rule
    return f"does not match {rule}" if isinstance(value, str) and not re.search(exact, value) else None


def _multiple(rule: Any, value: Any) -> str | None:
    if not is_number(value) or not value:
        return None
    tiny = isinstance(value, Decimal) and value.adjusted() < -100  # no fraction of a million digits
    return f"is no multiple of {rule}" if tiny or Fraction(value) % Fraction(rule) else None


def _unique(rule: bool, value: Any) -> str | None:
    """For arrays of strings, which are the only ones here."""
    texts = [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
    return "has an item twice" if rule and len(set(texts)) < len(texts) else None


def is_date(text: str) -> bool:
    """RFC 3339 `full-date`; the year 0000 is one, and a leap year."""
    parts = _DAY.fullmatch(text)
    if not parts:
        return False
    try:
        date(int(parts[1]) or 2000, int(parts[2]), int(parts[3]))
    except ValueError:
        return False
    return True


def is_date_time(text: str) -> bool:
    """RFC 3339 `date-time`; a leap second at the end of an hour, whatever the zone."""
    day, mark, rest = text[:10], text[10:11], text[11:]
    time = _TIME.match(rest)
    if not time or mark not in ("T", "t") or not is_date(day) or not _ZONE.fullmatch(rest[time.end() :]):
        return False
    return time[3] != "60" or time[2] == "59"


_FORMATS: dict[str, tuple[Callable[[Any], bool], Callable[[Any], bool]]] = {
    "date": (_TYPES["string"], is_date),
    "date-time": (_TYPES["string"], is_date_time),
    "uuid": (_TYPES["string"], lambda text: bool(_UUID.fullmatch(text))),
    "int64": (is_number, lambda number: -(2**63) <= number < 2**63),
}
"""Format -> what it is about, and whether such a value has it."""


def _format(rule: str, value: Any) -> str | None:
    concerns, fits = _FORMATS[rule]
    return f"is no {rule}" if concerns(value) and not fits(value) else None


def _length(
    kind: type[str] | type[list[Any]], wrong: Callable[[int, int], bool], words: str
) -> Callable[[int, Any], str | None]:
    return lambda rule, value: words % rule if isinstance(value, kind) and wrong(len(value), rule) else None


def _size(wrong: Callable[[Any, Any], bool], words: str) -> Callable[[Any, Any], str | None]:
    return lambda rule, value: words % rule if is_number(value) and wrong(value, rule) else None


# The order is that of the questions: a wrong type is told before a wrong length.
_RULES: dict[str, Callable[[Any, Any], str | None]] = {
    "type": _type,
    "enum": _enum,
    "required": _required,
    "minLength": _length(str, int.__lt__, "is shorter than %s characters"),
    "maxLength": _length(str, int.__gt__, "is longer than %s characters"),
    "pattern": _pattern,
    "format": _format,
    "minItems": _length(list, int.__lt__, "has fewer than %s items"),
    "maxItems": _length(list, int.__gt__, "has more than %s items"),
    "minimum": _size(lambda value, rule: value < rule, "is less than %s"),
    "maximum": _size(lambda value, rule: value > rule, "is more than %s"),
    "exclusiveMinimum": _size(lambda value, rule: value <= rule, "is not more than %s"),
    "multipleOf": _multiple,
    "uniqueItems": _unique,
}
