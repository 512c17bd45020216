"""`python -m bench.kill`: kill -9 under load, and what was acknowledged is there after the next start.

Eight clients create, update and delete jobs, each its own. After a moment nobody knows before, the mock is
killed; started again, it must answer every job as it was last acknowledged, but for the one request of each
client that was on its way. `--seed` repeats the moments.
"""

import argparse
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CLIENTS = 8
HEADERS = {"x-api-key": "demo-key-123", "x-org-id": "demo-org-123", "content-type": "application/json"}
JOB = {"name": "kill", "schedule": "0 9 * * *", "agentId": "6310db44-39c9-4e4d-8b67-83c45700e545"}
ABSENT = None
"""What a job that is not there says."""


@dataclass
class Client:
    """Its jobs by id, each with the description that was last acknowledged; `coming`: what may have been done
    to one (of no id yet: a create)."""

    number: int
    held: dict[str, str] = field(default_factory=dict)
    coming: tuple[str, str | None] | None = None
    count: int = 0

    def work(self, url: str, dice: random.Random) -> None:
        """Until the mock is gone."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        try:
            while True:
                self._step(connection, parts.path, dice)
                self.count += 1
        except (OSError, http.client.HTTPException):
            connection.close()

    def _step(self, connection: http.client.HTTPConnection, base: str, dice: random.Random) -> None:
        kind, text = dice.random(), f"{self.number}-{dice.getrandbits(60)}"
        if len(self.held) < 5 or kind < 0.3:
            self.coming = ("", text)
            told = _ask(connection, "POST", f"{base}/jobs", {**JOB, "description": text})
            self.held[told["job"]["id"]] = text
        elif kind < 0.8:
            chosen = dice.choice(list(self.held))
            self.coming = (chosen, text)
            _ask(connection, "PATCH", f"{base}/jobs/{chosen}", {"description": text})
            self.held[chosen] = text
        else:
            chosen = dice.choice(list(self.held))
            self.coming = (chosen, ABSENT)
            _ask(connection, "DELETE", f"{base}/jobs/{chosen}", None)
            del self.held[chosen]
        self.coming = None

    def judged(self, found: dict[str, str]) -> list[str]:
        """What is not as it was acknowledged; from here on, what is there counts."""
        own = {name: text for name, text in found.items() if text.startswith(f"{self.number}-")}
        coming, self.coming = self.coming, None
        wrong = [
            f"client {self.number}: job {name} was acknowledged as {self.held.get(name)}, is {own.get(name)}"
            for name in sorted(own.keys() | self.held.keys())
            if own.get(name) != self.held.get(name) and not _may_be(coming, name, own, self.held)
        ]
        self.held = own
        return wrong


def _may_be(
    coming: tuple[str, str | None] | None, name: str, own: dict[str, str], held: dict[str, str]
) -> bool:
    """Whether it is what the request on its way did."""
    if coming is None:
        return False
    chosen = name if coming[0] == "" and name not in held else coming[0]
    return name == chosen and own.get(name) == coming[1]


def _ask(connection: http.client.HTTPConnection, method: str, path: str, body: Any) -> Any:
    connection.request(method, path, None if body is None else json.dumps(body), HEADERS)
    answer = connection.getresponse()
    told = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {told!r}")
    return json.loads(told) if told else None


def start(*options: str) -> tuple[subprocess.Popen[str], str]:
    """A mock that answers, and its URL. Raises RuntimeError where it does not start."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "hyfn", "mock", "--port", "0", "-q", *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout
    url = process.stdout.readline().strip()
    if not url:
        raise RuntimeError(f"the mock did not start: {process.communicate()[1]}")
    return process, url


def one_round(options: list[str], clients: list[Client], dice: random.Random) -> tuple[int, list[str]]:
    """(how many requests were acknowledged, what is wrong afterwards)."""
    process, url = start(*options)
    before = sum(client.count for client in clients)
    threads = [
        threading.Thread(target=client.work, args=(url, random.Random(dice.random()))) for client in clients
    ]
    for thread in threads:
        thread.start()
    time.sleep(dice.uniform(0.2, 1.2))
    process.kill()
    for thread in threads:
        thread.join()
    process.communicate()
    return sum(client.count for client in clients) - before, after_restart(options, clients)


def after_restart(options: list[str], clients: list[Client]) -> list[str]:
    process, url = start(*options)
    try:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        jobs = _ask(connection, "GET", f"{parts.path}/jobs", None)["jobs"]
        connection.close()
        found = {job["id"]: str(job["description"]) for job in jobs}
        return [wrong for client in clients for wrong in client.judged(found)]
    finally:
        process.terminate()
        process.communicate(timeout=20)


def rounds(count: int, options: list[str], seed: int) -> list[str]:
    """Prints a line per round; everything that is wrong."""
    dice, clients, wrong = random.Random(seed), [Client(number) for number in range(CLIENTS)], list[str]()
    for number in range(1, count + 1):
        acknowledged, found = one_round(options, clients, dice)
        held = sum(len(client.held) for client in clients)
        print(
            f"  round {number}: {acknowledged} acknowledged, {held} jobs there, {len(found)} wrong",
            flush=True,
        )
        wrong += found
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.kill", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    parser.add_argument("--durability", choices=["process", "power"], action="append")
    parser.add_argument("--store", help="A PostgreSQL database instead of a file.")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    wrong: list[str] = []
    for durability in options.durability or ["process", "power"]:
        print(f"--durability {durability}")
        with tempfile.TemporaryDirectory() as folder:
            kept = options.store or str(Path(folder) / "state.hyfn")
            told = ["--seed-data", "none", "--durability", durability, "--store", kept]
            wrong += rounds(options.rounds, told, options.seed)
    print("\n".join(wrong) or "nothing acknowledged was lost")
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
