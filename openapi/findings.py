"""What a person is told of a document that is used: what is wrong in it, and what of it is not honoured."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openapi.document import Document
from openapi.kinds import members, unknown
from openapi.schema import Schemas
from openapi.source import SourceError, join_pointer

_LARGE = 2 * 1024 * 1024
_MANY = 500
_MOST_KEYWORDS = 12

FEW = 5
"""Findings that are told where nobody asks for all."""


@dataclass(slots=True)
class Unhonoured:
    """A keyword that nothing here looks at: how often it stands in objects of a kind, and the first place."""

    keyword: str
    kind: str
    pointer: str
    times: int = 1


def is_large(document: Document) -> bool:
    """Whether looking at all of a document takes seconds: then each part is looked at when it is needed."""
    return len(document.source.written) > _LARGE or len(document.operations) > _MANY


def look_through(document: Document) -> None:
    """Reads every operation and compiles every schema, so that `document.findings` are all there are.

    Raises SchemaError.
    """
    for direction in ("request", "response"):
        Schemas(document, direction).compile_all()


def unhonoured(document: Document) -> list[Unhonoured]:
    """The keywords of OpenAPI and JSON Schema in a document that are not honoured here, in its order."""
    found: dict[tuple[str, str], Unhonoured] = {}
    waiting = [("#", "document", document.data)]
    while waiting:
        pointer, kind, value = waiting.pop()
        for keyword in unknown(kind, value):
            known = found.get((kind, keyword))
            if known:
                known.times += 1
            else:
                found[kind, keyword] = Unhonoured(keyword, kind, join_pointer(pointer, keyword))
        inner = [(join_pointer(pointer, key), part, held) for key, held, part in members(kind, value) if part]
        waiting += reversed(inner)
    return list(found.values())


def insist(document: Document) -> None:
    """Raises SourceError where anything wrong was found in a document."""
    if document.wrong:
        (first,) = document.findings(1)
        more = f" ({document.wrong - 1} more: -v lists them)" if document.wrong > 1 else ""
        raise SourceError(first.name, f"{first.message}{more}", first.line)


def report(document: Document, most: int | None) -> Iterator[str]:
    """Lines about what is wrong in a document, the first `most` (None: all), and what is not honoured."""
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
