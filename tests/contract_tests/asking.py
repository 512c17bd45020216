"""`hyfn check` and the pytest door as child processes, in an empty folder, within a small budget."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from importlib.metadata import entry_points
from pathlib import Path

from tests.servers.things import KEY

ROOT = Path(__file__).parents[2]
DOCUMENT = Path(__file__).with_name("things.yaml")
GIVEN = "x-api-key: ${THINGS_KEY}"

UNSEEN = ("NO_COLOR", "COLUMNS", "XDG_STATE_HOME")
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name not in UNSEEN},
    "PYTHONPATH": str(ROOT),
    "THINGS_KEY": KEY,
}
# Where this tree is installed, pytest finds the plugin by itself, and refuses to be told of it twice.
INSTALLED = any(point.value == "contract_tests.plugin" for point in entry_points(group="pytest11"))

Result = subprocess.CompletedProcess[str]


def check_command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-P", "-m", "hyfn", "check", *map(str, arguments)]


def check(folder: Path, *arguments: str | Path) -> Result:
    """`hyfn check` from a folder."""
    return run(check_command(*arguments), folder)


def check_things(folder: Path, url: str, *arguments: str | Path) -> Result:
    """`hyfn check` of the small API with its key."""
    return check(folder, url, "--document", DOCUMENT, "--seed", "1", "-H", GIVEN, *arguments)


def door(folder: Path, *arguments: str | Path, cache: bool = False) -> Result:
    """`pytest --pyargs contract_tests` from a folder; `cache`: pytest's own, for --lf."""
    return run_pytest(folder, "--pyargs", "contract_tests", *arguments, cache=cache)


def run_pytest(folder: Path, *arguments: str | Path, cache: bool = False) -> Result:
    """pytest with our plugin from a folder."""
    return run(pytest_command(*arguments, cache=cache), folder)


def pytest_command(*arguments: str | Path, cache: bool = False) -> list[str]:
    """pytest with our plugin, without plugins that only take time."""
    plugin = [] if INSTALLED else ["-p", "contract_tests.plugin"]
    start = [sys.executable, "-P", "-m", "pytest", *plugin]
    for name in ("schemathesis", "hypothesispytest", *([] if cache else ["cacheprovider"])):
        start += ["-p", f"no:{name}"]
    return [*start, *map(str, arguments)]


def run(command: Iterable[str], folder: Path) -> Result:
    """Any command from a folder."""
    with tempfile.TemporaryDirectory() as state:
        environment = {**ENVIRONMENT, "XDG_STATE_HOME": state}
        return subprocess.run(
            [*command], cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
