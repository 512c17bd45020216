"""What the relay passes on, byte for byte; and what it does not."""

import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract_tests.exchange import NOBODY, ONE, Answer, Exchange, Request
from contract_tests.relay import HELD_BACK, Relay
from contract_tests.transport import Held, Outgoing, Stopped

KEY = (("X-Api-Key", "s3cret"),)
FINE = Answer(200, (("Content-Type", "text/plain"),), b"fine")


class Target:
    """In place of the transport: notes what it is asked to send, and answers it."""

    def __init__(self, reply: Callable[[Outgoing], Answer | None] = lambda _sent: FINE) -> None:
        self.sent: list[Outgoing] = []
        self._reply = reply

    def send(self, outgoing: Outgoing) -> Exchange:
        self.sent.append(outgoing)
        request = Request(outgoing.method, "http://target" + outgoing.path, outgoing.headers, outgoing.body)
        return Exchange(len(self.sent), request, self._reply(outgoing), outgoing.identity)


@contextmanager
def relaying(
    reply: Callable[[Outgoing], Answer | None] = lambda _sent: FINE, **more: Any
) -> Iterator[tuple[Relay, Target, HTTPConnection]]:
    target = Target(reply)
    with Relay(target, **more) as relay:
        connection = HTTPConnection(urlsplit(relay.url).netloc, timeout=10)
        try:
            yield relay, target, connection
        finally:
            connection.close()


def prefix(relay: Relay) -> str:
    return urlsplit(relay.url).path


