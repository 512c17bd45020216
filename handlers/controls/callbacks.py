"""Requests that the mock itself sends: callbacks and webhooks, beside everything else and to few places.

They go to this machine, and to the hosts of `--allow-callback`; never to our own controls. No answer waits
for them, and each has its time.
"""

import asyncio
import ipaddress
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

from handlers.clock import Clock
from handlers.log import Entry, RequestLog

LONGEST = 5.0
"""Seconds that one may take."""

AT_ONCE = 10
MOST_WAITING = 100
"""How many are under way, and how many wait; more are left out, and logged."""

AGENT = "hyfn-mock-callback"
"""The User-Agent. A request that has it sets off no callbacks: else two could call each other for ever."""


class NotAllowed(ValueError):
    """An address that nothing is sent to; the message says why."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request to be sent. `why` is what it is, for the log: `callback onEvent`."""

    why: str
    method: str
    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Sender:
    """Sends requests from the event loop, each in a task of its own."""

    def __init__(self, log: RequestLog, allowed: tuple[str, ...] = (), clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._log, self._allowed = log, {host.lower().strip("[]") for host in allowed}
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    def check(self, url: str) -> None:
        """Raises NotAllowed where nothing may be sent to an address."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
            _ = parts.port
        except ValueError as error:
            raise NotAllowed(f"no usable URL: {error}") from error
        if parts.scheme not in ("http", "https") or not host:
            raise NotAllowed("expected an absolute http or https URL")
        if _is_loopback(host):
            if parts.path.lower().startswith("/_mock/"):
                raise NotAllowed("the controls of a mock are called by nobody but people and tests")
        elif host not in self._allowed:
            raise NotAllowed(f"{host} is not this machine: allow it with --allow-callback {host}")

    def send(self, request: Outgoing) -> None:
        """Begins to send, and returns at once. What comes of it is in the log."""
        try:
            self.check(request.url)
        except NotAllowed as error:
            self._note(request, 0, 0.0, str(error))
            return
        if len(self._tasks) >= MOST_WAITING:
            self._note(request, 0, 0.0, f"{MOST_WAITING} others wait already")
            return
        task = asyncio.get_running_loop().create_task(self._deliver(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, request: Outgoing) -> None:
        status, problem, started = 0, "", time.perf_counter()
        try:
            async with self._turns:
                started = time.perf_counter()
                async with asyncio.timeout(LONGEST):
                    status = await _status(request)
        except TimeoutError:
            problem = f"no answer within {LONGEST:g} s"
        except Exception as error:  # whatever a stranger's server does, this one goes on
            problem = f"{type(error).__name__}: {error}"
        self._note(request, status, (time.perf_counter() - started) * 1000, problem)

    def _note(self, request: Outgoing, status: int, ms: float, problem: str) -> None:
        problems = (f"{request.why} not sent: {problem}",) if problem else ()
        address = request.url.partition("?")[0].partition("#")[0]
        self._log.add(Entry(self._clock.seconds(), request.method, address, status, ms, problems))


async def _status(request: Outgoing) -> int:
    """Sends a request and gives the status of its answer, whose body nobody reads."""
    headers = {**request.headers, "user-agent": AGENT}
    secure = request.url.lower().startswith("https:")
    # No proxy of the environment: what goes to this machine would leave it.
    async with (
        httpx.AsyncClient(verify=secure, trust_env=False, timeout=LONGEST) as client,
        client.stream(request.method, request.url, content=request.body, headers=headers) as answer,
    ):
        return answer.status_code


def _is_loopback(host: str) -> bool:
    if host in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
