"""Clients that send too much, too slowly or out of turn: each is refused, and nobody else waits."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from handlers.protocol import MOST_FIELDS, MOST_HEAD, SLICE
from tests.handlers.raw import Mock, head, serving
from tests.running import Running, parse

CREATE = "POST /api/public/agents HTTP/1.1"
LIST = "GET /api/public/agents HTTP/1.1"


@pytest.fixture(scope="module")
def hyfn() -> Iterator[Mock]:
    with serving(None) as mock:
        yield mock
        assert memory(mock.running) < 300


def memory(running: Running) -> float:
    """Peak resident memory in MiB; 0 where there is no /proc to ask."""
    status = Path(f"/proc/{running.process.pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def connect(mock: Mock) -> socket.socket:
    parts = urlsplit(mock.running.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def kept(line: str = LIST) -> bytes:
    """A head that keeps its connection."""
    return head(line).replace(b"connection: close\r\n", b"")


FLOODS = {
    "a header of a megabyte": (LIST.encode() + b"\r\nx: " + b"y" * 1_000_000, 431),
    "a name of a megabyte": (LIST.encode() + b"\r\n" + b"y" * 1_000_000, 431),
    "headers without end": (LIST.encode() + b"\r\n" + b"x: y\r\n" * 100_000, 431),
    "too many headers": (head(LIST, *["x: y"] * (MOST_FIELDS + 1)), 431),
    "as many names": (head(LIST, *(f"x{number}: y" for number in range(MOST_FIELDS + 1))), 431),
    "a query without end": (b"GET /api/public/agents?q=" + b"a" * 1_000_000, 414),
    "a path without end": (b"GET /" + b"a" * 1_000_000, 414),
    "a trailer without end": (
        head(CREATE, "transfer-encoding: chunked", "content-type: application/json")
        + b"1\r\n{\r\n0\r\nx: "
        + b"y" * 1_000_000,
        431,
    ),
    "a chunk extension without end": (
        head(CREATE, "transfer-encoding: chunked", "content-type: application/json")
        + b"1;"
        + b"y" * 1_000_000,
        431,
    ),
}


@pytest.mark.parametrize(("raw", "status"), FLOODS.values(), ids=FLOODS.keys())
def test_a_flood_is_refused_before_its_end(hyfn: Mock, raw: bytes, status: int) -> None:
    """In the document's own error schema, and the connection is closed."""
    with connect(hyfn) as connection:
        received = b""
        with contextlib.suppress(OSError):  # refused while it still sends
            connection.sendall(raw)
        with contextlib.suppress(ConnectionResetError):
            while chunk := connection.recv(65536):
                received += chunk
    if received:  # what was on its way may be lost where the client goes on sending
        assert status == hyfn.judged(parse(received)).status
    assert 200 == hyfn.ask("GET", "/agents").status


def test_a_head_up_to_the_limit_is_read(hyfn: Mock) -> None:
    """Large cookies and tokens are no attack."""
    assert 200 == hyfn.send(head(LIST, "x: " + "y" * (MOST_HEAD - 2 * SLICE))).status


def test_trailers_are_forgotten(hyfn: Mock) -> None:
    """A thousand small trailers are read to their end and kept nowhere."""
    framed = b"2\r\n{}\r\n0\r\n" + b"x: y\r\n" * 1000 + b"\r\n"
    answer = hyfn.send(head(CREATE, "transfer-encoding: chunked", "content-type: application/json") + framed)
    assert 400 == answer.status


def test_requests_sent_ahead_are_answered_in_turn(hyfn: Mock) -> None:
    """20,000 requests in one go: each has its answer, and the server keeps few of them at a time."""
    count = 20_000
    with connect(hyfn) as connection:
        connection.settimeout(60)
        sender = threading.Thread(
            target=connection.sendall, args=(b"GET /no HTTP/1.1\r\n\r\n" * count + head("GET /no HTTP/1.1"),)
        )
        sender.start()
        answers, tail = 0, b""
        while chunk := connection.recv(1 << 20):
            whole = tail + chunk
            answers += whole.count(b"HTTP/1.1 404")
            tail = whole[-11:]
            answers -= tail.count(b"HTTP/1.1 404")
        sender.join()
    assert count + 1 == answers
    assert memory(hyfn.running) < 300


def test_what_is_ahead_of_a_broken_request_is_answered(hyfn: Mock) -> None:
    """Two requests and then no HTTP: the two have their answers, and the connection ends."""
    received = hyfn.running.send(kept() * 2 + b"hello\r\n\r\n", timeout=5)
    assert 2 == received.count(b"HTTP/1.1 200")


def test_a_client_that_has_said_all_reads_its_answer(hyfn: Mock) -> None:
    """Half a connection is closed by its client: the other half still carries the answer."""
    with connect(hyfn) as connection:
        connection.sendall(kept())
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    assert 200 == parse(received).status


def test_a_body_that_is_not_read_ends_its_connection(hyfn: Mock) -> None:
    """What follows a refused body cannot be told apart from it."""
    with hyfn.wire() as wire:
        wire.send(kept(CREATE)[:-2] + b"content-type: application/json\r\ncontent-length: 99000000\r\n\r\n")
        assert 413 == wire.answer().status
        assert wire.closed()
