"""Request bodies byte by byte: framing, media types, encodings, the limits of JSON, what a schema admits."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.handlers.raw import JSON, Mock, chunked, head, serving

AGENT: dict[str, Any] = {"name": "a", "modelProvider": "openai", "modelName": "gpt-4"}
CREATE = "POST /api/public/agents HTTP/1.1"


@pytest.fixture(scope="module")
def hyfn() -> Iterator[Mock]:
    with serving(None) as mock:
        yield mock


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving("bodies.yaml") as mock:
        yield mock


@pytest.fixture(scope="module")
def newer() -> Iterator[Mock]:
    with serving("bodies_3_1.yaml") as mock:
        yield mock


def agent(**config: str) -> bytes:
    """The body that creates an agent; `config` are members of its free object, in JSON as written."""
    members = ",".join(f'"{name}":{value}' for name, value in config.items())
    return json.dumps(AGENT).encode()[:-1] + b',"providerConfig":{' + members.encode() + b"}}"


BODY = agent(a="1")
CHUNKED = {
    "one chunk": chunked(BODY),
    "a chunk for every byte": chunked(*(BODY[at : at + 1] for at in range(len(BODY)))),
    "chunk extensions": chunked(BODY[:5], BODY[5:], extension=b';name="value";flag'),
    "trailers": chunked(BODY, trailers=b"x-checksum: 1\r\nx-other: 2\r\n"),
}


@pytest.mark.parametrize("framed", CHUNKED.values(), ids=CHUNKED.keys())
def test_a_chunked_body_is_a_body(hyfn: Mock, framed: bytes) -> None:
    """A body without Content-Length is read as one with it."""
    start = head(CREATE, "content-type: application/json", "transfer-encoding: chunked")
    answer = hyfn.send(start + framed)
    assert (201, {"a": 1}) == (answer.status, answer.json["agent"]["providerConfig"])


MEDIA_TYPES = {
    "with a charset": ("application/json; charset=utf-8", 201),
    "with parameters in any form": ('application/json ;x="a;b" ; charset=UTF-8', 201),
    "in upper case": ("APPLICATION/JSON", 201),
    "none": (None, 415),
    "empty": ("", 415),
    "another": ("text/plain", 415),
    "a range": ("*/*", 415),
    "no media type": ("json", 415),
    "two at once": ("application/json, text/plain", 415),
}


@pytest.mark.parametrize(("media_type", "status"), MEDIA_TYPES.values(), ids=MEDIA_TYPES.keys())
def test_the_content_type_decides(hyfn: Mock, media_type: str | None, status: int) -> None:
    """A body is read when its Content-Type is declared, however that is written; else it is 415."""
    headers = {} if media_type is None else {"content-type": media_type}
    answer = hyfn.ask("POST", "/agents", BODY, headers)
    assert status == answer.status
    assert status == 201 or "header.content-type: expected application/json" in answer.json["details"]


NO_JSON = {
    "nothing": b"",
    "only space": b" \r\n\t",
    "half an object": b'{"name":',
    "two values": b"{} {}",
    "single quotes": b"{'name': 'a'}",
    "a comment": b"{} // done",
    "a comma at the end": b'{"name":"a",}',
    "a raw line feed in a text": b'{"name":"a\nb"}',
    "a byte order mark": b"\xef\xbb\xbf" + BODY,
    "invalid UTF-8": agent(a='"?"').replace(b"?", b"\xff"),
    "UTF-8 of a surrogate": agent(a='"?"').replace(b"?", b"\xed\xa0\x80"),
    "UTF-16": BODY.decode().encode("utf-16"),
    "UTF-16 without a mark": BODY.decode().encode("utf-16-le"),
    "Latin-1": agent(a='"é"').decode().encode("latin-1"),
    "NaN": agent(a="NaN"),
    "Infinity": agent(a="-Infinity"),
    "a number beyond all floats": agent(a="1e400"),
    "a leading zero": agent(a="007"),
    "a plus sign": agent(a="+1"),
    "hexadecimal": agent(a="0x10"),
    "an escaped lone surrogate": agent(a='"\\ud800"'),
    "surrogates in the wrong order": agent(a='"\\udc00\\ud800"'),
    "an integer of 5,000 digits": agent(a="9" * 5000),
    "nesting of 129": agent(a="[" * 127 + "]" * 127),
    "nesting of 100,000": agent(a="[" * 100_000 + "]" * 100_000),
    "nesting of 100,000 objects": agent(a='{"a":' * 100_000 + "1" + "}" * 100_000),
    "nesting of 100,000 that is never closed": b"[" * 100_000,
}


@pytest.mark.parametrize("body", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_json_is_400(hyfn: Mock, body: bytes) -> None:
    """Bytes that are not the JSON of RFC 8259, or more of it than can be kept, are 400."""
    answer = hyfn.ask("POST", "/agents", body, JSON)
    assert (400, "Validation failed") == (answer.status, answer.json["error"])
    assert answer.json["details"].startswith("body: ")
    assert len(answer.body) < 500


EXACT = {
    "400 digits": "1234567890" * 40,
    "400 negative digits": "-" + "9" * 400,
    "an integer above 64 bits": "18446744073709551616",
    "nesting of 128": "[" * 126 + "]" * 126,
    "a NUL": '"a\\u0000b"',
    "a surrogate pair": '"\\ud83d\\ude00"',
    "an exponent": "1e3",
    "minus zero": "-0.0",
    "an empty name": '{"":1}',
}


@pytest.mark.parametrize("value", EXACT.values(), ids=EXACT.keys())
def test_what_is_json_comes_back_exactly(hyfn: Mock, value: str) -> None:
    """A free value is the same in the answer to its creation and when it is read again."""
    created = hyfn.ask("POST", "/agents", agent(a=value), JSON)
    again = hyfn.ask("GET", f"/agents/{created.json['agent']['id']}")
    for answer in (created, again):
        assert {"a": json.loads(value)} == answer.json["agent"]["providerConfig"]


def test_of_a_repeated_key_the_last_counts(hyfn: Mock) -> None:
    """JSON leaves repeated keys open (RFC 8259 section 4): the mock takes the last, as most parsers do."""
    answer = hyfn.ask("POST", "/agents", BODY[:-1] + b',"name":"b","name":"c"}', JSON)
    assert (201, "c") == (answer.status, answer.json["agent"]["name"])


def test_integers_survive_in_metadata(hyfn: Mock) -> None:
    """400 digits inside `metadata` are the same 400 digits in the list."""
    number = "8" * 400
    body = b'{"type":"model_call","timeSpent":"0.5","metadata":{"n":' + number.encode() + b"}}"
    created = hyfn.ask("POST", "/work_items", body, JSON)
    assert b'{"n":' + number.encode() + b"}" in created.body
    assert b'{"n":' + number.encode() + b"}" in hyfn.ask("GET", "/work_items").body


def test_a_huge_wrong_body_is_answered_soon(hyfn: Mock) -> None:
    """300,000 problems in one body make one short answer, not a minute of sentences."""
    answer = hyfn.ask("POST", "/agents", b"[" + b",".join([b"1"] * 300_000) + b"]", JSON)
    assert 400 == answer.status
    assert len(answer.body) < 500


LARGE = b'{"pad":"' + b"x" * 2_000_000 + b'"}'


@pytest.fixture(scope="module")
def small() -> Iterator[Mock]:
    with serving(None, "--max-body", "1024") as mock:
        yield mock


@pytest.mark.parametrize("credentials", [True, False], ids=["with credentials", "without"])
@pytest.mark.parametrize("framing", ["content-length", "chunked"])
def test_the_client_reads_the_refusal_of_a_large_body(
    small: Mock, framing: str, credentials: bool
) -> None:
    """2 MB against a limit of 1 KB: the client may send all of it, and reads 413 (or 401), not a reset."""
    how = f"content-length: {len(LARGE)}" if framing == "content-length" else "transfer-encoding: chunked"
    pieces = (LARGE[at : at + 10_000] for at in range(0, len(LARGE), 10_000))
    body = LARGE if framing == "content-length" else chunked(*pieces)
    start = head(CREATE, "content-type: application/json", how, credentials=credentials)
    assert (413 if credentials else 401) == small.send(start + body).status


def test_a_body_of_the_limit_is_read(small: Mock) -> None:
    """1,024 bytes are read, one more is 413, chunked or not."""
    fits = BODY + b" " * (1024 - len(BODY))
    start = head(CREATE, "content-type: application/json", "transfer-encoding: chunked")
    assert 201 == small.ask("POST", "/agents", fits, JSON).status
    assert 413 == small.ask("POST", "/agents", fits + b" ", JSON).status
    assert 201 == small.send(start + chunked(fits[:500], fits[500:])).status
    assert 413 == small.send(start + chunked(fits, b" ")).status


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


def test_half_a_body_changes_nothing(hyfn: Mock) -> None:
    """A client that leaves before its body is complete has created nothing, though what it sent was JSON."""
    body = BODY.replace(b'"a"', b'"half a body"', 1)
    start = head(CREATE, "content-type: application/json", f"content-length: {len(body) + 1}")
    hyfn.hang_up(start + body)
    assert 400 == hyfn.logged("the client left")["status"]
    assert b"half a body" not in hyfn.ask("GET", "/agents").body


@pytest.mark.parametrize("name", ["hyfn", "mock", "newer", "small"])
def test_nothing_here_met_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    """The mock's own log knows of no 500 among these requests."""
    served: Mock = request.getfixturevalue(name)
    assert set() == {e["status"] for e in served.log()} - {200, 201, 204, 400, 401, 413, 415}
