"""A server that writes down every request, an API in memory behind it, and documents for it."""

import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.network.pace import Pace
from contract_tests.profile import Permissions, Profile
from contract_tests.target import Target, make_headers
from contract_tests.transport import Outgoing, Transport
from openapi.document import Document
from openapi.source import parse

SECRET = "s3cret-of-one"
OTHER_SECRET = "s3cret-of-two"
KEY = (("x-api-key", SECRET),)
OTHER_KEY = (("x-api-key", OTHER_SECRET),)

Reply = tuple[int, dict[str, str], Any]
"""Status, headers, and a JSON value; bytes as they are; None for no body."""


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for each, value in self.headers if each.lower() == name), None)


@dataclass
class Api:
    """Things with parts, per key. `ids`: `uuid`, or `next` (one more than the highest: ids come back).

    `times`: whether a record says when it was created. `instead`: (method, path) -> what is answered in place
    of it, an exception to close the connection without a word. `keys`: the keys that are accepted.
    """

    ids: str = "uuid"
    times: bool = True
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    instead: dict[tuple[str, str], Callable[[Seen], Reply]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=lambda: {SECRET, OTHER_SECRET})
    requests: list[Seen] = field(default_factory=list)
    delay: float = 0.0

    def answer(self, seen: Seen) -> Reply:
        self.requests.append(seen)
        time.sleep(self.delay)
        path = seen.path.partition("?")[0]
        if (seen.method, path) in self.instead:
            return self.instead[seen.method, path](seen)
        key = seen.header("x-api-key")
        if key not in self.keys:
            return 401, {}, {"error": "who are you?"}
        if re.fullmatch(r"/things(/[^/]+/parts)?", path):
            return self.collection(seen, path, key)
        if path in self.records and self.owners[path] == key:
            return self.item(seen, path)
        action = path.rpartition("/")[0]
        if seen.method == "POST" and action in self.records:
            self.records[action]["state"] = path.rpartition("/")[2]
            return 200, {}, self.records[action]
        if seen.method == "PUT":
            return self.create(path, json.loads(seen.body), path.rpartition("/")[2], key)
        return 404, {}, {"error": "nothing here"}

    def collection(self, seen: Seen, path: str, key: str) -> Reply:
        inside = [
            r for p, r in self.records.items() if p.rpartition("/")[0] == path and self.owners[p] == key
        ]
        if seen.method in ("GET", "HEAD"):
            return 200, {}, {"items": inside}
        if seen.method != "POST":
            return 405, {"Allow": "GET, POST"}, {"error": "no"}
        try:
            body = json.loads(seen.body)
        except ValueError:
            return 400, {}, {"error": "no JSON"}
        made = uuid.uuid4().hex
        if self.ids == "next":
            made = str(1 + max((int(p.rpartition("/")[2]) for p in self.records), default=0))
        return self.create(f"{path}/{made}", body, made, key)

    def create(self, path: str, body: Any, identifier: str, key: str) -> Reply:
        record = {"id": identifier, **body}
        if self.times:
            record["createdAt"] = datetime.now(UTC).isoformat()
        self.records[path], self.owners[path] = record, key
        return 201, {}, record

    def item(self, seen: Seen, path: str) -> Reply:
        if seen.method == "DELETE":
            if any(each.startswith(f"{path}/") for each in self.records):
                return 409, {}, {"error": "it has parts"}
            del self.records[path]
            return 204, {}, None
        if seen.method in ("PUT", "PATCH"):
            self.records[path].update(json.loads(seen.body))
        return 200, {}, self.records[path]

    def put(self, path: str, key: str = SECRET, **values: Any) -> None:
        """A record that somebody else created."""
        self.records[path] = {"id": path.rpartition("/")[2], **values}
        self.owners[path] = key

    def sent(self, method: str | None = None) -> list[str]:
        """The requests that arrived, as `GET /things`."""
        return [f"{s.method} {s.path}" for s in self.requests if method in (None, s.method)]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536
    server: "_Server"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the name is the base class's)
        """Nothing."""

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        seen = Seen(self.command, self.path, tuple(self.headers.items()), body)
        try:
            with self.server.lock:
                status, headers, value = self.server.api.answer(seen)
        except ConnectionAbortedError:
            self.close_connection = True
            return
        self.reply(status, headers, value)
        self.wfile.flush()

    def reply(self, status: int, headers: dict[str, str], value: Any) -> None:
        data = b"" if value is None else value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in headers.items():
            self.send_header(name, text)
        if value is not None and "Content-Type" not in headers:
            self.send_header("Content-Type", "application/json")
        if status != 204:
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    api: Api
    lock: threading.Lock
    kept: list[Any]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.kept.append(request)
        super().process_request(request, client_address)

    def hang_up(self) -> None:
        """Ends the connections that clients keep."""
        for connection in self.kept:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no news."""


@contextmanager
def serving(api: Api) -> Iterator[str]:
    """The address of a server in this process."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.api, server.lock, server.kept = api, threading.Lock(), []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        server.hang_up()
        thread.join()


