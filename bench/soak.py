"""`make soak`: full load for minutes, and whether the last minute is like the first.

The load is the life cycle of a record (create, get, update, delete), so nothing that is kept grows by it.
Prints a line per minute; ends with 1 where the mock has become slower or larger.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.cases import HYFN
from bench.lifecycle import Progress, live
from bench.load import Told, summed_up
from bench.peers import PEERS
from bench.process import Tree, pin
from bench.rounds import Server, served

SLOWER = 0.05
"""Of the first minute's requests per second: so much less in the last is no verdict yet."""

LARGER = 1.05
"""Times the memory after the first minute; plus MARGIN, in MiB, which an allocator takes now and then."""
MARGIN = 4


@dataclass(frozen=True)
class Minute:
    """What one minute saw. `memory`: resident MiB at its end."""

    told: Told
    memory: float

    def line(self, number: int) -> str:
        told = self.told
        return (
            f"minute {number:>3}: {told.rate:8,.0f} requests/s   p50 {told.p50:6.2f} ms"
            f"   p99 {told.p99:7.2f} ms   {self.memory:6.1f} MiB"
        )


def verdict(minutes: Sequence[Minute]) -> list[str]:
    """What has become worse from the first minute to the last; nothing where all is well."""
    first, last = minutes[0], minutes[-1]
    found = []
    if last.told.rate < first.told.rate * (1 - SLOWER):
        found.append(
            f"slower: {last.told.rate:,.0f} requests/s in the last minute, {first.told.rate:,.0f} before"
        )
    if last.memory > first.memory * LARGER + MARGIN:
        found.append(f"larger: {last.memory:.1f} MiB after the last minute, {first.memory:.1f} before")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--minutes", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60, help="of a minute, for the hasty")
    options = parser.parse_args()
    pin(-1)
    with served(PEERS[0], HYFN) as (server, _):
        minutes = asyncio.run(_soak(server, options.minutes, options.seconds))
    worse = verdict(minutes)
    print("\n".join(worse) if worse else "the last minute is like the first")
    sys.exit(bool(worse))


async def _soak(server: Server, minutes: int, seconds: float) -> list[Minute]:
    progress, going = Progress(), True
    load = asyncio.ensure_future(
        live(server.origin + server.peer.base, server.origin, progress, lambda: going)
    )
    await asyncio.sleep(min(10, seconds))  # to warm up
    found: list[Minute] = []
    while len(found) < minutes and not load.done():
        progress.taken.clear()
        found.append(await _minute(progress, server.tree, seconds))
        print(found[-1].line(len(found)), flush=True)
    going = False
    await load
    return found


async def _minute(progress: Progress, tree: Tree, seconds: float) -> Minute:
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    return Minute(summed_up(progress.taken, time.perf_counter() - began), tree.memory(peak=False))


if __name__ == "__main__":
    main()
