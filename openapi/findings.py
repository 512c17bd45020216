"""What a person is told of a document that is served: what is wrong in it, and what of it is not honoured."""

from dataclasses import dataclass

from openapi.document import Document
from openapi.kinds import members, unknown
from openapi.schema import Schemas
from openapi.source import join_pointer

_LARGE = 2 * 1024 * 1024
_MANY = 500


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
