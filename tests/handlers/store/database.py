"""A PostgreSQL of the tests' own, from the Debian package or wherever its programs are found."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER, PASSWORD = "hyfn", "hush-hush"
_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


class Server:
    """A running server; it is asked over TCP with a password."""

    def __init__(self, port: int) -> None:
        self.port = port

    def url(self, database: str) -> str:
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def new(self) -> str:
        """The address of an empty schema."""
        name = f"s{uuid.uuid4().hex}"
        self.run(f"CREATE SCHEMA {name}")
        return f"{self.url('postgres')}?options=-csearch_path%3D{name}"

    def run(self, command: str, database: str = "postgres") -> None:
        """Does something in the database of an address, or of a name."""
        import psycopg

        url = database if "://" in database else self.url(database)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(command.encode())


def missing() -> str | None:
    """Why there is no server to be had."""
    if not _program("initdb"):
        return "PostgreSQL is not installed (Debian: apt install postgresql)"
    if os.getuid() == 0 and not shutil.which("runuser"):
        return "PostgreSQL does not run as root, and there is no runuser"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed (pip install 'hyfn-contract[postgres]')"
    return None


@contextmanager
def running() -> Iterator[Server]:
    """A server in a folder of its own, which is gone afterwards. Skips the test where there is none."""
    reason = missing()
    if reason is not None:
        pytest.skip(reason)
    with tempfile.TemporaryDirectory(prefix="hyfn-pg-") as name:
        folder = Path(name)
        (folder / "password").write_text(PASSWORD)
        if os.getuid() == 0:
            for path in (folder, folder / "password"):
                shutil.chown(path, "nobody")
        data, port = folder / "data", _free_port()
        _run("initdb", "-D", data, "-U", USER, "-E", "UTF8", "--locale=C", "-A", "scram-sha-256", "-N",
             f"--pwfile={folder / 'password'}")  # fmt: skip
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -c unix_socket_directories={folder}"
        _run("pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield Server(port)
        finally:
            _run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(program: str, *arguments: object) -> None:
    user = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []
    command = [*user, str(_program(program)), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=120, check=False)
    assert 0 == done.returncode, done.stdout + done.stderr


def _program(name: str) -> str | None:
    beside = (str(place / name) for place in _PLACES if (place / name).exists())
    return next(beside, None) or shutil.which(name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
