"""The small document that Connexion routes by.

Connexion 3.3 reads OpenAPI 3.0 only, in JSON Schema draft 4, and looks operations up by operationId: two
operations with one id share one security. So it gets a 3.0.3 document with nothing but paths, methods and
unique ids; everything else is compiled from the original (facts: findings 1 to 3).
"""

from typing import Any

from openapi.document import Document
from openapi.operation import Operation

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
"""Those that OpenAPI 3.0 knows."""


def skeleton(document: Document) -> dict[str, Any]:
    """A 3.0.3 document that names every operation by its unique id.

    One whose method 3.0 does not know (`QUERY`) stands as POST under a path that names the method.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in document.operations:
        method = operation.method.lower()
        if method in _METHODS:
            paths.setdefault(operation.path, {})[method] = _bare(operation)
        else:
            paths[f"{operation.path}#{operation.method}"] = {"post": _bare(operation)}
    return {
        "openapi": "3.0.3",
        "info": {"title": document.title, "version": document.version or "0"},
        "paths": paths,
    }


def _bare(operation: Operation) -> dict[str, Any]:
    return {"operationId": operation.id, "responses": {"default": {"description": "as the document says"}}}
