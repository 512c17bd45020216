"""The servers with a fault as deployments: in a thread of this process, or as a child process."""

import asyncio
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from handlers.serve import listen
from handlers.store.base import Record
from tests.handlers.faults.served import BASE, Served
from tests.matrix.lots import MOCK
from tests.running import DEMO, OTHER
from tests.servers import serving
from tests.servers.tables import Table

ROOT = Path(__file__).parents[2]

_DERIVED = frozenset({"invoices", "lineItems"})
"""Tables of the mock that it makes of the others; nobody creates or deletes what is in them."""


@dataclass(frozen=True)
class Deployment:
    """A running server.

    `headers`, `other`: of two callers of two organizations; `document`: the file, None for the bundled one;
    `records`: how many it holds, as it knows itself.
    """

    url: str
    headers: dict[str, str]
    other: dict[str, str]
    document: Path | None
    records: Callable[[], int]


@contextmanager
def inside(server: str, fault: str | None) -> Iterator[Deployment]:
    """In a thread of this process."""
    with _mock(fault) if server == MOCK else _other(server, fault) as deployment:
        yield deployment


@contextmanager
def _other(server: str, fault: str | None) -> Iterator[Deployment]:
    with serving.running(server, fault or "none") as running:
        service = running.service
        one, two = service.CREDENTIALS
        tables = [each for each in vars(service).values() if isinstance(each, Table)]
        yield Deployment(
            running.url, one, two, Path(serving.__file__).with_name(f"{server}.yaml"),
            lambda: sum(len(table.rows) for table in tables),
        )  # fmt: skip


@contextmanager
def _mock(fault: str | None) -> Iterator[Deployment]:
    served = Served(fault)
    store = served.app.context.store
    [sock] = listen(("127.0.0.1",), 0)
    port = sock.getsockname()[1]
    with _serving(served.app, sock):
        yield Deployment(
            f"http://127.0.0.1:{port}{BASE}", DEMO, OTHER, None,
            lambda: sum(map(_alive, (r for t in store.tables() if t not in _DERIVED for r in store.list(t)))),
        )  # fmt: skip


def _alive(record: Record) -> bool:
    """Whether a record was not deleted: of some the mock keeps what was."""
    return record.value.get("deletedAt") is None


@contextmanager
def _serving(app: Any, sock: Any) -> Iterator[None]:
    """uvicorn in a thread; it is ready when this yields."""
    config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", server_header=False)
    server = uvicorn.Server(config)

    def serve() -> None:
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve([sock]))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.002)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def beside(server: str, fault: str | None) -> Iterator[Deployment]:
    """In a child process, which ends when we do. Raises RuntimeError when it does not start."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.matrix.deployments", server, fault or ""]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"{server} with {fault or 'no fault'} did not start")
            told = json.loads(line)
            document = Path(told["document"]) if told["document"] else None
            yield Deployment(told["url"], told["headers"], told["other"], document, lambda: _ask(process))
        finally:
            process.stdin.close()
            _end(process)


def _ask(process: subprocess.Popen[str]) -> int:
    assert process.stdin
    assert process.stdout
    process.stdin.write("records\n")
    process.stdin.flush()
    return int(process.stdout.readline())


def _end(process: subprocess.Popen[str]) -> None:
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()


def main(server: str, fault: str) -> None:
    """The child: one line of JSON, then a number for each line that comes in; ends with its standard
    input."""
    with inside(server, fault or None) as deployment:
        told = {
            "url": deployment.url, "headers": deployment.headers, "other": deployment.other,
            "document": str(deployment.document) if deployment.document else None,
        }  # fmt: skip
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        for _line in sys.stdin:
            sys.stdout.write(f"{deployment.records()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
