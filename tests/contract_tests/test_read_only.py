"""Profile read-only sends nothing but documented GET and HEAD, whatever it is answered.

What the document has is read here from its text, not by our own guard. `HYFN_CORPUS=FOLDER` adds the
documents of a folder.
"""

import json
import os
import random
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from contract_tests.options import Filters, question
from contract_tests.problems import CannotTell
from contract_tests.profile import Profile
from contract_tests.target import parse_target
from openapi.document import BUNDLED
from tests.contract_tests.asking import check
from tests.contract_tests.between import Passed, between
from tests.contract_tests.deployments import NAMES, Deployment, counted, deployed, wrong
from tests.contract_tests.foreign import settle
from tests.running import DEMO, OTHER, start_process
from tests.servers import serving

OURS = {"mock": BUNDLED, **{name: Path(serving.__file__).with_name(f"{name}.yaml") for name in serving.NAMES}}
CORPUS = sorted(
    path
    for path in Path(os.environ.get("HYFN_CORPUS", "/nowhere")).glob("*")
    if path.name != "index.json" and path.stat().st_size < 200_000
)
ELSEWHERE = "https://api.example.invalid/v1"
KEYS = ("-H", "x-api-key: a", "-H", "x-org-id: b")
needs_corpus = pytest.mark.skipif(not CORPUS, reason="HYFN_CORPUS names no folder of documents")

Sent = tuple[str, str]
"""A method and a raw path, without the query."""


def undocumented(document: Path, base: str, requests: list[Sent]) -> list[str]:
    """The requests that are no documented GET or HEAD."""
    whole = _read(document)
    allowed = [
        (method, path)
        for path, item in whole["paths"].items()
        for method in ("get", "head")
        if method in _item(whole, item)
    ]
    patterns = [(method.upper(), re.compile(re.escape(base) + _pattern(path))) for method, path in allowed]
    return [
        f"{method} {path}"
        for method, path in requests
        if not any(method == each and pattern.fullmatch(path) for each, pattern in patterns)
    ]


def _read(document: Path) -> Any:
    return yaml.safe_load(document.read_text(encoding="utf-8"))


