"""Stock Connexion: `AsyncApp` with response validation and the plainest handlers that keep state.

A dictionary for each organization, security by the document's two keys; nothing else is ours.
`uvicorn bench.stock:app`; HYFN_BENCH_DOCUMENT names the document.
"""

import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from connexion import AsyncApp, request
from connexion.resolver import Resolver

_items: dict[str, dict[str, dict[str, Any]]] = {}
_NOT_FOUND = ({"error": "Not found", "details": "no such work item"}, 404)


def key(given: str) -> dict[str, str]:
    """What Connexion calls for each of the two headers."""
    return {"sub": given}


def _mine() -> dict[str, dict[str, Any]]:
    return _items.setdefault(request.headers["x-org-id"], {})


async def listed() -> Any:
    return {"workItems": list(_mine().values())}


async def created(body: dict[str, Any]) -> Any:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    item = {"id": str(uuid.uuid4()), "orgId": request.headers["x-org-id"], **body, "createdAt": now}
    _mine()[item["id"]] = item
    return {"workItem": item}, 201


async def got(workItemId: str) -> Any:  # noqa: N803 - Connexion names arguments after parameters
    item = _mine().get(workItemId)
    return {"workItem": item} if item else _NOT_FOUND


async def updated(workItemId: str, body: dict[str, Any]) -> Any:  # noqa: N803
    item = _mine().get(workItemId)
    if item is None:
        return _NOT_FOUND
    item.update(body)
    return {"workItem": item}


async def deleted(workItemId: str) -> Any:  # noqa: N803
    return (None, 204) if _mine().pop(workItemId, None) else _NOT_FOUND


async def _unwritten() -> Any:
    return {"error": "Not written"}, 500


_WRITTEN = {
    "listWorkItems": listed,
    "createWorkItem": created,
    "getWorkItem": got,
    "updateWorkItem": updated,
    "deleteWorkItem": deleted,
}


def _document() -> dict[str, Any]:
    text = Path(os.environ["HYFN_BENCH_DOCUMENT"]).read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for scheme in document["components"]["securitySchemes"].values():
        scheme["x-apikeyInfoFunc"] = "bench.stock.key"
    return document


def make() -> AsyncApp:
    """The application; `uvicorn --factory`."""
    application = AsyncApp(__name__)
    resolver = Resolver(lambda operation_id: _WRITTEN.get(operation_id, _unwritten))
    application.add_api(_document(), resolver=resolver, validate_responses=True)
    return application
