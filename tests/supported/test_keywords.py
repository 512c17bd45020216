"""Each keyword of schemas is honoured in requests and in answers, in each version of OpenAPI that has it."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator, OAS31Validator

from openapi.document import load
from openapi.findings import look_through, unhonoured
from tests.handlers.generic.api import Api, serving
from tests.supported.keywords import KEYWORDS, VERSIONS, Keyword

CASES = [
    pytest.param(version, name, keyword, id=f"{version[:3]} {name}")
    for version in VERSIONS
    for name, keyword in KEYWORDS.items()
    if version[:3] in keyword.versions
]
_JSON = "application/json"


def written(version: str, keyword: Keyword) -> dict[str, Any]:
    """A document with one body that has the keyword, and one answer."""
    content = {"content": {_JSON: {"schema": keyword.schema}}}
    return {
        "openapi": version, "info": {"title": "Made up", "version": "1"},
        "paths": {
            "/a": {
                "post": {
                    "requestBody": {"required": True, **content},
                    "responses": {"204": {"description": ""}, "400": {"description": ""}},
                },
                "get": {"responses": {"200": {"description": "", **content}}},
            }
        },
        "components": {"schemas": dict(keyword.shared)},
    }  # fmt: skip


@pytest.fixture
def mock(version: str, keyword: Keyword, tmp_path: Path) -> Api:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(written(version, keyword)))
    document = load(path)
    look_through(document)
    assert [] == [str(finding) for finding in document.findings()]
    assert [] == unhonoured(document)
    return serving(document)


@pytest.mark.parametrize(("version", "name", "keyword"), CASES)
def test_a_keyword_is_honoured_in_requests(version: str, name: str, keyword: Keyword, mock: Api) -> None:
    """What fits is taken, what breaks it is refused."""
    assert [204] * len(keyword.fits) == [mock.ask("POST", "/a", value).status for value in keyword.fits]
    assert [400] * len(keyword.breaks) == [mock.ask("POST", "/a", value).status for value in keyword.breaks]


@pytest.mark.parametrize(("version", "name", "keyword"), CASES)
def test_a_keyword_is_honoured_in_answers(version: str, name: str, keyword: Keyword, mock: Api) -> None:
    """Another engine than ours finds nothing wrong with a value that was made up."""
    answer = mock.ask("GET", "/a")
    assert 200 == answer.status
    shared = dict(keyword.shared)
    whole = {**keyword.schema, "components": {"schemas": shared}}
    whole["$defs"] = {**keyword.schema.get("$defs", {}), **shared}  # where another engine looks for names
    judge = OAS30Validator(whole) if version.startswith("3.0") else OAS31Validator(whole)
    assert [] == [error.message for error in judge.iter_errors(answer.json)]
    assert [] == list(_undecodable(keyword.schema, answer.json))


def _undecodable(schema: Any, text: str) -> Iterator[str]:
    """What is no such thing as the text of a value should be."""
    if schema.get("contentEncoding") == "base64":
        base64.b64decode(text, validate=True)
    if schema.get("contentMediaType") == _JSON:
        errors = OAS31Validator(schema["contentSchema"]).iter_errors(json.loads(text))
        yield from (error.message for error in errors)
