"""A service on HTTP/1.1: `running("library")` in a test, `python -m tests.servers.library` by hand."""

import argparse
import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers import exact
from tests.servers.service import Call, Reply, Service

NAMES = ("library", "ledgerly", "depot")


class Handler(BaseHTTPRequestHandler):
    """Bytes in, bytes out."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # an answer in one packet
    disable_nagle_algorithm = True
    server: "Server"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Nothing."""

    def __getattr__(self, name: str) -> Any:
        """Whatever the method is called, `answer` hears of it."""
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def answer(self) -> None:
        try:
            raw = self._body()
        except ValueError:
            self.close_connection = True
            return self.send_error(400)
        path, _, query = self.path.partition("#")[0].partition("?")
        call = Call(self.command, path, query, self.headers, raw)
        return self._reply(self.server.service.answer(call))

    def _body(self) -> bytes:
        if (self.headers.get("transfer-encoding") or "").lower() == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers

    def _reply(self, reply: Reply) -> None:
        payload = b"" if reply.body is None else exact.encode(reply.body)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.body is not None:
            self.send_header("Content-Type", reply.media_type)
        if reply.status not in (204, 304):
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)


class Server(ThreadingHTTPServer):
    """A service on a port of this machine (0: a free one)."""

    request_queue_size = 128

    def __init__(self, service: Service, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.service = service

    @property
    def url(self) -> str:
        """Where the API answers, with its base path."""
        return f"http://127.0.0.1:{self.server_port}{self.service.BASE}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no event."""


def service_of(name: str) -> type[Service]:
    """The service that a module of this folder holds."""
    service: type[Service] = importlib.import_module(f"tests.servers.{name}").SERVICE
    return service


@contextmanager
def running(name: str, fault: str = "none", *more: str) -> Iterator[Server]:
    """The server in a thread of its own, with one fault or none, or with several."""
    service = service_of(name)(fault)
    for each in more:
        service.BREAKS.apply(each, service)
    server = Server(service)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def by_hand(service: type[Service]) -> None:
    """Runs from a command line: prints the address and both callers' headers, then serves."""
    parser = argparse.ArgumentParser(description=(service.__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "fault", nargs="?", default="none", choices=["none", *service.FAULTS], metavar="FAULT"
    )
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--list-faults", action="store_true")
    arguments = parser.parse_args()
    if arguments.list_faults:
        rows = (
            f"{fault.name}  [{fault.kind}]  {fault.sentence}" for fault in service.BREAKS.by_name.values()
        )
        return _say(*rows)
    with Server(service(arguments.fault), arguments.port) as server:
        _say(server.url, *(_headers(caller) for caller in service.CREDENTIALS))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return None


def _headers(caller: dict[str, str]) -> str:
    return "  ".join(f"{name}: {value}" for name, value in caller.items())


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
