"""Several processes, and several mocks, over one PostgreSQL: one truth."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.handlers.store.database import PASSWORD, Server, running
from tests.running import OTHER, Running, Start

AGENT = {"name": "Ann", "modelProvider": "openai", "modelName": "gpt", "systemPrompt": "Be kind."}
COUNTER = Path(__file__).parent / "documents" / "counted.yaml"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running() as one:
        yield one


def workers_of(mock: Running, count: int) -> list[int]:
    """The processes that answer, once so many are there: the first is ready before the others."""
    end = time.monotonic() + 15
    while True:
        command = ["pgrep", "-P", str(mock.process.pid)]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
        if len(told) >= count or time.monotonic() > end:
            return [int(line) for line in told]
        time.sleep(0.1)


def gone(pids: list[int]) -> bool:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


def together(count: int, work: Callable[[int], None]) -> None:
    """Does the work in threads; the first error is raised."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # told below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_workers_share_one_truth(server: Server, start_mock: Start) -> None:
    """What one made another shows; all end with the parent, which ends with 0; no password is printed."""
    mock = start_mock("--workers", "3", "--store", server.new())
    made = [mock.ask("POST", "/agents", AGENT) for _ in range(10)]
    ids = [answer.json["agent"]["id"] for answer in made]

    for _ in range(5):
        listed = mock.ask("GET", "/agents").json["agents"]
        assert set(ids) <= {agent["id"] for agent in listed}
    workers = workers_of(mock, 3)
    assert 3 == len(workers)
    assert 0 == mock.stop()
    assert gone(workers)
    assert PASSWORD not in "".join(filter(None, mock.process.communicate()))


def test_workers_without_a_server_are_one_line() -> None:
    """Exit 2, once, however many there were to be."""
    url = f"postgresql://me:{PASSWORD}@127.0.0.1:1/db"
    command = [sys.executable, "-P", "-m", "hyfn", "mock", "--port", "0", "--workers", "3", "--store", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (2, 1, "") == (done.returncode, len(done.stderr.splitlines()), done.stdout), done.stderr
    assert PASSWORD not in done.stderr


def test_a_worker_that_was_killed_is_replaced(server: Server, start_mock: Start) -> None:
    """And requests go on being answered."""
    mock = start_mock("--workers", "2", "--store", server.new())
    before = workers_of(mock, 2)
    time.sleep(2.5)  # one that dies at once is not tried again
    os.kill(before[0], signal.SIGKILL)
    assert gone(before[:1])

    assert 2 == len(set(workers_of(mock, 2)) - {before[0]})
    assert 200 == mock.ask("GET", "/agents").status
    assert 0 == mock.stop()


def test_workers_end_with_their_parent(server: Server, start_mock: Start) -> None:
    """Also where it had no time to tell them."""
    mock = start_mock("--workers", "2", "--store", server.new())
    workers = workers_of(mock, 2)
    mock.process.kill()

    assert 2 == len(workers)
    assert gone(workers)


def test_two_mocks_and_eight_writers_lose_nothing(server: Server, start_mock: Start) -> None:
    """Every id is there once, in one order, and every work item is on its invoice."""
    url = server.new()
    mocks = [start_mock("--store", url, "--seed-data", "none") for _ in range(2)]
    ids: list[str] = []
    item = {"type": "model_call", "description": "x", "timeSpent": "1"}

    def write(number: int) -> None:
        for _ in range(10):
            answer = mocks[number % 2].ask("POST", "/work_items", item, OTHER if number % 4 == 3 else None)
            assert 201 == answer.status, answer.body
            ids.append(answer.json["workItem"]["id"])

    together(8, write)
    assert 80 == len(set(ids))
    lists = [
        [each["id"] for each in mock.ask("GET", "/work_items", None, headers).json["workItems"]]
        for mock in mocks
        for headers in (None, OTHER)
    ]
    assert (lists[0], lists[1]) == (lists[2], lists[3])
    assert (60, 20) == (len(lists[0]), len(lists[1]))
    assert set(ids) == {*lists[0], *lists[1]}
    for headers, amount in ((None, "600.00"), (OTHER, "200.00")):
        invoices = mocks[1].ask("GET", "/invoices", None, headers).json["invoices"]
        assert [amount] == [invoice["amount"] for invoice in invoices]


def test_if_match_lets_one_of_all_writers_through(server: Server, start_mock: Start) -> None:
    """Increments with If-Match over two mocks: each success counts, none is lost; a number is given once."""
    url = server.new()
    mocks = [start_mock(str(COUNTER), "--store", url) for _ in range(2)]
    made = mocks[0].ask("POST", "/counters", {"count": 0}, at="").json
    path = f"/counters/{made['id']}"

    def increment(number: int) -> None:
        done = 0
        while done < 5:
            read = mocks[number % 2].ask("GET", path, at="")
            value = {"count": read.json["count"] + 1}
            answer = mocks[(number + done) % 2].ask(
                "PUT", path, value, {"if-match": read.headers["etag"]}, at=""
            )
            assert answer.status in (200, 412), answer.body
            done += answer.status == 200

    together(8, increment)
    assert [40, 40] == [mock.ask("GET", path, at="").json["count"] for mock in mocks]
    numbers: list[int] = []
    together(
        8, lambda n: numbers.append(mocks[n % 2].ask("POST", "/counters", {"count": n}, at="").json["id"])
    )
    assert 8 == len(set(numbers))
    assert 204 == mocks[0].ask("DELETE", path, at="").status
    assert 404 == mocks[1].ask("GET", path, at="").status


def test_a_mock_outlives_its_lost_connections(server: Server, start_mock: Start) -> None:
    """The next request opens another one."""
    url = server.new()
    mock = start_mock("--store", url)
    before = mock.ask("GET", "/agents").json
    server.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'hyfn mock'", url
    )

    assert before == mock.ask("GET", "/agents").json
    assert 201 == mock.ask("POST", "/agents", AGENT).status


def test_values_come_back_as_they_were_sent(server: Server, start_mock: Start) -> None:
    """Big integers, NUL, the order of keys: over another mock, too."""
    url = server.new()
    first, second = start_mock("--store", url), start_mock("--store", url)
    config: dict[str, Any] = {"z": 2**70, "a": "x\u0000y", "m": [1, 1.5, None, {"b": 1, "a": True}]}
    made = first.ask("POST", "/agents", {**AGENT, "providerConfig": config}).json["agent"]
    shown = second.ask("GET", f"/agents/{made['id']}").json["agent"]

    assert json.dumps(config) == json.dumps(shown["providerConfig"])
