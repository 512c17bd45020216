"""Another client: asks again and again from a process of its own while something else goes on."""

import multiprocessing
import socket
import time
from multiprocessing.connection import Connection
from types import TracebackType
from urllib.parse import urlsplit

from bench.load import Request, as_bytes

PAUSE = 0.02
PATIENCE = 30
"""Seconds: what is not answered by then counts as that long."""


class Onlooker:
    """After the `with` block, `slowest` is the longest wait in seconds and `count` how many answers came."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.slowest, self.count = 0.0, 0

    def __enter__(self) -> "Onlooker":
        spawning = multiprocessing.get_context("spawn")
        self._end, there = spawning.Pipe()
        self._process = spawning.Process(target=_look, args=(self._request, there), daemon=True)
        self._process.start()
        self._end.recv()  # it has had its first answer
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.send(None)
        self.slowest, self.count = self._end.recv()
        self._process.join()


def _look(request: Request, end: Connection) -> None:
    sent, waits = as_bytes(request), [_wait(request, as_bytes(request))]
    end.send(None)
    waits.clear()
    while not end.poll(PAUSE):
        waits.append(_wait(request, sent))
    end.recv()
    end.send((max(waits, default=float(PATIENCE)), len(waits)))


def _wait(request: Request, sent: bytes) -> float:
    """Seconds until a new connection has its answer."""
    parts, began = urlsplit(request.url), time.perf_counter()
    try:
        with socket.create_connection((str(parts.hostname), parts.port), PATIENCE) as connection:
            connection.sendall(sent)
            told = connection.recv(65536)
    except OSError:
        return float(PATIENCE)
    right = told.startswith(b"HTTP/1.1 %d" % request.status)
    return time.perf_counter() - began if right else float(PATIENCE)
