"""Request bodies byte by byte: framing, media types, encodings, the limits of JSON and of size."""

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


LARGE = b'{"pad":"' + b"x" * 2_000_000 + b'"}'


@pytest.fixture(scope="module")
def small() -> Iterator[Mock]:
    with serving(None, "--max-body", "1024") as mock:
        yield mock


@pytest.mark.parametrize("credentials", [True, False], ids=["with credentials", "without"])
@pytest.mark.parametrize("framing", ["content-length", "chunked"])
def test_the_client_reads_the_refusal_of_a_large_body(small: Mock, framing: str, credentials: bool) -> None:
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


def test_half_a_body_changes_nothing(hyfn: Mock) -> None:
    """A client that leaves before its body is complete has created nothing, though what it sent was JSON."""
    body = BODY.replace(b'"a"', b'"half a body"', 1)
    start = head(CREATE, "content-type: application/json", f"content-length: {len(body) + 1}")
    hyfn.hang_up(start + body)
    assert 400 == hyfn.logged("the client left")["status"]
    assert b"half a body" not in hyfn.ask("GET", "/agents").body


@pytest.mark.parametrize("name", ["hyfn", "small"])
def test_nothing_here_met_a_fault(name: str, request: pytest.FixtureRequest) -> None:
    """The mock's own log knows of no 500 among these requests."""
    served: Mock = request.getfixturevalue(name)
    assert set() == {entry["status"] for entry in served.log()} - {200, 201, 400, 401, 413, 415}
