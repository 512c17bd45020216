"""`hyfn check` against servers that keep their document, break it, or are not there."""

import re
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.contract_tests.asking import (
    DOCUMENT,
    ENVIRONMENT,
    GIVEN,
    Result,
    check,
    check_command,
    check_things,
)

from tests.running import DEMO, Running
from tests.servers.things import KEY, things

CREDENTIALS = [f"-H{name}: {value}" for name, value in DEMO.items()]


@pytest.fixture(scope="module")
def crash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Result, Path]]:
    """A run against a server with a bug, which still listens, and the folder where it ran."""
    folder = tmp_path_factory.mktemp("crash")
    with things("crash") as server:
        yield check_things(folder, server.url, "--junit", "result.xml"), folder


def test_the_mock_conforms(shared_mock: Running, tmp_path: Path) -> None:
    """The verdict is one line that tells how much was asked, and the folder stays as it was."""
    done = check(tmp_path, shared_mock.url, "-n", "2", "--seed", "1", *CREDENTIALS)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert re.search(
        r"^conforms: 22 operations, \d{3,} cases, 0 failures in .* s \(seed 1\)$", done.stdout, re.MULTILINE
    )
    assert done.stdout.startswith(f"{shared_mock.url} is asked to keep Hyfn Public API 1.0.0: 22 operations")
    assert [] == list(tmp_path.iterdir())


def test_names_of_headers_have_no_case(shared_mock: Running, tmp_path: Path) -> None:
    """However the credentials' headers are spelled, they are the ones that are left out to see a 401."""
    spelled = [text.replace("x-", "X-") for text in CREDENTIALS]
    done = check(tmp_path, shared_mock.url, "-n", "1", "--seed", "1", *spelled)

    assert CREDENTIALS != spelled
    assert 0 == done.returncode, done.stdout + done.stderr


def test_a_failure_names_operation_check_and_both_sides(crash: tuple[Result, Path]) -> None:
    done, _ = crash
    assert 1 == done.returncode, done.stderr
    for part in ("GET /things\n", "not_a_server_error", "status_code_conformance", "Received: 500"):
        assert part in done.stdout
    assert "Documented: 200, 401" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("does not conform: 2 failures in 4 operations")


def test_the_curl_line_shows_the_fault(crash: tuple[Result, Path]) -> None:
    """It runs as pasted, once the variable that it names is set."""
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    done, _ = crash
    line = next(line.strip() for line in done.stdout.splitlines() if line.strip().startswith("curl"))
    given = {**ENVIRONMENT, "HYFN_X_API_KEY": KEY}
    pasted = subprocess.run(["sh", "-c", line], env=given, capture_output=True, text=True, check=True)

    assert "note: the curl lines need HYFN_X_API_KEY (the value of x-api-key)" in done.stdout
    assert pasted.stdout.startswith("HTTP/1.1 500 ")


def test_junit_has_a_case_per_operation_and_one_for_sequences(crash: tuple[Result, Path]) -> None:
    _, folder = crash
    suite = ElementTree.parse(folder / "result.xml").getroot()

    assert ["result.xml"] == [path.name for path in folder.iterdir()]
    names = ["GET /things", "POST /things", "GET /things/{thingId}", "DELETE /things/{thingId}", "stateful"]
    assert names == [case.get("name") for case in suite.iter("testcase")]
    assert {"GET /things"} == {
        case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None
    }
    assert ("5", "1", "0") == (suite.get("tests"), suite.get("failures"), suite.get("errors"))


def test_no_output_has_a_secret(tmp_path: Path) -> None:
    """Not even where the server repeats it, and not in the report."""
    with things("echo") as server:
        done = check_things(tmp_path, server.url, "--junit", "result.xml")
    everything = done.stdout + done.stderr + (tmp_path / "result.xml").read_text("utf-8")

    assert 1 == done.returncode, done.stderr
    assert '{"error": "$HYFN_X_API_KEY", "url": "/?key=$HYFN_X_API_KEY"}' in done.stdout
    assert "s3cret" not in everything


def test_a_fault_that_needs_a_sequence_is_shown_as_one(tmp_path: Path) -> None:
    with things("undead") as server:
        done = check_things(tmp_path, server.url, "-n", "10")
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "stateful\n  use_after_free at " in done.stdout
    assert re.search(r"curl -si -X DELETE .*\n\s+curl -si -H", done.stdout)


def test_without_credentials_there_is_no_verdict(tmp_path: Path) -> None:
    """A server that refuses everything was not tested, which is not the same as conforming."""
    with things() as server:
        done = check(tmp_path, server.url, "--document", DOCUMENT, "-n", "1")
    assert 3 == done.returncode, done.stdout + done.stderr
    assert "inconclusive: 4 operations not tested" in done.stdout


def test_a_target_that_goes_away_is_no_failure_of_its_own(tmp_path: Path) -> None:
    with things("vanishes") as server:
        done = check_things(tmp_path, server.url)
    assert 3 == done.returncode, done.stdout + done.stderr
    assert "inconclusive: the target stopped answering" in done.stdout.splitlines()[-1]


def test_a_target_where_nothing_listens_is_unreachable(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = check(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}", "-n", "1")
    assert 3 == done.returncode
    assert "connection refused" in done.stderr
    assert 1 == len(done.stderr.splitlines())


def test_a_target_that_speaks_no_http_is_unreachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            with listening.accept()[0] as connection:
                connection.sendall(b"220 mail.example ESMTP\r\n")

        threading.Thread(target=greet, daemon=True).start()
        done = check(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}", "-n", "1")
    assert 3 == done.returncode
    assert "not in HTTP" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'URL'"),
        (["http://api.example.com"], "api.example.com is not this machine"),
        (["http://127.0.0.1:1", "-H", "s3cret"], "a header without a colon, expected 'name: value'"),
        (["http://127.0.0.1:1", "-H", "x: ${NOT_SET}"], "asks for NOT_SET, which the environment"),
        (["http://127.0.0.1:1", "-n", "0"], "0 is not in the range"),
        (["http://127.0.0.1:1", "--document", "no.yaml"], "no.yaml: cannot be read: no such file"),
        (["http://127.0.0.1:1", "--document", "broken.yaml"], "broken.yaml:3: "),
        (["http://127.0.0.1:1", "--document", "empty.yaml"], "empty.yaml:3: no operation found"),
        (["http://127.0.0.1:1", "--junit", "no/such.xml"], "--junit no/such.xml: cannot be written: no"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit code 2, before anything is sent."""
    (tmp_path / "broken.yaml").write_text("openapi: 3.0.3\npaths:\n  things: {get: {}}\n")
    (tmp_path / "empty.yaml").write_text("openapi: 3.0.3\ninfo: {title: Empty, version: '1'}\npaths: {}\n")
    done = check(tmp_path, *arguments)

    assert 2 == done.returncode
    assert said in done.stderr
    assert "s3cret" not in done.stderr
    assert "" == done.stdout


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
def test_a_signal_ends_the_run_and_its_child(tmp_path: Path, number: int, code: int) -> None:
    """Without a traceback; the server hears nothing more, not even after a kill that nobody can catch."""
    with things() as server:
        command = check_command(server.url, "--document", DOCUMENT, "-H", GIVEN)
        process = subprocess.Popen(
            [*command, "-n", "5000"], cwd=tmp_path, env=ENVIRONMENT,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert server.busy.wait(30)
        process.send_signal(number)
        _, problem = process.communicate(timeout=20)
        assert not server.hears_more()

    assert code == process.returncode
    assert "Traceback" not in problem
