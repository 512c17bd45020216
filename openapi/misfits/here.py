"""What a maker of misfits gets and gives: the rule, the value that keeps it, and values that break it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from openapi.codec import Json, show
from openapi.dialect import Schema
from openapi.example import sample

Tried = tuple[Json, str]
"""A value, and what is wrong with it in a short sentence."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One way to break a keyword: the values to try, best first.

    `at`: where the rule stands in its schema; `member`: the one member that is changed, where it is one;
    `more`: only worth trying where nothing else is broken with it.
    """

    keyword: str
    values: Iterable[Tried]
    at: tuple[str | int, ...]
    member: str | None = None
    more: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """A schema object, and a value that fits it. `among`: every schema object that judges the value.

    `fits`: whether the whole instance is valid with another value here. `hidden`: a value for a member that
    may not be sent.
    """

    schema: dict[str, Any]
    value: Json
    among: tuple[dict[str, Any], ...]
    resolve: Callable[[str], Schema]
    fits: Callable[[Json], bool]
    hidden: Callable[[str], Json] = lambda name: name

    def get(self, keyword: str) -> Any:
        """A keyword of this schema object, else of one beside it, else None."""
        found = (part[keyword] for part in (self.schema, *self.among) if keyword in part)
        return next(found, None)

    def has(self, keyword: str, value: Json) -> bool:
        return any(part.get(keyword) == value for part in self.among)

    def made(self, without: tuple[str, ...], **changed: Any) -> Json:
        """A value for all schema objects together, some keywords left out and others put in their place."""
        left_out = {*without, *changed, *_FOLDED}
        parts = [{key: part[key] for key in part if key not in left_out} for part in self.among]
        return sample({"allOf": [changed, *parts]}, self.resolve, written=False)


_FOLDED = ("$ref", "allOf", "anyOf", "oneOf", "if", "then", "else", "const", "enum", "not")


def of(keyword: str, values: Iterable[Tried], member: str | None = None) -> Misfit:
    """A misfit of the keyword that stands right in the schema."""
    return Misfit(keyword, values, (keyword,), member)


def more_of(keyword: str, values: Iterable[Tried]) -> Misfit:
    """One more of a keyword that has been broken more plainly."""
    return Misfit(keyword, values, (keyword,), more=True)


def is_count(bound: Any, most: int) -> bool:
    """Whether a bound is a number of things that can be made."""
    return isinstance(bound, int) and not isinstance(bound, bool) and 0 <= bound <= most


def shown(value: Json) -> str:
    return show(value, 40)
