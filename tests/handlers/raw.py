"""What the tests of raw HTTP share: a mock of a document, and what every one of its answers must be."""

import json
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

    def hang_up(self, raw: bytes) -> None:
        """Sends bytes and leaves without waiting for an answer."""
        parts = urlsplit(self.running.url)
        with socket.create_connection((parts.hostname, parts.port), TIMEOUT) as connection:
            connection.sendall(raw)

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
    """Hyfn's error schema demands nothing; an answer without its members, or with others, is none of its errors."""
    return {"required": list(schema["properties"]), "additionalProperties": False, **schema}


def text(answer: Answer) -> str:
    """All that an answer says, to look for words in."""
    return json.dumps(answer.json, ensure_ascii=False)


def head(line: str, *headers: str, credentials: bool = True) -> bytes:
    """The head of a request that closes its connection, with the demo credentials unless told."""
    given = [f"{name}: {value}" for name, value in DEMO.items()] if credentials else []
    return "\r\n".join([line, "host: localhost", "connection: close", *given, *headers, "", ""]).encode()


def chunked(*pieces: bytes, extension: bytes = b"", trailers: bytes = b"") -> bytes:
    """A body in chunks (RFC 9112 section 7.1)."""
    chunks = (b"%x%s\r\n%s\r\n" % (len(piece), extension, piece) for piece in pieces)
    return b"".join(chunks) + b"0\r\n" + trailers + b"\r\n"
