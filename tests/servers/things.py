"""A small API that keeps tests/contract_tests/things.yaml, or breaks it on purpose in one way.

Run by hand: `python tests/servers/things.py crash` prints its address.
"""

import json
import re
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote

KEY = "s3cret-key/of the tests"

FAULTS = {
    "none": "keeps every promise",
    "crash": "GET /things answers 500",
    "wrong_type": "the id of a created thing is a number",
    "echo": "any key will do, and GET /things answers 500 and repeats it: raw, cut, in JSON and in a URL",
    "undead": "a deleted thing is still there",
    "vanishes": "stops listening after thirty requests",
    "slow": "after ten requests every answer but that to a DELETE takes a while",
}


class Handler(BaseHTTPRequestHandler):
    """GET and POST /things, GET and DELETE /things/{thingId}."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # an answer in one packet
    disable_nagle_algorithm = True
    server: "Things"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Nothing."""

    def answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.server.count(self.command)
        if self.headers.get("x-api-key") != KEY and self.server.fault != "echo":
            return self.reply(401, {"error": "x-api-key is missing or wrong"})
        path, query = [*self.path.split("?"), ""][:2]
        item = re.fullmatch(r"/things/([^/]+)", path)
        if path != "/things" and not item:
            return self.reply(404, {"error": "nothing here"})
        methods = (
            {"GET": self.read, "DELETE": self.delete} if item else {"GET": self.list, "POST": self.create}
        )
        method = methods.get(self.command)
        if method is None:
            return self.reply(405, {"error": "not with this method"}, Allow=", ".join(methods))
        method(item[1] if item else query, raw)
        return None

    def list(self, query: str, _raw: bytes) -> None:
        if self.server.fault == "crash":
            return self.reply(500, {"error": "a bug"})
        if self.server.fault == "echo":
            key = self.headers.get("x-api-key") or ""
            told = {"error": key, "url": f"/?key={quote(key, safe='')}", "short": f"{key[:9]}...{key[-5:]}"}
            return self.reply(500, {**told, "again": json.dumps(told), "other case": key.swapcase()})
        return self.reply(200, {"items": list(self.server.things.values())})

    def create(self, _query: str, raw: bytes) -> None:
        problem = self.problem(raw)
        if problem:
            return self.reply(400, {"error": problem})
        identifier: Any = 7 if self.server.fault == "wrong_type" else str(uuid.uuid4())
        thing = {"id": identifier, "name": json.loads(raw)["name"]}
        self.server.things[str(identifier)] = thing
        self.server.made.append(thing["name"])
        return self.reply(201, thing)

    def problem(self, raw: bytes) -> str | None:
        if self.headers.get_content_type() != "application/json":
            return "expected JSON"
        try:
            body = json.loads(raw)
        except ValueError:
            return "expected JSON"
        if not isinstance(body, dict) or set(body) != {"name"} or not isinstance(body["name"], str):
            return "expected an object with a name"
        return None if body["name"] else "the name is empty"

    def read(self, identifier: str, _raw: bytes) -> None:
        thing = self.server.things.get(identifier)
        self.reply(200, thing) if thing else self.reply(404, {"error": "no such thing"})

    def delete(self, identifier: str, _raw: bytes) -> None:
        if identifier not in self.server.things:
            return self.reply(404, {"error": "no such thing"})
        if self.server.fault != "undead":
            del self.server.things[identifier]
        return self.reply(204)

    def reply(self, status: int, body: Any = None, **headers: str) -> None:
        payload = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if body is not None:
            self.send_header("content-type", "application/json")
        if status != 204:
            self.send_header("content-length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = do_TRACE = do_QUERY = answer  # noqa: N815


class Things(ThreadingHTTPServer):
    """The server and its records."""

    def __init__(self, fault: str = "none") -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.fault, self.things, self.requests = fault, dict[str, Any](), 0
        self.made = list[str]()
        self.busy, self.heard, self.open = threading.Event(), threading.Event(), threading.Event()
        self.open.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def count(self, method: str) -> None:
        self.requests += 1
        self.heard.set()
        self.open.wait(60)
        if self.requests == 20:
            self.busy.set()
        if self.fault == "slow" and self.requests > 10 and method != "DELETE":
            time.sleep(0.2)
        if self.fault == "vanishes" and self.requests == 30:
            threading.Thread(target=self.stop).start()

    def stop_answering(self) -> None:
        """From now on nothing is answered, until `answer_again`."""
        self.open.clear()

    def answer_again(self) -> None:
        self.open.set()

    def hears_more(self) -> bool:
        """Whether a request comes in the second after what is on its way."""
        time.sleep(0.5)
        self.heard.clear()
        return self.heard.wait(1)

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that left is no event."""


@contextmanager
def things(fault: str = "none") -> Iterator[Things]:
    """The server, running."""
    server = Things(fault)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    with Things(sys.argv[1] if len(sys.argv) > 1 else "none") as by_hand:
        sys.stdout.write(f"{by_hand.url}  x-api-key: {KEY}\n")
        sys.stdout.flush()
        by_hand.serve_forever()
