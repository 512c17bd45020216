"""What the tests of raw HTTP share: a mock of a document, and what every one of its answers must be."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema_rs
import yaml

from tests.running import DEMO, Answer, Running, parse, start_process

DOCUMENTS = Path(__file__).with_name("documents")
BUNDLED = Path(__file__).parents[2] / "openapi" / "hyfn.yaml"
JSON = {"content-type": "application/json"}
TIMEOUT = 10
"""Seconds without a byte after which an answer counts as a hang."""


@dataclass
class Mock:
    """A running mock. `errors` is the document's schema of an error, which every refusal must fit."""

    running: Running
    errors: jsonschema_rs.Validator
    statuses: list[int] = field(default_factory=list)

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        at: str | None = None,
    ) -> Answer:
        """A request as `Running.ask` sends it; its answer has been judged."""
        return self.judged(self.running.ask(method, path, body, headers, at))

    def send(self, raw: bytes) -> Answer:
        """The judged answer to bytes that end their connection."""
        return self.judged(parse(self.running.send(raw, TIMEOUT)))

    @contextmanager
    def wire(self) -> Iterator["Wire"]:
        """A connection that stays open."""
        parts = urlsplit(self.running.url)
        with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as connection:
            yield Wire(self, connection)

    def hang_up(self, raw: bytes) -> None:
        """Sends bytes and leaves without waiting for an answer."""
        with self.wire() as wire:
            wire.send(raw)

    def judged(self, answer: Answer) -> Answer:
        """`answer`, unless it is a fault, or a refusal that is not in the document's own words."""
        self.statuses.append(answer.status)
        assert answer.status < 500, answer
        if answer.status >= 400 and answer.body:
            assert answer.headers["content-type"].endswith("json"), answer
            self.errors.validate(answer.json)
        return answer

    def logged(self, words: str) -> dict[str, Any]:
        """The logged request with a problem that has `words` in it, as soon as there is one."""
        end = time.monotonic() + TIMEOUT
        while time.monotonic() < end:
            found = [entry for entry in self.log() if any(words in problem for problem in entry["problems"])]
            if found:
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"no request was logged with {words!r}")

    def log(self) -> list[dict[str, Any]]:
        """The mock's own list of the requests that reached it."""
        entries: list[dict[str, Any]] = self.running.ask("GET", "/_mock/requests", at="").json
        return entries


class Wire:
    """One connection: what is sent, and its answers one by one."""

    def __init__(self, mock: Mock, connection: socket.socket) -> None:
        self._mock, self._connection, self._received = mock, connection, b""

    def send(self, raw: bytes) -> None:
        self._connection.sendall(raw)

    def answer(self, bodiless: bool = False) -> Answer:
        """The next answer, judged; what follows it stays for later. `bodiless`: the request was HEAD."""
        start = self._until(b"\r\n\r\n")
        size = 0 if bodiless else int(parse(start).headers.get("content-length", 0))
        while len(self._received) < size:
            self._more()
        body, self._received = self._received[:size], self._received[size:]
        return self._mock.judged(parse(start + body))

    def told(self) -> bytes:
        """The next interim answer (100), as it is."""
        return self._until(b"\r\n\r\n")

    def closed(self) -> bool:
        """Whether the server has ended the connection and said nothing more."""
        return not self._received and not self._connection.recv(1)

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._received:
            self._more()
        found, _, self._received = self._received.partition(mark)
        return found + mark

    def _more(self) -> None:
        chunk = self._connection.recv(65536)
        assert chunk, f"the connection ended after {self._received!r}"
        self._received += chunk


@contextmanager
def serving(name: str | None, *options: str) -> Iterator[Mock]:
    """A mock of a document in `documents/`; None is the bundled one."""
    path = BUNDLED if name is None else DOCUMENTS / name
    components = yaml.safe_load(path.read_text(encoding="utf-8"))["components"]
    running = start_process(str(path), *options)
    try:
        yield Mock(running, jsonschema_rs.validator_for(_closed(components["schemas"]["Error"])))
    finally:
        running.process.kill()
        running.process.communicate(timeout=10)


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """Hyfn's error schema demands nothing; an answer without its members, or with others, is none."""
    return {"required": list(schema["properties"]), "additionalProperties": False, **schema}


def head(line: str, *headers: str, credentials: bool = True) -> bytes:
    """The head of a request that closes its connection, with the demo credentials unless told."""
    given = [f"{name}: {value}" for name, value in DEMO.items()] if credentials else []
    return "\r\n".join([line, "host: localhost", "connection: close", *given, *headers, "", ""]).encode()


def chunked(*pieces: bytes, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    """A body in chunks (RFC 9112 section 7.1)."""
    chunks = (b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)
    return b"".join(chunks) + b"0\r\n" + trailers + b"\r\n"
