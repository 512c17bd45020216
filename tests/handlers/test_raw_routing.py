"""Which operation a request reaches, what is said where there is none, and what a client accepts."""

from collections.abc import Iterator

import pytest

from tests.handlers.raw import Mock, head, serving
from tests.running import DEMO

FOREIGN = {"origin": "https://app.example.com"}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("routing.yaml") as mock:
        yield mock


@pytest.fixture(scope="module")
def hyfn() -> Iterator[Mock]:
    with serving(None) as mock:
        yield mock


REACHED = {
    "a literal that is written after a template": ("/early/fixed", "early literal"),
    "a template that is written before a literal": ("/early/other", "early template"),
    "a literal that is written before a template": ("/late/fixed", "late literal"),
    "a template that is written after a literal": ("/late/other", "late template"),
    "a literal in escapes": ("/late/%66ixed", "late literal"),
    "a literal in other letters": ("/late/Fixed", "late template"),
    "a literal on the way": ("/deep/fixed/end", "deep literal"),
    "a literal that leads nowhere": ("/deep/fixed/other", "deep template"),
    "an encoded slash inside a value": ("/late/a%2Fb", "late template"),
    "a dot segment as a value": ("/late/..", "late template"),
    "part of a segment": ("/files/a.json", "json file"),
    "a whole segment": ("/files/a.txt", "any file"),
    "a part that would be empty": ("/files/.json", "any file"),
    "the last of two endings": ("/files/a.json.json", "json file"),
    "two values in a segment": ("/ranges/1-20", "range"),
    "a slash at the end that is declared": ("/folder/", "folder with slash"),
    "a literal beyond ASCII": ("/caf%C3%A9", "café"),
    "a colon in a literal": ("/v1:find", "find"),
}


@pytest.mark.parametrize(("path", "answer"), REACHED.values(), ids=REACHED.keys())
def test_a_path_reaches_its_operation(mock: Mock, path: str, answer: str) -> None:
    """Concrete segments win over templates, in whatever order the document has them."""
    found = mock.ask("GET", path)
    assert (200, answer) == (found.status, found.json)


MISSING = {
    "an unknown path": "/nowhere",
    "a slash at the end": "/late/fixed/",
    "a slash at the end of a template": "/late/other/",
    "no slash where one is declared": "/folder",
    "an empty value": "/late/",
    "an empty segment": "//late/fixed",
    "an empty segment in the middle": "/late//fixed",
    "a segment too few": "/deep/fixed",
    "a segment too many": "/late/fixed/more",
    "an encoded slash between segments": "/late%2Ffixed",
    "dot segments": "/late/../late/fixed",
    "encoded dot segments": "/late/%2e%2e/late/fixed",
    "a backslash": "/late\\fixed",
    "a path in other letters": "/LATE/fixed",
    "a NUL": "/late%00/fixed",
    "an escape of nothing": "/%zz",
    "bytes that are not UTF-8": "/%ff/%fe",
    "a path parameter of a file": "/late/fixed;v=1/x",
    "the root": "/",
}


@pytest.mark.parametrize("path", MISSING.values(), ids=MISSING.keys())
def test_no_path_is_404(mock: Mock, path: str) -> None:
    """A path is taken as it is sent: nothing is redirected, folded or guessed."""
    answer = mock.ask("GET", path)
    assert (404, "application/json") == (answer.status, answer.headers["content-type"])
    assert answer.json["message"].startswith("Not found: ")


@pytest.mark.parametrize("path", ["/late/%zz", "/late/%ff"], ids=["an escape of nothing", "no UTF-8"])
def test_a_value_that_is_no_text_is_400(mock: Mock, path: str) -> None:
    """A template takes any segment; one that cannot be decoded is a wrong value, not another path."""
    assert 400 == mock.ask("GET", path).status


def test_one_path_under_two_names(mock: Mock) -> None:
    """Two paths that differ in the name of a parameter only are one path; each method keeps its own name."""
    assert "twice by name" == mock.ask("GET", "/twice/a").json
    assert "twice by number" == mock.ask("PUT", "/twice/1").json
    assert 400 == mock.ask("PUT", "/twice/a").status
    assert "GET, PUT, HEAD" == mock.ask("POST", "/twice/1").headers["allow"]


@pytest.mark.parametrize("base", ["/v1", "", "/_mock/openapi"])
def test_where_the_api_is_mounted(mock: Mock, base: str) -> None:
    """The API answers below its server's path, at the root, and where the hosted mock has it."""
    assert "late literal" == mock.ask("GET", "/late/fixed", at=base).json
    assert 404 == mock.ask("GET", "/late/fixed", at=f"{base}/v2").status


METHODS = {
    "POST": ("POST", "/methods", ["GET", "PUT", "DELETE", "PATCH", "HEAD"]),
    "a method that few servers know": ("PROPFIND", "/methods", ["GET", "PUT", "DELETE", "PATCH", "HEAD"]),
    "HEAD without GET": ("HEAD", "/silent", ["POST"]),
    "OPTIONS without an origin": ("OPTIONS", "/silent", ["POST"]),
    "TRACE": ("TRACE", "/silent", ["POST"]),
    "GET without GET": ("GET", "/asked", ["OPTIONS", "HEAD"]),
}


@pytest.mark.parametrize(("method", "path", "allowed"), METHODS.values(), ids=METHODS.keys())
def test_another_method_is_405(mock: Mock, method: str, path: str, allowed: list[str]) -> None:
    """405 lists every method of the path in `Allow`, and HEAD where there is GET."""
    answer = mock.ask(method, path)
    assert (405, sorted(allowed)) == (answer.status, sorted(answer.headers["allow"].split(", ")))


