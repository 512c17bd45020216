"""Credentials on the wire: every kind, alone, together, one of several; missing, wrong, somebody else's."""

from base64 import b64encode
from collections.abc import Iterator

import pytest

from tests.handlers.raw import Mock, head, serving


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("security.yaml") as mock:
        yield mock


@pytest.fixture(scope="module")
def hyfn() -> Iterator[Mock]:
    with serving(None) as mock:
        yield mock


KEY = "demo-key-123"


def basic(text: str) -> str:
    return f"Authorization: Basic {b64encode(text.encode()).decode()}"


LET_IN = {
    "a key in a header": ("/header", f"X-Key: {KEY}"),
    "a header name in odd letters": ("/header", f"x-kEY: {KEY}"),
    "space around a key": ("/header", f"X-Key:   {KEY} \t"),
    "another known key": ("/header", "X-Key: demo-key-456"),
    "a key in the query": (f"/query?key={KEY}", ""),
    "an encoded key in the query": ("/query?key=demo%2Dkey-123&", ""),
    "a key in a cookie": ("/cookie", f"Cookie: key={KEY}"),
    "a key among cookies": ("/cookie", f"Cookie: a=1; key={KEY};b=2"),
    "a bearer token": ("/bearer", f"Authorization: Bearer {KEY}"),
    "a scheme in odd letters": ("/bearer", f"authorization: bEARER  {KEY}"),
    "a name and a password": ("/basic", basic("demo-org-123:demo-key-123")),
    "an OAuth token": ("/oauth", f"Authorization: Bearer {KEY}"),
    "the first of two ways": ("/either", f"X-Key: {KEY}"),
    "the second of two ways": ("/either", f"Authorization: Bearer {KEY}"),
    "the second way beside a wrong first": ("/either", f"X-Key: x\r\nAuthorization: Bearer {KEY}"),
    "both of two": ("/both", f"X-Key: {KEY}\r\nAuthorization: Bearer {KEY}"),
    "none where none is needed": ("/maybe", ""),
    "a wrong one where none is needed": ("/maybe", "X-Key: x"),
    "an open operation beside a secret one of its id": ("/open", ""),
    "an open operation without an id": ("/open_too", ""),
    "an open operation whose id is another's place": ("/open_posing", ""),
    "a secret operation, with its key": ("/secret", f"X-Key: {KEY}"),
}


def knock(path: str, headers: str) -> bytes:
    """A request with these header lines and no other credentials."""
    return head(f"GET {path} HTTP/1.1", *([headers] if headers else []), credentials=False)


@pytest.mark.parametrize(("path", "headers"), LET_IN.values(), ids=LET_IN.keys())
def test_it_lets_in(mock: Mock, path: str, headers: str) -> None:
    """Known credentials, sent as the document says, are let in."""
    answer = mock.send(knock(path, headers))
    assert (200, "in") == (answer.status, answer.json)


REFUSED = {
    "no key": ("/header", "", "ApiKey"),
    "an empty key": ("/header", "X-Key:", "ApiKey"),
    "an unknown key": ("/header", "X-Key: demo-key-12", "ApiKey"),
    "a key in other letters": ("/header", "X-Key: DEMO-KEY-123", "ApiKey"),
    "a key with more behind it": ("/header", f"X-Key: {KEY}4", "ApiKey"),
    "a key twice": ("/header", f"X-Key: {KEY}\r\nX-Key: {KEY}", "ApiKey"),
    "bytes above ASCII": ("/header", "X-Key: schlüssel", "ApiKey"),
    "a key in the wrong place": (f"/header?key={KEY}", "", "ApiKey"),
    "no key in the query": ("/query", f"X-Key: {KEY}", "ApiKey"),
    "an empty key in the query": ("/query?key=", "", "ApiKey"),
    "an undecodable key in the query": ("/query?key=%ff%zz", "", "ApiKey"),
    "no cookie": ("/cookie", "", "ApiKey"),
    "an unknown key in a cookie": ("/cookie", "Cookie: key=x", "ApiKey"),
    "no token": ("/bearer", "", "Bearer"),
    "an empty token": ("/bearer", "Authorization: Bearer", "Bearer"),
    "an unknown token": ("/bearer", "Authorization: Bearer x", "Bearer"),
    "a token of another scheme": ("/bearer", f"Authorization: Basic {KEY}", "Bearer"),
    "a token without a scheme": ("/bearer", f"Authorization: {KEY}", "Bearer"),
    "a password without a name": ("/basic", basic(":demo-key-123"), "Basic"),
    "a password of another": ("/basic", basic("demo-org-123:demo-key-456"), "Basic"),
    "no base64": ("/basic", "Authorization: Basic ~~~", "Basic"),
    "neither of two ways": ("/either", "", "ApiKey"),
    "the first of both": ("/both", f"X-Key: {KEY}", "ApiKey"),
    "the second of both": ("/both", f"Authorization: Bearer {KEY}", "ApiKey"),
    "both, of two callers": ("/both", f"X-Key: {KEY}\r\nAuthorization: Bearer demo-key-456", "ApiKey"),
    "a secret operation beside an open one of its id": ("/secret", "", "ApiKey"),
    "a secret operation without an id": ("/secret_too", "", "ApiKey"),
}


