"""The API's published curl samples, changed only in the server's address, are answered as published."""

import json
import re
import shlex
import shutil
import subprocess
from typing import Any

import pytest

from tests.running import Running, Start

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")

PUBLISHED = "https://hyfn.redocly.app/_mock/openapi"
ITEM = "5f6bce01-643e-4f68-a976-02f9a9cdba9f"
KEYS = "-H 'x-api-key: YOUR_API_KEY_HERE' -H 'x-org-id: YOUR_API_KEY_HERE'"
SENT = {
    "agentId": "6310db44-39c9-4e4d-8b67-83c45700e545",
    "jobId": "deaf5733-cb4c-40ec-9b59-5de3fab80a80",
    "type": "model_call",
    "description": "Customer support chat",
    "timeSpent": "0.5",
    "metadata": {"modelName": "gpt-4", "tokensUsed": 1500},
}
MEMBERS = [
    "id", "orgId", "agentId", "jobId", "type", "description", "timeSpent", "humanInLoop", "metadata",
    "createdAt",
]  # fmt: skip

LIST = f"curl -i -X GET {PUBLISHED}/work_items {KEYS}"
JSON = "-H 'Content-Type: application/json'"
CREATE = f"curl -i -X POST {PUBLISHED}/work_items {JSON} {KEYS} -d '{json.dumps(SENT)}'"
GET = f"curl -i -X GET {PUBLISHED}/work_items/{ITEM} {KEYS}"
UPDATE = (
    f"curl -i -X PATCH {PUBLISHED}/work_items/{ITEM} -H 'Content-Type: application/json' {KEYS} "
    """-d '{"description": "string", "metadata": {}}'"""
)
DELETE = f"curl -i -X DELETE {PUBLISHED}/work_items/{ITEM} {KEYS}"


@pytest.fixture(params=["/api/public", "/_mock/openapi", ""], ids=["local server", "hosted path", "root"])
def curl(request: pytest.FixtureRequest, start_mock: Start) -> Any:
    """Runs a published command against a fresh mock; (status, body or None)."""
    mock: Running = start_mock()

    def run(command: str) -> tuple[int, Any]:
        here = command.replace(PUBLISHED, mock.origin + request.param)
        done = subprocess.run(
            [*shlex.split(here), "-s", "--max-time", "10"], capture_output=True, text=True, check=True
        )
        head, _, body = done.stdout.replace("\r\n", "\n").partition("\n\n")
        found = re.match(r"HTTP/1.1 (\d+)", head)
        assert found
        return int(found[1]), json.loads(body) if body.strip() else None

    return run


def test_the_five_work_item_samples_answer_as_published(curl: Any) -> None:
    """List, create, get, update and delete answer 200, 201, 200, 200, 204 in the published shape."""
    status, listed = curl(LIST)
    assert 200 == status
    assert ITEM in [item["id"] for item in listed["workItems"]]
    status, created = curl(CREATE)
    assert 201 == status
    assert MEMBERS == list(created["workItem"])
    status, got = curl(GET)
    assert (200, MEMBERS) == (status, list(got["workItem"]))
    status, updated = curl(UPDATE)
    assert 200 == status
    assert {**got["workItem"], "description": "string", "metadata": {}} == updated["workItem"]
    assert (204, None) == curl(DELETE)
    assert 404 == curl(GET)[0]


def test_what_was_created_is_what_is_read(curl: Any) -> None:
    """Create then get gives back what was sent, the text of timeSpent included."""
    _, created = curl(CREATE)
    _, got = curl(GET.replace(ITEM, created["workItem"]["id"]))

    assert created == got
    assert SENT == {name: got["workItem"][name] for name in SENT}
    assert (False, "YOUR_API_KEY_HERE") == (got["workItem"]["humanInLoop"], got["workItem"]["orgId"])


def test_every_published_example_id_exists(shared_mock: Running) -> None:
    """Each id in a published path answers 200 with the credentials of the samples."""
    sample = {"x-api-key": "YOUR_API_KEY_HERE", "x-org-id": "YOUR_API_KEY_HERE"}
    paths = [
        f"/work_items/{ITEM}",
        "/agents/6310db44-39c9-4e4d-8b67-83c45700e545",
        "/knowledge/8e3bd21d-dc1b-4565-82a5-274efc6ab411",
        "/invoices/d4c124bb-f2fd-4117-b1ec-e3021e4fa6c8",
        "/jobs/deaf5733-cb4c-40ec-9b59-5de3fab80a80",
    ]

    assert [200] * 5 == [shared_mock.ask("GET", path, headers=sample).status for path in paths]
