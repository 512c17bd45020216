"""Where the document of a mock comes from, and what is said about it at the start."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openapi.document import BUNDLED, Document, load
from openapi.findings import is_large, look_at_patterns, unhonoured
from openapi.location import STDIN, is_web
from openapi.source import SourceError

_MOST_KEYWORDS = 12


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
        if self.strict and document.wrong:
            (first,) = document.findings(1)
            more = f" ({document.wrong - 1} more: -v lists them)" if document.wrong > 1 else ""
            raise SourceError(first.name, f"{first.message}{more}", first.line)

    def files(self, document: Document) -> list[Path]:
        """The files to watch. Raises SourceError where there are none."""
        if self.where == STDIN or is_web(self.where):
            raise SourceError("--reload", f"expected a document in a file, found {self.where}")
        return [Path(name) for name in (self.where, *document.source.files) if not is_web(name)]


def report(document: Document, most: int | None) -> Iterator[str]:
    """Lines about what is wrong in a document, the first `most` (None: all), and what is not honoured."""
    if not (is_large(document) and most is not None):
        look_at_patterns(document)
    told = document.findings(most)
    if document.wrong:
        rest = document.wrong - len(told)
        yield f"{document.wrong} findings in the document{' (-v lists all)' if rest else ''}:"
        yield from (f"  {_near(str(each))}" for each in told)
    if is_large(document) and most is not None:
        yield "a large document: what is wrong in a part shows when it is first asked for (-v looks at all)"
        return
    found = unhonoured(document)
    if found:
        names = [f"{each.keyword} ({each.kind}, {each.times})" for each in found]
        shown = names if most is None else names[:_MOST_KEYWORDS]
        rest = len(names) - len(shown)
        yield f"not honoured: {', '.join(shown)}{f' and {rest} more' if rest else ''}"


def _near(text: str) -> str:
    """A finding whose file is called from here, where that is shorter."""
    here = f"{Path.cwd()}{os.sep}"
    return text.removeprefix(here)