def raw(relay: Relay, data: bytes) -> bytes:
    """What comes for these bytes, to the end of the connection."""
    with socket.create_connection(("127.0.0.1", urlsplit(relay.url).port or 0), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


@dataclass(frozen=True)
class Came:
    """An answer of the relay."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name), None)


def ask(connection: HTTPConnection, method: str, path: str, **more: Any) -> Came:
    connection.request(method, path, **more)
    response = connection.getresponse()
    return Came(response.status, response.getheaders(), response.read())


def raising(error: Exception) -> Callable[[Outgoing], Answer]:
    def reply(_sent: Outgoing) -> Answer:
        raise error

    return reply


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY", "X-any_1"]
)
def test_any_method_is_passed_on(method: str) -> None:
    with relaying() as (relay, target, connection):
        response = ask(connection, method, prefix(relay) + "/a")
    assert (200, b"fine") == (response.status, response.body)
    assert [(method, "/a", True)] == [(sent.method, sent.path, sent.fuzz) for sent in target.sent]


@pytest.mark.parametrize(
    "path",
    [
        "/a%2Fb/%00/%zz?q=%20+%2B&q=&%5B=]",
        "//a//b/",
        "/../a/./b",
        '/{x}|\\^`"<>',
        "?a=b",
        "",
        "/a;b=1,2?x=/#f",
        "/caf\xe9",
    ],
)
def test_the_path_stays_as_it_is_written(path: str) -> None:
    """Nothing is decoded, joined or resolved: neither by us nor by a library."""
    with relaying() as (relay, target, _):
        line = f"GET {prefix(relay)}{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        assert raw(relay, line.encode("latin-1")).startswith(b"HTTP/1.1 200 OK\r\n")
    assert [path] == [sent.path for sent in target.sent]


def test_headers_stay_as_they_are_written() -> None:
    """Their order, case and number; characters beyond ASCII, and those that may pass for a line end."""
    with relaying() as (relay, target, _):
        lines = b"x-b: 1\r\nX-B:2\r\nX-A:  \xe9\x0b\x0c\x1c\x85 ;\t \r\nx-empty:\r\nCookie: a=b\r\n"
        raw(
            relay, b"GET " + prefix(relay).encode() + b"/ HTTP/1.1\r\n" + lines + b"Connection: close\r\n\r\n"
        )
    expected = (
        ("x-b", "1"),
        ("X-B", "2"),
        ("X-A", "\xe9\x0b\x0c\x1c\x85 ;"),
        ("x-empty", ""),
        ("Cookie", "a=b"),
    )
    assert [expected] == [sent.headers for sent in target.sent]


def test_headers_of_the_connection_and_of_the_engine_end_here() -> None:
    """What a test sends under the same name goes on."""
    ours = {
        "Host": "127.0.0.1:1", "Connection": "keep-alive, X-Hop", "X-Hop": "1", "Keep-Alive": "1",
        "User-Agent": "schemathesis/4.32.5", "Accept-Encoding": "gzip, deflate, br, zstd",
        "X-Schemathesis-TestCaseId": "abc", "Accept": "*/*",
    }  # fmt: skip
    tested = {"User-Agent": "mine", "Accept-Encoding": "br;q=0"}
    with relaying() as (relay, target, connection):
        ask(connection, "GET", prefix(relay) + "/", headers=ours)
        ask(connection, "GET", prefix(relay) + "/", headers=tested)
    assert [(("Accept", "*/*"),), tuple(tested.items())] == [sent.headers for sent in target.sent]


@pytest.mark.parametrize("body", [b"", b"{}", bytes(range(256)) * 300, b"0\r\n\r\n"])
def test_a_body_is_passed_on_in_both_directions(body: bytes) -> None:
    with relaying(lambda sent: Answer(200, (), sent.body or b"none")) as (relay, target, connection):
        response = ask(connection, "POST", prefix(relay) + "/", body=body)
    assert [body] == [sent.body for sent in target.sent]
    assert (body or b"none") == response.body


def test_a_body_may_come_in_chunks() -> None:
    with relaying() as (relay, target, connection):
        ask(connection, "POST", prefix(relay) + "/", body=iter([b"ab", b"c" * 70000]), encode_chunked=True,
            headers={"Transfer-Encoding": "chunked"})  # fmt: skip
    assert [b"ab" + b"c" * 70000] == [sent.body for sent in target.sent]
    assert [False] == ["Transfer-Encoding" in dict(sent.headers) for sent in target.sent]


def test_no_body_is_not_an_empty_one() -> None:
    with relaying() as (relay, target, connection):
        ask(connection, "GET", prefix(relay) + "/")
    assert [None] == [sent.body for sent in target.sent]


def test_an_answer_keeps_its_headers_and_gets_its_length() -> None:
    """Those of the target's connection are not told here; a wrong length is put right."""
    headers = (
        ("Set-Cookie", "a=1"), ("set-cookie", "b=\xe9"), ("Transfer-Encoding", "chunked"),
        ("Connection", "close"), ("Content-Length", "99"), ("Content-Encoding", "gzip"), ("Date", "now"),
    )  # fmt: skip
    with relaying(lambda _sent: Answer(418, headers, b"body")) as (relay, _, connection):
        response = ask(connection, "GET", prefix(relay) + "/")
    assert 418 == response.status
    assert b"body" == response.body
    assert [
        ("Set-Cookie", "a=1"), ("set-cookie", "b=\xe9"), ("Content-Encoding", "gzip"), ("Date", "now"),
        ("Content-Length", "4"),
    ] == response.headers  # fmt: skip


@pytest.mark.parametrize(
    ("method", "status", "length"),
    [("HEAD", 200, "7"), ("HEAD", 404, "7"), ("GET", 204, None), ("GET", 304, "7")],
)
def test_an_answer_without_a_body_leaves_the_connection_usable(
    method: str, status: int, length: str | None
) -> None:
    """The length that HEAD is told is the target's; the next answer is understood."""
    headers = (("Content-Length", length),) if length else ()
    with relaying(lambda _sent: Answer(status, headers)) as (relay, target, connection):
        for _ in range(3):
            response = ask(connection, method, prefix(relay) + "/")
            assert (status, length, b"") == (
                response.status, response.header("content-length"), response.body,
            )  # fmt: skip
    assert 3 == len(target.sent)


def test_a_status_without_a_name_is_passed_on() -> None:
    with relaying(lambda _sent: Answer(799, (), b"x")) as (relay, _, connection):
        assert 799 == ask(connection, "GET", prefix(relay) + "/").status


@pytest.mark.parametrize("path", ["/", "/things", "/favicon.ico", "*", "http://example.com/"])
def test_what_is_not_below_the_prefix_goes_nowhere(path: str) -> None:
    with relaying() as (relay, target, connection):
        assert 404 == ask(connection, "GET", path).status
        assert 404 == ask(connection, "GET", prefix(relay) + "x/things").status
        assert 404 == ask(connection, "GET", prefix(relay)[:-1] + "/things").status
    assert [] == target.sent


def test_the_prefix_is_new_each_time_and_the_address_is_this_machine() -> None:
    with relaying() as (one, _, _), relaying() as (other, _, _):
        assert prefix(one) != prefix(other)
        assert 20 < len(prefix(one))
        assert "127.0.0.1" == urlsplit(one.url).hostname


@pytest.mark.parametrize(
    ("headers", "path", "identity"),
    [
        ({"x-api-key": "s3cret", "Cookie": "z=9; sid=1"}, "/a?key=q%20q&b=1", ONE),
        ({"X-API-KEY": "s3cret", "Cookie": "sid=1"}, "/a?key=q+q", ONE),
        ({"x-api-key": "s3crets", "Cookie": "sid=1"}, "/a?key=q+q", NOBODY),
        ({"Cookie": "sid=1"}, "/a?key=q+q", NOBODY),
        ({"x-api-key": "s3cret"}, "/a?key=q+q", NOBODY),
        ({"x-api-key": "s3cret", "Cookie": "sid=2"}, "/a?key=q+q", NOBODY),
        ({"x-api-key": "s3cret", "Cookie": "sid=1"}, "/a?key=q", NOBODY),
        ({"x-api-key": "s3cret", "Cookie": "sid=1"}, "/a", NOBODY),
    ],
)
def test_who_asks_is_told_by_the_credentials(headers: dict[str, str], path: str, identity: str) -> None:
    """All of them unchanged: identity one. Anything else: nobody."""
    given = (*KEY, ("Cookie", "sid=1"))
    with relaying(headers=given, query=(("key", "q q"),)) as (relay, target, connection):
        ask(connection, "GET", prefix(relay) + path, headers=headers)
    assert [identity] == [sent.identity for sent in target.sent]


def test_a_credential_that_comes_twice_is_not_unchanged() -> None:
    with relaying(headers=KEY) as (relay, target, _):
        lines = "x-api-key: s3cret\r\nx-api-key: other\r\nConnection: close\r\n\r\n"
        raw(relay, f"GET {prefix(relay)}/ HTTP/1.1\r\n{lines}".encode())
    assert [NOBODY] == [sent.identity for sent in target.sent]


def test_whether_the_document_allows_it_is_recorded() -> None:
    with relaying(allows=lambda sent: sent.path == "/good") as (relay, target, connection):
        ask(connection, "GET", prefix(relay) + "/good")
        ask(connection, "GET", prefix(relay) + "/bad")
    assert [True, False] == [sent.valid for sent in target.sent]


def test_what_the_guard_holds_back_is_said_to_be() -> None:
    with relaying(raising(Held("not this run's"))) as (relay, _, connection):
        response = ask(
            connection, "DELETE", prefix(relay) + "/a", headers={"X-Schemathesis-TestCaseId": "c1"}
        )
    assert (403, "1") == (response.status, response.header(HELD_BACK))
    assert ({}, {"c1": "not this run's"}) == relay.records.take(["c1"])


def test_when_the_run_is_over_whoever_waits_is_told_once() -> None:
    told: list[str] = []
    with relaying(raising(Stopped("the target is gone"))) as (relay, _, connection):
        relay.when_stopped(lambda: told.append("early"))
        for _ in range(3):
            response = ask(connection, "GET", prefix(relay) + "/a")
            assert (503, "stopped") == (response.status, response.header(HELD_BACK))
        relay.when_stopped(lambda: told.append("late"))
    assert ["early", "late"] == told
    assert "the target is gone" == relay.records.stopped


def test_a_fault_of_ours_ends_the_run() -> None:
    with relaying(raising(KeyError("x"))) as (relay, _, connection):
        assert 503 == ask(connection, "GET", prefix(relay) + "/a").status
    assert isinstance(relay.records.fault, KeyError)
    assert "a fault of ours: KeyError: 'x'" == relay.records.stopped


def test_where_the_target_is_silent_so_is_the_relay() -> None:
    """The connection is closed without a word, as it was there."""
    with relaying(lambda _sent: None) as (relay, _, connection):
        with pytest.raises(RemoteDisconnected):
            ask(connection, "GET", prefix(relay) + "/a", headers={"X-Schemathesis-TestCaseId": "c1"})
        (passed,) = relay.records.take(["c1"])[0].values()
    assert passed.exchange.answer is None


def test_what_came_is_known_by_the_name_of_its_case_until_it_is_taken() -> None:
    with relaying() as (relay, _, connection):
        ask(connection, "GET", prefix(relay) + "/a", headers={"X-Schemathesis-TestCaseId": "c1"})
    sent, held = relay.records.take(["c1", "c2"])
    assert {"c1": "/a"} == {case: passed.outgoing.path for case, passed in sent.items()}
    assert {} == held
    assert ({}, {}) == relay.records.take(["c1"])


def test_the_engines_first_tries_are_answered_here() -> None:
    """Of NUL in a header and control characters in a path: so it sends neither."""
    with relaying() as (relay, target, connection):
        response = ask(connection, "GET", prefix(relay) + "/x%1B", headers={"X-Schemathesis-Probe": "a"})
    assert (400, b"") == (response.status, response.body)
    assert [] == target.sent


@pytest.mark.parametrize(
    "data",
    [b"nonsense\r\n\r\n", b"GET / HTTP/1.1 x\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
     b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc",
     b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"],
)  # fmt: skip
def test_what_is_no_request_is_refused_and_goes_nowhere(data: bytes) -> None:
    with relaying() as (relay, target, _):
        assert raw(relay, data).startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert [] == target.sent


def test_a_client_that_says_nothing_hears_nothing() -> None:
    with relaying() as (relay, target, _):
        assert b"" == raw(relay, b"")
    assert [] == target.sent


def test_many_requests_at_a_time_do_not_mix() -> None:
    """Two thousand, over eight connections that stay open."""

    def client(number: int) -> int:
        with relaying_to(relay) as connection:
            for index in range(250):
                body = f"{number}-{index}".encode()
                response = ask(connection, "POST", prefix(relay) + f"/{number}", body=body)
                assert body == response.body
        return number

    with relaying(lambda sent: Answer(200, (), sent.body or b"")) as (relay, target, _):
        before = threading.active_count()
        with ThreadPoolExecutor(8) as pool:
            assert list(range(8)) == list(pool.map(client, range(8)))
    assert 2000 == len(target.sent)
    assert threading.active_count() <= before + 8


@contextmanager
def relaying_to(relay: Relay) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(urlsplit(relay.url).netloc, timeout=10)
    try:
        yield connection
    finally:
        connection.close()


def test_it_ends_with_its_context() -> None:
    with relaying() as (relay, _, _):
        port = urlsplit(relay.url).port
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port or 0), timeout=5)
