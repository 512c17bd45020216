"""The hosted mock's two headers, under the hosted mock's path."""

import pytest

from handlers.router import HOSTED
from tests.running import Answer, Running

AGENT = "/agents/6310db44-39c9-4e4d-8b67-83c45700e545"
NOBODY = {"x-api-key": "", "x-org-id": ""}


def forced(mock: Running, method: str, path: str, status: str = "", example: str = "") -> Answer:
    headers = {**NOBODY}
    if status:
        headers["x-redocly-response-status"] = status
    if example:
        headers["x-redocly-response-body-example"] = example
    return mock.ask(method, path, headers=headers, at=HOSTED)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 406, 500])
def test_a_declared_status_is_forced_without_credentials(shared_mock: Running, status: int) -> None:
    """It ignores validation and authentication."""
    assert status == forced(shared_mock, "GET", "/agents/not-a-uuid", str(status)).status


@pytest.mark.parametrize("status", ["418", "abc", "-1", "99999", "4XX"])
def test_a_status_that_is_not_declared_gives_the_default_answer(shared_mock: Running, status: str) -> None:
    """The first success, not an error."""
    answer = forced(shared_mock, "GET", AGENT, status)

    assert 200 == answer.status
    assert "agent" in answer.json


def test_a_forced_create_creates_nothing(shared_mock: Running) -> None:
    """No handler runs; a request without a body gets the example."""
    before = shared_mock.ask("GET", "/work_items").json
    assert 201 == forced(shared_mock, "POST", "/work_items", "201").status
    deleted = forced(shared_mock, "DELETE", AGENT, "204")
    assert (204, b"") == (deleted.status, deleted.body)

    assert before == shared_mock.ask("GET", "/work_items").json


def test_a_named_example_is_picked_wherever_it_is_declared(shared_mock: Running) -> None:
    """Of the default status first, else of the status that has it; an unknown name gives another one."""
    assert 200 == forced(shared_mock, "GET", AGENT, example="nobody_has_this").status
    assert 404 == forced(shared_mock, "GET", AGENT, example="not_found").status
    assert 401 == forced(shared_mock, "GET", AGENT, status="401", example="missing_headers").status
    missing = forced(shared_mock, "GET", AGENT, status="401", example="missing_headers").json
    assert {
        "error": "Missing required headers",
        "details": "x-api-key and x-org-id headers are required",
    } == missing


@pytest.mark.parametrize("base", ["/api/public", ""], ids=["local server", "root"])
def test_elsewhere_the_headers_are_ignored(shared_mock: Running, base: str) -> None:
    """Under the other paths they do nothing."""
    headers = {"x-redocly-response-status": "404", "x-redocly-response-body-example": "not_found"}

    assert 200 == shared_mock.ask("GET", "/agents", headers=headers, at=base).status
    assert 401 == shared_mock.ask("GET", "/agents", headers={**headers, **NOBODY}, at=base).status


def test_without_the_headers_the_hosted_path_is_the_mock(shared_mock: Running) -> None:
    """Security, validation and state as everywhere."""
    assert 401 == shared_mock.ask("GET", "/agents", headers=NOBODY, at=HOSTED).status
    assert shared_mock.ask("GET", "/agents", at=HOSTED).json == shared_mock.ask("GET", "/agents").json
