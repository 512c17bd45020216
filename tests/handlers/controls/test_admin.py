"""The controls under /_mock."""

from pathlib import Path
from typing import Any

import pytest

from tests.running import OTHER, SAMPLE, Answer, Running, Start

JOB = {"agentId": "6310db44-39c9-4e4d-8b67-83c45700e545", "name": "n", "schedule": "0 9 * * *"}


def control(mock: Running, method: str, name: str, body: Any = None, **headers: str) -> Answer:
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    return mock.ask(method, f"/_mock/{name}", body, headers=given, at="")


def everything(mock: Running) -> list[Any]:
    paths = ("/agents", "/knowledge", "/jobs", "/work_items", "/invoices")
    return [mock.ask("GET", path, headers=SAMPLE).json for path in paths]


def test_reset_brings_the_start_back(start_mock: Start) -> None:
    """Records and log are those of a new start."""
    mock = start_mock()
    ids = [[record["id"] for record in listed[key]] for listed in everything(mock)[:4] for key in listed]
    mock.ask("POST", "/jobs", JOB, headers=SAMPLE)
    mock.ask("DELETE", "/agents/6310db44-39c9-4e4d-8b67-83c45700e545", headers=SAMPLE)
    assert 204 == control(mock, "POST", "reset").status

    assert 1 == len(control(mock, "GET", "requests").json)
    assert ids == [
        [record["id"] for record in listed[key]] for listed in everything(mock)[:4] for key in listed
    ]


def test_a_snapshot_restores_exactly_what_was(start_mock: Start) -> None:
    """Also in another mock, over what it has."""
    mock, other = start_mock(), start_mock("--seed-data", "none")
    mock.ask("POST", "/jobs", JOB, headers=SAMPLE)
    state, before = control(mock, "GET", "state").json, everything(mock)
    for job in mock.ask("GET", "/jobs", headers=SAMPLE).json["jobs"]:
        mock.ask("DELETE", f"/jobs/{job['id']}", headers=SAMPLE)

    assert [204, 204] == [control(target, "PUT", "state", state).status for target in (mock, other)]
    assert before == everything(mock) == everything(other)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"version": 99}', b'{"tables": 5}'])
def test_a_bad_snapshot_changes_nothing(start_mock: Start, body: bytes) -> None:
    """400 with a reason."""
    mock = start_mock()
    before = everything(mock)
    answer = control(mock, "PUT", "state", body)

    assert 400 == answer.status
    assert answer.json["details"].startswith("body: ")
    assert before == everything(mock)


@pytest.mark.parametrize(
    ("table", "value", "part"),
    [
        ("agents", {"deletedAt": None}, "required, but missing"),
        ("invoices", {}, "no Invoice: an invoice without a month"),
        ("invoices", {"month": "2026-99", "amount": "0.00", "updatedAt": ""}, "without a month"),
        ("invoices", {"month": "2026-10", "amount": "many", "updatedAt": ""}, "no Invoice"),
    ],
)
def test_a_record_that_could_not_be_shown_is_refused(
    start_mock: Start, table: str, value: dict[str, Any], part: str
) -> None:
    """400 that names the record; nothing of the snapshot is taken."""
    mock = start_mock()
    everything(mock)
    state, before = control(mock, "GET", "state").json, everything(mock)
    name = next(iter(state["tables"][table]))
    state["tables"][table][name]["value"] = value
    answer = control(mock, "PUT", "state", state)

    assert 400 == answer.status
    assert f"body.tables.{table}.{name}: " in answer.json["details"]
    assert part in answer.json["details"]
    assert before == everything(mock)


def test_the_log_holds_the_last_requests_without_secrets(start_mock: Start) -> None:
    """Time, method, path, status, milliseconds, problems."""
    mock = start_mock()
    mock.ask("POST", "/jobs", {"name": 5}, headers={"x-api-key": "demo-key-123"})
    answer = control(mock, "GET", "requests")
    (entry,) = answer.json

    assert ("POST", "/api/public/jobs", 400) == (entry["method"], entry["path"], entry["status"])
    assert "body.name: expected a string, got 5" in entry["problems"]
    assert b"demo-key" not in answer.body
    assert "no-store" == answer.headers["cache-control"]


def test_credentials_are_accepted_ones(shared_mock: Running) -> None:
    """Security scheme name: value; sent in their headers, they open the door."""
    told = control(shared_mock, "GET", "credentials").json
    headers = {"x-api-key": told["ApiKeyAuth"], "x-org-id": told["OrgIdAuth"]}

    assert 200 == shared_mock.ask("GET", "/agents", headers=headers).status


def test_other_credentials_are_those_of_another_organization(start_mock: Start, tmp_path: Path) -> None:
    """And none where there is no other."""
    mock = start_mock()
    told = control(mock, "GET", "credentials/other").json
    assert OTHER == {"x-api-key": told["ApiKeyAuth"], "x-org-id": told["OrgIdAuth"]}

    (tmp_path / "keys.json").write_text('{"acme": "key"}')
    assert {} == control(start_mock("--keys", str(tmp_path / "keys.json")), "GET", "credentials/other").json


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:3000"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example"}, 403),
        ({"host": "[::1]:5000"}, 200),
    ],
    ids=str,
)
def test_web_pages_and_rebound_names_are_kept_out(
    shared_mock: Running, headers: dict[str, str], expected: int
) -> None:
    """403 to a foreign Origin or Host; never a CORS header."""
    lines = {"connection": "close", "host": "localhost", **headers}
    raw = "GET /_mock/state HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n"
    received = shared_mock.send(raw.encode())

    assert f"HTTP/1.1 {expected}".encode() == received[:12]
    assert b"access-control" not in received.lower()


def test_with_a_token_the_token_decides(start_mock: Start) -> None:
    """401 without it or with a wrong one, 200 with it."""
    mock = start_mock("--admin-token", "s3cret-token")
    tokens: tuple[dict[str, str], ...] = (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": "Bearer s3cret-token"},
    )

    assert [401, 401, 200] == [control(mock, "GET", "requests", **token).status for token in tokens]
    refused = mock.ask("GET", "/_mock/state", headers={"origin": "https://evil.example"}, at="")
    assert 403 == refused.status


def test_a_wrong_method_and_an_unknown_control(shared_mock: Running) -> None:
    """405 with Allow; 404."""
    wrong = control(shared_mock, "GET", "reset")

    assert (405, "POST") == (wrong.status, wrong.headers["allow"])
    assert 404 == control(shared_mock, "GET", "nope").status


def test_the_documents_own_paths_win(start_mock: Start, tmp_path: Path) -> None:
    """A document at the root that has /docs and /_mock/{name} answers there itself."""
    path = tmp_path / "own.yaml"
    answer = "{responses: {'200': {description: ok, content: {text/plain: {example: mine}}}}}"
    path.write_text(
        "openapi: 3.0.3\ninfo: {title: Own, version: '1'}\npaths:\n"
        f"  /docs: {{get: {answer}}}\n"
        "  /_mock/{name}:\n"
        "    parameters: [{name: name, in: path, required: true, schema: {type: string}}]\n"
        f"    get: {answer}\n"
    )
    mock = start_mock(str(path))

    assert [b"mine", b"mine"] == [mock.ask("GET", name, at="").body for name in ("/docs", "/_mock/state")]
    assert 200 == mock.ask("GET", "/openapi.json", at="").status
