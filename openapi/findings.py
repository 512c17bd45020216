"""What a person is told of a document that is used: what is wrong in it, and what of it is not honoured."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from openapi.codec import show
from openapi.document import Document
from openapi.kinds import members, unknown
from openapi.lengths import LONGEST
from openapi.pattern import matching
from openapi.schema import Schemas
from openapi.source import SourceError, join_pointer

_LARGE = 2 * 1024 * 1024
_MANY = 500
_PATIENCE = 2.0
"""Seconds that are spent on patterns; after them, the rest is taken for plain."""

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


def look_at_patterns(document: Document) -> None:
    """Adds to `document.findings` each pattern that no text was found for: who needs one gets none."""
    waiting: list[tuple[str, str, Any]] = [("#", "document", document.data)]
    tried: set[str] = set()
    end = monotonic() + _PATIENCE
    while waiting and monotonic() < end:
        pointer, kind, value = waiting.pop()
        pattern = value.get("pattern") if kind == "schema" and isinstance(value, dict) else None
        if isinstance(pattern, str) and pattern not in tried:
            tried.add(pattern)
            if matching(pattern, 0, LONGEST) is None:
                document.report(join_pointer(pointer, "pattern"), f"{show(pattern)}: {_NO_TEXT}")
        inner = [(join_pointer(pointer, key), of, part) for key, part, of in members(kind, value) if of]
        waiting += reversed(inner)


_NO_TEXT = "no text was found that it matches; where one is needed, an example has to show it"


def unhonoured(document: Document) -> list[Unhonoured]:
    """The keywords of OpenAPI and JSON Schema in a document that are not honoured here, in its order."""
    found: dict[tuple[str, str], Unhonoured] = {}
    old = document.is_3_0
    waiting = [("#", "document", document.data)]
    while waiting:
        pointer, kind, value = waiting.pop()
        for keyword in (*unknown(kind, value), *_meaningless(kind, value, old)):
            known = found.get((kind, keyword))
            if known:
                known.times += 1
            else:
                found[kind, keyword] = Unhonoured(
                    keyword, kind, join_pointer(pointer, keyword.partition(" ")[0])
                )
        inner = [(join_pointer(pointer, key), part, held) for key, held, part in members(kind, value) if part]
        waiting += reversed(inner)
    return list(found.values())


_DIALECTS = re.compile(
    r"https://spec\.openapis\.org/oas/3\.\d/dialect/|https?://json-schema\.org/draft/2020-12/schema"
)
_WITHOUT_EFFECT = {
    "$ref",
    "title",
    "summary",
    "description",
    "example",
    "examples",
    "deprecated",
    "externalDocs",
}


def _meaningless(kind: str, value: Any, old: bool) -> list[str]:
    """Known members that mean nothing where they stand, or something that nothing here honours."""
    if not isinstance(value, dict):
        return []
    dialect = {"document": "jsonSchemaDialect", "schema": "$schema"}.get(kind, "")
    found = [dialect] if dialect in value and not _DIALECTS.match(str(value[dialect])) else []
    if kind == "schema" and not old and "nullable" in value:
        found.append("nullable")
    if kind == "schema" and old and "$ref" in value:
        found += [f"{key} beside $ref" for key in value if _is_rule(key)]
    return found


def _is_rule(key: str) -> bool:
    return key not in _WITHOUT_EFFECT and not key.startswith("x-")


def insist(document: Document) -> None:
    """Raises SourceError where anything wrong was found in a document."""
    if document.wrong:
        (first,) = document.findings(1)
        more = f" ({document.wrong - 1} more: -v lists them)" if document.wrong > 1 else ""
        raise SourceError(first.name, f"{first.message}{more}", first.line)


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
