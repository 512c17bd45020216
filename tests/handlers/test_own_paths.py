"""Paths that are the document's and ours: the document wins, but where it would take any path at all."""

import json
from pathlib import Path

import pytest

from tests.handlers.test_command import started
from tests.running import Start

MINE = {"get": {"responses": {"200": {"description": "ok", "content": {"text/plain": {"example": "mine"}}}}}}
ANY = {**MINE, "parameters": [
    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in ("a", "b")
]}  # fmt: skip
OURS = ("/docs", "/openapi.json", "/openapi.yaml", "/_mock/state", "/_mock/requests")


def document(folder: Path, base: str, paths: dict[str, object]) -> str:
    path = folder / "own.json"
    data = {"openapi": "3.1.0", "info": {"title": "Own", "version": "1"}, "servers": [{"url": base}]}
    path.write_text(json.dumps({**data, "paths": paths}))
    return str(path)


@pytest.mark.parametrize("base", ["/", "/_mock"])
def test_a_path_of_the_document_wins(start_mock: Start, tmp_path: Path, base: str) -> None:
    """Below the root, and where its server's path makes it one of ours; what it has not stays ours."""
    names = OURS if base == "/" else ("/state",)
    mock = start_mock(document(tmp_path, base, dict.fromkeys(names, MINE)))

    assert {b"mine"} == {mock.ask("GET", name).body for name in names}
    assert 405 == mock.ask("POST", names[-1]).status
    assert 204 == mock.ask("POST", "/_mock/reset", at="").status


def test_a_template_that_takes_any_path_does_not(start_mock: Start, tmp_path: Path) -> None:
    """`/{a}/{b}` would leave nobody a way to reset."""
    mock = start_mock(document(tmp_path, "/", {"/{a}/{b}": ANY}))

    assert [200, 200, 204] == [
        mock.ask(method, path, at="").status
        for method, path in (("GET", "/docs"), ("GET", "/_mock/requests"), ("POST", "/_mock/reset"))
    ]
    assert 200 == mock.ask("GET", "/one/two", at="").status


def test_a_path_elsewhere_leaves_ours_alone(start_mock: Start, tmp_path: Path) -> None:
    """`/v1/docs` is the document's, `/docs` ours."""
    mock = start_mock(document(tmp_path, "/v1", {"/docs": MINE}))

    assert b"mine" == mock.ask("GET", "/docs").body
    assert b"swagger" in mock.ask("GET", "/docs", at="").body


def test_the_start_names_no_path_that_is_not_ours(tmp_path: Path) -> None:
    """Neither /docs nor /openapi.json where the document has them."""
    process, lines = started(document(tmp_path, "/", {"/docs": MINE, "/openapi.json": MINE}))
    process.kill()
    process.communicate()
    head = "".join(line for line in lines if "GET" not in line)

    assert "/docs" not in head
    assert "/openapi.json" not in head
    assert "/openapi.yaml" in head
