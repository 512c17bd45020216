"""How large a document may be: it may come from anywhere, and a few lines of YAML can mean billions."""

import sys
from typing import NamedTuple

from openapi.codec import Json

MAX_BYTES = 64 * 1024 * 1024
"""Most bytes of a document, all its files together."""

MAX_DEPTH = 1000
"""Deepest nesting of a document."""

MAX_NODES = 1_000_000
"""Most values of a document, its aliases written out."""

# A document is walked by plain recursion, with a handful of frames for each level.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 12 * MAX_DEPTH))


class TooMuch(ValueError):
    """A limit that is passed, in words that follow the name of the file."""


class Measure(NamedTuple):
    """`nodes`: the values of a document; `keys`: the members of its objects; `foreign`: whether some `$ref`
    leaves the file."""

    nodes: int
    keys: int
    foreign: bool


def measure(data: Json) -> Measure:
    """What a document holds, level by level: aliases count each time. Raises TooMuch."""
    nodes, keys, foreign, depth, level = 1, 0, False, 0, [data]
    while level:
        depth += 1
        inner: list[Json] = []
        for value in level:
            if isinstance(value, dict):
                keys += len(value)
                inner += value.values()
                reference = value.get("$ref")
                foreign = foreign or (isinstance(reference, str) and not reference.startswith("#"))
            elif isinstance(value, list):
                inner += value
        nodes += len(inner)
        check(nodes, depth - 1)
        level = [value for value in inner if isinstance(value, (dict, list))]
    return Measure(nodes, keys, foreign)


def check(nodes: int, depth: int = 0) -> None:
    """Raises TooMuch."""
    if nodes > MAX_NODES:
        raise TooMuch(f"it holds more than {MAX_NODES:,} values")
    if depth > MAX_DEPTH:
        raise TooMuch(f"nested deeper than {MAX_DEPTH} levels")
