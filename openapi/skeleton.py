"""The small document that Connexion routes by.

Connexion 3.3 reads OpenAPI 3.0 only, in JSON Schema draft 4, and looks operations up by operationId: two operations with one id
share one security. So it gets a 3.0.3 document with nothing but paths, methods and unique ids; everything else is
compiled from the original (facts: findings 1 to 3).
"""

from typing import Any

from openapi.document import Document, Operation


def skeleton(document: Document) -> dict[str, Any]:
    """A 3.0.3 document that names every operation by its unique id."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in document.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _bare(operation)
    return {
        "openapi": "3.0.3",
        "info": {"title": document.title, "version": document.version or "0"},
        "paths": paths,
    }


def _bare(operation: Operation) -> dict[str, Any]:
    return {"operationId": operation.id, "responses": {"default": {"description": "as the document says"}}}
