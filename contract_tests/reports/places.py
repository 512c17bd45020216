"""Where in the document a requirement stands: file, line, pointer."""

import os
from pathlib import Path

from contract_tests.check import Requirement
from contract_tests.showing.mask import visible
from openapi.document import Document


class Places:
    """The document's file and lines."""

    def __init__(self, document: Document) -> None:
        self._source = document.source
        self._name = visible(_near(document.source.name))

    def line(self, requirement: Requirement) -> int | None:
        """The line of the pointer, or None where it has none."""
        return self._source.line(requirement.pointer)

    def at(self, requirement: Requirement) -> str:
        """`file:line`, as editors and terminals take it."""
        line = self.line(requirement)
        return f"{self._name}:{line}" if line else self._name

    def of(self, requirement: Requirement) -> str:
        """`file:line  pointer`."""
        return f"{self.at(requirement)}  {visible(requirement.pointer)}"


def _near(name: str) -> str:
    """A file as it is called from here, where that is shorter."""
    if "://" in name or not Path(name).is_absolute():
        return name
    return min((name, os.path.relpath(name)), key=len)
