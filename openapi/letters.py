"""The characters that a class of a regular expression holds, as far as a text needs some of them."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from string import ascii_letters, ascii_lowercase, digits, punctuation

_CLASSES = {"d": digits, "w": ascii_letters + digits, "s": " "}
_IN: dict[str, Callable[[str], bool]] = {
    "d": str.isdecimal, "w": lambda letter: letter.isalnum() or letter == "_", "s": str.isspace
}  # fmt: skip
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_ANY = (
    ascii_lowercase
    + digits
    + ascii_letters[26:]
    + "-_"
    + punctuation
    + " \t\n\r\0"
    + "éßñЖя漢字あア한α٣\u0301€"
)
"""What a class that says what it does not hold is filled from, the plainest first."""

_SCRIPTS = {
    "Han": "CJK", "Hangul": "HANGUL", "Hiragana": "HIRAGANA", "Katakana": "KATAKANA",
    "Latin": "LATIN", "Cyrillic": "CYRILLIC", "Greek": "GREEK", "Arabic": "ARABIC",
}  # fmt: skip
_POSIX: dict[str, Callable[[str], bool]] = {
    "ASCII": str.isascii, "Alnum": str.isalnum, "Alpha": str.isalpha, "Digit": str.isdigit,
    "Upper": str.isupper, "Lower": str.islower, "Punct": lambda letter: letter in punctuation,
    "Blank": lambda letter: letter in " \t", "Print": lambda letter: " " <= letter <= "~",
    "Graph": lambda letter: "!" <= letter <= "~",
}  # fmt: skip

_ONE = r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\[pP]\{\w+\}|\\\w|\\[^\w]|[^\\]"
_RANGE = re.compile(rf"({_ONE})(?:-({_ONE}))?", re.DOTALL)
_WIDE = 200
"""Characters of a range that are listed one by one."""


@lru_cache(maxsize=1024)
def members(written: str, other: bool = False, anything: bool = False) -> str:
    """Some characters of the class `[written]`, in the order in which it has them; of what is not in it where
    `other`. `anything`: what `.` stands for.

    Raises ValueError where it holds none, or something that is not understood.
    """
    if anything:
        return ascii_lowercase
    found = "".join(_those(first, last) for first, last in _RANGE.findall(written))
    if other:
        out = set(_all_in(written))
        found = "".join(letter for letter in _ANY if letter not in out)
    if not found:
        raise ValueError(f"no character is known that [{written}] holds")
    return "".join(dict.fromkeys(found))


def _all_in(written: str) -> str:
    """Those of the known characters that are in a class."""
    short = {"\\" + kind: "".join(filter(is_in, _ANY)) for kind, is_in in _IN.items()}
    pairs = _RANGE.findall(written)
    return "".join(
        short.get(first, "") + short.get(last, "") + _those(first, last, _ANY) for first, last in pairs
    )


def _those(first: str, last: str, known: str = "") -> str:
    if last and _is_class(last):  # `\w-\d` is no range
        return _those(first, "") + "-" + _those(last, "")
    if _is_class(first):
        return _of_class(first) + (f"-{last}" if last else "")
    start, end = ord(_single(first)), ord(_single(last or first))
    if end - start <= _WIDE and not known:
        return "".join(map(chr, range(start, end + 1)))
    return "".join(letter for letter in known or _ANY if start <= ord(letter) <= end) or chr(start)


def _is_class(written: str) -> bool:
    return len(written) > 1 and written[1] in "dwsDWSpP"


def _of_class(written: str) -> str:
    kind = written[1]
    if kind in "dws":
        return _CLASSES[kind]
    if kind in "DWS":
        return "".join(letter for letter in _ANY if not _IN[kind.lower()](letter))
    name = written[3:-1]
    return "".join(letter for letter in _ANY if _has(letter, name) is (kind == "p"))


def _has(letter: str, name: str) -> bool:
    """Whether a character has a Unicode property: a general category, a script or a POSIX class."""
    if name in _POSIX:
        return _POSIX[name](letter)
    if name in _SCRIPTS:
        return unicodedata.name(letter, "").startswith(_SCRIPTS[name])
    return unicodedata.category(letter).startswith(name)


def _single(written: str) -> str:
    """The character that a letter or an escape means."""
    if len(written) == 1:
        return written
    if written[1] in "xu" and len(written) > 2:
        return chr(int(f"0x{written[2:]}", 0))
    return _NAMED.get(written[1], written[1])
