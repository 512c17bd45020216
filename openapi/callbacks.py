"""What a document says that a server calls: the callbacks of its operations, and its webhooks."""

from dataclasses import dataclass

from openapi.document import Document
from openapi.operation import Operation, Place
from openapi.paths import operations_at
from openapi.source import SourceError


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that a server sends. `url` is a runtime expression (`expressions.py`); of a webhook it is
    empty."""

    name: str
    url: str
    operation: Operation


def callbacks_of(document: Document, operation: Operation) -> tuple[Callback, ...]:
    """The callbacks of an operation, in the order of the document; what cannot be read is left out."""
    named = _members(document, operation.place, "callbacks")
    return tuple(
        Callback(name, expression, request)
        for name, callback in named.items()
        for expression in (callback.value if isinstance(callback.value, dict) else ())
        if not expression.startswith("x-")
        for request in _requests(document, callback, expression, operation.path)
    )


def webhooks_of(document: Document) -> dict[str, Callback]:
    """The webhooks of a document by name: `webhooks` of OpenAPI 3.1, and `x-webhooks` of before."""
    return {
        name: Callback(name, "", request)
        for key in ("x-webhooks", "webhooks")
        for name in _members(document, document.root, key)
        for request in _requests(document, document.child(document.root, key), name, name)[:1]
    }


def _members(document: Document, owner: Place, key: str) -> dict[str, Place]:
    try:
        return document.children(owner, key)
    except SourceError:
        return {}


def _requests(document: Document, owner: Place, key: str, path: str) -> tuple[Operation, ...]:
    try:
        return operations_at(document, document.child(owner, key), path)
    except SourceError:
        return ()
