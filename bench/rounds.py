"""The rounds: all servers run, and each case is put to all of them in turn, so that all see the same
neighbours."""

import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from bench.cases import CASES, HYFN, ITEM, LISTED, READER, Case
from bench.lifecycle import lifecycle
from bench.load import Request, Spoiled, ask_once, load
from bench.peers import Peer
from bench.process import Tree, free_port, running
from bench.results import Cell, Results

Say = Callable[[str], None]


@dataclass
class Server:
    """A peer that runs. `item` is the id of an item that it knows, or acts as if it did."""

    peer: Peer
    tree: Tree
    origin: str
    item: str = ""

    def request(self, case: Case) -> Request:
        path = f"/{case.name}" if self.peer.by_case else self.peer.base + case.path.format(id=self.item)
        return Request(case.method, self.origin + path, case.sent_headers(), case.payload(), case.status)


@contextmanager
def served(peer: Peer, document: Path) -> Iterator[tuple[Server, float]]:
    """(a peer that answers, the seconds that it took to)."""
    port = free_port()
    environment = {name: value.format(document=document) for name, value in peer.environment.items()}
    with running(peer.command(port, document), environment) as tree:
        path = "/get" if peer.by_case else f"{peer.base}/work_items"
        seconds = tree.answers(port, path, READER)
        yield Server(peer, tree, f"http://127.0.0.1:{port}"), seconds


def measure(results: Results, peers: list[Peer], document: Path, options: Namespace, say: Say) -> None:
    """Fills in the loads, round by round."""
    cases = [case for case in CASES if not options.only or case.name in options.only]
    with ExitStack() as stack:
        servers = [_begin(peer, document, stack) for peer in peers]
        for server in servers:
            _warm_up(server, cases, options.warm_up)
        for number in range(1, options.rounds + 1):
            began = time.monotonic()
            for case, connections, server in product(cases, options.connections, servers):
                _one(results, server, case, connections, number, options.seconds)
            say(f"round {number} of {options.rounds}: {time.monotonic() - began:.0f} s")


def measure_starts(results: Results, peers: list[Peer], rounds: int) -> None:
    """Fills in how long each peer takes to start on the Hyfn document as it is, and an import alone."""
    for peer in peers:  # once for nothing: what is compiled once is kept, and files are at hand
        with served(peer, HYFN):
            pass
    for _ in range(rounds):
        results.imported.append(_seconds_to_import())
        for peer in peers:
            with served(peer, HYFN) as (_, seconds):
                results.starts.setdefault(peer.key, []).append(seconds)


def _begin(peer: Peer, document: Path, stack: ExitStack) -> Server:
    server, _ = stack.enter_context(served(peer, document))
    if not peer.by_case:
        _fill(server)
    return server


def _warm_up(server: Server, cases: list[Case], seconds: float) -> None:
    """Load that counts for nothing: a compiler that works while it runs has then seen each case."""
    for case in cases:
        with suppress(Spoiled):
            load(server.request(case), 32, seconds / len(cases))


def _fill(server: Server) -> None:
    """100 items for the organization that reads. Raises Spoiled."""
    request = server.request(Case("fill", "POST", "/work_items", 201, READER, ITEM))
    for _ in range(LISTED):
        status, answer = ask_once(request)
        if status != 201 or not isinstance(answer, dict):
            raise Spoiled(f"{server.peer.title} answered a create with {status}")
        server.item = answer["workItem"]["id"]


def _one(results: Results, server: Server, case: Case, connections: int, number: int, seconds: float) -> None:
    request = server.request(case)
    try:
        _probe(request, case)
        before = server.tree.cpu_seconds()
        told = load(request, connections, seconds)
        spent = server.tree.cpu_seconds() - before
        _probe(request, case)
    except (Spoiled, OSError, EOFError, TimeoutError) as error:
        results.spoiled.append(f"round {number}, {server.peer.title}, {case.name}, {connections}: {error}")
        return
    micros = spent / told.requests * 1e6
    results.cells.append(
        Cell(number, server.peer.key, case.name, connections, told.rate, told.p50, told.p99, micros)
    )


def _probe(request: Request, case: Case) -> None:
    """One answer, looked at before and after a load. Raises Spoiled."""
    status, answer = ask_once(request)
    if status != case.status:
        raise Spoiled(f"answered {status}, expected {case.status}")
    if case.name.startswith("list") and len(_listed(answer)) != LISTED:
        raise Spoiled(f"listed {len(_listed(answer))} items, expected {LISTED}")


def _listed(answer: Any) -> list[Any]:
    found: list[Any] = answer["workItems"]
    return found


def measure_memory(results: Results, peers: list[Peer], document: Path, requests: int) -> None:
    """The highest resident memory of each peer, started anew, after so many requests of a life cycle."""
    results.memory_requests = requests
    for peer in peers:
        with served(peer, document) as (server, _):
            base = None if peer.by_case else server.origin + peer.base
            try:
                lifecycle(base, server.origin, requests)
            except (Spoiled, OSError, EOFError) as error:
                results.spoiled.append(f"memory, {peer.title}: {error}")
                continue
            results.memory[peer.key] = server.tree.memory()


def _seconds_to_import() -> float:
    """What `import connexion` takes in a process of its own, from start to end."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-W", "ignore", "-c", "import connexion"], check=True)
    return time.perf_counter() - began
