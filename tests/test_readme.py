"""The README's commands run, and print what it says they print."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.baseline import read_baseline
from tests.contract_tests.asking import DOCUMENT, run_pytest
from tests.running import Start

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
COMMANDS = [str(body).strip() for kind, body in BLOCKS if kind == "sh"]
CHECK, WITH_REPORTS = [text for text in COMMANDS if text.startswith("make check")]
OUTPUTS = [str(body).strip() for kind, body in BLOCKS if kind == "text"]

# What `make test` hands down to a make below it, its ARGS among them, is not for the commands under test.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "ARGS")
}

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")


def command(start: str) -> str:
    """The one README command that starts so."""
    (found,) = [text for text in COMMANDS if text.startswith(start)]
    return found


def run(text: str, folder: Path = ROOT) -> str:
    """What a shell command prints; it must succeed."""
    done = subprocess.run(
        text,
        shell=True,
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[int, str]]:
    """`make mock` on a free port instead of 5000: (port, what it printed)."""
    port = free_port()
    process = subprocess.Popen(
        command("make mock"), shell=True, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**ENVIRONMENT, "HYFN_PORT": str(port)}, start_new_session=True,
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


def test_every_command_is_known_to_this_file() -> None:
    """A command that is added to the README needs a test here."""
    starts = (
        "make mock",
        "curl -X POST",
        "curl http",
        "make check",
        ".venv/bin/hyfn sweep",
        ".venv/bin/hyfn explain",
        ".venv/bin/hyfn report",
        ".venv/bin/pytest",
        "python3 -m venv",
    )

    assert [] == [text for text in COMMANDS if not text.startswith(starts)]
    assert 11 == len(COMMANDS)


@needs_make
def test_make_mock_prints_what_the_first_screen_shows(served: tuple[int, str]) -> None:
    """Line by line, down to the first operations."""
    port, printed = served
    shown = OUTPUTS[0].replace(":5000", f":{port}").splitlines()

    assert shown[:-1] == printed.splitlines()[: len(shown) - 1]


@needs_make
@needs_curl
def test_the_samples_work(served: tuple[int, str]) -> None:
    """Create, list, and the refusal with its text."""

    def sent(text: str) -> str:
        return run(text.replace(":5000", f":{served[0]}").replace("curl ", "curl -sS --max-time 20 ", 1))

    create, refuse = [text for text in COMMANDS if text.startswith("curl -X POST")]
    made = sent(create)

    assert '"timeSpent":"0.5"' in made
    assert made[len('{"workItem":') : -1] in sent(command("curl http"))
    assert OUTPUTS[1] == sent(refuse)


@needs_make
def test_make_check_conforms(served: tuple[int, str]) -> None:
    """With both identities, so that all that may be asked is."""
    told = run(CHECK.replace(":5000", f":{served[0]}"))

    assert "\nconforms: 0 failed, 0 warned, 1," in told
    assert "no second identity" not in told


def test_a_finding_looks_as_it_is_shown(start_mock: Start, tmp_path: Path) -> None:
    """Ids, numbers and addresses apart."""
    mock = start_mock("--fault", "list_misses_the_newest_item")
    words = shlex.split(shlex.split(CHECK.replace("\\\n", ""))[-1].removeprefix("ARGS="))
    check = [sys.executable, "-m", "hyfn", "check", mock.url, *words, "-c", "created_item_is_listed"]
    environment = {**ENVIRONMENT, "XDG_STATE_HOME": str(tmp_path)}
    done = subprocess.run(check, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    def plain(text: str) -> str:
        for pattern in (
            "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
            "hyfn-[0-9a-f]{8}-[0-9]+",
            ":[0-9]{4,5}/",
        ):
            text = re.sub(pattern, "_", text)
        return " ".join(text.replace("\\\n", " ").split())

    assert 1 == done.returncode, done.stdout + done.stderr
    assert plain(OUTPUTS[2]) in plain(done.stdout)


def test_nothing_is_left_to_sweep(served: tuple[int, str], tmp_path: Path) -> None:
    text = command(".venv/bin/hyfn sweep").replace(":5000", f":{served[0]}")
    swept = run(f"XDG_STATE_HOME={tmp_path} {text.replace('.venv/bin/hyfn', f'{sys.executable} -m hyfn', 1)}")

    assert "nothing is left of earlier runs\n" == swept


def test_explain_says_what_a_check_asks() -> None:
    told = run(command(".venv/bin/hyfn explain").replace(".venv/bin/hyfn", f"{sys.executable} -m hyfn", 1))
    assert told.startswith("create_then_get_returns_it\n  asks ")


@needs_make
def test_reports_are_made_now_and_later(served: tuple[int, str], tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(WITH_REPORTS.replace(":5000", f":{served[0]}").replace("--report-dir out", f"--report-dir {out}"))
    later = command(".venv/bin/hyfn report").replace(".venv/bin/hyfn", f"{sys.executable} -m hyfn", 1)
    run(
        later.replace("out/report.json", f"{out}/report.json").replace(
            "--report-dir out", f"--report-dir {out}"
        )
    )

    assert {"report.html", "report.json", "report.md", "report.sarif"} == {p.name for p in out.iterdir()}


def test_the_files_that_it_shows_are_read(tmp_path: Path) -> None:
    """A baseline, and settings."""
    (baseline,) = [body for kind, body in BLOCKS if kind == "yaml"]
    (settings,) = [body for kind, body in BLOCKS if kind == "toml"]
    (tmp_path / "known.yaml").write_text(baseline)
    (tmp_path / "hyfn.toml").write_text(settings)
    told = run(f"{sys.executable} -m hyfn config --config {tmp_path}/hyfn.toml")

    (entry,) = read_baseline(tmp_path / "known.yaml").entries
    assert ("platform", "the list is a minute behind") == (entry.owner, entry.reason)
    assert "https://staging.example.com/v1" in told


def test_the_fixture_is_used_as_it_is_shown(tmp_path: Path) -> None:
    (code,) = [body for kind, body in BLOCKS if kind == "python"]
    client = (
        "import pytest\nfrom urllib.request import Request, urlopen\n\n\ndef Client(url, headers):\n"
        "    assert 200 == urlopen(Request(url + '/things', headers=headers)).status\n\n\n"
    )
    (tmp_path / "api.yaml").write_text(DOCUMENT.read_text())
    (tmp_path / "test_client.py").write_text(client + code)
    done = run_pytest(tmp_path, "test_client.py")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "1 passed" in done.stdout


@needs_make
def test_the_pytest_form_conforms(served: tuple[int, str]) -> None:
    """Run by this Python's pytest."""
    text = command(".venv/bin/pytest").replace(":5000", f":{served[0]}")

    assert "hyfn: conforms: 0 failed, 0 warned, " in run(
        text.replace(".venv/bin/pytest ", f"{sys.executable} -m pytest -p no:cacheprovider ", 1)
    )


