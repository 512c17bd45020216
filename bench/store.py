"""`python -m bench.store`: what a request by id costs at 100,000 records, beside its cost at 100.

Each cost is the median of many calls in one process, in microseconds of CPU: through the store alone, and
through the whole application of the Hyfn document. Small and large stores take turns, so both see the same
neighbours.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from handlers.app import App, create_app
from handlers.settings import Settings
from handlers.store.base import Durability, Store
from handlers.store.tiny import TinyStore
from openapi import codec
from openapi.document import load

SMALL, LARGE = 100, 100_000
OWNER = "demo-org-123"
HEADERS = [(b"x-api-key", b"demo-key-123"), (b"x-org-id", b"demo-org-123"), (b"host", b"localhost")]
AGENT = "6310db44-39c9-4e4d-8b67-83c45700e545"
JOB = {"name": "job", "description": "bench", "schedule": "0 9 * * *", "agentId": AGENT}
BATCH = 20
"""Calls that are timed together."""

Step = Callable[[str], None]


class Bench:
    """One store of `size` jobs, and the application over it."""

    def __init__(self, size: int, folder: Path | None) -> None:
        self.store: Store = TinyStore(None if folder is None else folder / str(size))
        self.app: App = create_app(load(), self.store, Settings(seed_data="none"))
        self.app.prepare()
        self._runner = asyncio.new_event_loop()
        first = codec.decode(self.ask("POST", "/jobs", JOB))["job"]
        with self.store.transaction():
            for number in range(size - 1):
                self.store.insert("jobs", f"{number:032x}", OWNER, {**first, "id": f"{number:032x}"})
        self.store.count("jobs", OWNER)

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        """The body of an answer of the application. Raises RuntimeError for what is no success."""
        payload = b"" if body is None else codec.encode(body)
        typed = [] if body is None else [(b"content-type", b"application/json")]
        length = [(b"content-length", str(len(payload)).encode())]
        whole = f"/api/public{path}"
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method,
            "root_path": "", "path": whole, "raw_path": whole.encode(), "query_string": b"",
            "headers": [*HEADERS, *typed, *length], "scheme": "http", "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80), "state": {},
        }  # fmt: skip
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": payload, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        self._runner.run_until_complete(self.app(scope, receive, send))
        if sent[0]["status"] >= 300:
            raise RuntimeError(f"{method} {path}: {sent[0]['status']} {sent[1]['body']!r}")
        return b"".join(message.get("body", b"") for message in sent[1:])

    def ids(self, count: int) -> list[str]:
        """New records, for each call another one."""
        return [codec.decode(self.ask("POST", "/jobs", JOB))["job"]["id"] for _ in range(count)]

    def close(self) -> None:
        self.store.close()
        self._runner.close()

    def by_store(self) -> dict[str, Step]:
        value = {**JOB, "status": "active"}

        def create(name: str) -> None:
            self.store.insert("jobs", f"new {name}", OWNER, value)
            self.store.remove("jobs", f"new {name}")

        return {
            "get": lambda name: void(self.store.get("jobs", name)),
            "create and remove": create,
            "update": lambda name: void(self.store.update("jobs", name, value)),
            "delete": lambda name: void(self.store.remove("jobs", name)),
        }

    def by_app(self) -> dict[str, Step]:
        def create(_name: str) -> None:
            self.ask("POST", "/jobs", JOB)

        return {
            "get": lambda name: void(self.ask("GET", f"/jobs/{name}")),
            "create": create,
            "update": lambda name: void(self.ask("PATCH", f"/jobs/{name}", {"description": name})),
            "delete": lambda name: void(self.ask("DELETE", f"/jobs/{name}")),
        }


def void(_value: object) -> None:
    """Forgets a value."""


def cost(bench: Bench, step: Step) -> float:
    """Microseconds of CPU of one call."""
    names = bench.ids(BATCH)
    start = time.process_time()
    for name in names:
        step(name)
    return (time.process_time() - start) / BATCH * 1e6


def measure(small: Bench, large: Bench, rounds: int, way: str) -> float:
    """Prints a line per operation; the largest ratio."""
    worst = 0.0
    steps = [getattr(bench, way)() for bench in (small, large)]
    for name in steps[0]:
        costs = [(cost(small, steps[0][name]), cost(large, steps[1][name])) for _ in range(rounds)]
        low, high = (median(each) for each in zip(*costs, strict=True))
        worst = max(worst, high / low)
        print(f"  {name:<18}{low:9.1f} us {high:9.1f} us   ratio {high / low:.2f}")
    return worst


def start_cost(folder: Path) -> tuple[float, float]:
    """Seconds, and seconds of CPU, until a file of LARGE records is open and its first page was read."""
    wall, used = time.perf_counter(), time.process_time()
    store = TinyStore(folder / str(LARGE))
    store.list("jobs", OWNER, most=20)
    taken = time.perf_counter() - wall, time.process_time() - used
    store.close()
    return taken


def durability_costs(folder: Path, count: int = 200) -> None:
    """Prints what one insertion takes with each durability, by the clock: the disk counts."""
    kinds: tuple[Durability, ...] = ("memory", "process", "power")
    for kind in kinds:
        store = TinyStore(folder / kind, durability=kind)
        taken = []
        for number in range(count):
            begun = time.perf_counter()
            store.insert("jobs", str(number), OWNER, JOB)
            taken.append(time.perf_counter() - begun)
        store.close()
        print(f"  --durability {kind:<8}{median(taken) * 1e6:9.1f} us   slowest {max(taken) * 1e6:.0f} us")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--file", action="store_true", help="Keep the records in files, not in memory.")
    options = parser.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        small, large = (Bench(size, folder if options.file else None) for size in (SMALL, LARGE))
        print(f"Cost at {SMALL} records and at {LARGE:,}, {'on files' if options.file else 'in memory'}")
        print("through the store alone")
        measure(small, large, options.rounds, "by_store")
        print("through the application")
        worst = measure(small, large, options.rounds, "by_app")
        print(f"  largest ratio {worst:.2f}")
        for bench in (small, large):
            bench.close()
        if options.file:
            wall, used = start_cost(folder)
            print("one insertion, by the clock")
            durability_costs(folder)
            print(f"start with {LARGE:,} records: {wall:.2f} s, {used:.2f} s of CPU")


if __name__ == "__main__":
    main()
