"""Many clients at once, and death in the middle: nothing acknowledged is lost, nothing is mixed.

HYFN_LOAD_SECONDS sets how long the clients work (default 3), HYFN_KILL_ROUNDS how often the server is killed
(default 4).
"""

import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.running import DEMO, OTHER, Running, Start, start_process

SECONDS = float(os.environ.get("HYFN_LOAD_SECONDS", "3"))
ROUNDS = int(os.environ.get("HYFN_KILL_ROUNDS", "4"))
THREADS = 50
JOB = {"agentId": "6310db44-39c9-4e4d-8b67-83c45700e545", "name": "n", "schedule": "0 9 * * *"}


class Client(threading.Thread):
    """Creates, reads, patches and deletes its own records until it is stopped or the server is gone.

    `kept` holds what the server acknowledged, by path; `pending` the one request that was not answered.
    """

    def __init__(self, mock: Running, credentials: dict[str, str], seed: int) -> None:
        super().__init__(daemon=True)
        self.base, self.credentials, self.random = urlsplit(mock.url), credentials, random.Random(seed)
        self.kept: dict[str, Any] = {}
        self.gone: set[str] = set()
        self.pending: str | None = None
        self.errors: list[str] = []
        self.count = 0
        self.stopped = threading.Event()

    def run(self) -> None:
        self.connection = http.client.HTTPConnection(str(self.base.hostname), self.base.port, timeout=30)
        try:
            while not self.stopped.is_set() and not self.errors:
                self.step()
        except (OSError, http.client.HTTPException):
            return  # the server was killed: `pending` says what nobody knows
        finally:
            self.connection.close()

    def step(self) -> None:
        action = self.random.choice(["create", "create", "read", "patch", "delete"])
        if action == "create" or not self.kept:
            self.create()
            return
        path = self.random.choice(list(self.kept))
        if action == "read":
            self.expect(200, "GET", path, None, self.kept[path])
        elif action == "patch":
            self.patch(path)
        else:
            self.pending = path
            self.expect(204, "DELETE", path)
            del self.kept[path]
            self.gone.add(path)
            self.pending = None
            self.expect(404, "GET", path)

    def create(self) -> None:
        kind, body = self.random.choice(
            [
                (
                    "work_items",
                    {"type": "model_call", "timeSpent": "0.5", "description": str(self.random.random())},
                ),
                ("jobs", {**JOB, "name": str(self.random.random())}),
            ]
        )
        told = self.ask(201, "POST", f"/{kind}", body)
        if told is not None:
            (record,) = told.values()
            self.kept[f"/{kind}/{record['id']}"] = told
            if record["orgId"] != self.credentials["x-org-id"]:
                self.errors.append(f"{record} is another organization's")

    def patch(self, path: str) -> None:
        value = str(self.random.random())
        self.pending = path
        told = self.ask(200, "PATCH", path, {"description": value})
        if told is not None:
            self.kept[path] = told
            if next(iter(told.values()))["description"] != value:
                self.errors.append(f"PATCH {path} answered an older description")
        self.pending = None

    def expect(self, status: int, method: str, path: str, body: Any = None, told: Any = None) -> None:
        answer = self.ask(status, method, path, body)
        if told is not None and answer != told:
            self.errors.append(f"{method} {path}: {answer}, expected {told}")

    def ask(self, status: int, method: str, path: str, body: Any = None) -> Any:
        headers = {**self.credentials, "content-type": "application/json"}
        payload = None if body is None else json.dumps(body)
        self.connection.request(method, self.base.path + path, payload, headers)
        response = self.connection.getresponse()
        raw = response.read()
        self.count += 1
        if response.status != status:
            self.errors.append(f"{method} {path}: {response.status} {raw[:200]!r}")
            return None
        return json.loads(raw) if raw else None


def begin(mock: Running, threads: int, seed: int) -> list[Client]:
    clients = [Client(mock, DEMO if n % 2 else OTHER, seed + n) for n in range(threads)]
    for client in clients:
        client.start()
    return clients


def end(clients: list[Client]) -> None:
    for client in clients:
        client.stopped.set()
    for client in clients:
        client.join(timeout=60)


def listed(mock: Running, credentials: dict[str, str]) -> dict[str, Any]:
    """Every work item and job of an organization by path, as its list shows it."""
    found = {}
    for kind, key, envelope in (("work_items", "workItems", "workItem"), ("jobs", "jobs", "job")):
        for record in mock.ask("GET", f"/{kind}", headers=credentials).json[key]:
            found[f"/{kind}/{record['id']}"] = {envelope: record}
    return found


def test_fifty_clients_lose_nothing_and_mix_nothing(start_mock: Start) -> None:
    """Lists hold exactly what each organization was told, and its invoice has a line for each item."""
    mock = start_mock("--seed-data", "none")
    clients = begin(mock, THREADS, seed=1)
    time.sleep(SECONDS)
    end(clients)

    assert [] == [error for client in clients for error in client.errors]
    for credentials in (DEMO, OTHER):
        told = {path: v for c in clients if c.credentials is credentials for path, v in c.kept.items()}
        assert told == listed(mock, credentials)
        (invoice,) = mock.ask("GET", "/invoices", headers=credentials).json["invoices"]
        lines = mock.ask("GET", f"/invoices/{invoice['id']}", headers=credentials).json["lineItems"]
        items = sum(path.startswith("/work_items") for path in told)
        assert (items, f"{items * 5}.00") == (len(lines), invoice["amount"])
    sent = sum(client.count for client in clients)
    sys.stdout.write(f"{sent} requests of {THREADS} clients in {SECONDS:g} s\n")


@pytest.mark.parametrize("seed", [int(time.time())], ids=["a seed of the clock"])
def test_kill_9_under_load_loses_no_acknowledged_write(tmp_path: Path, seed: int) -> None:
    """After each kill the file opens, and holds what was acknowledged."""
    sys.stdout.write(f"seed {seed}\n")
    store, chance = tmp_path / "store", random.Random(seed)
    kept: dict[int, dict[str, Any]] = {0: {}, 1: {}}
    for number in range(ROUNDS):
        mock = start_process("--store", str(store), "--seed-data", "none")
        clients = begin(mock, 16, seed=seed + number * 100)
        time.sleep(0.3 + chance.random() * 0.7)
        mock.process.send_signal(signal.SIGKILL)
        mock.process.communicate(timeout=10)
        end(clients)
        assert [] == [error for client in clients for error in client.errors]
        after = start_process("--store", str(store))
        try:
            for side, credentials in enumerate((OTHER, DEMO)):
                kept[side] = check(clients, credentials, kept[side], listed(after, credentials))
        finally:
            after.process.kill()
            after.process.communicate(timeout=10)


def check(
    clients: list[Client], credentials: dict[str, str], before: dict[str, Any], now: dict[str, Any]
) -> dict[str, Any]:
    """Compares a list after a kill with what was acknowledged; gives the list."""
    mine = [client for client in clients if client.credentials is credentials]
    unsure = {client.pending for client in mine if client.pending}
    told = {**before, **{path: value for client in mine for path, value in client.kept.items()}}
    for path, value in told.items():
        assert path in unsure or value == now.get(path), path
    assert not [path for client in mine for path in client.gone if path in now]
    unknown = now.keys() - told.keys()
    assert len(unknown) <= len(mine), "more records than creates in flight"
    return now
