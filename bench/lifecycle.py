"""A life cycle over and over: create, get, update, delete. The store does not grow by it."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.cases import CHANGE, ITEM, WRITER, Case
from bench.load import Connection, Request, Spoiled, as_bytes

CONNECTIONS = 32
_PATH = "/work_items/{id}"
_CASES = (
    Case("create", "POST", "/work_items", 201, WRITER, ITEM),
    Case("get", "GET", _PATH, 200, WRITER),
    Case("update", "PATCH", _PATH, 200, WRITER, CHANGE),
    Case("delete", "DELETE", _PATH, 204, WRITER),
)


@dataclass
class Progress:
    """Answers so far, and what each took in seconds."""

    requests: int = 0
    taken: list[float] = field(default_factory=list)


def lifecycle(base: str | None, origin: str, requests: int) -> None:
    """Sends so many requests to the API at `base` (None: to the constants at `origin`). Raises Spoiled."""
    progress = Progress()
    asyncio.run(live(base, origin, progress, lambda: progress.requests < requests))


async def live(base: str | None, origin: str, progress: Progress, more: Callable[[], bool]) -> None:
    """Lets all connections live until `more` says no; a life that has begun comes to its end."""
    await asyncio.gather(*(_one(base, origin, progress, more) for _ in range(CONNECTIONS)))


async def _one(base: str | None, origin: str, progress: Progress, more: Callable[[], bool]) -> None:
    parts = urlsplit(origin)
    connection = await Connection.open(str(parts.hostname), parts.port or 80)
    whole = [_sent(case, base, origin) for case in _CASES if base or case.name != "delete"]
    try:
        while more():
            known = b""
            for case, sent in zip(_CASES, whole, strict=False):
                began = time.perf_counter()
                status, body = await connection.ask(sent.replace(b"%7Bid%7D", known))
                progress.taken.append(time.perf_counter() - began)
                progress.requests += 1
                if status != case.status:
                    raise Spoiled(f"{case.name} answered {status}, expected {case.status}")
                known = known or _id(body)
    finally:
        await connection.close()


def _sent(case: Case, base: str | None, origin: str) -> bytes:
    url = base + case.path if base else f"{origin}/{case.name}"
    return as_bytes(Request(case.method, url, case.sent_headers(), case.payload(), case.status))


def _id(created: bytes) -> bytes:
    """The id in an answer to a create: it stands there as "id": "..."."""
    _, _, rest = created.partition(b'"id"')
    return rest.split(b'"', 2)[1]
