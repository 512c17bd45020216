"""Documents that are odd, but kept: the suite must not blame a server that does what they say."""

import json
from pathlib import Path
from typing import Any

from tests.contract_tests.asking import check
from tests.openapi.describing import MOMENT, TEXT, asks, several, thing
from tests.running import Start

_WHOLE = {"type": "integer", "format": "int32"}


def _at(name: str, schema: Any = None) -> dict[str, Any]:
    own = {"name": name, "in": "path", "required": True, "schema": schema or TEXT}
    return {"parameters": [own]}


def _needed(operation: dict[str, Any]) -> dict[str, Any]:
    return operation | {"requestBody": operation["requestBody"] | {"required": True}}


def _or_missing(operation: dict[str, Any]) -> dict[str, Any]:
    return operation | {"responses": operation["responses"] | {"404": {"description": ""}}}


def _file() -> dict[str, Any]:
    return {"responses": {"200": {"description": "", "content": {"application/pdf": {}}}}}


def _job(*states: str) -> Any:
    state = {"enum": list(states)} if states else several(TEXT)
    return thing("id state", id={**TEXT, "readOnly": True}, state=state, note=TEXT)


SHORT = {**TEXT, "minLength": 10, "maxLength": 10}
LINE = thing("number", number={**SHORT, "readOnly": True}, note=TEXT)
PAGE = thing("id", id={**TEXT, "format": "uuid"}, title=TEXT)
BODY = thing("title", title=TEXT)
DATED = thing("id", id=TEXT, title=TEXT, created_at=MOMENT, updated_at=MOMENT)
ODD = {
    "/notes": {"post": asks(DATED, DATED, "201")},
    "/notes/{id}": {"get": asks(DATED), "put": asks(DATED, DATED), "delete": asks(status="204"), **_at("id")},
    "/pages": {"post": _needed(asks(PAGE, BODY, "201"))},
    "/pages/{idOrUrl}": {"get": asks(PAGE), **_at("idOrUrl")},
    "/pages/{id}": {"delete": asks(status="204"), **_at("id")},
    "/pages/{idOrUrl}/confirm": {"put": asks(), **_at("idOrUrl", _WHOLE)},
    "/files": {"post": _needed(asks(PAGE, BODY, "201"))},
    "/files/{id}": {"get": asks(), "delete": asks(status="204"), **_at("id")},
    "/lines": {"post": asks(LINE, thing(), "201"), "get": asks(several(LINE))},
    "/lines/{number}": {"get": _or_missing(asks(LINE)), "delete": asks(status="204"), **_at("number", SHORT)},
    "/lines/{number}/calls": {"get": _or_missing(asks(several(PAGE))), **_at("number", SHORT)},
    "/jobs": {"post": asks(_job(), thing(), "201"), "get": asks(several(_job("done", "over")))},
    "/jobs/{id}": {"get": asks(_job("ready", "ended")), "delete": asks(status="204"), **_at("id")},
    "/rooms": {"get": asks(several(PAGE))},
    "/rooms/{id}": {"get": asks(PAGE), **_at("id")},
    "/rooms/{id}/chairs": {"get": _or_missing(asks(several(PAGE))), **_at("id")},
    "/scans/{scanId}": {"get": _or_missing(_file()), **_at("scanId")},
    "/found": {"get": _needed(asks(several(PAGE), BODY))},
}
"""Two templates for one path, an action that takes no id of an item, a read that shows nothing, a GET with a
body, times of a record in the body of a PUT, ids with no room for a UUID, lists below what no GET tells
missing, a file that may be anybody's, a state that list and GET spell otherwise."""


def test_odd_documents_that_are_kept_have_no_failure(start_mock: Start, tmp_path: Path) -> None:
    """A GET has the body that it must have, and nobody is asked for what the document rules out."""
    document = tmp_path / "odd.json"
    whole = {"openapi": "3.1.0", "info": {"title": "Odd", "version": "1"}, "paths": ODD}
    document.write_text(json.dumps(whole))
    mock = start_mock(str(document))

    found = check(tmp_path, mock.url, "--document", document, "--seed", "1", "--report", "json")

    report = json.loads(found.stdout)
    assert 0 == report["counts"]["failed"], found.stdout[-3000:]
    assert report["counts"]["passed"] > 50


def test_credentials_that_are_a_parameter_too_are_sent_once(start_mock: Start, tmp_path: Path) -> None:
    """The document has `Authorization` as a required header besides: the clean-up is let in all the same."""
    own = {"name": "Authorization", "in": "header", "required": True, "schema": TEXT}
    paths = {
        "/pages": {"post": _needed(asks(PAGE, BODY, "201")), "parameters": [own]},
        "/pages/{id}": {
            "get": asks(PAGE),
            "delete": asks(status="204"),
            "parameters": [own, *_at("id")["parameters"]],
        },
    }
    whole = {
        "openapi": "3.1.0",
        "info": {"title": "Odd", "version": "1"},
        "paths": paths,
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
    }
    document = tmp_path / "odd.json"
    document.write_text(json.dumps(whole))
    mock = start_mock(str(document))

    found = check(
        tmp_path, mock.url, "--document", document, "--seed", "1", "-H", "authorization: Bearer demo-key-123"
    )

    assert "0 left" in found.stdout, found.stdout[-3000:]
