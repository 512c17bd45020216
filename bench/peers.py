"""Who is measured: how each peer is installed, how it is started, and what it does with what it is sent."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CACHE = Path(__file__).parents[1] / ".bench"
"""Where peers that are no Python are installed; git ignores it."""

PRISM = "5.16.0"
HYFN, BARE, PRISM_KEY, STOCK = "hyfn", "bare", "prism", "stock"


class CannotInstall(Exception):
    """Why a peer is left out, in one line."""


@dataclass(frozen=True)
class Peer:
    """`command` makes the command line of (port, document); `base` is the path of its API."""

    key: str
    title: str
    does: str
    command: Callable[[int, Path], list[str]]
    base: str = ""
    by_case: bool = False
    """Answers each case on a path named after it, instead of an API."""

    install: Callable[[], None] = lambda: None
    """Raises CannotInstall."""

    environment: Mapping[str, str] = field(default_factory=dict)
    """Additions; {document} stands for the document's path."""


def _hyfn(port: int, document: Path) -> list[str]:
    options = ["--port", str(port), "-q", "--seed-data", "none"]
    return [sys.executable, "-P", "-W", "ignore", "-m", "hyfn", "mock", str(document), *options]


def _uvicorn(*application: str) -> Callable[[int, Path], list[str]]:
    options = ["--no-access-log", "--log-level", "critical", "--lifespan", "off"]
    command = [sys.executable, "-W", "ignore", "-m", "uvicorn", *application, *options]
    return lambda port, _document: [*command, "--port", str(port)]


def _prism(port: int, document: Path) -> list[str]:
    program = str(_prism_program())
    return [
        "node",
        program,
        "mock",
        "-h",
        "127.0.0.1",
        "-p",
        str(port),
        "--errors",
        "-v",
        "error",
        str(document),
    ]


def _prism_program() -> Path:
    return CACHE / f"prism-{PRISM}" / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"


def _install_prism() -> None:
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise CannotInstall("node and npm are not here")
    if _prism_program().exists():
        return
    folder = CACHE / f"prism-{PRISM}"
    folder.mkdir(parents=True, exist_ok=True)
    _run(["npm", "install", *_NPM_OPTIONS, "--prefix", str(folder), f"@stoplight/prism-cli@{PRISM}"])


_NPM_OPTIONS = (
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
)  # a script there tells its maker of the machine


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    except subprocess.CalledProcessError as error:
        lines = [line for line in error.stderr.splitlines() if "error" in line] or ["no reason given"]
        raise CannotInstall(f"npm: {lines[0]}") from error
    except subprocess.TimeoutExpired as error:
        raise CannotInstall("npm did not end within 300 s") from error


PEERS = (
    Peer(HYFN, "hyfn mock", "remembers; checks request and reply", _hyfn, "/api/public"),
    Peer(
        BARE,
        "bare uvicorn",
        "remembers nothing, checks nothing: constant bytes",
        _uvicorn("bench.bare:app"),
        by_case=True,
    ),
    Peer(
        PRISM_KEY,
        f"Prism {PRISM}",
        "remembers nothing; checks the request (log level error)",
        _prism,
        install=_install_prism,
    ),
    Peer(
        STOCK,
        "stock Connexion",
        "AsyncApp and a dictionary: remembers; checks request and reply",
        _uvicorn("--factory", "bench.stock:make"),
        "/api/public",
        environment={"HYFN_BENCH_DOCUMENT": "{document}"},
    ),
)


def available(wanted: list[str]) -> tuple[list[Peer], dict[str, str]]:
    """(the peers that can be measured, why each of the others cannot); ours and the yardstick always."""
    found, absent = [], {}
    for peer in PEERS:
        if peer.key not in (HYFN, BARE, *wanted):
            continue
        try:
            peer.install()
            found.append(peer)
        except CannotInstall as error:
            absent[peer.title] = str(error)
    return found, absent
