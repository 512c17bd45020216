"""A server as a process tree: its start, its time on the CPU, its memory, its end."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE = 60
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As a user has it: Python keeps what it has compiled."""

CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


class DidNotStart(Exception):
    """A server that gave no answer, in one line."""


class Tree:
    """A process and all below it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.began = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**ENVIRONMENT, **environment},
            start_new_session=True,
        )
        pin(0, self._process.pid)

    def answers(self, port: int, path: str, headers: Mapping[str, str]) -> float:
        """Seconds from the start to the first answer to a GET. Raises DidNotStart."""
        while time.perf_counter() - self.began < PATIENCE:
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
                connection.request("GET", path, headers=dict(headers))
                connection.getresponse().read()
                connection.close()
                return time.perf_counter() - self.began
            if self._process.poll() is not None:
                raise DidNotStart(f"it ended with code {self._process.returncode}")
            time.sleep(0.005)
        raise DidNotStart(f"no answer within {PATIENCE} s")

    def cpu_seconds(self) -> float:
        """User and system time so far; NaN where there is no /proc to ask."""
        try:
            return sum(_cpu_of(pid) for pid in self._pids())
        except OSError:
            return float("nan")

    def memory(self, peak: bool = True) -> float:
        """Resident memory in MiB, its highest or the present; NaN where there is no /proc to ask."""
        key = "VmHWM:" if peak else "VmRSS:"
        try:
            return sum(_kilobytes(pid, key) for pid in self._pids()) / 1024
        except OSError:
            return float("nan")

    def stop(self) -> None:
        """Ends the tree and waits for it."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(timeout=10)

    def _pids(self) -> list[int]:
        found = [self._process.pid]
        for pid in found:  # grows while it is walked: children of children
            children = Path(f"/proc/{pid}/task/{pid}/children")
            found += [int(child) for child in children.read_text().split()] if children.exists() else []
        return found


@contextlib.contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Tree]:
    """A tree that is stopped at the end, whatever happens."""
    tree = Tree(command, environment)
    try:
        yield tree
    finally:
        tree.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def pin(core: int, pid: int = 0) -> None:
    """Keeps a process (0: this one) on the first core (servers) or the last (load), where there are two."""
    if hasattr(os, "sched_setaffinity") and len(CORES) > 1:
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(pid, {CORES[core]})


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _kilobytes(pid: int, key: str) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key))
