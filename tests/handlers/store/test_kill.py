# ruff: noqa: A001  (an id is called id here, as in the contract)
"""What a store acknowledged is there after kill -9, at whatever moment it comes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from handlers.store.tiny import TinyStore

State = dict[str, int]
"""What must be stored: the number that was last written, by id."""

# Prints "id number" (number: null for removed) as soon as an operation is acknowledged.
WRITER = """
import json, os, random, sys
from pathlib import Path
from handlers.store.tiny import TinyStore

store = TinyStore(Path(sys.argv[1]), durability=sys.argv[4])
dice = random.Random(int(sys.argv[2]))
os.write(1, b"open\\n")
number = 0
while True:
    number += 1
    id = f"j{dice.randrange(40)}"
    if store.get("jobs", id) is None:
        store.insert("jobs", id, "org", {"n": number, "pad": "x" * dice.randrange(3000)})
    elif dice.random() < 0.3:
        store.remove("jobs", id)
        os.write(1, b"%s null\\n" % id.encode())
        continue
    else:
        with store.transaction():
            store.update("jobs", id, {"n": -1})
            store.update("jobs", id, {"n": number})
    os.write(1, b"%s %d\\n" % (id.encode(), number))
    if dice.random() < float(sys.argv[3]):
        store.compact()
"""


def run_and_kill(path: Path, seed: int, after: float, compacting: float, durability: str) -> list[str]:
    """The acknowledged lines of a writer that is killed `after` seconds of work."""
    command = [sys.executable, "-c", WRITER, str(path), str(seed), str(compacting), durability]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as child:
        assert child.stdout is not None
        assert b"open\n" == child.stdout.readline()
        timer = threading.Timer(after, child.send_signal, [signal.SIGKILL])
        timer.start()
        said = child.stdout.read().decode()
        timer.join()
    return said.splitlines()


def stored(path: Path) -> State:
    store = TinyStore(path)
    try:
        return {record.id: record.value["n"] for record in store.list("jobs")}
    finally:
        store.close()


def check_rounds(path: Path, rounds: int, compacting: float, durability: str = "process") -> None:
    seed = random.randrange(2**32)
    print("seed", seed)  # noqa: T201  pytest shows it when the test fails
    dice = random.Random(seed)
    expected: State = {}
    acknowledged = 0
    for turn in range(rounds):
        lines = run_and_kill(path, seed + turn, dice.uniform(0.02, 0.25), compacting, durability)
        acknowledged += len(lines)
        for line in lines:
            id, number = line.split()
            expected[id] = json.loads(number)
        after = stored(path)
        wrong = {id for id in expected | after if expected.get(id) != after.get(id)}
        # The operation in flight may be in the file without having been acknowledged: one, no more.
        assert len(wrong) <= 1, (turn, wrong)
        assert all(after.get(id, 0) >= 0 for id in wrong), "half of a transaction"
        assert all(is_next(after.get(id), lines) for id in wrong), (turn, wrong)
        expected = after
    assert acknowledged > rounds


def is_next(number: int | None, lines: list[str]) -> bool:
    """Whether `number` is what came right after the last acknowledged operation, or a removal."""
    return number is None or number == len(lines) + 1


@pytest.mark.parametrize(("durability", "rounds"), [("process", 10), ("power", 5)])
def test_kills_lose_nothing(tmp_path: Path, durability: str, rounds: int) -> None:
    """Every acknowledged insert, update and remove is there after each of some kills."""
    check_rounds(tmp_path / "state.hyfn", rounds, compacting=0, durability=durability)


def test_kills_during_compaction_lose_nothing(tmp_path: Path) -> None:
    """Nor is anything lost when the kill comes in the middle of a compaction."""
    check_rounds(tmp_path / "state.hyfn", rounds=5, compacting=0.5)
