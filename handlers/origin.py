"""Where the document of a mock comes from."""

from dataclasses import dataclass
from pathlib import Path

from openapi.document import BUNDLED, Document, load
from openapi.findings import insist
from openapi.location import STDIN, is_web
from openapi.source import SourceError


@dataclass(frozen=True, slots=True)
class Origin:
    """A file, a URL or `-`; where its references may lead besides; whether anything wrong in it stops us."""

    where: str = str(BUNDLED)
    allowed: tuple[str, ...] = ()
    strict: bool = False

    def load(self) -> Document:
        """The document. Raises SourceError."""
        return load(self.where, self.allowed)

    def check(self, document: Document) -> None:
        """Raises SourceError where something is wrong in the document, and that is to stop us."""
        if self.strict:
            insist(document)

    def files(self, document: Document) -> list[Path]:
        """The files to watch. Raises SourceError where there are none."""
        if self.where == STDIN or is_web(self.where):
            raise SourceError("--reload", f"expected a document in a file, found {self.where}")
        return [Path(name) for name in (self.where, *document.source.files) if not is_web(name)]
