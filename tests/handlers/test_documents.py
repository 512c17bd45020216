"""The mock loads any document: in several files, at a URL, from a pipe, with mistakes, very large."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from handlers.app import create_app
from handlers.store.tiny import TinyStore
from openapi.document import Document
from openapi.families import Families
from openapi.source import Source
from tests.running import Start

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"
PATHS = "paths: {/pets: {$ref: 'more/pets.yaml'}}\n"
PETS = """\
get:
  responses:
    '200': {description: a, content: {application/json: {schema: {type: array, items: {$ref: '#/Pet'}}}}}
post:
  requestBody: {content: {application/json: {schema: {$ref: '#/Pet'}}}}
  responses: {'201': {description: a, content: {application/json: {schema: {$ref: '#/Pet'}}}}}
Pet: {type: object, properties: {name: {type: string, minLength: 2}}, required: [name]}
"""


def written(folder: Path, root: str = HEAD + PATHS) -> str:
    (folder / "more").mkdir()
    (folder / "more" / "pets.yaml").write_text(PETS)
    (folder / "api.yaml").write_text(root)
    return str(folder / "api.yaml")


def test_several_files_are_one_api(start_mock: Start, tmp_path: Path) -> None:
    """Served as one document, that judges what is sent."""
    mock = start_mock(written(tmp_path))
    assert 201 == mock.ask("POST", "/pets", {"name": "Rex"}).status
    assert 400 == mock.ask("POST", "/pets", {"name": "R"}).status
    assert ["Pet"] == list(mock.ask("GET", "/openapi.json", at="").json["components"]["schemas"])
    assert b'"Pet"' in mock.ask("GET", "/openapi.yaml", at="").body


def said(*arguments: str, given: str = "") -> tuple[int, list[str]]:
    """The exit code of a mock that does not start, and its lines."""
    command = [sys.executable, "-P", "-m", "hyfn", "mock", "--port", "0", *arguments]
    done = subprocess.run(command, check=False, input=given, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr.splitlines()


def test_a_strict_start_stops_at_anything(tmp_path: Path) -> None:
    """One line with file and line, also where the document comes from a pipe."""
    path = written(tmp_path, HEAD + "paths: {/pets: {$ref: '../secret.yaml'}}\n")
    code, lines = said(path, "--strict-document")
    assert (2, 1) == (code, len(lines))
    assert "api.yaml:3: $ref: ../secret.yaml is left out" in lines[0]
    code, lines = said("-", "--strict-document", given=HEAD + "paths: {a: {}}\n")
    assert (2, 1) == (code, len(lines))
    assert "standard input:3: the path 'a' does not start with a slash" in lines[0]
    assert (
        2,
        ["hyfn mock: standard input:1: Swagger 2.0 found, expected OpenAPI 3: convert it first"],
    ) == said("-", given="swagger: '2.0'\n")


def test_what_is_wrong_is_told_at_the_start(start_mock: Start, tmp_path: Path) -> None:
    """How much, the first few, and the keywords that nobody here honours; and it serves."""
    wrong = "".join(f"  a{number}: {{}}\n" for number in range(7))
    path = written(tmp_path, HEAD + "x-note: 1\nservers: []\nself: 1\npaths:\n" + wrong + "  /b: {get: {}}\n")
    mock = start_mock(path, "-v")
    mock.stop()
    _, told = mock.process.communicate(timeout=10)
    assert "7 findings in the document:" in told
    assert "api.yaml:13: the path 'a6' does not start with a slash, and is left out  (#/paths/a6)" in told
    assert "not honoured: self (document, 1)" in told


def large(operations: int = 1000) -> dict[str, Any]:
    """A document of many collections."""
    thing = {"type": "object", "properties": {"id": {"type": "string"}, "name": {"type": "string"}}}
    answer = {
        "description": "a",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/T"}}},
    }
    paths = {
        f"/api/things{number}/{{id}}": {"get": {"responses": {"200": answer}}} for number in range(operations)
    }
    return {
        "openapi": "3.1.0", "info": {"title": "Many", "version": "1"}, "paths": paths,
        "components": {"schemas": {"T": thing}},
    }  # fmt: skip


def test_only_what_is_asked_for_is_compiled() -> None:
    """Nothing at the start of a large document, and its paths are understood family by family."""
    document = Document(Source("made", "", large()))
    app = create_app(document, TinyStore(None))
    router = next(stage for stage in app._stages if type(stage).__name__ == "RouterStage")
    assert {} == router._entries
    part = Families(document).of(document.operations[-1])
    assert (document.operations[-1],) == part.operations
    app.prepare()
    assert 1000 == len(router._entries)


def test_the_last_operation_answers_as_fast_as_the_first(start_mock: Start, tmp_path: Path) -> None:
    """A thousand operations: neither waits for the others."""
    path = tmp_path / "large.json"
    path.write_text(json.dumps(large()))
    mock = start_mock(str(path))
    took = []
    for number in (0, 999, 500):
        began = time.monotonic()
        assert mock.ask("GET", f"/api/things{number}/1").status in {200, 404}
        took.append(time.monotonic() - began)
    assert max(took) < 1.5
