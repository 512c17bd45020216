"""Lists that are too short, too long, or hold what they must not."""

from collections.abc import Iterator
from typing import Any

from openapi.codec import Json
from openapi.counted import counted
from openapi.misfits.here import Here, Misfit, is_count, of

_MOST = 2_000
_MOST_UNIQUE = 50


def too_few(here: Here, least: Any) -> Iterator[Misfit]:
    if isinstance(here.value, list) and is_count(least, _MOST) and least:
        says = f"{counted(least - 1, 'item')}, at least {least} needed"
        yield of("minItems", [(here.value[: least - 1], says)])


def too_many(here: Here, most: Any) -> Iterator[Misfit]:
    if isinstance(here.value, list) and is_count(most, _MOST):
        says = f"{counted(most + 1, 'item')}, at most {most} allowed"
        yield of("maxItems", ((value, says) for value in longer(here, most + 1)))


def longer(here: Here, size: int) -> Iterator[list[Json]]:
    """Lists of `size` items, of which the others are like those that are there."""
    unique = here.has("uniqueItems", True)
    if here.value and not unique:
        yield (here.value * (size // len(here.value) + 1))[:size]
        yield here.value + here.value[-1:] * (size - len(here.value))
    if size <= (_MOST_UNIQUE if unique else _MOST):
        found = here.made(("maxItems",), minItems=size)
        yield found[:size] if isinstance(found, list) else here.value


def repeated(here: Here, unique: Any) -> Iterator[Misfit]:
    """An item that comes twice."""
    if isinstance(here.value, list) and unique is True:
        items = here.value or here.made((), minItems=1) or ["text"]
        same = items[0]
        tried: list[Json] = [[same, *items], [*items[:-1], same], [same, same]]
        yield of("uniqueItems", [(value, "an item comes twice") for value in tried])


def without_contained(here: Here, _schema: Any) -> Iterator[Misfit]:
    """A list without what `contains` asks for."""
    if isinstance(here.value, list):
        size = len(here.value)
        tried: list[Json] = [[], [None] * size, ["abc"] * size, [-1] * size]
        yield of("contains", [(value, "nothing in it that must be there") for value in tried])


def with_one_more(here: Here, allowed: Any, keyword: str) -> Iterator[Misfit]:
    """An item where none may be."""
    if isinstance(here.value, list) and allowed is False:
        yield of(keyword, [([*here.value, "value"], "an item that has no place")])
