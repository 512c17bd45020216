"""A file that people write: its text, the data it spells, and the line where each part stands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from openapi import codec, json_text, limits, yaml_text
from openapi.codec import Json

_LARGE = 1024 * 1024
"""Characters of a broken JSON text above which nobody asks whether it might be YAML."""


class SourceError(Exception):
    """What is wrong with a file, in one line that starts with its name and, when known, the line number."""

    def __init__(self, name: str, message: str, line: int | None = None) -> None:
        self.name, self.line, self.message = name, line, message
        super().__init__(f"{name}:{line}: {message}" if line else f"{name}: {message}")


class Finding(NamedTuple):
    """Something wrong in a document that is served all the same: what stands at a pointer of a file, and what
    is made of it."""

    name: str
    line: int | None
    pointer: str
    message: str

    def __str__(self) -> str:
        where = f"{self.name}:{self.line}" if self.line else self.name
        return f"{where}: {self.message}  ({self.pointer})"


@dataclass(frozen=True)
class Source:
    """`name` as people know it (a path), what is `written` in it, and the `data` that it spells (keys are
    always text).

    `origins`: the parts of the data that come from elsewhere, by pointer, with the file and the pointer in
    it; `files`: what was read besides; `findings`: what was wrong with that.
    """

    name: str
    written: str | bytes
    data: Json
    origins: "Mapping[str, tuple[Source, str]]" = field(default_factory=dict)
    files: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def text(self) -> str:
        return self.written if isinstance(self.written, str) else self.written.decode("utf-8-sig")

    @property
    def single(self) -> bool:
        """Whether the text alone is the document."""
        return not self.origins and not self.findings

    def line(self, pointer: str) -> int | None:
        """The line (from 1) of the value at a JSON pointer, or of its nearest parent; None if unknown."""
        source, inner = self.origin(pointer)
        return source._line(inner)

    def origin(self, pointer: str) -> "tuple[Source, str]":
        """The file that a pointer leads into, and the pointer in that file."""
        above, rest = pointer, ""
        while self.origins and above:
            if above in self.origins:
                source, there = self.origins[above]
                return source, there + rest
            above, _, token = above.rpartition("/")
            rest = f"/{token}{rest}"
        return self, pointer

    def finding(self, pointer: str, message: str) -> Finding:
        """A Finding about the value at `pointer`."""
        source, inner = self.origin(pointer)
        return Finding(source.name, source._line(inner), inner, message)

    def error(self, pointer: str, message: str) -> SourceError:
        """A SourceError about the value at `pointer`."""
        source, inner = self.origin(pointer)
        return SourceError(source.name, message, source._line(inner))

    @cached_property
    def _nodes(self) -> Any:
        return yaml_text.compose(self.text)

    def _line(self, pointer: str) -> int | None:
        text, tokens = self.text, split_pointer(pointer)
        found = json_text.line(text, tokens) if _opens_like_json(text) else None
        return yaml_text.line(self._nodes, tokens) if found is None else found


def read(path: Path) -> Source:
    """The file at `path`, JSON or YAML. Raises SourceError when it cannot be read or parsed."""
    return parse(str(path), read_bytes(path))


def read_bytes(path: Path, name: str | None = None) -> bytes:
    """What a file holds. Raises SourceError: not there, not to be read, larger than a document may be."""
    try:
        with path.open("rb") as file:
            raw = file.read(limits.MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a name that holds a NUL
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(name or str(path), f"cannot be read: {reason.lower()}") from error
    return check_size(name or str(path), raw)


def check_size(name: str, raw: bytes) -> bytes:
    """`raw`. Raises SourceError where it is larger than a document may be."""
    if len(raw) > limits.MAX_BYTES:
        raise SourceError(name, f"larger than {limits.MAX_BYTES // 1024**2} MiB, the most that is read")
    return raw


def parse(name: str, raw: bytes) -> Source:
    """`raw` as JSON when it opens like JSON, else as YAML.

    Raises SourceError: neither, not UTF-8, a key that stands twice, more than `limits` allow.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SourceError(name, "not UTF-8 text, expected JSON or YAML", line) from error
    try:
        if _opens_like_json(text):
            try:
                return Source(name, raw, _load_json(raw, text))
            except ValueError as error:
                if isinstance(error, limits.TooMuch) or len(text) > _LARGE:
                    raise
        return Source(name, raw, yaml_text.load(text))  # flow style opens like JSON
    except limits.TooMuch as error:
        raise SourceError(name, str(error)) from error
    except ValueError as error:
        shown: int | None = getattr(error, "line", None)
        raise SourceError(name, f"not valid YAML or JSON: {error}", shown) from error


def _opens_like_json(text: str) -> bool:
    return _FIRST.match(text) is not None


_FIRST = re.compile(r"\s*[{\[]")


def _load_json(raw: bytes, text: str) -> Json:
    """Raises ValueError, TooMuch among them."""
    if len(raw) > limits.MAX_NODES:
        _check_count(raw)
    try:
        data = codec.decode(raw.removeprefix(b"\xef\xbb\xbf"), limits.MAX_DEPTH)
    except codec.DecodeError as error:
        if str(error).startswith("nested deeper"):
            raise limits.TooMuch(str(error)) from error
        raise
    if json_text.repeats(raw, limits.measure(data).keys):
        json_text.check_repeats(text)
    return data


_PIECE = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[,{\[]', re.DOTALL)


def _check_count(raw: bytes) -> None:
    """Raises TooMuch where there are far too many values, before any of them is made.

    Each stands behind a comma or a bracket, and an empty bracket is one too many; an object has keys, too.
    """
    if raw.count(b",") + raw.count(b"{") + raw.count(b"[") > 2 * limits.MAX_NODES:
        strings = others = 0
        for piece in _PIECE.finditer(raw):
            if piece[0][:1] == b'"':
                strings += 1
            else:
                others += 1
            limits.check(max(strings, others) // 2)


def split_pointer(pointer: str) -> list[str]:
    """The tokens of a JSON pointer (RFC 6901), with or without a leading `#`."""
    tokens = pointer.removeprefix("#").split("/")[1:]
    return [token.replace("~1", "/").replace("~0", "~") for token in tokens]


def look_up(value: Json, reference: Any) -> Json:
    """What a local reference (`#/a/b`) names inside `value`; None when it names nothing or is no such thing.

    Both spellings are understood: the plain pointer, and the URI fragment in which it is percent-encoded.
    """
    pointer = locate(value, reference)
    return None if pointer is None else _walk(value, split_pointer(pointer))


def locate(value: Json, reference: Any) -> str | None:
    """The plain pointer of what a local reference names inside `value`, or None."""
    if not isinstance(reference, str) or not _LOCAL.match(reference):
        return None
    spellings = (reference, unquote(reference))
    return next((pointer for pointer in spellings if _walk(value, split_pointer(pointer)) is not None), None)


_LOCAL = re.compile(r"#?(?:/|\Z)")


def _walk(value: Json, tokens: list[str]) -> Json:
    for token in tokens:
        if isinstance(value, list):
            value = value[int(token)] if _is_index(token) and int(token) < len(value) else None
        else:
            value = value.get(token) if isinstance(value, dict) else None
    return value


def _is_index(token: str) -> bool:
    return token.isascii() and token.isdecimal() and len(token) < 10


def join_pointer(pointer: str, *tokens: object) -> str:
    """`pointer` extended by tokens, escaped as RFC 6901 section 3 says."""
    escaped = (str(token).replace("~", "~0").replace("/", "~1") for token in tokens)
    return "/".join([pointer, *escaped])
