"""A JSON text laid out for reading: every sign as it came, one member per line, one part of it marked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from openapi import codec

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+|"', re.DOTALL)
_INDENT = "  "
_DEEPEST = 40
"""Levels that are indented; nobody reads on to the right for ever."""

_MOST_MARKED = 12
"""Lines."""

_OPENING = ("{", "[")

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text. `kind`: key, string, number, word, or plain."""

    kind: str
    text: str
    marked: bool = False
    path: _Path | None = None
    """Where a value begins: the way to it."""


@dataclass(slots=True)
class _Level:
    """An object or an array that is not closed yet, and where in it we are."""

    opening: str
    key: str = ""
    index: int = 0
    expects_key: bool = True
    empty: bool = True

    @property
    def step(self) -> str:
        return self.key if self.opening == "{" else str(self.index)


@dataclass(slots=True)
class _Pen:
    """Writes signs with line ends and indents. What lies at `target` is marked."""

    target: _Path | None
    marks: bool = True
    levels: list[_Level] = field(default_factory=list)
    marked_at: int | None = None

    def write(self, sign: str) -> Iterator[Piece]:
        if sign in "{[":
            yield from self._value("plain", sign)
            self.levels.append(_Level(sign))
        elif sign in "}]":
            yield from self._close(sign)
        elif sign == "," and self.levels:
            yield Piece("plain", ",", self._marks)
            self.levels[-1].index += 1
            self.levels[-1].expects_key = True
        elif sign == ":" and self.levels:
            yield Piece("plain", ": ", self._marks)
            self.levels[-1].expects_key = False
        else:
            yield from self._scalar(sign)

    @property
    def _marks(self) -> bool:
        return self.marked_at is not None

    @property
    def _path(self) -> _Path | None:
        """The way to here, where that is not longer than the one to the target."""
        if self.target is None or len(self.levels) > len(self.target):
            return None
        return tuple(level.step for level in self.levels)

    def _scalar(self, sign: str) -> Iterator[Piece]:
        level = self.levels[-1] if self.levels else None
        if level and level.opening == "{" and level.expects_key:
            level.key = _name(sign)
            yield from self._line(level)
            yield Piece("key", sign, self._marks)
        else:
            yield from self._value(_kind(sign), sign)
            self._end_of_value()

    def _value(self, kind: str, sign: str) -> Iterator[Piece]:
        if self.levels and self.levels[-1].opening == "[":
            yield from self._line(self.levels[-1])
        path = self._path
        if path is not None and not self._marks and path == self.target and self.marks:
            self.marked_at = len(self.levels)
        yield Piece(kind, sign, self._marks, path)

    def _line(self, level: _Level) -> Iterator[Piece]:
        level.empty = False
        yield Piece("plain", "\n" + _INDENT * min(len(self.levels), _DEEPEST))

    def _close(self, sign: str) -> Iterator[Piece]:
        level = self.levels.pop() if self.levels else None
        if level and not level.empty:
            yield Piece("plain", "\n" + _INDENT * min(len(self.levels), _DEEPEST))
        yield Piece("plain", sign, self._marks)
        self._end_of_value()

    def _end_of_value(self) -> None:
        if self.marked_at == len(self.levels):
            self.marked_at, self.target = None, None


def laid_out(text: str, pointer: str | None = None) -> list[Piece]:
    """The pieces of a body. `pointer`: what of it is marked, or None.

    Where that is not there, the nearest thing around it is marked. A text that is no JSON stays as it is; one
    that was cut is laid out as far as it goes.
    """
    target = None if pointer is None else _steps(pointer)
    if text.lstrip()[:1] not in _OPENING:
        return [Piece("plain", text, target is not None)]
    pen = _Pen(_nearest(text, target))
    return _short(list(_joined(piece for found in _SIGN.finditer(text) for piece in pen.write(found[0]))))


def missing(text: str, pointer: str) -> str | None:
    """The member that a pointer names and a body does not have, or None."""
    target = _steps(pointer)
    there = _nearest(text, target)
    return target[len(there)] if there is not None and len(there) < len(target) else None


def _nearest(text: str, target: _Path | None) -> _Path | None:
    """The target, or the nearest thing around it that is there; None where the text ends too soon to tell."""
    if target is None:
        return None
    pen = _Pen(target, marks=False)
    there: set[_Path] = {()}
    for found in _SIGN.finditer(text):
        for piece in pen.write(found[0]):
            if piece.path is not None:
                there.add(piece.path)
    if pen.levels and target not in there:
        return None
    while target not in there:
        target = target[:-1]
    return target


def _steps(pointer: str) -> _Path:
    """The steps of a JSON pointer."""
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:])


def _name(sign: str) -> str:
    """What a key says, its escapes resolved."""
    try:
        return str(codec.decode(sign.encode()))
    except (codec.DecodeError, UnicodeEncodeError):
        return sign


def _kind(sign: str) -> str:
    if sign.startswith('"'):
        return "string"
    return "number" if sign[0] in "-0123456789" else "word"


def _short(pieces: list[Piece]) -> list[Piece]:
    """The same with only the ends marked, where a mark would cover too much to say anything."""
    marked = [at for at, piece in enumerate(pieces) if piece.marked]
    if not marked or sum("\n" in each.text for each in pieces[marked[0] : marked[-1]]) <= _MOST_MARKED:
        return pieces
    ends = (marked[0], marked[-1])
    return [replace(piece, marked=at in ends) for at, piece in enumerate(pieces)]


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece."""
    last: Piece | None = None
    for piece in pieces:
        if last and last.kind == piece.kind == "plain" and last.marked == piece.marked:
            last = Piece("plain", last.text + piece.text, last.marked)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
