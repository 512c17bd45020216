"""Which header is which scheme's credential, and how one of them is changed."""

import base64
from random import Random
from typing import Any

import pytest

from contract_tests.exchange import ONE, OTHER
from contract_tests.probing.breaking import OF_ANOTHER, WAYS, broken
from contract_tests.probing.credentials import Credential, Credentials
from contract_tests.target import Target, make_headers
from openapi.document import Document
from openapi.source import Source

SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
    "account": {"type": "apiKey", "in": "query", "name": "account"},
    "session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    "token": {"type": "http", "scheme": "bearer"},
    "login": {"type": "http", "scheme": "basic"},
}


def credentials(one: dict[str, str], other: dict[str, str] | None = None) -> Credentials:
    data: Any = {"openapi": "3.1.0", "paths": {}, "components": {"securitySchemes": SCHEMES}}
    target = Target("http://127.0.0.1:1", make_headers(one.items()), make_headers((other or {}).items()))
    return Credentials(target, Document(Source("made", "", data)))


def test_each_scheme_finds_its_credential_whatever_the_case_of_the_header() -> None:
    found = credentials(
        {"x-api-key": "k", "account": "a", "Cookie": "x=1; sid=s", "authorization": "bearer t"}
    ).of(ONE)
    assert {"key": "k", "account": "a", "session": "s", "token": "t"} == {
        n: c.secret for n, c in found.items()
    }


def test_a_key_of_the_query_does_not_travel_in_a_header() -> None:
    known = credentials({"account": "a", "x-other": "1"})
    assert (("x-other", "1"),) == known.headers(ONE)
    assert (("account", "a"),) == known.query(ONE)


@pytest.mark.parametrize(
    ("scheme", "secret", "headers"),
    [
        ("key", None, {"Cookie": "x=1; sid=s"}),
        ("key", "other", {"X-Api-Key": "other", "Cookie": "x=1; sid=s"}),
        ("session", None, {"X-Api-Key": "k", "Cookie": "x=1"}),
        ("session", "z", {"X-Api-Key": "k", "Cookie": "x=1; sid=z"}),
    ],
)
def test_one_secret_changes_and_all_else_stays(
    scheme: str, secret: str | None, headers: dict[str, str]
) -> None:
    known = credentials({"X-Api-Key": "k", "Cookie": "x=1; sid=s"})
    assert headers == dict(known.changed(scheme, secret)[0])


def test_identities_are_kept_apart() -> None:
    known = credentials({"x-api-key": "k"}, {"x-api-key": "m"})
    assert ("k", "m") == (known.of(ONE)["key"].secret, known.of(OTHER)["key"].secret)


def basic(text: str) -> Credential:
    return Credential("login", "header", "Authorization", "Basic ", base64.b64encode(text.encode()).decode())


@pytest.mark.parametrize("way", [*WAYS, "wrong"])
def test_a_broken_secret_is_another_one(way: str) -> None:
    found = Credential("key", "header", "x-api-key", "", "demo-Key-123")
    changed = broken(found, way, Random(1))
    assert changed != found.secret
    assert (changed is None) is (way in ("under_another_scheme", OF_ANOTHER))  # see authority()


@pytest.mark.parametrize("way", ["truncated", "prefixed", "extended", "in_other_case", "wrong"])
def test_of_a_basic_credential_the_password_is_broken(way: str) -> None:
    changed = broken(basic("ada:Forklift-7"), way, Random(1))
    assert changed is not None
    user, _, password = base64.b64decode(changed).decode().partition(":")
    assert "ada" == user
    assert "Forklift-7" != password


def test_a_secret_without_letters_has_no_other_case() -> None:
    assert broken(Credential("key", "header", "k", "", "123"), "in_other_case", Random(1)) is None
