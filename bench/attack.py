"""`python -m bench.attack`: clients that mean harm, at full size, and how the mock bears each.

For each attack: the slowest answer that another client had meanwhile, the highest memory so far, and what the
attackers were told. Good is a slowest answer under a second and memory under 300 MiB.
"""

import argparse
import asyncio
import gzip
import random
import re
import resource
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.cases import HYFN, ITEM, LISTED, READER, Case
from bench.load import Request, ask_once
from bench.onlooker import Onlooker
from bench.peers import PEERS
from bench.process import Tree, pin
from bench.rounds import served

SLOWEST = 1.0
MEMORY = 300
MEGABYTE = 1 << 20


@dataclass
class Target:
    """A running mock, and what attackers have been told so far: statuses, `closed`, `open`."""

    port: int
    base: str
    scale: float
    told: Counter[str] = field(default_factory=Counter)

    def head(self, method: str, path: str, *lines: str) -> bytes:
        given = [f"{name}: {value}" for name, value in READER.items()]
        return "\r\n".join(
            [f"{method} {self.base}{path} HTTP/1.1", "host: x", *given, *lines, "", ""]
        ).encode()

    def create(self, *lines: str) -> bytes:
        return self.head("POST", "/work_items", "content-type: application/json", *lines)

    async def many(self, count: int, one: Callable[["Target"], Awaitable[None]]) -> None:
        """`one` so many times at once, scaled."""
        await asyncio.gather(*(self._safely(one) for _ in range(max(1, round(count * self.scale)))))

    async def _safely(self, one: Callable[["Target"], Awaitable[None]]) -> None:
        try:
            await one(self)
        except OSError as error:
            self.told[f"broken off ({type(error).__name__})"] += 1

    async def open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port, limit=4 * MEGABYTE)

    async def listen(self, reader: asyncio.StreamReader, seconds: float) -> None:
        """Counts the first status that comes, or how the connection is left."""
        try:
            told = await asyncio.wait_for(reader.read(4096), seconds)
            found = re.match(rb"HTTP/1.1 (\d+)", told)
            self.told[found[1].decode() if found else "closed"] += 1
        except TimeoutError:
            self.told["open"] += 1


Attack = Callable[[Target], Awaitable[None]]


def _sends(make: Callable[[Target], bytes], wait: float = 20) -> Attack:
    """One connection that sends bytes at full speed and listens to what it is told."""

    async def attack(target: Target) -> None:
        reader, writer = await target.open()
        sending = asyncio.ensure_future(_send(writer, make(target)))
        await target.listen(reader, wait)
        sending.cancel()
        writer.transport.abort()

    return attack


async def _send(writer: asyncio.StreamWriter, data: bytes, times: int = 1) -> None:
    for _ in range(times):
        writer.write(data)
        await writer.drain()


def _drips(make: Callable[[Target], bytes], seconds: int) -> Attack:
    """One connection that sends a byte a second after a beginning."""

    async def attack(target: Target) -> None:
        reader, writer = await target.open()
        writer.write(make(target))
        listening = asyncio.ensure_future(target.listen(reader, seconds))
        while not listening.done():
            writer.write(b"x")
            await asyncio.sleep(1)
        writer.transport.abort()

    return attack


def _floods(begin: Callable[[Target], bytes], piece: bytes, times: int) -> Attack:
    """One connection that goes on sending, whatever it is told."""

    async def attack(target: Target) -> None:
        reader, writer = await target.open()
        writer.write(begin(target))
        listening = asyncio.ensure_future(target.listen(reader, 60))
        try:
            await asyncio.wait_for(_send(writer, piece, times), 60)
        except (OSError, TimeoutError):
            target.told["cut off"] += 1
        await listening
        writer.transport.abort()

    return attack


async def _idles(target: Target) -> None:
    _, writer = await target.open()
    await asyncio.sleep(10)
    writer.transport.abort()


async def _reads_nothing(target: Target) -> None:
    """Asks for a long list again and again and takes none of it; not all begin at once."""
    await asyncio.sleep(random.random() * 10)
    reader, writer = await target.open()
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(target.head("GET", "/work_items") * 20)
    await asyncio.sleep(10)
    target.told["closed" if reader.at_eof() or writer.is_closing() else "open"] += 1
    writer.transport.abort()