@pytest.mark.parametrize(("path", "headers", "challenge"), REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses(mock: Mock, path: str, headers: str, challenge: str) -> None:
    """Whoever is not known is 401, with a challenge that names what is asked for."""
    answer = mock.send(knock(path, headers))
    assert 401 == answer.status
    assert 401 == answer.json["error"]["code"]
    assert f'{challenge} realm="Security"' == answer.headers["www-authenticate"]


MISSING = ("Missing required headers", "x-api-key and x-org-id headers are required")
WRONG = ("Unauthorized", "Invalid x-api-key or x-org-id")
TWO_HEADERS = {
    "neither": ([], MISSING),
    "the key alone": (["x-api-key: demo-key-123"], MISSING),
    "the organization alone": (["x-org-id: demo-org-123"], MISSING),
    "an empty key": (["x-api-key:", "x-org-id: demo-org-123"], MISSING),
    "an empty organization": (["x-api-key: demo-key-123", "x-org-id: "], MISSING),
    "an unknown key": (["x-api-key: x", "x-org-id: demo-org-123"], WRONG),
    "an unknown organization": (["x-api-key: demo-key-123", "x-org-id: x"], WRONG),
    "the key of another organization": (["x-api-key: demo-key-456", "x-org-id: demo-org-123"], WRONG),
    "the organization of another key": (["x-api-key: demo-key-123", "x-org-id: demo-org-456"], WRONG),
    "the two exchanged": (["x-api-key: demo-org-123", "x-org-id: demo-key-123"], WRONG),
}


@pytest.mark.parametrize(("headers", "said"), TWO_HEADERS.values(), ids=TWO_HEADERS.keys())
def test_hyfn_asks_for_both_headers(hyfn: Mock, headers: list[str], said: tuple[str, str]) -> None:
    """The key and the organization belong together: one of them, or two of different callers, is 401."""
    answer = hyfn.send(head("GET /api/public/agents HTTP/1.1", *headers, credentials=False))
    assert (401, said) == (answer.status, (answer.json["error"], answer.json["details"]))
    assert 'ApiKey realm="Hyfn Public API"' == answer.headers["www-authenticate"]


def test_header_names_in_odd_letters(hyfn: Mock) -> None:
    """Header names have no case (RFC 9110 section 5.1)."""
    headers = ["X-API-KEY: demo-key-123", "x-oRG-iD: demo-org-123"]
    answer = hyfn.send(head("GET /api/public/agents HTTP/1.1", *headers, credentials=False))
    assert {"demo-org-123"} == {agent["orgId"] for agent in answer.json["agents"]}


ORDER = {
    "an unknown path": ("GET /api/public/nowhere", 404),
    "a method that is not there": ("PUT /api/public/agents", 405),
    "a wrong parameter": ("GET /api/public/agents/x", 401),
    "an Accept that cannot be met": ("GET /api/public/agents", 401),
    "a body of no type": ("POST /api/public/agents", 401),
}


@pytest.mark.parametrize(("line", "status"), ORDER.values(), ids=ORDER.keys())
def test_a_stranger_learns_nothing_but_the_paths(hyfn: Mock, line: str, status: int) -> None:
    """First the path and the method, then the credentials, then everything else."""
    answer = hyfn.send(head(f"{line} HTTP/1.1", "accept: text/html", credentials=False))
    assert status == answer.status


@pytest.mark.parametrize("name", ["hyfn", "mock"])
def test_nothing_here_met_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    """The mock's own log knows of no 500 among these requests, and of no credentials."""
    served: Mock = request.getfixturevalue(name)
    log = served.log()
    assert set() == {entry["status"] for entry in log} - {200, 401, 404, 405}
    assert "demo-key" not in str(log)