@needs_make
@pytest.mark.parametrize("verb", ["test", "lint", "check", "mock"])
def test_the_verbs_exist(verb: str) -> None:
    """`make -n` knows each verb that the README names."""
    run(f"make -n {verb}")


def test_without_make_it_installs_anywhere(tmp_path: Path) -> None:
    """Into an empty environment; mock and check work from another folder, beside foreign packages."""
    tree, elsewhere = tmp_path / "tree", tmp_path / "elsewhere"
    shutil.copytree(
        ROOT, tree, ignore=shutil.ignore_patterns(".*_cache", ".git", ".venv", "__pycache__", "dist")
    )
    create, install, start = command("python3 -m venv").splitlines()
    run(create.replace("python3", sys.executable, 1), tree)
    run(install, tree)
    for room in ("handlers", "openapi", "contract_tests"):
        shutil.rmtree(tree / room)  # the installed ones are used, not the tree's
        (elsewhere / room).mkdir(parents=True)
        (elsewhere / room / "__init__.py").write_text("raise RuntimeError('a foreign package was imported')")
    before = sorted(elsewhere.rglob("*"))
    hyfn = tree / start.split()[0]
    mock = subprocess.Popen(
        [hyfn, "mock", "--port", "0", "-q"], cwd=elsewhere, stdout=subprocess.PIPE, text=True, env=ENVIRONMENT
    )
    try:
        assert mock.stdout
        url = mock.stdout.readline().strip()
        keys = "-H 'x-api-key: demo-key-123' -H 'x-org-id: demo-org-123'"
        told = run(f"{hyfn} check {url} {keys} --ledger {tmp_path}/ledger", elsewhere)
    finally:
        mock.terminate()
        mock.communicate(timeout=20)

    assert "\nconforms: 0 failed, 0 warned, 1," in told
    assert before == sorted(elsewhere.rglob("*"))


def test_the_seed_file_is_one(start_mock: Start, tmp_path: Path) -> None:
    """The mock begins with what the README's seed file holds."""
    (text,) = [body for kind, body in BLOCKS if kind == "json"]
    (tmp_path / "seed.json").write_text(text)
    (tmp_path / "keys.json").write_text('{"acme": "key"}')
    files = ["--seed-data", str(tmp_path / "seed.json"), "--keys", str(tmp_path / "keys.json")]
    mock = start_mock(*files)

    (item,) = mock.ask("GET", "/work_items", headers={"x-api-key": "key", "x-org-id": "acme"}).json[
        "workItems"
    ]
    assert "0.5" == item["timeSpent"]
