"""Load on one URL: requests per second, by wrk where it is installed, else by a client of our own."""

import asyncio
import re
import shutil
import subprocess
import time
from urllib.parse import urlsplit

WRK = shutil.which("wrk")


def requests_per_second(url: str, headers: dict[str, str], connections: int, seconds: float) -> float:
    """How many answers with 200 come per second. Raises RuntimeError where any other status is among them."""
    if WRK:
        return _wrk(url, headers, connections, seconds)
    return asyncio.run(_ours(url, headers, connections, seconds))


def _wrk(url: str, headers: dict[str, str], connections: int, seconds: float) -> float:
    options = [option for name, value in headers.items() for option in ("-H", f"{name}: {value}")]
    command = [str(WRK), "-t1", f"-c{connections}", f"-d{seconds:g}s", *options, url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"{url} did not always answer 200:\n{told}")
    found = re.search(r"Requests/sec:\s*([\d.]+)", told)
    if found is None:
        raise RuntimeError(f"wrk said nothing of requests per second:\n{told}")
    return float(found[1])


async def _ours(url: str, headers: dict[str, str], connections: int, seconds: float) -> float:
    parts = urlsplit(url)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\n{lines}\r\n".encode()
    end = time.monotonic() + seconds
    clients = [_client(str(parts.hostname), parts.port or 80, request, end) for _ in range(connections)]
    return sum(await asyncio.gather(*clients)) / seconds


async def _client(host: str, port: int, request: bytes, end: float) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    count = 0
    while time.monotonic() < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head.lower())
        await reader.readexactly(int(length[1]) if length else 0)
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"answered {head[:40]!r}, expected 200")
        count += 1
    writer.close()
    return count
