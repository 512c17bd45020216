"""HTTP itself: connections that stay, requests in a row, odd versions and targets, and what is no HTTP."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.handlers.raw import Mock, chunked, head, serving
from tests.running import parse

LIST = "GET /api/public/agents HTTP/1.1"
CREATE = "POST /api/public/agents HTTP/1.1"
BODY = b'{"name":"a","modelProvider":"openai","modelName":"gpt-4"}'


@pytest.fixture(scope="module")
def mock() -> Iterator[Mock]:
    with serving(None, "--max-body", "1024") as mock:
        yield mock


def kept(line: str, *headers: str) -> bytes:
    """The head of a request whose connection stays open."""
    return head(line, *headers).replace(b"connection: close\r\n", b"")


def post(body: bytes, *headers: str) -> bytes:
    return kept(CREATE, "content-type: application/json", f"content-length: {len(body)}", *headers) + body


FIRST = {
    "an answer": (kept(LIST), 200),
    "a path that is not there": (kept("GET /nowhere HTTP/1.1"), 404),
    "a method that is not there": (kept("PUT /api/public/agents HTTP/1.1"), 405),
    "a wrong parameter": (kept("GET /api/public/agents/x HTTP/1.1"), 400),
    "a wrong body": (post(b"{"), 400),
    "a body that nobody asked for": (kept(LIST, "content-length: 5") + b"hello", 200),
    "a large body": (post(b" " * 100_000), 413),
    "a large body in chunks": (
        kept(CREATE, "content-type: application/json", "transfer-encoding: chunked")
        + chunked(*[b" " * 1000] * 100),
        413,
    ),
    "HEAD": (kept("HEAD /nowhere/at/all HTTP/1.1"), 404),
}


@pytest.mark.parametrize(("request_", "status"), FIRST.values(), ids=FIRST.keys())
def test_the_connection_serves_the_next_request(mock: Mock, request_: bytes, status: int) -> None:
    """Two requests on one connection: whatever the first was, the second is read where it begins."""
    with mock.wire() as wire:
        wire.send(request_)
        first = wire.answer(bodiless=request_.startswith(b"HEAD"))
        wire.send(post(BODY))
        assert (status, 201) == (first.status, wire.answer().status)


@pytest.mark.parametrize(("request_", "status"), FIRST.values(), ids=FIRST.keys())
def test_requests_in_one_packet_are_answered_in_order(mock: Mock, request_: bytes, status: int) -> None:
    """Pipelined requests (RFC 9112 section 9.3.2) have their answers in order, errors too."""
    with mock.wire() as wire:
        wire.send(request_ + post(BODY) + head(LIST))
        first = wire.answer(bodiless=request_.startswith(b"HEAD"))
        assert [status, 201, 200] == [first.status, wire.answer().status, wire.answer().status]
        assert wire.closed()


def test_a_body_byte_by_byte(mock: Mock) -> None:
    """A slow client is a client: a request in single bytes is the same request."""
    with mock.wire() as wire:
        for at in range(len(raw := post(BODY))):
            wire.send(raw[at : at + 1])
        assert 201 == wire.answer().status


def test_expect_is_answered_with_continue(mock: Mock) -> None:
    """A client that waits to be asked for its body is asked, and then answered."""
    with mock.wire() as wire:
        wire.send(post(BODY, "expect: 100-continue").removesuffix(BODY))
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == wire.told()
        wire.send(BODY)
        assert 201 == wire.answer().status


UNASKED = {
    "413": (["x-api-key: demo-key-123", "x-org-id: demo-org-123"], 5_000_000, 413),
    "401": ([], 100, 401),
}


@pytest.mark.parametrize(("credentials", "size", "status"), UNASKED.values(), ids=UNASKED.keys())
def test_expect_is_answered_with_a_refusal(
    mock: Mock, credentials: list[str], size: int, status: int
) -> None:
    """A client that waits to be asked is refused at once where its body would not be read."""
    expecting = ["content-type: application/json", f"content-length: {size}", "expect: 100-continue"]
    with mock.wire() as wire:
        wire.send(head(CREATE, *credentials, *expecting, credentials=False))
        assert status == wire.answer().status
        assert wire.closed()


def test_a_refusal_does_not_wait_for_the_body(mock: Mock) -> None:
    """A client that announces a large body and sends nothing reads its 413."""
    with mock.wire() as wire:
        wire.send(head(CREATE, "content-type: application/json", "content-length: 5000000"))
        assert 413 == wire.answer().status


VERSIONS = {
    "HTTP/1.0": (b"GET /api/public/agents HTTP/1.0\r\n", 200),
    "HTTP/1.1 without Host": (b"GET /api/public/agents HTTP/1.1\r\nconnection: close\r\n", 200),
    "the whole address": (
        b"GET http://api.example.com/api/public/agents HTTP/1.1\r\nconnection: close\r\n",
        200,
    ),
    "the whole address of nothing": (b"GET http://api.example.com/no HTTP/1.1\r\nconnection: close\r\n", 404),
    "a star": (b"OPTIONS * HTTP/1.1\r\nconnection: close\r\n", 404),
    "a fragment": (b"GET /api/public/agents#top HTTP/1.1\r\nconnection: close\r\n", 200),
    "an offer to upgrade": (
        b"GET /api/public/agents HTTP/1.1\r\nconnection: upgrade, close\r\nupgrade: h2c\r\n",
        200,
    ),
    "a header of 60 KB": (
        b"GET /api/public/agents HTTP/1.1\r\nconnection: close\r\nx: " + b"y" * 60_000 + b"\r\n",
        200,
    ),
    "1,000 headers": (
        b"GET /api/public/agents HTTP/1.1\r\nconnection: close\r\n" + b"x: y\r\n" * 1000,
        200,
    ),
}


@pytest.mark.parametrize(("start", "status"), VERSIONS.values(), ids=VERSIONS.keys())
def test_odd_requests_are_requests(mock: Mock, start: bytes, status: int) -> None:
    """What HTTP/1.1 allows is served: old versions, absolute targets, large heads."""
    credentials = b"x-api-key: demo-key-123\r\nx-org-id: demo-org-123\r\n\r\n"
    assert status == mock.send(start + credentials).status


PARSER = {
    "no HTTP": b"hello\r\n\r\n",
    "a TLS handshake": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "an unknown method": head("FETCH /api/public/agents HTTP/1.1"),
    "a method in lower case": head("get /api/public/agents HTTP/1.1"),
    "CONNECT": head("CONNECT localhost:80 HTTP/1.1"),
    "no target": head("GET  HTTP/1.1"),
    "the whole address without a path": head("GET http://api.example.com HTTP/1.1"),
    "a space in the target": head("GET /api/public/agents x HTTP/1.1"),
    "bytes above ASCII in the target": head("GET /api/public/agents/é HTTP/1.1"),
    "a NUL in the target": head("GET /api/public/agents\0 HTTP/1.1"),
    "a length that is no number": head(CREATE, "content-length: ten"),
    "a negative length": head(CREATE, "content-length: -1"),
    "a length beyond all numbers": head(CREATE, f"content-length: {'9' * 50}"),
    "two lengths": head(CREATE, "content-length: 2", "content-length: 3") + b"{}",
    "a length and chunks": head(CREATE, "content-length: 5", "transfer-encoding: chunked") + chunked(BODY),
    "a chunk without a size": head(CREATE, "transfer-encoding: chunked") + b"zz\r\n{}\r\n0\r\n\r\n",
    "a chunk of another size": head(CREATE, "transfer-encoding: chunked") + b"1\r\n{}\r\n0\r\n\r\n",
    "an unknown transfer coding": head(CREATE, "transfer-encoding: chunked, gzip") + BODY,
    "a line feed in a header": head(LIST, "x: a\n b: c\nbroken"),
}


@pytest.mark.parametrize("raw", PARSER.values(), ids=PARSER.keys())
def test_what_is_no_http_is_400(mock: Mock, raw: bytes) -> None:
    """Below the application the HTTP parser refuses, in its own words: 400 and an end, at once."""
    received = mock.running.send(raw, timeout=5)
    assert 400 == parse(received).status
    assert re.search(rb"connection: close\r\n", received)


def test_a_trailer_is_no_credential(mock: Mock) -> None:
    """Fields behind a chunked body are not header fields (RFC 9110 section 6.5.1): a key there is none."""
    start = head(
        CREATE,
        "x-org-id: demo-org-123",
        "content-type: application/json",
        "transfer-encoding: chunked",
        credentials=False,
    )
    assert 401 == mock.send(start + chunked(BODY, trailers=b"x-api-key: demo-key-123\r\n")).status


def test_many_clients_at_once(mock: Mock) -> None:
    """200 connections at a time, a third of them wrong, and each has its own answer."""
    wanted = [(post(BODY), 201), (kept("GET /nowhere HTTP/1.1"), 404), (kept(LIST), 200)]

    def call(number: int) -> tuple[int, int]:
        request_, status = wanted[number % 3]
        with mock.wire() as wire:
            wire.send(request_)
            return status, wire.answer().status

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(call, range(200)))
    assert not [pair for pair in answers if pair[0] != pair[1]]


def test_nothing_here_met_a_fault(mock: Mock) -> None:
    """The mock's own log knows of no 500 among these requests, and it still answers."""
    assert set() == {entry["status"] for entry in mock.log()} - {200, 201, 400, 401, 404, 405, 413}
    assert 200 == mock.ask("GET", "/agents").status
