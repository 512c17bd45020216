"""The mock of a document as a child process, with its demo credentials."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PATIENCE = 60


@contextmanager
def mocked(document: Path) -> Iterator[tuple[str, list[str]]]:
    """(URL, headers of the first identity as `name: value`); an empty URL where it does not start."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "hyfn", "mock", str(document), "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    stop = threading.Timer(_PATIENCE, process.kill)
    stop.start()
    try:
        told = _told(process)
        stop.cancel()
        yield told
    finally:
        stop.cancel()
        process.terminate()
        process.wait(timeout=20)


def _told(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    """What the announcement says; the rest of the output is read by a thread, so that nothing blocks."""
    assert process.stdout
    url, headers = "", list[str]()
    for line in process.stdout:
        if not url and "http://" in line:
            url = "http://" + line.split("http://")[1].split()[0]
        if line.strip().startswith("credentials"):
            told = line.strip().removeprefix("credentials").strip()
            headers = [_titled(each.strip()) for each in told.split("  ") if ": " in each]
            break
        if url and line.startswith("  GET"):
            break
    threading.Thread(target=process.stdout.read, daemon=True).start()
    return url, headers


def _titled(header: str) -> str:
    """`Authorization: ...` as Schemathesis looks for it: case and all."""
    name, _, value = header.partition(": ")
    return f"{'Authorization' if name.lower() == 'authorization' else name}: {value}"
