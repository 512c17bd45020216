"""Credentials of every kind, as the mock prints and gives them; tokens; two organizations."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from handlers.tokens import LIFETIME, Tokens
from tests.handlers.raw import DOCUMENTS, Mock, serving
from tests.handlers.test_command import started
from tests.running import Answer

FORM = {"content-type": "application/x-www-form-urlencoded"}
CLIENT = {"client_id": "demo-org-123", "client_secret": "demo-key-123"}
USER = {"username": "demo-org-456", "password": "demo-key-456"}


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("credentials.yaml") as mock:
        yield mock


def authorization(kind: str, value: str) -> dict[str, str]:
    return {"authorization": f"{kind} {value}"}


def basic(text: str) -> dict[str, str]:
    return authorization("Basic", b64encode(text.encode()).decode())


def token(mock: Mock, form: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
    return mock.running.ask("POST", "/oauth/token", urlencode(form).encode(), {**FORM, **(headers or {})})


def credentials(mock: Mock, query: str = "") -> Any:
    return mock.running.ask("GET", f"/_mock/credentials{query}", at="").json


LET_IN = {
    "basic": ("/basic", lambda given: authorization("basic", given["basic"])),
    "another scheme": ("/digest", lambda given: authorization("Digest", given["digest"])),
    "OpenID Connect": ("/connect", lambda given: authorization("Bearer", given["connect"])),
    "a cookie and a query": (
        "/cookie_and_query?api+key=demo-key-{number}",
        lambda given: {"cookie": f"sid={given['cookie']}"},
    ),
    "a certificate, which nobody sees": ("/certificate", lambda given: {}),
    "a key beside a certificate": ("/certificate_and_query?api%20key=demo-key-{number}", lambda given: {}),
    "a scheme that is not there": ("/misspelt", lambda given: {}),
}


@pytest.mark.parametrize("number", ["123", "456"])
@pytest.mark.parametrize(("path", "headers"), LET_IN.values(), ids=LET_IN.keys())
def test_what_the_mock_gives_lets_in(mock: Mock, path: str, headers: Any, number: str) -> None:
    """The value of each scheme, for each of the two organizations."""
    given = credentials(mock, f"?organization=demo-org-{number}")
    assert 200 == mock.ask("GET", path.format(number=number), headers=headers(given)).status


@pytest.mark.parametrize("path", ["/basic", "/digest", "/connect", "/notes", "/certificate_and_query"])
@pytest.mark.parametrize("headers", [{}, basic("a:b"), authorization("Bearer", "YOUR_API_KEY_HERE")])
def test_everything_else_is_401(mock: Mock, path: str, headers: dict[str, str]) -> None:
    """Nothing, what nobody knows, and the placeholder of another document's samples."""
    assert 401 == mock.ask("GET", path, headers=headers).status


def test_a_refusal_names_every_way_in(mock: Mock) -> None:
    """Headers are called headers, and other credentials are not."""
    answer = mock.ask("GET", "/cookie_and_query").json
    assert ("Missing required credentials", "cookie sid and query api key credentials are required") == (
        answer["error"], answer["details"],
    )  # fmt: skip


def test_credentials_are_given_by_scheme(mock: Mock) -> None:
    """The first organization's, unless another is named; one that is not there is 400."""
    assert {"basic", "digest", "connect", "cookie", "query", "oauth"} == set(credentials(mock))
    assert credentials(mock) == credentials(mock, "?organization=demo-org-123")
    assert "demo-key-456" == credentials(mock, "?organization=demo-org-456")["oauth"]
    assert "expected demo-org-123 or demo-org-456" in str(credentials(mock, "?organization=x"))


def test_the_start_shows_each_scheme_as_it_is_sent() -> None:
    """Headers, cookies and queries; the token endpoint; what is let pass unseen."""
    process, lines = started(str(DOCUMENTS / "credentials.yaml"))
    process.kill()
    process.communicate()
    text = "".join(lines)
    for part in (
        "authorization: Digest demo-key-456", "cookie: sid=demo-key-123", "?api%20key=demo-key-456",
        "/oauth/token  (client demo-org-123, secret demo-key-123)", "certificate: mutual TLS is not",
        "no_such: no security scheme has this name",
    ):  # fmt: skip
        assert part in text
    assert "YOUR_API_KEY_HERE" not in text


def test_two_organizations_do_not_see_each_other(mock: Mock) -> None:
    """By their tokens alone; also where credentials are welcome and not needed."""
    ours, theirs = (authorization("Bearer", f"demo-key-{number}") for number in ("123", "456"))
    made = mock.ask("POST", "/notes", {"text": "theirs"}, headers=theirs)
    at = f"/notes/{made.json['id']}"
    assert [200, 404, 404] == [mock.ask("GET", at, headers=given).status for given in (theirs, ours, {})]
    assert made.json in mock.ask("GET", "/notes", headers=theirs).json
    assert made.json not in mock.ask("GET", "/notes", headers=ours).json