def document(paths: dict[str, Any] | None = None, *, times: bool = True) -> Document:
    """Things with parts, or other paths."""
    data = {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "security": [{"key": []}],
        "paths": paths if paths is not None else things(times=times),
        "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-api-key"}}},
    }
    return Document(parse("things.json", json.dumps(data).encode()))


def things(*, times: bool = True, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """The paths of things, their parts, an action, and what is neither; `without` operation ids."""
    plain = {"type": "string"}
    writable = {"name": plain, "state": plain}
    known: dict[str, Any] = {"id": {**plain, "readOnly": True}, **writable}
    if times:
        known["createdAt"] = {"type": "string", "format": "date-time", "readOnly": True}
    schema = {"type": "object", "required": ["id", "name"], "properties": known}
    asked = {"type": "object", "required": ["name"], "properties": writable}
    one = {"schema": schema}
    many = {
        "schema": {"type": "object", "properties": {"items": {"type": "array", "items": schema}}},
    }
    body = {"required": True, "content": {"application/json": {"schema": asked}}}

    def ok(status: str, content: Any = None) -> dict[str, Any]:
        shown = {"content": {"application/json": content}} if content else {}
        return {status: {"description": "Yes.", **shown}, "4XX": {"description": "No."}}

    def about(*names: str) -> list[dict[str, Any]]:
        return [{"name": n, "in": "path", "required": True, "schema": plain} for n in names]

    paths: dict[str, Any] = {
        "/things": {
            "get": {"operationId": "listThings", "responses": ok("200", many)},
            "post": {"operationId": "createThing", "requestBody": body, "responses": ok("201", one)},
        },
        "/things/{thingId}": {
            "parameters": about("thingId"),
            "get": {"operationId": "getThing", "responses": ok("200", one)},
            "put": {"operationId": "replaceThing", "requestBody": body, "responses": ok("200", one)},
            "patch": {"operationId": "updateThing", "requestBody": body, "responses": ok("200", one)},
            "delete": {"operationId": "deleteThing", "responses": ok("204")},
        },
        "/things/{thingId}/close": {
            "parameters": about("thingId"),
            "post": {"operationId": "closeThing", "responses": ok("200", one)},
        },
        "/things/{thingId}/parts": {
            "parameters": about("thingId"),
            "get": {"operationId": "listParts", "responses": ok("200", many)},
            "post": {"operationId": "createPart", "requestBody": body, "responses": ok("201", one)},
        },
        "/things/{thingId}/parts/{partId}": {
            "parameters": about("thingId", "partId"),
            "get": {"operationId": "getPart", "responses": ok("200", one)},
            "patch": {"operationId": "updatePart", "requestBody": body, "responses": ok("200", one)},
            "delete": {"operationId": "deletePart", "responses": ok("204")},
        },
        "/settings": {
            "get": {"operationId": "getSettings", "responses": ok("200", one)},
            "put": {"operationId": "putSettings", "requestBody": body, "responses": ok("200", one)},
        },
        "/recount": {"post": {"operationId": "recount", "responses": ok("200")}},
        "/logout": {
            "get": {"operationId": "logOut", "responses": ok("200")},
            "post": {"operationId": "logOutToo", "responses": ok("200")},
        },
    }
    for there in paths.values():
        for method in [m for m, o in there.items() if m != "parameters" and o["operationId"] in without]:
            del there[method]
    return paths


@contextmanager
def transport(
    url: str,
    folder: Path,
    profile: Profile | Permissions = Profile.SANDBOXED,
    described: Document | None = None,
    *,
    other: bool = False,
    pace: Pace | None = None,
    timeout: float = 5.0,
) -> Iterator[Transport]:
    """A transport with the key of the API; closed at the end, cleaned up or not."""
    target = Target(url, make_headers(KEY), make_headers(OTHER_KEY, "HYFN_OTHER_") if other else ())
    contract = Contract(described or document())
    made = Transport(target, contract, profile, folder=folder, pace=pace, timeout=timeout)
    try:
        yield made
    finally:
        made.close()


def send(to: Transport, method: str, path: str, value: Any = None, **more: Any) -> Exchange:
    """A request with the key, and a JSON body where a value is given."""
    body = value if isinstance(value, bytes) else None if value is None else json.dumps(value).encode()
    kind = (("content-type", "application/json"),) if body is not None else ()
    headers = more.pop("headers", KEY)
    return to.send(Outgoing(method, path, (*headers, *kind), body, **more))


def create(to: Transport, path: str = "/things", **values: Any) -> str:
    """The path of a record that a transport created."""
    exchange = send(to, "POST", path, {"name": "a thing", **values})
    assert 201 == exchange.status
    return f"{path}/{exchange.json['id']}"
