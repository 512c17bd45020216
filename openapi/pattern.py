"""A text that a regular expression matches.

Python's own reader of expressions says what one is made of; the few spellings that it lacks are translated
first. What is asked of a text by looking around is tried, and the engine that judges has the last word.
"""

import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from operator import itemgetter
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits, punctuation
from typing import Any

from openapi.regex import matches

_MOST_MADE = 100_000
"""Letters and groups that one text is made of."""

_LONGEST_PATTERN = 20_000
_TRIES, _SHORT = 30, 10_000
_MANY = 9999
_PRINTABLE = ascii_lowercase + ascii_uppercase + digits + " " + punctuation
_CATEGORIES = {"DIGIT": digits, "WORD": ascii_letters + digits, "SPACE": " "}
_PROPERTIES = {"Lu": "A-Z", "Ll": "a-z", "L": "a-zA-Z", "N": "0-9", "P": "!-/", "S": "$+<=>", "Z": " "}

_SPECIAL = re.compile(r"\\(?:([pP])\{(\w+)\}|.)|\[\^?\]?|\]|\(\?<(?![=!])", re.DOTALL)

_Node = tuple[Any, Any]
_parser: Any = import_module("re._parser")  # as Hypothesis does: nothing else reads every expression


def matching(pattern: str, least: int, most: int, choose: Random | None = None) -> str | None:
    """A text of `least` to `most` characters that `pattern` matches, or None where none is found.

    Without `choose` the first of everything is taken, as long as that does. Expressions in which what is
    looked for around a place is more than a few characters may be beyond us.
    """
    try:
        nodes = _read(pattern)
        for text in _texts(nodes, least, most, choose):
            if least <= len(text) <= most and matches(pattern, text):
                return text
    except (ValueError, LookupError, RecursionError):
        pass
    return None


def _texts(nodes: Sequence[_Node], least: int, most: int, choose: Random | None) -> Iterator[str]:
    """Texts that may do, the usual one first."""
    text = ""
    for extra in (0, 1, 2, 4, 8, 16, 32, least):
        for text in _Text(extra, choose).all(nodes, least, most):
            yield text
        if len(text) > 4 * most:  # more of it will not do either
            break
    if _looks_around(nodes) and len(text) < _SHORT:
        for seed in range(_TRIES):
            yield from _Text(seed % 4, choose or Random(seed)).all(nodes, least, most)  # noqa: S311


@lru_cache(maxsize=1024)
def _read(pattern: str) -> list[_Node]:
    """What an expression is made of. Raises ValueError."""
    if len(pattern) > _LONGEST_PATTERN:
        raise ValueError("nobody wrote an expression of that length")
    try:
        with warnings.catch_warnings(action="ignore"):  # `[[` may mean something else one day
            return list(_parser.parse(_translated(pattern)))
    except (re.error, OverflowError) as error:
        raise ValueError(str(error)) from error


def _translated(pattern: str) -> str:
    """ECMA 262's spellings as Python's: `\\p{L}` (as far as ASCII goes), `(?<name>`."""
    inside = False

    def one(found: re.Match[str]) -> str:
        nonlocal inside
        text = found[0]
        if found[2]:
            letters = _PROPERTIES.get(found[2]) or _PROPERTIES.get(found[2][:1], "a-zA-Z")
            return letters if inside else f"[{'^' if found[1] == 'P' else ''}{letters}]"
        if text.startswith("[") and not inside:
            inside = True
        elif text == "]":
            inside = False
        return "(?P<" if text == "(?<" and not inside else text

    return _SPECIAL.sub(one, pattern)


def _looks_around(nodes: Any) -> bool:
    return "ASSERT" in repr(nodes)


class _Text:
    """The making of one text. Repeats are taken `extra` times more than they must be."""

    def __init__(self, extra: int, choose: Random | None) -> None:
        self.extra, self.choose, self.made = extra, choose, 0
        self.pick: Callable[[Sequence[Any]], Any] = choose.choice if choose else itemgetter(0)
        self.groups: dict[int, str] = {}
        self.ahead: list[str] = []

    def all(self, nodes: Sequence[_Node], least: int, most: int) -> Iterator[str]:
        """The text; then with what it looks for ahead at its beginning, in the place of as much or more."""
        text = self.of(nodes)
        yield text
        if self.ahead:
            first = "".join(sorted(self.ahead, key=len)) if len(self.ahead) > 1 else self.ahead[0]
            rest = text[len(first) :]
            yield first + rest
            yield first + (text * (least // max(len(text), 1) + 1))[: max(least, 1) - len(first)]
            yield (first + text)[:most]

    def of(self, nodes: Sequence[_Node]) -> str:
        return "".join(self._part(str(kind), what) for kind, what in nodes)

    def _part(self, kind: str, what: Any) -> str:
        """One part of the text. Raises ValueError, LookupError for what is not understood."""
        match kind:
            case "LITERAL":
                return chr(what)
            case "ANY" | "IN" | "NOT_LITERAL":
                return str(self.pick(_letters(kind, what)))
            case "BRANCH":
                return self.of(self.pick(what[1]))
            case "SUBPATTERN" | "ATOMIC_GROUP":
                return self._group(*what) if kind == "SUBPATTERN" else self.of(what)
            case "GROUPREF":
                return self.groups[what]
            case "ASSERT" | "ASSERT_NOT" | "AT":
                return self._around(kind, what)
        low, high, inner = what
        return self._repeated(int(low), min(int(high), _MANY), inner)

    def _group(self, number: int | None, _add: int, _del: int, inner: Sequence[_Node]) -> str:
        text = self.of(inner)
        if number is not None:
            self.groups[number] = text
        return text

    def _around(self, kind: str, what: Any) -> str:
        """What must stand before comes before; what must follow is kept for later."""
        if kind != "ASSERT":
            return ""
        direction, inner = what
        found = _Text(0, self.choose).of(inner)
        if direction < 0:
            return found
        self.ahead.append(found)
        return ""

    def _repeated(self, low: int, high: int, inner: Sequence[_Node]) -> str:
        least = min(low + self.extra, high)
        most = min(least + 3, high) if self.choose else least
        times: int = self.pick(range(least, most + 1))
        first = self.of(inner) if times else ""
        self.made += times * (1 if self.choose else len(first))
        if self.made > _MOST_MADE:
            raise ValueError("nobody needs a text of that length")
        if not self.choose:
            return first * times
        return first + "".join(self.of(inner) for _ in range(times - 1))


def _letters(kind: str, what: Any) -> str:
    """The characters to choose from where one of a class stands. Raises LookupError where there are none."""
    if kind == "ANY":
        return ascii_lowercase
    if kind == "NOT_LITERAL":
        return _PRINTABLE.replace(chr(what), "")
    members = [(str(of), value) for of, value in what]
    wanted = "".join(_members(of, value) for of, value in members if of != "NEGATE")
    if members[0][0] == "NEGATE":
        return "".join(letter for letter in _PRINTABLE if letter not in wanted)
    return wanted


def _members(kind: str, what: Any) -> str:
    """The characters of a part of a class, of a large range some."""
    if kind == "LITERAL":
        return chr(what)
    if kind == "RANGE":
        first, last = what
        plain = "".join(map(chr, range(max(first, 32), min(last, 126) + 1)))
        return plain or "".join(map(chr, range(first, min(last, first + 99) + 1)))
    name = str(what).removeprefix("CATEGORY_")
    if name.startswith("NOT_"):
        known = _CATEGORIES[name.removeprefix("NOT_")]
        return "".join(letter for letter in _PRINTABLE if letter not in known + "_")
    return _CATEGORIES[name]
