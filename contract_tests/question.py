"""What is asked: a document, and how hard."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from contract_tests.mask import visible
from contract_tests.problems import Misuse
from openapi.document import BUNDLED, Document, load
from openapi.source import SourceError

EXAMPLES = 50
"""Generated cases per operation and phase, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Question:
    """A document to keep. The same seed asks the same of a target in the same state."""

    document: Document
    seed: int
    examples: int = EXAMPLES

    @property
    def title(self) -> str:
        return visible(f"{self.document.title} {self.document.version}".strip())

    @property
    def operations(self) -> tuple[str, ...]:
        """`GET /things` and so on, in the order of the document."""
        return tuple(f"{operation.method} {operation.path}" for operation in self.document.operations)


def draw_seed() -> int:
    """A seed that nobody chose."""
    return secrets.randbelow(2**32)


def read_document(path: Path | None) -> Document:
    """The document at `path`, or the bundled one.

    Raises Misuse, with file and line, for one that cannot be asked.
    """
    try:
        document = load(path or BUNDLED)
        if not document.operations:
            raise document.error("#/paths", "no operation found, expected at least one")
    except SourceError as error:
        raise Misuse(str(error)) from error
    return document
