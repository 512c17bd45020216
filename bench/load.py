"""Load on one request: how many answers come per second, and how late; by wrk where it is installed, else by
a client of our own."""

import asyncio
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

WRK = shutil.which("wrk")


@dataclass(frozen=True)
class Request:
    """What is sent again and again, and the status that every answer must have."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int


@dataclass(frozen=True)
class Told:
    """What a load saw: answers, seconds, and milliseconds of the median and the slowest hundredth."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


class Spoiled(Exception):
    """A load whose answers were not what was asked for, in one line: it counts for nothing."""


def load(request: Request, connections: int, seconds: float) -> Told:
    """Raises Spoiled for any status but the expected one, and for a broken connection."""
    return _wrk(request, connections, seconds) if WRK else asyncio.run(_ours(request, connections, seconds))


# wrk

# Statuses from 400 on all count as errors in wrk's own summary, so their exact number is looked at here.
_SCRIPT = """
wrk.method = %(method)s
wrk.body = %(body)s
%(headers)s
local workers = {}
wrong = 0
function setup(worker) table.insert(workers, worker) end
%(response)s
function done(summary, latency, requests)
  local bad = 0
  for _, worker in ipairs(workers) do bad = bad + (worker:get("wrong") or 0) end
  local errors = summary.errors
  local broken = errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("RESULT requests=%%d us=%%d p50=%%d p99=%%d status=%%d wrong=%%d broken=%%d\\n",
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, bad, broken))
end
"""
_LOOK = "function response(status) if status ~= {status} then wrong = wrong + 1 end end"


def script(request: Request) -> str:
    """The Lua that makes wrk send a request and count its answers."""
    headers = (f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in request.headers.items())
    return _SCRIPT % {
        "method": _lua(request.method),
        "body": _lua(request.body.decode()) if request.body else "nil",
        "headers": "\n".join(headers),
        "response": _LOOK.format(status=request.status) if request.status >= 400 else "",
    }


def _lua(text: str) -> str:
    """A text as Lua writes it: printable ASCII as it is, every other byte by its number."""
    plain = (
        chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in text.encode()
    )
    return '"' + "".join(plain) + '"'


def read_result(output: str, status: int) -> Told:
    """What wrk printed. Raises Spoiled."""
    found = re.search(r"^RESULT (.*)$", output, re.MULTILINE)
    if found is None:
        raise Spoiled(f"wrk printed no result: {output.strip()[-200:]!r}")
    told = {name: int(number) for name, number in (pair.split("=") for pair in found[1].split())}
    wrong = told["wrong"] if status >= 400 else told["status"]
    if wrong or told["broken"] or not told["requests"]:
        raise Spoiled(
            f"{wrong} of {told['requests']} answers were not {status}, {told['broken']} connections broke"
        )
    return Told(told["requests"], told["us"] / 1e6, told["p50"] / 1000, told["p99"] / 1000)


def _wrk(request: Request, connections: int, seconds: float) -> Told:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "request.lua"
        file.write_text(script(request), encoding="utf-8")
        sizes = ["-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "10s"]
        told = subprocess.run(
            [str(WRK), *sizes, "-s", str(file), quote(request.url, safe=":/")],
            capture_output=True,
            text=True,
            check=False,  # what it printed tells more
        )
    return read_result(told.stdout + told.stderr, request.status)


# our own


async def _ours(request: Request, connections: int, seconds: float) -> Told:
    end = time.perf_counter() + seconds
    began = time.perf_counter()
    taken: list[float] = []
    try:
        await asyncio.gather(*(_client(request, end, taken) for _ in range(connections)))
    except (OSError, EOFError) as error:
        raise Spoiled(f"a connection broke: {error}") from error
    return summed_up(taken, time.perf_counter() - began)


def summed_up(taken: Sequence[float], seconds: float) -> Told:
    """What a load saw whose answers took so many seconds each. Raises Spoiled where there were none."""
    if not taken:
        raise Spoiled("no answer came")
    ordered = sorted(taken)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.99)]
    return Told(len(ordered), seconds, *at)


async def _client(request: Request, end: float, taken: list[float]) -> None:
    parts = urlsplit(request.url)
    connection = await Connection.open(str(parts.hostname), parts.port or 80)
    sent = as_bytes(request)
    try:
        while (began := time.perf_counter()) < end:
            status, _ = await connection.ask(sent)
            taken.append(time.perf_counter() - began)
            if status != request.status:
                raise Spoiled(f"answered {status}, expected {request.status}")
    finally:
        await connection.close()


def as_bytes(request: Request) -> bytes:
    """The request as HTTP/1.1 that keeps its connection."""
    parts = urlsplit(request.url)
    fields = {"host": parts.netloc, **request.headers}
    if request.body:
        fields["content-length"] = str(len(request.body))
    lines = [f"{request.method} {quote(parts.path)} HTTP/1.1", *(f"{n}: {v}" for n, v in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + request.body


class Connection:
    """One connection, kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @staticmethod
    async def open(host: str, port: int) -> "Connection":
        return Connection(*await asyncio.open_connection(host, port, limit=1 << 20))

    async def ask(self, sent: bytes) -> tuple[int, bytes]:
        """(status, body) of the answer, which must say its length or have no body."""
        self._writer.write(sent)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        return int(head[9:12]), await self._reader.readexactly(int(length[1])) if length else b""

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()


def ask_once(request: Request) -> tuple[int, object]:
    """(status, decoded body) of one request on a connection of its own."""

    async def ask() -> tuple[int, bytes]:
        parts = urlsplit(request.url)
        connection = await Connection.open(str(parts.hostname), parts.port or 80)
        try:
            return await connection.ask(as_bytes(request))
        finally:
            await connection.close()

    status, body = asyncio.run(asyncio.wait_for(ask(), 30))
    return status, json.loads(body) if body else None
