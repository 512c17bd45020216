"""The fixture `hyfn_mock`, as other people's tests use it."""

import os
import re
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.contract_tests.asking import DOCUMENT, Result, run_pytest
from tests.contract_tests.test_pytest_door import outcomes

ASKING = """
import json, os, pathlib, time, urllib.request
import pytest

def ask(mock, path, headers, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {**headers, "content-type": "application/json"} if data else headers
    request = urllib.request.Request(mock.url + path, data, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)

def agents(mock, headers):
    return {agent["id"] for agent in ask(mock, "/agents", headers)["agents"]}

AGENT = {"name": "n", "modelProvider": "openai", "modelName": "gpt-4"}
"""

PROJECT = (
    ASKING
    + """
@pytest.mark.parametrize("number", [1, 2, 3])
def test_each_begins_anew(hyfn_mock, number):
    before = agents(hyfn_mock, hyfn_mock.headers)
    ask(hyfn_mock, "/agents", hyfn_mock.headers, "POST", AGENT)
    assert len(agents(hyfn_mock, hyfn_mock.headers)) == len(before) + 1 == 5
    with pathlib.Path("pids").open("a") as file:
        file.write(f"{hyfn_mock.pid}\\n")

def test_there_is_another_organization(hyfn_mock):
    assert not agents(hyfn_mock, hyfn_mock.headers) & agents(hyfn_mock, hyfn_mock.other_headers)

def test_a_reset_is_quick(hyfn_mock):
    ask(hyfn_mock, "/agents", hyfn_mock.headers, "POST", AGENT)
    started = time.perf_counter()
    for _ in range(20):
        hyfn_mock.reset()
    print(f"reset: {(time.perf_counter() - started) / 20 * 1000:.1f} ms")
    assert len(agents(hyfn_mock, hyfn_mock.headers)) == 4

@pytest.mark.hyfn_mock(document="api.yaml", seed=3, cors=False)
def test_another_document(hyfn_mock):
    assert hyfn_mock.document == pathlib.Path(__file__).with_name("api.yaml")
    assert "items" in ask(hyfn_mock, "/things", hyfn_mock.headers)

@pytest.mark.hyfn_mock("api.yaml", auth="off")
class TestMarks:
    def test_of_a_class(self, hyfn_mock):
        assert "items" in ask(hyfn_mock, "/things", {})
"""
)

BROKEN = """
import pytest

@pytest.mark.hyfn_mock(document="none.yaml")
def test_no_document(hyfn_mock): ...

@pytest.mark.hyfn_mock(sead=3)
def test_no_option(hyfn_mock): ...

@pytest.mark.hyfn_mock(port=3)
def test_our_option(hyfn_mock): ...

@pytest.mark.hyfn_mock(document="odd.yaml")
def test_refused(hyfn_mock): ...

def test_gone(hyfn_mock):
    import os, signal
    os.kill(hyfn_mock.pid, signal.SIGKILL)

def test_after_it(hyfn_mock): ...

def test_later(hyfn_mock): ...
"""


def project(folder: Path, text: str, *arguments: str) -> Result:
    """pytest over one file of tests beside a copy of the small document."""
    (folder / "test_theirs.py").write_text(text)
    (folder / "api.yaml").write_bytes(DOCUMENT.read_bytes())
    return run_pytest(folder, "--rootdir", folder, "-c", os.devnull, *arguments)


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_mock_serves_a_session_and_each_test_begins_anew(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = project(tmp_path, PROJECT, "-s")
    assert {"passed": 7} == outcomes(done), done.stdout + done.stderr
    pids = {int(line) for line in (tmp_path / "pids").read_text().split()}
    assert 1 == len(pids)
    assert not any(map(is_there, pids))
    with capsys.disabled():
        print("", *re.findall("reset: .*", done.stdout))  # noqa: T201 - a figure for people


def test_each_worker_has_a_mock_of_its_own(tmp_path: Path) -> None:
    pytest.importorskip("xdist")
    done = project(tmp_path, PROJECT, "-n", "2", "-k", "test_each_begins_anew")
    assert {"passed": 3} == outcomes(done), done.stdout + done.stderr
    assert not any(is_there(int(line)) for line in (tmp_path / "pids").read_text().split())


def test_the_mock_ends_with_a_session_that_is_killed(tmp_path: Path) -> None:
    killed = "import os, pathlib, signal\n\ndef test_it(hyfn_mock):\n"
    killed += "    pathlib.Path('url').write_text(hyfn_mock.url)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    assert -9 == project(tmp_path, killed).returncode
    parts, end = urlsplit((tmp_path / "url").read_text()), time.monotonic() + 20
    with pytest.raises(ConnectionRefusedError):
        while time.monotonic() < end:
            socket.create_connection((parts.hostname, parts.port), timeout=5).close()
            time.sleep(0.05)


def test_the_document_of_the_ini_file_and_of_the_command_line(tmp_path: Path) -> None:
    """The command line wins."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "pytest.ini").write_text("[pytest]\nhyfn_document = api.yaml\n")
    (tmp_path / "sub" / "other.yaml").write_bytes(DOCUMENT.read_bytes())
    (tmp_path / "api.yaml").write_bytes(DOCUMENT.read_bytes())
    test = "def test_it(hyfn_mock):\n    assert hyfn_mock.document.name == {!r}\n"
    for name, arguments in (("api.yaml", []), ("other.yaml", ["--document", "sub/other.yaml"])):
        (tmp_path / "test_theirs.py").write_text(test.format(name))
        done = run_pytest(tmp_path, *arguments)
        assert {"passed": 1} == outcomes(done), done.stdout + done.stderr


def test_what_cannot_be_lent_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(DOCUMENT.read_text().replace("openapi: 3.0.3", 'swagger: "2.0"'))
    done = project(tmp_path, BROKEN)
    assert {"passed": 2, "errors": 5} == outcomes(done), done.stdout + done.stderr
    for said in (
        "hyfn_mock: none.yaml: there is no such file, neither beside the test nor below the root",
        "hyfn_mock: the mock did not start: Error: No such option '--sead'",
        "hyfn_mock: the mark has port, which the fixture chooses itself",
        "odd.yaml:1: Swagger 2.0 found, expected OpenAPI 3: convert it first",
        "hyfn_mock: the mock has ended with exit code -9",
    ):
        assert said in done.stdout, done.stdout
    assert "Traceback" not in done.stdout
