"""A mock as a child process, and HTTP as bytes on a socket."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DEMO = {"x-api-key": "demo-key-123", "x-org-id": "demo-org-123"}
OTHER = {"x-api-key": "demo-key-456", "x-org-id": "demo-org-456"}
SAMPLE = {"x-api-key": "YOUR_API_KEY_HERE", "x-org-id": "YOUR_API_KEY_HERE"}


@dataclass
class Answer:
    """One HTTP response: header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Running:
    """A mock in a child process. `url` is where the API answers, `origin` its scheme, host and port."""

    url: str
    process: subprocess.Popen[str]

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    def send(self, raw: bytes, timeout: float = 10) -> bytes:
        """Sends bytes as they are on a new connection; everything that comes back until it is closed."""
        parts = urlsplit(self.url)
        with socket.create_connection((parts.hostname, parts.port), timeout=timeout) as connection:
            connection.sendall(raw)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
            return received

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        at: str | None = None,
    ) -> Answer:
        """A request below the API's path (`at`: below another), with a demo organization's credentials.

        `body`: bytes as they are, anything else as JSON.
        """
        given = {**DEMO, **(headers or {})}
        payload = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        if body is not None and not isinstance(body, bytes):
            given.setdefault("content-type", "application/json")
        if payload:
            given.setdefault("content-length", str(len(payload)))
        base = urlsplit(self.url).path if at is None else at
        lines = [f"{method} {base}{path} HTTP/1.1", "host: localhost", "connection: close"]
        lines += [f"{name}: {value}" for name, value in given.items()]
        return parse(self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + payload))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and waits; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=20)


def parse(received: bytes) -> Answer:
    """The response that raw bytes are; a chunked body is put together."""
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunked(body)
    return Answer(int(first.split()[1]), headers, body)


def _unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + rest[:length], rest[length + 2 :]
        if not length:
            break
    return whole


Start = Callable[..., Running]


def start_process(*arguments: str, cwd: Path | None = None) -> Running:
    """Starts `hyfn mock` with `--port 0 -q` and more; it answers when this returns."""
    command = [sys.executable, "-P", "-m", "hyfn", "mock", "--port", "0", "-q", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd, env=environment
    )
    assert process.stdout is not None
    url = process.stdout.readline().strip()
    if not url:
        _, problem = process.communicate(timeout=10)
        raise AssertionError(f"the mock did not start: {problem}")
    return Running(url, process)
