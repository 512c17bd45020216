"""A text that a regular expression matches, for the expressions that documents have."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from operator import itemgetter
from random import Random
from typing import Any

from openapi.letters import members
from openapi.regex import matches

_MOST_MADE = 100_000
"""Letters and groups that one text is made of."""

_MANY = 9999
_TRIES = 6
_TIMES = {"": (1, 1), "?": (0, 1), "*": (0, _MANY), "+": (1, _MANY)}

_ONE = r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[pP]\{\w+\}|\\[dwsDWSntrfv]|\\[^\w\r\n]|\\_|[^\\\[\]]"
_TOKEN = re.compile(
    rf"(?:\[(?P<none>\^?)(?P<set>(?:{_ONE}|\[)+)\]|\((?P<look>\?<?[=!])|(?P<open>\((?:\?:|\?P?<\w+>)?(?!\?))"
    rf"|(?P<close>\))|(?P<bar>\|)|(?P<anchor>[\^$]|\\[bBAzZ])|(?P<one>(?![?*+])(?:{_ONE}|\])))"
    r"(?P<times>[?*+]|\{\d{1,4}(?:,\d{0,4})?\}|)\??"
)


class _Making:
    """One text while it is made. Repeats are taken `extra` times more than they must be, and as often as it
    takes to make `lacking` letters more."""

    def __init__(self, extra: int, lacking: int, choose: Random | None) -> None:
        self.extra, self.lacking, self.choose, self.made = extra, lacking, choose, 0
        self.pick: Callable[[Sequence[Any]], Any] = choose.choice if choose else itemgetter(0)


_Part = Callable[[_Making], str]


def matching(pattern: str, least: int, most: int, choose: Random | None = None) -> str | None:
    """A text of `least` to `most` characters that `pattern` matches, or None where none is found.

    Understood are literals, classes, groups, alternatives and repeats, and no backreference; what an
    assertion asks for is hoped for. Without `choose` the first of everything is taken. The engine that
    judges has the last word on the text.
    """
    with suppress(ValueError, RecursionError):
        for ahead in (False, True) if "(?=" in pattern else (False,):
            for text in _texts(_read(pattern, ahead), least, choose):
                if least <= len(text) <= most and matches(pattern, text):
                    return text
    return None


def _texts(part: _Part, least: int, choose: Random | None) -> Iterator[str]:
    """What may be such a text, the plainest first."""
    shortest = part(_Making(0, 0, None))
    lacking = max(least - len(shortest), 0)
    for extra in (0, 1, 2, 4, 8, 16, 32):
        yield part(_Making(extra, 0, choose))
    yield part(_Making(0, lacking, choose))
    yield shortest + "a" * lacking  # for one that says only how a text begins
    for seed in range(_TRIES):
        yield part(_Making(seed % 3, lacking, choose or Random(seed)))  # noqa: S311


@lru_cache(maxsize=1024)
def _read(pattern: str, ahead: bool) -> _Part:
    return _Reader(pattern, ahead).read()[0]


class _Reader:
    """One reading of a pattern. `ahead`: what an assertion wants to see comes before what follows it, as if
    it were a group; else it stands for nothing."""

    def __init__(self, pattern: str, ahead: bool) -> None:
        self.tokens = list(_TOKEN.finditer(pattern))[::-1]
        if sum(len(token[0]) for token in self.tokens) != len(pattern):
            raise ValueError(f"{pattern} holds something that is not understood")
        self.ahead = ahead

    def read(self) -> tuple[_Part, str]:
        """What stands before the end of this group, and how often the group may be repeated."""
        options: list[list[_Part]] = [[]]
        while self.tokens:
            token = self.tokens.pop()
            if token["close"]:
                return _any_of(options), token["times"]
            if token["bar"]:
                options.append([])
            elif token["look"]:
                seen = self.read()[0]
                options[-1] += [seen] if self.ahead and token["look"] == "?=" else []
            elif token["open"]:
                options[-1].append(_repeated(*self.read()))
            elif not token["anchor"]:
                options[-1].append(_repeated(_letter(token), token["times"]))
        return _any_of(options), ""


def _any_of(options: list[list[_Part]]) -> _Part:
    return lambda making: "".join([part(making) for part in making.pick(options)])


def _letter(token: re.Match[str]) -> _Part:
    letters = members(token["one"] or token["set"], bool(token["none"]), token["one"] == ".")
    return lambda making: str(making.pick(letters))


def _repeated(part: _Part, times: str) -> _Part:
    low, high = _TIMES[times] if times in _TIMES else _bounds(times)

    def repeated(making: _Making) -> str:
        least = min(low + making.extra, high)
        free = making.choose and not making.lacking
        count = making.pick(range(least, min(least + 3, high) + 1)) if free else least
        _count(making, count)
        text = "".join([part(making) for _ in range(count)])
        while making.lacking > 0 and count < high and (more := part(making)):
            _count(making, 1)
            text, count, making.lacking = text + more, count + 1, making.lacking - len(more)
        return text

    return part if (low, high) == (1, 1) else repeated


def _count(making: _Making, count: int) -> None:
    making.made += count
    if making.made > _MOST_MADE:
        raise ValueError("nobody needs a text of that length")


def _bounds(times: str) -> tuple[int, int]:
    low, comma, high = times[1:-1].partition(",")
    return int(low), int(high or _MANY) if comma else int(low)
