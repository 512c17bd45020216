"""Where in the document a requirement stands: file, line, pointer."""

from contract_tests.check import Requirement
from openapi.document import Document


class Places:
    """The document's file and lines."""

    def __init__(self, document: Document) -> None:
        self._source = document.source

    def line(self, requirement: Requirement) -> int | None:
        """The line of the pointer, or None where it has none."""
        return self._source.line(requirement.pointer)

    def of(self, requirement: Requirement) -> str:
        """`file:line  pointer`."""
        line = self.line(requirement)
        where = f"{self._source.name}:{line}" if line else self._source.name
        return f"{where}  {requirement.pointer}"
