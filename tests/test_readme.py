"""The README's commands run, and print what it says they print."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = [body.strip() for kind, body in BLOCKS if kind == "sh"]
OUTPUTS = [body.strip() for kind, body in BLOCKS if kind == "text"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(start: str) -> str:
    """The one README command that starts so."""
    (found,) = [text for text in COMMANDS if text.startswith(start)]
    return str(found)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[int, str]]:
    """`make mock` on a free port instead of 5000: (port, what it printed)."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    port = free_port()
    process = subprocess.Popen(
        command("make mock"), shell=True, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "HYFN_PORT": str(port)}, start_new_session=True,
    )  # fmt: skip
    assert process.stdout
    printed = ""
    while "Ctrl-C" not in printed:
        line = process.stdout.readline()
        assert line, process.communicate()
        printed += line
    yield port, printed
    os.killpg(process.pid, signal.SIGTERM)
    process.communicate(timeout=20)


def shell(text: str, port: int) -> str:
    """What a README command prints, sent to the mock under test."""
    here = text.replace(":5000", f":{port}").replace("curl ", "curl -sS --max-time 20 ", 1)
    return subprocess.run(here, shell=True, check=True, capture_output=True, text=True, timeout=300).stdout


def test_every_command_is_known_to_this_file() -> None:
    """A command that is added to the README needs a test here."""
    starts = (
        "make mock",
        "curl -X POST",
        "curl http",
        "make check",
        "pytest contract_tests",
        "python3 -m venv",
    )
    unknown = [text for text in COMMANDS if not text.startswith(starts)]

    assert [] == unknown
    assert 7 == len(COMMANDS)


def test_make_mock_prints_what_the_first_screen_shows(served: tuple[int, str]) -> None:
    """Up to the operations, line by line, and the first operations."""
    port, printed = served
    shown = OUTPUTS[0].replace(":5000", f":{port}").splitlines()

    assert shown[:-1] == printed.splitlines()[: len(shown) - 1]


def test_the_samples_work(served: tuple[int, str]) -> None:
    """Create, list, and the refusal with its text."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    create, refuse = [text for text in COMMANDS if text.startswith("curl -X POST")]
    made = shell(create, served[0])

    assert '"timeSpent":"0.5"' in made
    assert made[len('{"workItem":') : -1] in shell(command("curl http"), served[0])
    assert OUTPUTS[1] == shell(refuse, served[0])


def test_make_check_conforms(served: tuple[int, str]) -> None:
    """The suite's first door, with few examples here."""
    text = command("make check").replace('ARGS="', 'ARGS="-n 2 ')
    told = subprocess.run(
        text.replace(":5000", f":{served[0]}"),
        shell=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert 0 == told.returncode, told.stdout + told.stderr


def test_the_pytest_form_conforms(served: tuple[int, str]) -> None:
    """Run by this Python's pytest, with few examples here."""
    text = command("pytest").replace(":5000", f":{served[0]}").replace("\\\n", " ")
    text = text.replace("pytest ", f"{sys.executable} -m pytest -p no:cacheprovider --max-examples 2 ", 1)
    told = subprocess.run(
        text, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )

    assert 0 == told.returncode, told.stdout + told.stderr


@pytest.mark.parametrize("verb", ["test", "lint", "check", "mock"])
def test_the_verbs_exist(verb: str) -> None:
    """`make -n` knows each verb that the README names."""
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    told = subprocess.run(
        ["make", "-n", verb], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )

    assert 0 == told.returncode, told.stderr


def test_without_make_it_installs_anywhere(tmp_path: Path) -> None:
    """Into an empty environment; mock and check work from another folder, beside foreign packages."""
    tree = tmp_path / "tree"
    skip = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "build", "dist")
    shutil.copytree(ROOT, tree, ignore=skip)
    create, install, start = command("python3 -m venv").splitlines()
    for text in (create.replace("python3", sys.executable, 1), install):
        told = subprocess.run(
            text, shell=True, cwd=tree, capture_output=True, text=True, timeout=900, check=False
        )
        assert 0 == told.returncode, told.stderr
    empty = tmp_path / "empty"
    for name in ("handlers", "openapi"):
        (empty / name).mkdir(parents=True)
        (empty / name / "__init__.py").write_text("raise RuntimeError('a foreign package was imported')")
    before = sorted(empty.rglob("*"))
    hyfn = tree / start.split()[0]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    shutil.rmtree(tree / "handlers")  # the installed one is used, not the tree's
    mock = subprocess.Popen(
        [hyfn, "mock", "--port", "0", "-q"], cwd=empty, stdout=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert mock.stdout
        url = mock.stdout.readline().strip()
        keys = ["-H", "x-api-key: demo-key-123", "-H", "x-org-id: demo-org-123"]
        told = subprocess.run(
            [hyfn, "check", url, *keys, "-n", "1"],
            cwd=empty,
            capture_output=True,
            text=True,
            timeout=300,
            env=environment,
            check=False,
        )
    finally:
        mock.terminate()
        mock.communicate(timeout=20)

    assert 0 == told.returncode, told.stdout + told.stderr
    assert before == sorted(path for path in empty.rglob("*") if "__pycache__" not in path.parts)
