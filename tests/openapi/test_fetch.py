"""Documents from the web: what they refer to is fetched from their own origin, and from nowhere else."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from openapi.document import load
from openapi.location import Fence, Location
from openapi.source import SourceError

HEAD = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\n"


class _Web(ThreadingHTTPServer):
    """Answers with its `pages`: a text, or where to go instead. `asked`: the paths that were asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Page(BaseHTTPRequestHandler):
    server: _Web

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        page = self.server.pages.get(self.path)
        if page is not None and page.startswith("-> "):
            self.send_response(302)
            self.send_header("Location", page[3:])
        else:
            self.send_response(404 if page is None else 200)
        self.end_headers()
        self.wfile.write((page or "").encode())

    def log_message(self, *_arguments: object) -> None:
        """Nothing."""


@pytest.fixture
def webs() -> Iterator[tuple[_Web, _Web]]:
    """Two origins."""
    both = _Web(), _Web()
    for web in both:
        threading.Thread(target=web.serve_forever, args=(0.05,), daemon=True).start()
    yield both
    for web in both:
        web.shutdown()
        web.server_close()


def test_a_document_at_a_url(webs: tuple[_Web, _Web]) -> None:
    """References are relative to where the document was found in the end."""
    web, _ = webs
    web.pages |= {
        "/api": "-> /v1/api.yaml",
        "/v1/api.yaml": HEAD + "paths: {/a: {$ref: 'parts/a.yaml'}}\n",
        "/v1/parts/a.yaml": "get:\n  operationId: there\n",
    }
    found = load(f"{web.url}/api")
    assert ["there"] == [operation.id for operation in found.operations]
    assert f"{web.url}/v1/parts/a.yaml:2: so" == str(
        found.error(f"{found.operations[0].place.pointer}/operationId", "so")
    )


def test_another_origin_is_not_asked(webs: tuple[_Web, _Web]) -> None:
    """Not by a reference and not by a redirect; where it is allowed, it is."""
    web, other = webs
    web.pages |= {
        "/api": HEAD
        + f"paths: {{/a: {{$ref: '{other.url}/x/a.yaml'}}, /b: {{$ref: /b}}, /c: {{$ref: 'file:///etc/passwd'}}}}\n",
        "/b": f"-> {other.url}/x/a.yaml",
    }
    other.pages["/x/a.yaml"] = "get: {}\n"
    found = load(f"{web.url}/api")
    assert ([], (), 3) == (other.asked, found.operations, found.wrong)
    assert "redirects to" in found.findings()[1].message
    allowed = load(f"{web.url}/api", (f"{other.url}/x",))
    assert (["/a", "/b"], 1) == ([operation.path for operation in allowed.operations], allowed.wrong)
    assert {"/x/a.yaml"} == set(other.asked)


BAD = {
    "nothing there": ("/none", "cannot be fetched: it answers 404"),
    "a circle": ("/circle", "more than 5 redirects"),
    "no document": ("/text", "not valid YAML or JSON"),
}


@pytest.mark.parametrize(("path", "reason"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_fetched(webs: tuple[_Web, _Web], path: str, reason: str) -> None:
    """It is one line that names the URL."""
    web, _ = webs
    web.pages |= {"/circle": "-> /circle", "/text": "a: [1"}
    with pytest.raises(SourceError, match=reason) as refused:
        load(web.url + path)
    assert str(refused.value).startswith(web.url + path)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "http://[", "http://a:b/", "http://"])
def test_addresses_that_are_none(url: str) -> None:
    """Nobody there, or no address at all."""
    with pytest.raises(SourceError, match="cannot be"):
        load(url)


FENCES = {
    "the same": ("http://a.example/api/x.yaml", True),
    "elsewhere there": ("http://a.example/y", True),
    "the default port": ("HTTP://A.example:80/y", True),
    "another port": ("http://a.example:81/y", False),
    "another scheme": ("https://a.example/y", False),
    "a longer name": ("http://a.example.evil/y", False),
    "a user": ("http://a.example@evil/y", False),
    "allowed": ("https://b.example/v1/z", True),
    "beside what is allowed": ("https://b.example/v12", False),
    "up from what is allowed": ("https://b.example/v1/../z", False),
    "up by other letters": ("https://b.example/v1/%2e%2e/z", False),
    "a file": ("/etc/passwd", False),
}


@pytest.mark.parametrize(("url", "admitted"), FENCES.values(), ids=FENCES.keys())
def test_the_fence_of_an_origin(url: str, admitted: bool) -> None:
    """Scheme, host and port are the document's own, or a prefix is allowed, segment by segment."""
    fence = Fence(Location("http://a.example/api/openapi.yaml"), ("https://b.example/v1",))
    assert admitted == fence.admits(Location(url))
