"""What a schema admits in a body: media types, directions, null, numbers; OpenAPI 3.0 and 3.1."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.raw import Mock, serving


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("bodies.yaml") as mock:
        yield mock


@pytest.fixture(scope="module")
def newer() -> Iterator[Mock]:
    with serving("bodies_3_1.yaml") as mock:
        yield mock


ADMITTED: dict[str, tuple[str, Any, str | None, int]] = {
    "an optional body that is absent": ("/optional", None, None, 204),
    "an optional body that is there": ("/optional", {"name": "a"}, None, 204),
    "an optional body that does not fit": ("/optional", {}, None, 400),
    "an optional body of another type": ("/optional", b"a", "text/plain", 415),
    "JSON where several types are declared": ("/media", {"name": "a"}, None, 204),
    "JSON of another of the types": ("/media", b"[1]", "application/vnd.thing+json", 204),
    "JSON that fits the other type only": ("/media", b"[1]", "application/json", 400),
    "text": ("/media", b"hello", "text/plain", 204),
    "text that is too long": ("/media", b"hello!", "text/plain", 400),
    "text that is not UTF-8": ("/media", b"\xff", "text/plain", 400),
    "a type of a declared range": ("/media", b"a,b", "text/csv", 204),
    "a type of no declared range": ("/media", b"a", "image/png", 415),
    "a form": ("/forms", b"name=a+b&size=3&tags=x&tags=y", "application/x-www-form-urlencoded", 204),
    "a form that does not fit": ("/forms", b"name=a+b&size=x", "application/x-www-form-urlencoded", 400),
    "a form with a broken escape": ("/forms", b"name=%zz&size=3", "application/x-www-form-urlencoded", 400),
    "bytes": ("/files", b"\x89PNG\r\n\x1a\n\x00\xff", "image/png", 204),
    "bytes without a schema": ("/files", b"\x00\xff", "application/octet-stream", 204),
    "what has no readOnly property": ("/things", {"name": "a", "secret": "b"}, None, 201),
    "a readOnly property": ("/things", {"id": 1, "name": "a", "secret": "b"}, None, 400),
    "a writeOnly property that is missing": ("/things", {"name": "a"}, None, 400),
    "null where it is allowed": ("/things", {"name": "a", "secret": "b", "note": None}, None, 201),
    "null where it is not": ("/things", {"name": None, "secret": "b"}, None, 400),
    "null beside allOf": ("/things", {"name": "a", "secret": "b", "parent": None}, None, 201),
    "a whole number with a fraction": ("/numbers", b'{"whole":1.0}', "application/json", 204),
    "a fraction for an integer": ("/numbers", b'{"whole":1.5}', "application/json", 400),
    "an exclusive bound": ("/numbers", {"above": 5}, None, 400),
    "more than an exclusive bound": ("/numbers", {"above": 5.1}, None, 204),
}


@pytest.mark.parametrize(("path", "body", "media_type", "status"), ADMITTED.values(), ids=ADMITTED.keys())
def test_bodies_of_3_0(mock: Mock, path: str, body: Any, media_type: str | None, status: int) -> None:
    """The media type chooses the schema, and the schema of a request admits what a client may send."""
    headers = {"content-type": media_type} if media_type else {}
    assert status == mock.ask("POST", path, body, headers).status


NEWER: dict[str, tuple[Any, int]] = {
    "a text or null": ({"note": None}, 204),
    "neither text nor null": ({"note": 1}, 400),
    "a constant": ({"kind": "thing"}, 204),
    "another constant": ({"kind": "other"}, 400),
    "items by place": ({"pair": [1, "a"]}, 204),
    "one item too many": ({"pair": [1, "a", 2]}, 400),
    "more than an exclusive bound": ({"above": 5.5}, 204),
    "an exclusive bound": ({"above": 5}, 400),
    "a property that may never be": ({"never": 1}, 400),
    "a property by its pattern": ({"x_a": "b"}, 400),
    "a keyword beside a reference": ({"named": "abcd"}, 400),
    "what a reference says": ({"named": "a"}, 400),
    "if without then": ({"note": "priced"}, 400),
}


@pytest.mark.parametrize(("body", "status"), NEWER.values(), ids=NEWER.keys())
def test_bodies_of_3_1(newer: Mock, body: Any, status: int) -> None:
    """Bodies of OpenAPI 3.1 are judged by JSON Schema 2020-12."""
    assert status == newer.ask("POST", "/things", body).status


def test_what_may_only_be_written_never_leaves(mock: Mock) -> None:
    """The answer is the example without the writeOnly property, although the first example has it."""
    body = {"name": "a", "secret": "b"}
    assert {"id": 1, "name": "a"} == mock.ask("POST", "/things", body).json


def test_an_answer_with_a_secret_is_a_fault() -> None:
    """Asked for the example with the writeOnly property, the mock says what is wrong with it and keeps it."""
    with serving("bodies.yaml") as mock:
        wish = {"prefer": "example=leaky"}
        answer = mock.running.ask("POST", "/things", {"name": "a", "secret": "b"}, wish)
    assert 500 == answer.status
    assert "POST /things answered 201: body.secret" in answer.json["message"]
    assert b"open sesame" not in answer.body


def test_a_large_wrong_body_is_answered_soon(mock: Mock) -> None:
    """100,000 problems in one body make one short answer, and nobody waits for the sentences of all."""
    body = b"[" + b",".join([b'"x"'] * 100_000) + b"]"
    answer = mock.ask("POST", "/media", body, {"content-type": "application/vnd.thing+json"})
    assert 400 == answer.status
    assert len(answer.body) < 1000


@pytest.mark.parametrize("name", ["mock", "newer"])
def test_nothing_here_met_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    """The mock's own log knows of no 500 among these requests."""
    served: Mock = request.getfixturevalue(name)
    assert set() == {entry["status"] for entry in served.log()} - {201, 204, 400, 415}
