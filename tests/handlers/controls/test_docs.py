"""The document and its reference page, as served."""

import json

from openapi.document import BUNDLED, load
from tests.running import Running


def test_the_document_is_served_as_it_is(shared_mock: Running) -> None:
    """JSON with the same content, YAML byte for byte, both without credentials."""
    nobody = {"x-api-key": "", "x-org-id": ""}
    as_json = shared_mock.ask("GET", "/openapi.json", headers=nobody, at="")
    as_yaml = shared_mock.ask("GET", "/openapi.yaml", headers=nobody, at="")

    assert load().data == as_json.json
    assert BUNDLED.read_bytes() == as_yaml.body
    assert ["application/json", "application/yaml"] == [a.headers["content-type"] for a in (as_json, as_yaml)]


def test_the_docs_page_needs_nothing_from_elsewhere(shared_mock: Running) -> None:
    """Every script and sheet it names is served here; the mock is its first server."""
    page = shared_mock.ask("GET", "/docs", at="")
    assert 200 == page.status
    assert b"http://" not in page.body.replace(b"http://localhost", b"")
    assert b"https://" not in page.body
    assert json.dumps("/api/public").encode() in page.body

    assets = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
    answers = [shared_mock.ask("GET", f"/docs/{name}", at="") for name in assets]
    assert [200] * 3 == [answer.status for answer in answers]
    assert all(len(answer.body) > 500 for answer in answers)


def test_nothing_else_of_the_bundle_is_reachable(shared_mock: Running) -> None:
    """Neither other files nor a way up."""
    paths = ("/docs/index.html", "/docs/../app.py", "/docs/%2e%2e/app.py", "/docs//etc/passwd")

    assert [404] * 4 == [shared_mock.ask("GET", path, at="").status for path in paths]
