"""Where in the document a promise stands: file, line, pointer, and its words."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from contract_tests.check import Requirement
from contract_tests.showing.mask import visible
from openapi.document import Document

_MOST_QUOTED = 9
_LONGEST = 160


class Places:
    """The document's file and lines."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        self.file = visible(_near(document.source.name))

    @property
    def digest(self) -> str:
        """The SHA-256 of the document's text."""
        return hashlib.sha256(self._source.text.encode()).hexdigest()

    def line(self, pointer: str) -> int | None:
        """The line of a pointer, or None where it has none."""
        return self._source.line(pointer)

    def quote(self, pointer: str) -> list[tuple[int, str]]:
        """(line, text) of what stands at a pointer: its first line, and the deeper ones after it."""
        source, _ = self._source.origin(pointer)
        return list(self._quoted(source.text.split("\n"), self.line(pointer) or 0))

    def at(self, requirement: Requirement) -> str:
        """`file:line`, as editors and terminals take it."""
        source, _ = self._source.origin(requirement.pointer)
        file, line = visible(_near(source.name)), self.line(requirement.pointer)
        return f"{file}:{line}" if line else file

    def of(self, requirement: Requirement) -> str:
        """`file:line  pointer`."""
        return f"{self.at(requirement)}  {visible(requirement.pointer)}"

    def _quoted(self, lines: list[str], line: int) -> Iterator[tuple[int, str]]:
        depth = _depth(lines[line - 1]) if 0 < line <= len(lines) else 0
        for number, text in enumerate(lines[line - 1 : line - 1 + _MOST_QUOTED] if line else (), line):
            if number > line and text.strip() and _depth(text) <= depth:
                return
            yield number, text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _near(name: str) -> str:
    """A file as it is called from here, where that is shorter."""
    if "://" in name or not Path(name).is_absolute():
        return name
    return min((name, os.path.relpath(name)), key=len)
