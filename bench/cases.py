"""What every peer is asked, on the Hyfn document, and the document that all of them are given."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HYFN = Path(__file__).parents[1] / "openapi" / "hyfn.yaml"
READER = {"x-api-key": "demo-key-123", "x-org-id": "demo-org-123"}
WRITER = {"x-api-key": "demo-key-456", "x-org-id": "demo-org-456"}
"""Creates go to an organization of their own, so that the list of the other stays at 100."""

LISTED = 100
ITEM = {
    "agentId": "6310db44-39c9-4e4d-8b67-83c45700e545",
    "jobId": "deaf5733-cb4c-40ec-9b59-5de3fab80a80",
    "type": "model_call",
    "description": "Customer support chat",
    "timeSpent": "0.5",
    "humanInLoop": False,
    "metadata": {"modelName": "gpt-4", "tokensUsed": 1500},
}
STORED = {
    "id": "497f6eca-6276-4993-bfeb-53cbbbba6f08",
    "orgId": "demo-org-123",
    **ITEM,
    "createdAt": "2026-11-23T14:37:38.281Z",
}
CHANGE = {"description": "Checked", "metadata": {"reviewed": True}}
INVALID = {**ITEM, "timeSpent": 0.5, "type": "no such type"}


@dataclass(frozen=True)
class Case:
    """One request, and the status that answers it.

    `path` is below the API's base; {id} in it is a stored item's.
    """

    name: str
    method: str
    path: str
    status: int
    headers: dict[str, str] = field(default_factory=lambda: READER)
    body: dict[str, Any] | None = None

    def payload(self) -> bytes:
        return b"" if self.body is None else json.dumps(self.body).encode()

    def sent_headers(self) -> dict[str, str]:
        return self.headers if self.body is None else {**self.headers, "content-type": "application/json"}


CASES = (
    Case("list of 100", "GET", "/work_items", 200),
    Case("get", "GET", "/work_items/{id}", 200),
    Case("update", "PATCH", "/work_items/{id}", 200, body=CHANGE),
    Case("invalid body", "POST", "/work_items", 400, body=INVALID),
    Case("401", "GET", "/work_items", 401, headers={}),
    Case("create", "POST", "/work_items", 201, WRITER, ITEM),
)
"""In the order of a round: what makes the store grow comes last."""


def write_document(to: Path) -> Path:
    """The Hyfn document with 100 items in its example of a list: a peer that answers examples has as much
    to send as one that has stored them."""
    document = yaml.safe_load(HYFN.read_text(encoding="utf-8"))
    items = [{**STORED, "id": f"497f6eca-6276-4993-bfeb-{number:012d}"} for number in range(LISTED)]
    document["components"]["examples"]["WorkItems"]["value"] = {"workItems": items}
    to.write_text(json.dumps(document, default=str), encoding="utf-8")
    return to