HEADS = {
    "200": ("/late/fixed", 200),
    "204": ("/methods", 204),
    "400": ("/late/fixed?x=1", 400),
    "404": ("/nowhere", 404),
}


@pytest.mark.parametrize(("path", "status"), HEADS.values(), ids=HEADS.keys())
def test_head_is_get_without_the_body(mock: Mock, path: str, status: int) -> None:
    """HEAD has the status and the headers of GET, Content-Length included, and not a byte more."""
    get, without = mock.ask("GET", path), mock.ask("HEAD", path)
    assert (status, b"") == (without.status, without.body)
    assert dict(get.headers, date="") == dict(without.headers, date="")


def test_declared_head_and_options(mock: Mock) -> None:
    """A document that declares HEAD and OPTIONS gets what it declares."""
    assert 204 == mock.ask("HEAD", "/asked").status
    assert "options" == mock.ask("OPTIONS", "/asked").json


ACCEPTS = {
    "nothing": ("", 200),
    "everything": ("*/*", 200),
    "the type": ("application/json", 200),
    "the type in upper case": ("APPLICATION/JSON", 200),
    "a range": ("application/*", 200),
    "a parameter": ("application/json;charset=utf-8", 200),
    "one of several": ("text/html, application/json;q=0.1", 200),
    "what a browser sends": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", 200),
    "a weight that is no number": ("application/json;q=high", 200),
    "another type": ("text/html", 406),
    "another range": ("image/*", 406),
    "a weight of zero": ("application/json;q=0", 406),
    "everything but the type": ("*/*, application/json;q=0", 406),
    "nothing at all": ("*/*;q=0.000", 406),
    "the range without the type": ("application/*;q=0, */*", 406),
    "what is no media type, and asks for none": ("tëxt/html", 200),
}


@pytest.mark.parametrize(("accept", "status"), ACCEPTS.values(), ids=ACCEPTS.keys())
def test_an_accept_that_cannot_be_met_is_406(hyfn: Mock, accept: str, status: int) -> None:
    """The most specific range of Accept decides (RFC 9110 section 12.5.1); weight 0 is no."""
    answer = hyfn.ask("GET", "/agents", headers={"accept": accept})
    assert (status, "application/json") == (answer.status, answer.headers["content-type"])


def test_a_preflight_allows_what_the_document_declares(hyfn: Mock) -> None:
    """A browser may send the security headers and JSON, with each method of the path, without credentials."""
    asked = ["access-control-request-method: POST", "access-control-request-headers: x-api-key"]
    line = "OPTIONS /api/public/agents HTTP/1.1"
    answer = hyfn.send(head(line, "origin: https://app.example.com", *asked, credentials=False))
    allowed = answer.headers["access-control-allow-headers"].lower().split(", ")
    assert (204, "*") == (answer.status, answer.headers["access-control-allow-origin"])
    assert {"x-api-key", "x-org-id", "content-type"} <= set(allowed)
    assert "GET, POST, HEAD" == answer.headers["access-control-allow-methods"]


CROSS_ORIGIN = {
    "200": ("GET", "/agents", DEMO, 200),
    "400": ("GET", "/agents?x=1", DEMO, 400),
    "401": ("GET", "/agents", {"x-api-key": "wrong"}, 401),
    "404": ("GET", "/nowhere", DEMO, 404),
    "405": ("PUT", "/agents", DEMO, 405),
    "415": ("POST", "/agents", DEMO, 415),
}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"), CROSS_ORIGIN.values(), ids=CROSS_ORIGIN.keys()
)
def test_pages_of_any_origin_may_read(
    hyfn: Mock, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """Every answer of the API has CORS headers, refusals too: else the page sees a network error."""
    body = b"{}" if method == "POST" else None
    answer = hyfn.ask(method, path, body, {**headers, **FOREIGN})
    assert (status, "*") == (answer.status, answer.headers["access-control-allow-origin"])


CONTROLS = ["/_mock/requests", "/_mock/state", "/_mock/credentials"]


@pytest.mark.parametrize("path", CONTROLS)
def test_no_page_may_use_the_controls(hyfn: Mock, path: str) -> None:
    """The controls have no CORS headers: a foreign page is 403, and one of this machine cannot read."""
    foreign = hyfn.ask("GET", path, headers=FOREIGN, at="")
    near = hyfn.ask("GET", path, headers={"origin": "http://localhost:3000"}, at="")
    assert (403, 200) == (foreign.status, near.status)
    for answer in (foreign, near):
        assert "access-control-allow-origin" not in answer.headers


def test_no_cors_without_it() -> None:
    """With --no-cors a preflight is 405, and no answer speaks of origins."""
    with serving(None, "--no-cors") as mock:
        preflight = mock.ask(
            "OPTIONS", "/agents", headers={**FOREIGN, "access-control-request-method": "GET"}
        )
        answer = mock.ask("GET", "/agents", headers=FOREIGN)
    assert (405, 200) == (preflight.status, answer.status)
    assert not [name for name in {**preflight.headers, **answer.headers} if name.startswith("access-control")]


@pytest.mark.parametrize("name", ["hyfn", "mock"])
def test_nothing_here_met_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    """The mock's own log knows of no 500 among these requests."""
    served: Mock = request.getfixturevalue(name)
    assert set() == {e["status"] for e in served.log()} - {200, 204, 400, 401, 403, 404, 405, 406, 415}
