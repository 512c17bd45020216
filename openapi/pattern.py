"""A text that a regular expression matches, for the expressions that describe simple codes."""

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from random import Random
from string import ascii_letters, ascii_lowercase, digits
from typing import Any

from openapi.regex import matches

_MOST_MADE = 100_000
"""Letters and groups that one text is made of."""

_MANY = 9999
_TIMES = {"": (1, 1), "?": (0, 1), "*": (0, _MANY), "+": (1, _MANY)}
_CLASSES = {".": ascii_lowercase, r"\d": digits, r"\w": ascii_letters + digits, r"\s": " "}

_ONE = r"\\[dws]|\\[^\w\s]|[^\\\[\]]"
_RANGE = re.compile(rf"({_ONE})(?:-({_ONE}))?")
_TOKEN = re.compile(
    rf"(?:\[(?P<set>(?!\^)(?:{_ONE})+)\]|(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))|(?P<bar>\|)"
    r"|(?P<anchor>[\^$])|(?P<one>\\[dws]|\\[^\w\s]|[^\\\[\]?*+]))"
    r"(?P<times>[?*+]|\{\d{1,4}(?:,\d{0,4})?\}|)\??"
)

_Part = Callable[[], str]


def matching(pattern: str, least: int, most: int, choose: Random | None = None) -> str | None:
    """A text of `least` to `most` characters that `pattern` matches, or None where none is found.

    Understood are literals, classes, groups, alternatives and repeats, and no lookaround, negated
    class or backreference. Without `choose` the first of everything is taken. The engine that
    judges has the last word on the text.
    """
    try:
        for extra in (0, 1, 2, 4, 8, 16, 32, least):
            text = _Reader(pattern, extra, choose).read()[0]()
            if least <= len(text) <= most and matches(pattern, text):
                return text
    except (ValueError, RecursionError):
        pass
    return None


class _Reader:
    """One reading of a pattern. Repeats are taken `extra` times more than they must be."""

    def __init__(self, pattern: str, extra: int, choose: Random | None) -> None:
        self.tokens = list(_TOKEN.finditer(pattern))[::-1]
        if sum(len(token[0]) for token in self.tokens) != len(pattern):
            raise ValueError(f"{pattern} holds something that is not understood")
        self.extra, self.choose, self.made = extra, choose, 0
        self.pick: Callable[[Sequence[Any]], Any] = choose.choice if choose else itemgetter(0)

    def read(self) -> tuple[_Part, str]:
        """What stands before the end of this group, and how often the group may be repeated."""
        options: list[list[_Part]] = [[]]
        while self.tokens:
            token = self.tokens.pop()
            if token["close"]:
                return self._any_of(options), token["times"]
            if token["bar"]:
                options.append([])
            elif token["open"]:
                options[-1].append(self._repeated(*self.read()))
            elif not token["anchor"]:
                options[-1].append(self._repeated(self._letter(token), token["times"]))
        return self._any_of(options), ""

    def _any_of(self, options: list[list[_Part]]) -> _Part:
        return lambda: "".join(part() for part in self.pick(options))

    def _letter(self, token: re.Match[str]) -> _Part:
        letters = _CLASSES.get(token["one"]) or _members(token["set"] or token["one"])
        return lambda: str(self.pick(letters))

    def _repeated(self, part: _Part, times: str) -> _Part:
        low, high = _TIMES[times] if times in _TIMES else _bounds(times)
        least = min(low + self.extra, high)
        most = min(least + 3, high) if self.choose else least

        def repeated() -> str:
            times = self.pick(range(least, most + 1))
            self.made += times
            if self.made > _MOST_MADE:
                raise ValueError("nobody needs a text of that length")
            return "".join(part() for _ in range(times))

        return repeated


def _bounds(times: str) -> tuple[int, int]:
    low, comma, high = times[1:-1].partition(",")
    return int(low), int(high or _MANY) if comma else int(low)


def _members(written: str) -> str:
    """The characters of a class, its ranges written out."""
    found = ""
    for first, last in _RANGE.findall(written):
        start, end = ord(first[-1]), ord((last or first)[-1])
        known = _CLASSES if first.startswith("\\") else {}
        found += known.get(first) or "".join(map(chr, range(start, end + 1)))
    return found