async def _leaves(target: Target) -> None:
    """Half a request, and half a connection."""
    reader, writer = await target.open()
    writer.write(target.create("content-length: 1000") + b"{")
    writer.write_eof()
    await target.listen(reader, 20)
    writer.transport.abort()


def _body(text: bytes, *lines: str) -> Callable[[Target], bytes]:
    return lambda target: target.create(f"content-length: {len(text)}", *lines) + text


def _gzipped(target: Target) -> bytes:
    bomb = gzip.compress(bytes(100 * MEGABYTE), 9)
    return target.create(f"content-length: {len(bomb)}", "content-encoding: gzip") + bomb


_WIDE = b"[" + b"[]," * (3 * MEGABYTE) + b"[]]"
_LARGE = b'{"type":"model_call","timeSpent":"1","description":"' + b"x" * (9 * MEGABYTE) + b'"}'
_CHUNK = b"%x\r\n" % MEGABYTE + bytes(MEGABYTE) + b"\r\n"

ATTACKS: dict[str, tuple[int, Attack]] = {
    "idle connections": (10_000, _idles),
    "slow heads": (1000, _drips(lambda target: target.head("GET", "/work_items")[:-2] + b"x: ", 45)),
    "slow bodies": (1000, _drips(lambda target: target.create("content-length: 100000"), 45)),
    "half-open connections": (1000, _leaves),
    "1 GB with a length": (
        4,
        _floods(lambda t: t.create(f"content-length: {1 << 30}"), bytes(MEGABYTE), 1024),
    ),
    "1 GB in chunks": (4, _floods(lambda t: t.create("transfer-encoding: chunked"), _CHUNK, 1024)),
    "headers without end": (
        100,
        _floods(lambda t: t.head("GET", "/work_items")[:-2], b"x: y\r\n" * 9999, 999),
    ),
    "one header without end": (
        100,
        _floods(lambda t: t.head("GET", "/no")[:-2] + b"x: ", b"y" * 65536, 999),
    ),
    "a query of 60 KB": (100, _sends(lambda t: t.head("GET", "/work_items?" + "a=1&" * 15_000))),
    "a compression bomb": (10, _sends(_gzipped)),
    "deep JSON": (20, _sends(_body(b"[" * (9 * MEGABYTE)))),
    "wide JSON": (10, _sends(_body(_WIDE), 60)),
    "bodies of 9 MB": (20, _sends(_body(_LARGE), 60)),
    "half bodies of 9 MB": (50, _sends(lambda t: _body(_LARGE)(t)[:-9], 5)),
    "requests sent ahead": (50, _floods(lambda _: b"", b"GET /no HTTP/1.1\r\n\r\n" * 5000, 20)),
    "readers of nothing": (200, _reads_nothing),
}
"""How many at once, and what each does."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.attack", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=ATTACKS, metavar="ATTACK", default=list(ATTACKS))
    parser.add_argument("--scale", type=float, default=1, help="of how many attack at once")
    options = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    pin(-1)
    sys.exit(sum([_on_a_fresh_mock(name, options.scale) for name in options.only]) > 0)


def _on_a_fresh_mock(name: str, scale: float) -> int:
    hyfn = PEERS[0]
    with served(hyfn, HYFN) as (server, _):
        _fill(server.request(Case("fill", "POST", "/work_items", 201, READER, ITEM)))
        watched = server.request(Case("watched", "GET", "/agents", 200))
        target = Target(int(server.origin.rsplit(":", 1)[1]), hyfn.base, scale)
        return _try(name, target, watched, server.tree)


def _fill(request: Request) -> None:
    """A list that is worth not reading: 350 KB."""
    for _ in range(10 * LISTED):
        ask_once(request)


def _try(name: str, target: Target, watched: Request, tree: Tree) -> int:
    """Prints how an attack went; 1 where it did harm."""
    count, attack = ATTACKS[name]
    with Onlooker(watched) as onlooker:
        asyncio.run(target.many(count, attack))
    memory = tree.memory()
    fine = onlooker.slowest < SLOWEST and memory < MEMORY
    told = ", ".join(f"{number} {what}" for what, number in target.told.most_common()) or "nothing"
    print(
        f"{'fine' if fine else 'HARM'}  {name:<24} another client waited {onlooker.slowest:5.2f} s at most"
        f" ({onlooker.count} answers), memory {memory:4.0f} MiB at most; told: {told}",
        flush=True,
    )
    return not fine


if __name__ == "__main__":
    main()