GRANTS = {
    "client_credentials": ({"grant_type": "client_credentials", **CLIENT}, {}, False),
    "the client in a header": (
        {"grant_type": "client_credentials"},
        basic("demo-org-123:demo-key-123"),
        False,
    ),
    "a scope": ({"grant_type": "client_credentials", "scope": "notes.read", **CLIENT}, {}, False),
    "password": ({"grant_type": "password", **USER}, {}, True),
}


@pytest.mark.parametrize(("form", "headers", "refreshes"), GRANTS.values(), ids=GRANTS.keys())
def test_a_token_is_given_and_accepted(
    mock: Mock, form: dict[str, str], headers: dict[str, str], refreshes: bool
) -> None:
    """RFC 6749 section 5.1: never cached, with its lifetime; a refresh token for users only."""
    answer = token(mock, form, headers)
    assert (200, "no-store") == (answer.status, answer.headers["cache-control"])
    told = answer.json
    assert ("Bearer", 3600, "notes.read") == (told["token_type"], told["expires_in"], told["scope"])
    assert refreshes == ("refresh_token" in told)
    assert 200 == mock.ask("GET", "/notes", headers=authorization("Bearer", told["access_token"])).status


def test_a_token_is_renewed_and_belongs_to_its_organization(mock: Mock) -> None:
    """What it creates is seen by the organization's other credentials."""
    first = token(mock, {"grant_type": "password", **USER}).json
    second = token(mock, {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}).json
    bearer = authorization("Bearer", second["access_token"])
    made = mock.ask("POST", "/notes", {"text": "by token"}, headers=bearer).json
    key = authorization("Bearer", "demo-key-456")
    assert made == mock.ask("GET", f"/notes/{made['id']}", headers=key).json
    assert 401 == mock.ask("GET", "/notes", headers=authorization("Bearer", second["refresh_token"])).status


CC = {"grant_type": "client_credentials"}
DENIED = {
    "a wrong secret": ({**CC, **CLIENT, "client_secret": "x"}, {}, 401, "invalid_client"),
    "a wrong client in a header": (CC, basic("demo-org-123:x"), 401, "invalid_client"),
    "no base64": (CC, authorization("Basic", "~"), 401, "invalid_client"),
    "no client": (CC, {}, 401, "invalid_client"),
    "two ways at once": ({**CC, **CLIENT}, basic("demo-org-123:demo-key-123"), 400, "invalid_request"),
    "no grant": (CLIENT, {}, 400, "invalid_request"),
    "an unknown grant": ({**CLIENT, "grant_type": "implicit"}, {}, 400, "unsupported_grant_type"),
    "a wrong password": ({**USER, "grant_type": "password", "password": "x"}, {}, 400, "invalid_grant"),
    "no password": ({"grant_type": "password"}, {}, 400, "invalid_request"),
    "an unknown scope": ({**CC, **CLIENT, "scope": "all"}, {}, 400, "invalid_scope"),
    "a wrong refresh token": ({"grant_type": "refresh_token", "refresh_token": "mock-x.y"}, {}, 400,
                              "invalid_grant"),
    "JSON": ({**CC, **CLIENT}, {"content-type": "application/json"}, 400, "invalid_request"),
}  # fmt: skip


@pytest.mark.parametrize(("form", "headers", "status", "code"), DENIED.values(), ids=DENIED.keys())
def test_no_token_is_given(
    mock: Mock, form: dict[str, str], headers: dict[str, str], status: int, code: str
) -> None:
    """RFC 6749 section 5.2: a client that is not known is 401, with a challenge; the rest 400."""
    answer = token(mock, form, headers)
    assert (status, code) == (answer.status, answer.json["error"])
    assert (status == 401) == ("www-authenticate" in answer.headers)


def test_the_documents_own_token_path_wins(mock: Mock) -> None:
    """It answers as the document says; GET on ours is 405."""
    assert "in" == mock.ask("POST", "/oauth/mine", b"", FORM).json
    assert (405, "POST") == (
        (answer := mock.running.ask("GET", "/oauth/token")).status,
        answer.headers["allow"],
    )
    assert 404 == mock.running.ask("POST", "/t", b"", FORM, at="").status


def test_a_token_ends() -> None:
    """After its lifetime it is nobody's; a kind is not another one, and no letter may be changed."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    tokens = Tokens(b"secret", lambda: now)
    issued = tokens.issue("access", "acme")
    assert ("acme", None) == (tokens.holder("access", issued), tokens.holder("refresh", issued))
    assert tokens.holder("access", issued[:-1] + "_") is None
    assert Tokens(b"other", lambda: now).holder("access", issued) is None
    now += timedelta(seconds=LIFETIME["access"])
    assert tokens.holder("access", issued) is None
