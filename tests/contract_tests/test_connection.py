"""HTTP as bytes on a socket: what servers really send, and what is made of it."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from contract_tests.exchange import Answer
from contract_tests.network.connection import Broken, Connection, Peer, request_head

HEAD = request_head("GET", "/", (("Host", "x"),))


@contextmanager
def saying(*pieces: bytes, close: bool = True, pause: float = 0.0) -> Iterator[Connection]:
    """A connection to a server that says these bytes to whoever speaks."""
    listener = socket.create_server(("127.0.0.1", 0))
    done = threading.Event()

    def speak() -> None:
        peer, _ = listener.accept()
        with peer, suppress(OSError):  # who asks may go away before the end
            peer.recv(65536)
            for piece in pieces:
                peer.sendall(piece)
                time.sleep(pause)
            if not close:
                done.wait(5)

    thread = threading.Thread(target=speak)
    thread.start()
    connection = Connection(Peer("http", "127.0.0.1", listener.getsockname()[1]), 1.0)
    try:
        yield connection
    finally:
        connection.close()
        done.set()
        thread.join()
        listener.close()


def ask(*pieces: bytes, method: str = "GET", close: bool = True, pause: float = 0.0) -> tuple[Answer, bool]:
    """(the answer, whether the connection is kept)."""
    with saying(*pieces, close=close, pause=pause) as connection:
        return connection.ask(method, HEAD, b""), connection.open


OK = b"HTTP/1.1 200 OK\r\n"
ONE = b"Content-Length: 1\r\n\r\nx"
TOO_LONG = "its body is longer than 10000000 bytes, which is all that is read"
NO_LENGTH = "its Content-Length is no single number"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "body", "kept"),
    [
        (OK + b"Content-Length: 3\r\n\r\nabc", b"abc", True),
        (OK + b"content-length:3\r\n\r\nabc", b"abc", True),
        (OK + b"Content-Length: 3, 3\r\n\r\nabc", b"abc", True),
        (OK + b"Content-Length: 3\r\n\r\nabcdef", b"abc", False),
        (OK + b"Content-Length: 0\r\n\r\n", b"", True),
        (OK + b"Content-Length: 3\r\nConnection: close\r\n\r\nabc", b"abc", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", b"abc", False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\nConnection: Keep-Alive\r\n\r\nabc", b"abc", True),
        (OK + b"\r\nuntil the end", b"until the end", False),
        (CHUNKED + b"3\r\nabc\r\n1;x=y\r\nd\r\n0\r\n\r\n", b"abcd", True),
        (CHUNKED + b"A\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n", b"0123456789", True),
        (OK + b"Transfer-Encoding: Chunked\r\nContent-Length: 1\r\n\r\n2\r\nab\r\n0\r\n\r\n", b"ab", True),
        (b"HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", b"x", True),
        (b"HTTP/1.1 200 OK\nContent-Length: 1\n\nx", b"x", True),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + OK + ONE, b"x", True),
    ],
)  # fmt: skip
def test_a_body_ends_where_its_head_says(said: bytes, body: bytes, kept: bool) -> None:
    answer, open_ = ask(said, close=b"\r\n\r\nuntil" in said)
    assert (200, body, kept) == (answer.status, answer.body, open_)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_an_answer_may_come_in_pieces(size: int) -> None:
    said = OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
    pieces = [said[at : at + size] for at in range(0, len(said), size)]
    assert b"hello" == ask(*pieces, close=False)[0].body


def test_headers_keep_their_order_case_and_bytes() -> None:
    said = (
        OK + b"X-B: 1\r\nx-a:\t\xe9 \r\nX-B: 2\r\n  folded\r\nno colon\r\nEmpty:\r\nContent-Length: 0\r\n\r\n"
    )
    headers = ask(said)[0].headers
    assert (
        ("X-B", "1"),
        ("x-a", "é"),
        ("X-B", "2 folded"),
        ("Empty", ""),
        ("Content-Length", "0"),
    ) == headers


@pytest.mark.parametrize(
    ("method", "head", "body"),
    [
        ("HEAD", OK + b"Content-Length: 5\r\n", b""),
        ("HEAD", OK + b"Content-Length: 5\r\n", b"wrong"),
        ("GET", b"HTTP/1.1 204 No Content\r\n", b""),
        ("GET", b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n", b"wrong"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n", b""),
    ],
)
@pytest.mark.parametrize("close", [True, False])
def test_a_body_that_must_not_be_is_seen(method: str, head: bytes, body: bytes, close: bool) -> None:
    assert body == ask(head + b"\r\n", body, method=method, close=close)[0].body


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        (b"", "it closed the connection"),
        (b"SSH-2.0-OpenSSH\r\n", "it is not HTTP"),
        (b"HTTP/2 200\r\n\r\n", "it is not HTTP"),
        (b"HTTP/1.1 abc\r\n\r\n", "it is not HTTP"),
        (b"HTTP/1.1 2000 OK\r\n\r\n", "it is not HTTP"),
        (b"HTTP/1.1 101 Switching\r\n\r\n", "it changes to another protocol, which nobody asked for"),
        (OK + b"Content-Length: 5\r\n\r\nabc", "its body ends after 3 of 5 bytes"),
        (OK + b"Content-Length: x\r\n\r\n", NO_LENGTH),
        (OK + b"Content-Length: -1\r\n\r\n", NO_LENGTH),
        (OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", NO_LENGTH),
        (OK + b"Content-Length: 99999999999\r\n\r\n", TOO_LONG),
        (CHUNKED + b"xyz\r\n", "a chunk of its body has no size"),
        (CHUNKED + b"-1\r\n", "a chunk of its body has no size"),
        (CHUNKED + b"1\r\nabc\r\n", "a chunk of its body is longer than it says"),
        (CHUNKED + b"FFFFFFFFF\r\n", TOO_LONG),
        (OK + b"A: b\r\n", "it closed the connection"),
        (OK + b"A: " + b"x" * 300_000, "a line of its head does not end"),
        (OK + b"A: b\r\n" * 80_000, "its headers do not end"),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_broken_in_one_sentence(said: bytes, problem: str) -> None:
    with pytest.raises(Broken) as broken:
        ask(said)
    assert problem == str(broken.value)


def test_a_drip_does_not_keep_anybody_waiting() -> None:
    """The timeout is for the whole answer."""
    started = time.monotonic()
    with pytest.raises(Broken, match=r"it did not end for 1 s"):
        ask(OK, *([b"x: y\r\n"] * 30), close=False, pause=0.05)
    assert time.monotonic() - started < 1.4


def test_an_answer_may_come_before_the_request_was_read() -> None:
    """A server that refuses a long body closes at once."""
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        peer, _ = listener.accept()
        peer.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        peer.shutdown(socket.SHUT_WR)
        while peer.recv(65536):
            pass
        peer.close()

    thread = threading.Thread(target=refuse)
    thread.start()
    connection = Connection(Peer("http", "127.0.0.1", listener.getsockname()[1]), 5.0)
    assert 413 == connection.ask("POST", HEAD, b"x" * 5_000_000).status
    connection.close()
    thread.join()
    listener.close()


def test_a_connection_that_was_closed_is_stale() -> None:
    with saying(OK + b"Content-Length: 0\r\n\r\n") as connection:
        assert not connection.is_stale()
        connection.ask("GET", HEAD, b"")
        until(connection.is_stale)
        with pytest.raises(Broken) as broken:
            connection.ask("GET", HEAD, b"")
        assert broken.value.nothing_came


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://localhost:8080/api", "localhost:8080"),
        ("http://localhost/api", "localhost"),
        ("https://example.com:443", "example.com"),
        ("https://[::1]:80", "[::1]:80"),
    ],
)
def test_host_names_the_port_unless_it_is_the_usual_one(url: str, header: str) -> None:
    assert header == Peer.of(url).header