def _item(whole: Mapping[str, Any], item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A path item, or what it refers to within the document."""
    found: Any = whole
    for token in item.get("$ref", "").removeprefix("#/").split("/") if "$ref" in item else ():
        found = found[token.replace("~1", "/").replace("~0", "~")]
    return item if "$ref" not in item else found


def _pattern(template: str) -> str:
    pieces = re.split(r"(\{[^}]*\})", template)
    return "".join("[^/?#]+" if piece.startswith("{") else re.escape(piece) for piece in pieces)


def sent(passed: list[Passed]) -> list[Sent]:
    assert [] == [each.target for each in passed if each.body]
    return [(each.method, each.path) for each in passed]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_documented_reads_leaves(name: str, tmp_path: Path) -> None:
    with deployed(name) as deployment, between(deployment.url) as passage:
        foreign = settle(deployment) if name != "mock" else None
        state = deployment.state()
        result = deployment.at(passage.url).session(Profile.READ_ONLY, 1, tmp_path / "ledger").conduct()
        requests = sent(passage.passed)
        tell(name, counted(result))
        if foreign:
            foreign.close()
        assert ([], state) == (wrong(result), deployment.state())
    assert [] == undocumented(OURS[name], deployment.base, requests)
    assert {"GET"} <= {method for method, _ in requests} <= {"GET", "HEAD"}
    assert not (tmp_path / "ledger").exists()


class _Strange(BaseHTTPRequestHandler):
    """Answers whatever comes to its mind: lists, redirects, pages that lead elsewhere, refusals, nonsense."""

    protocol_version = "HTTP/1.1"
    server: "_Stranger"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        server = self.server
        with server.lock:
            server.requests.append((self.command, self.path.partition("?")[0]))
            status, headers, body = server.strange(self.path)
        data = b"" if status in (204, 304) else json.dumps(body).encode()
        self.send_response(status)
        for header, text in headers.items():
            self.send_header(header, text)
        if status not in (204, 304):
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


class _Stranger(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, seed: int, members: list[str]) -> None:
        super().__init__(("127.0.0.1", 0), _Strange)
        self.requests: list[Sent] = []
        self.lock, self.chance, self.members = threading.Lock(), random.Random(seed), members

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no event."""

    def strange(self, path: str) -> tuple[int, dict[str, str], Any]:
        """An answer. Two of three are a success, so that a run goes on."""
        status = self.chance.choice([200] * 8 + [201, 204, 301, 307, 404, 500])
        elsewhere = f"http://localhost:{self.server_port}/stolen?from={path}"
        headers = {"Link": f'<{elsewhere}>; rel="next"', "ETag": '"1"', "Allow": "DELETE, POST"}
        if status in (201, 301, 307):
            headers["Location"] = self.chance.choice([elsewhere, "/stolen", "../delete/everything"])
        record = {"id": f"{self.chance.randint(1, 5)}", "next": elsewhere, "name": "a", "self": "/stolen"}
        items = [{**record, "id": identifier} for identifier in ("1", "2", "../stolen", "a/b", "", 7)]
        whole = {**record, **dict.fromkeys(self.members, items), "total": 9, "cursor": "x", "hasMore": True}
        return status, headers, self.chance.choice([whole, whole, items, record, None, []])


@contextmanager
def stranger(seed: int, document: Path) -> Iterator[_Stranger]:
    """A server that keeps no document, but knows the words of one."""
    words = re.findall(r"^ +([A-Za-z_]+):", document.read_text(encoding="utf-8"), re.MULTILINE)
    server = _Stranger(seed, ["items", "data", "results", *sorted(set(words))[:200]])
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_leads_elsewhere_gets_nothing_else(name: str, seed: int, tmp_path: Path) -> None:
    with stranger(seed, OURS[name]) as server:
        callers = (DEMO, OTHER) if name == "mock" else serving.service_of(name).CREDENTIALS
        document = None if name == "mock" else OURS[name]
        url = f"http://127.0.0.1:{server.server_port}/base"
        asked = Deployment(name, url, document, callers, dict)
        tell(name, "strange", conduct(asked, tmp_path), len(server.requests), "requests")
    assert server.requests
    assert [] == undocumented(OURS[name], "/base", server.requests)


@needs_corpus
@pytest.mark.parametrize("document", CORPUS, ids=lambda path: path.stem)
def test_documents_of_the_corpus_are_only_read(document: Path, tmp_path: Path) -> None:
    mock = start_process(str(document), "--auth", "off")
    try:
        with between(mock.url) as passage:
            callers = tuple(_credentials(document, who) for who in ("one", "two"))
            asked = Deployment("corpus", passage.url, document, callers, dict)
            tell(document.stem, conduct(asked, tmp_path))
            requests = sent(passage.passed)
    finally:
        mock.stop()
        mock.process.communicate(timeout=10)
    assert [] == undocumented(document, asked.base, requests)


def _credentials(document: Path, who: str) -> dict[str, str]:
    """A header for every security scheme: the mock asks for none, the suite wants to have them."""
    schemes = (_read(document).get("components") or {}).get("securitySchemes") or {}
    return {
        each["name"] if each["type"] == "apiKey" else "Authorization": who
        if each["type"] == "apiKey"
        else f"{'Basic' if each.get('scheme') == 'basic' else 'Bearer'} {who}"
        for each in schemes.values()
    }


def conduct(asked: Deployment, folder: Path) -> str:
    """A run that may come to no verdict; how it went."""
    try:
        return counted(asked.session(Profile.READ_ONLY, 1, folder).conduct())
    except CannotTell as why:
        return str(why)


def tell(*words: object) -> None:
    print("\n", *words, end="")  # noqa: T201


@pytest.mark.parametrize(
    "expected, url",
    [
        (Profile.READ_ONLY, "https://api.example.com/v1"),
        (Profile.READ_ONLY, "http://10.0.0.7:5000"),
        (Profile.READ_ONLY, "http://127.0.0.1.example.com"),
        (Profile.READ_ONLY, "http://localhost.example.com"),
        (Profile.READ_ONLY, "http://0x7f000001.example"),
        (Profile.READ_ONLY, "http://[2001:db8::1]/api"),
        (Profile.SANDBOXED, "http://127.0.0.1:4010"),
        (Profile.SANDBOXED, "http://localhost:4010/api"),
        (Profile.SANDBOXED, "http://[::1]:4010"),
    ],
)
def test_what_is_not_this_machine_is_only_read_by_default(expected: Profile, url: str) -> None:
    asked = question(parse_target(url, [], {}), None, Filters(), Filters(), None, seed=1)
    assert (expected, urlsplit(url).hostname is not None) == (asked.permissions.profile, True)


def test_the_first_line_says_that_another_machine_is_only_read(tmp_path: Path) -> None:
    """It comes before anything is sent; the name is nobody's (RFC 6761 section 6.4)."""
    result = check(tmp_path, ELSEWHERE, *KEYS, "--ledger", tmp_path / "ledger")
    assert 3 == result.returncode, result.stderr
    assert re.search(r"profile read-only \(.*not this machine", result.stdout.splitlines()[0])
    assert not (tmp_path / "ledger").exists()


def test_a_rehearsal_for_another_machine_has_reads_alone(tmp_path: Path) -> None:
    result = check(tmp_path, ELSEWHERE, *KEYS, "--dry-run")
    assert 0 == result.returncode, result.stderr
    rehearsed = re.findall(r"^ +(?:[\d,]+ +)?([A-Z]+) /", result.stdout, re.MULTILINE)
    assert {"GET"} == set(rehearsed)
