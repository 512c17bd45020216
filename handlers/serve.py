"""Sockets and signals: an application on the addresses it was asked for, until someone says stop."""

import asyncio
import contextlib
import errno
import gc
import signal
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import uvicorn

from handlers.patience import Patience
from handlers.protocol import Http, Refused

LOOPBACK = ("127.0.0.1", "::1")


class CannotListen(Exception):
    """An address that cannot be had, in one line."""


def listen(hosts: tuple[str, ...], port: int) -> list[socket.socket]:
    """A listening socket per host, all on one port; port 0 takes a free one. IPv6 loopback is left out
    where there is none.

    Raises CannotListen.
    """
    sockets: list[socket.socket] = []
    for host in hosts:
        try:
            sockets.append(_bind(host, port))
        except OSError as error:
            if host == "::1" and sockets and error.errno != errno.EADDRINUSE:
                continue
            for opened in sockets:
                opened.close()
            raise CannotListen(_why(host, port, error)) from error
        port = int(sockets[-1].getsockname()[1])
    return sockets


def address(sock: socket.socket) -> str:
    """`http://127.0.0.1:5000` for people and programs to use."""
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@dataclass(frozen=True)
class Served:
    """What is served."""

    app: Any
    """An ASGI application."""

    refusal: Refused
    """Of what never reaches the application, such as bytes that are no HTTP."""

    started: Callable[[], None]
    """Called when requests are answered."""

    beside: Callable[[], Coroutine[Any, Any, None]] | None
    """Runs along, and is cancelled at the end."""


def serve(served: Served, sockets: list[socket.socket]) -> None:
    """Serves until SIGINT or SIGTERM, then returns."""
    patience = Patience()
    _open_many()
    config = uvicorn.Config(
        served.app,
        http=_http(served, patience),
        log_level="critical",
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
        backlog=2048,
    )
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        server = _Server(config, served.started)
        beside = [patience.watch(server.server_state.connections)]
        runner.run(_run(server, sockets, [*beside, *([served.beside()] if served.beside else [])]))


def _http(served: Served, patience: Patience) -> type[Http]:
    return type("_Http", (Http,), {"refused": staticmethod(served.refusal), "patience": patience})


class _Server(uvicorn.Server):
    """Ends quietly on a signal; uvicorn would raise it again, and the process would not end with 0."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # what start-up made stays; collections look at requests only
        gc.set_threshold(
            10_000, 20, 50
        )  # requests leave no cycles: to look for them each 700 objects costs 8 %
        self._tell()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


async def _run(
    server: _Server, sockets: list[socket.socket], beside: Sequence[Coroutine[Any, Any, None]]
) -> None:
    tasks = [asyncio.ensure_future(each) for each in beside]
    try:
        await server.serve(sockets)
    finally:
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


def _open_many() -> None:
    """As many connections as the system lets this process have; what a shell allows by default is few."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # noqa: PLC0415 - there is none on Windows

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((socket.gethostbyname(host) if family == socket.AF_INET else host, port))
        bound.listen(2048)
    except OSError:
        bound.close()
        raise
    return bound


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65535 else port - 1
        return (
            f"port {port} of {host} is taken; choose another with --port, or make mock ARGS='--port {other}'"
        )
    if error.errno == errno.EACCES:
        return f"port {port} of {host} may not be used by this user; choose one above 1023 with --port"
    if isinstance(error, socket.gaierror):
        return f"--host {host}: no such address"
    return f"cannot listen on {host} port {port}: {(error.strerror or str(error)).lower()}"
