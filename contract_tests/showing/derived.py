"""A broken credential as an expression of the shell over the variable that holds the right one.

A report must show how a credential was broken, and must not show the credential: `${HYFN_X_API_KEY%?}` says
that its last character is missing.
"""

import base64
import binascii
import re
from dataclasses import dataclass

from contract_tests.showing.shell import Expand, Piece, plain, variable, word
from contract_tests.target import Header

KEPT = 4
"""Characters in a row that tell something of a secret."""

_FEW = 8
"""Characters that are cut off by as many question marks."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a secret stands: `text` in the value of a variable from `offset` on, or in what a command
    prints."""

    text: str
    name: str
    before: str = ""
    """What stands in the variable before the text: the word of an Authorization header (RFC 9110 section
    11.4)."""
    command: str = ""

    def part(self, start: int, end: int) -> Expand:
        """The characters of the text from `start` to `end`."""
        size = len(self.text)
        if self.command:
            return Expand(f"$({self.command}{_cut(start, end, size)})")
        first, missing = len(self.before) + start, size - end
        if not missing and start == 0 and self.before:
            return Expand(f"${{{self.name}#{self.before}}}")
        if not first and missing <= _FEW:
            return variable(self.name) if not missing else Expand(f"${{{self.name}%{'?' * missing}}}")
        if not missing and first <= _FEW:
            return Expand(f"${{{self.name}#{'?' * first}}}")
        cut = _cut(first, len(self.before) + end, len(self.before) + size)
        return Expand(f"$({self._whole}{cut})")

    def swapped(self, start: int, end: int) -> Expand:
        """The same with each letter in its other case."""
        command = self.command or self._whole
        first = 0 if self.command else len(self.before)
        cut = _cut(first + start, first + end, first + len(self.text))
        return Expand(f"$({command}{cut} | tr A-Za-z a-zA-Z)")

    @property
    def _whole(self) -> str:
        return f'printf %s "${self.name}"'


def derived(value: str, header: Header) -> list[Piece] | None:
    """`value` in terms of the header's variable; None where it has nothing in common with its secret."""
    known, given = _word(header.name, header.value), _word(header.name, value)
    source = Source(header.value[len(known) :], header.variable, known)
    secret = value[len(given) :]
    if known.strip().lower() == "basic" and (found := _basic(source, secret)):
        return [given, *found]
    found = _edited(source, secret)
    return [given, *found] if found is not None else None


def secrets(header: Header) -> dict[str, Expand]:
    """The texts in a header's value that must not be seen, each with what the shell puts in for it."""
    before = _word(header.name, header.value)
    source = Source(header.value[len(before) :], header.variable, before)
    found = {header.value: variable(header.variable), source.text: source.part(0, len(source.text))}
    if before.strip().lower() == "basic" and (told := _decoded(source.text)):
        inner = _opened(source, told)
        at = told.find(":") + 1
        found[told[at:]] = inner.part(at, len(told))
    for piece in re.finditer(r"[^\s;,]+", source.text):
        inside = piece[0].partition("=")[2]
        for each in {piece[0], inside} - {""}:
            at = piece.start() + piece[0].find(each)
            found.setdefault(each, source.part(at, at + len(each)))
    return found


def part_of(header: Header, text: str) -> Expand | None:
    """A part of a header's value in terms of its variable; None where the value does not have it as it
    is."""
    at = header.value.find(text)
    return Source(header.value, header.variable).part(at, at + len(text)) if at >= 0 else None


def shares(text: str, secret: str) -> bool:
    """Whether a text holds so many characters of a secret in a row that it tells something of it."""
    return any(secret[at : at + KEPT] in text for at in range(len(secret) - KEPT + 1))


def _edited(source: Source, value: str) -> list[Piece] | None:
    """`value` as what is left of the source at both ends, and what came between."""
    old = source.text
    start = _common(old, value)
    tail = min(_common(old[::-1], value[::-1]), len(old) - start, len(value) - start)
    middle, lost = value[start : len(value) - tail], old[start : len(old) - tail]
    if middle and middle == lost.swapcase():
        return _joined(source, start, tail, source.swapped(start, len(old) - tail))
    if start + tail < KEPT and not shares(value, old):
        return None
    return _joined(source, start, tail, middle)


def _joined(source: Source, start: int, tail: int, middle: Piece) -> list[Piece]:
    size = len(source.text)
    first: list[Piece] = [source.part(0, start)] if start else []
    last: list[Piece] = [source.part(size - tail, size)] if tail else []
    return [*first, middle, *last]


def _basic(source: Source, value: str) -> list[Piece] | None:
    """Credentials of Basic (RFC 7617), changed before they were encoded."""
    old, new = _decoded(source.text), _decoded(value)
    if old is None or new is None:
        return None
    pieces = _edited(_opened(source, old), new)
    if pieces is None:
        return None
    return [Expand(f"$(printf %s {word(pieces)} | base64 | tr -d '\\n')")]


def _opened(source: Source, told: str) -> Source:
    whole = plain(source.part(0, len(source.text)))
    return Source(told, source.name, command=f'printf %s "{whole}" | base64 -d')


def _decoded(text: str) -> str | None:
    try:
        told = base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return told if told.isprintable() and ":" in told else None


def _word(name: str, value: str) -> str:
    """The name of the authentication scheme with its blank, of an Authorization header."""
    found = re.match(r"[A-Za-z][\w-]* +", value) if name.lower() == "authorization" else None
    return found[0] if found else ""


def _common(one: str, other: str) -> int:
    """The length of the beginning that two texts share."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _cut(start: int, end: int, size: int) -> str:
    if (start, end) == (0, size):
        return ""
    last = "" if end == size else str(end)
    return f" | cut -c{start + 1}-{last}"
