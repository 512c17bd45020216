"""`hyfn check` against servers that keep their document, break it, or are not there."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
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
from tests.running import DEMO, OTHER, Running
from tests.servers.things import KEY, Things, things

CREDENTIALS = [f"-H{name}: {value}" for name, value in DEMO.items()]
OTHERS = [part for name, value in OTHER.items() for part in ("--other-header", f"{name}: {value}")]
NOBODY = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def crash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Result, Path]]:
    """A run against a server with a bug, and the folder where it ran."""
    folder = tmp_path_factory.mktemp("crash")
    with things("crash") as server:
        yield check_things(folder, server.url, "--junit-xml", "result.xml"), folder


def test_the_mock_conforms(shared_mock: Running, tmp_path: Path) -> None:
    """The first line says what is asked of whom, the last one how much was; the folder stays as it was."""
    done = check(tmp_path, shared_mock.url, "--seed", "1", *CREDENTIALS, *OTHERS)

    assert 0 == done.returncode, done.stdout + done.stderr
    first, *_, last = done.stdout.splitlines()
    assert first.startswith(f"{shared_mock.url} is asked to keep Hyfn Public API 1.0.0: ")
    assert re.search(r": 1,\d{3} requirements, profile sandboxed, seed 1$", first)
    assert re.match(
        r"conforms: 0 failed, 0 warned, 1,\d{3} passed; tested 9\d % of what may be asked \(", last
    )
    assert re.search(r"\d+ records? created, \d+ deleted, 0 left\n", done.stdout)
    assert "" == done.stderr
    assert [] == list(tmp_path.iterdir())


def test_names_of_headers_have_no_case(shared_mock: Running, tmp_path: Path) -> None:
    """However the credentials' headers are spelled, they are the ones that are left out to see a 401."""
    spelled = [text.replace("x-", "X-") for text in CREDENTIALS]
    done = check(tmp_path, shared_mock.url, "-c", "missing_credential_is_refused,unknown_id*", *spelled)

    assert CREDENTIALS != spelled
    assert 0 == done.returncode, done.stdout + done.stderr


def test_a_failure_says_what_came_what_was_promised_and_where(crash: tuple[Result, Path]) -> None:
    done, folder = crash
    assert 1 == done.returncode, done.stderr
    finding = done.stdout.partition("\n\n")[2].splitlines()
    assert [
        "FAILED  never_answers_with_a_server_error  (http)",
        "  at        GET /things",
        "  received  500, a server error",
        "  promised  a status below 500, whatever was sent",
        f"            {min(str(DOCUMENT), os.path.relpath(DOCUMENT, folder), key=len)}:6",
    ] == [finding[0], finding[1], finding[2], finding[3], finding[4].partition("  #/paths")[0]]
    assert done.stdout.splitlines()[-1].startswith("does not conform: 1 failed, 0 warned, ")


def test_the_curl_line_shows_the_fault(crash: tuple[Result, Path]) -> None:
    """It runs as pasted, once the variable that it names is set."""
    done, _ = crash
    line = next(line.strip() for line in done.stdout.splitlines() if line.strip().startswith("curl"))
    given = {**ENVIRONMENT, "HYFN_X_API_KEY": KEY}
    pasted = subprocess.run(["bash", "-c", line], env=given, capture_output=True, text=True, check=True)

    assert "to see it again, export  HYFN_X_API_KEY (x-api-key)\n" in done.stdout
    assert pasted.stdout.startswith("HTTP/1.1 500 ")


def test_failures_come_first_then_the_table_then_the_footprint(crash: tuple[Result, Path]) -> None:
    done, _ = crash
    parts = (
        "FAILED  ",
        "\nnot tested  ",
        "\n/things ",
        "\nfootprint  ",
        "\ndoes not conform",
    )
    places = [done.stdout.index(part) for part in parts]
    assert sorted(places) == places
    assert "1 failed" in next(line for line in done.stdout.splitlines() if line.startswith("/things "))


def test_junit_has_a_case_per_requirement(crash: tuple[Result, Path]) -> None:
    done, folder = crash
    suite = ElementTree.parse(folder / "result.xml").getroot()
    asked = re.search(r"(\d+) requirements", done.stdout)

    assert ["result.xml"] == [path.name for path in folder.iterdir()]
    assert asked is not None
    assert (asked[1], "1", "0") == (suite.get("tests"), suite.get("failures"), suite.get("errors"))
    (failed,) = [case for case in suite.iter("testcase") if case.find("failure") is not None]
    assert "#/paths/~1things/get · never_answers_with_a_server_error" == failed.get("name")


def test_json_is_alone_on_the_standard_output(tmp_path: Path) -> None:
    """What is for people goes to the standard error."""
    with things("crash") as server:
        done = check_things(tmp_path, server.url, "--report", "json")
    told = json.loads(done.stdout)

    assert (1, "does not conform", 1) == (done.returncode, told["verdict"], told["exit_code"])
    assert "FAILED  never_answers_with_a_server_error" in done.stderr
    (finding,) = told["findings"]
    assert ("GET /things", 6) == (finding["places"][0], finding["line"])
    assert finding["reproduce"][0].startswith("curl ")
    assert {"HYFN_X_API_KEY": "x-api-key"} == finding["variables"]
    assert len(told["requirements"]) == sum(told["counts"].values())
    assert told["footprint"]["created"] == told["footprint"]["deleted"]


def test_reports_go_to_a_folder_that_is_made(tmp_path: Path) -> None:
    with things() as server:
        done = check_things(
            tmp_path, server.url, "--report", "json", "--report", "junit", "--report-dir", "out/here"
        )
    assert 0 == done.returncode, done.stderr
    assert ["report.json", "report.xml"] == sorted(path.name for path in (tmp_path / "out/here").iterdir())
    assert done.stdout.splitlines()[-1].startswith("conforms: ")


def test_a_fault_that_needs_a_sequence_is_shown_as_one(tmp_path: Path) -> None:
    """What cannot be deleted is named, too."""
    with things("undead") as server:
        done = check_things(tmp_path, server.url)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "FAILED  deleted_is_gone  (lifecycle)" in done.stdout
    assert re.search(r"HYFN_ID_1=\$\(curl .*\n(.*\n)*?.* -X DELETE \".*/things/\$HYFN_ID_1\"", done.stdout)
    assert re.search(r"\n     left  http://127.0.0.1:\d+/things/.*: DELETE was answered\n", done.stdout)


def test_no_output_has_a_secret(tmp_path: Path) -> None:
    """Not even where the server repeats it, cut or in another way, or where it was broken on purpose; of
    either identity."""
    secrets = ["Zq7-Wm4/Rk9+Vt2=Xp6", "Hn3_Jd8.Lf5~Gb1:Cy0"]
    with things("echo") as server:
        done = check(
            tmp_path, server.url, "--document", DOCUMENT, "--seed", "1", "-H", f"x-api-key: {secrets[0]}",
            "--other-header", f"x-api-key: {secrets[1]}", "--junit", "result.xml", "--report", "json",
        )  # fmt: skip
    everything = done.stdout + done.stderr + (tmp_path / "result.xml").read_text("utf-8")

    assert 1 == done.returncode, done.stderr
    assert "broken_credential_is_refused" in done.stderr
    assert '-H "x-api-key: ${HYFN_X_API_KEY%?}"' in everything
    pieces = {secret[at : at + 4] for secret in secrets for at in range(len(secret) - 3)}
    assert set() == {piece for piece in pieces | set(map(str.swapcase, pieces)) if piece in everything}


def test_without_credentials_there_is_no_verdict(tmp_path: Path) -> None:
    """A server that refuses everything was not tested, which is not the same as conforming."""
    with things() as server:
        done = check(tmp_path, server.url, "--document", DOCUMENT)
    assert 3 == done.returncode, done.stdout + done.stderr
    assert (
        "hyfn check: every operation asked is answered 401: give credentials with -H (key)\n" == done.stderr
    )


def test_a_base_path_that_is_missing_is_told_in_one_line(shared_mock: Running, tmp_path: Path) -> None:
    done = check(tmp_path, f"{shared_mock.url}/v1", *CREDENTIALS)
    assert 3 == done.returncode
    assert "is the base path missing? the document's servers end in /api/public" in done.stderr
    assert 1 == len(done.stderr.splitlines())


def test_a_target_that_goes_away_is_no_failure_of_its_own(tmp_path: Path) -> None:
    with things("vanishes") as server:
        done = check_things(tmp_path, server.url)
    assert done.returncode in (1, 3), done.stdout + done.stderr  # 1 where records are left
    assert "0 failed" in done.stdout.splitlines()[-1]
    assert "does not answer any more" in done.stdout.splitlines()[-1]


def test_a_target_where_nothing_listens_is_unreachable(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        done = check(tmp_path, f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert 3 == done.returncode
    assert "connection refused" in done.stderr
    assert 1 == len(done.stderr.splitlines())


def test_a_target_that_speaks_no_http_is_unreachable(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def greet() -> None:
            while True:
                try:
                    with listening.accept()[0] as connection:
                        connection.sendall(b"220 mail.example ESMTP\r\n")
                except OSError:
                    return

        threading.Thread(target=greet, daemon=True).start()
        done = check(tmp_path, f"http://127.0.0.1:{listening.getsockname()[1]}")
    assert 3 == done.returncode, done.stdout + done.stderr
    assert "it is not HTTP" in done.stderr + done.stdout.splitlines()[-1]


def test_it_waits_for_a_target_that_comes_up(tmp_path: Path) -> None:
    server = Things()
    port = server.server_port

    def begin() -> None:
        time.sleep(3)
        server.serve_forever(0.05)

    threading.Thread(target=begin, daemon=True).start()  # until then nobody answers on the port
    try:
        done = check_things(
            tmp_path, f"http://127.0.0.1:{port}", "--wait", "30", "--request-timeout", "0.5",
            "-c", "created_item_is_listed",
        )  # fmt: skip
    finally:
        server.stop()
    assert 0 == done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Missing argument 'URL'"),
        ([NOBODY, "-u", "http://127.0.0.1:2"], "Several URLs are given, expected one"),
        ([NOBODY, "-H", "s3cret"], "a header without a colon, expected 'name: value'"),
        ([NOBODY, "-H", "x: ${NOT_SET}"], "asks for NOT_SET, which the environment"),
        ([NOBODY, "-n", "0"], "0 is not in the range"),
        ([NOBODY, "--document", "no.yaml"], "no.yaml: cannot be read: no such file"),
        ([NOBODY, "--document", "broken.yaml"], "broken.yaml:3: "),
        ([NOBODY, "--document", "empty.yaml"], "empty.yaml:3: no operation found"),
        ([NOBODY, "--junit", "no/such.xml"], "--junit no/such.xml: cannot be written: no"),
        ([NOBODY, "--report-dir", "out"], "--report-dir needs --report, one or more of "),
        ([NOBODY, "--report", "jsn"], "--report jsn: there is no such report, did you mean json?"),
        ([NOBODY, "--profile", "careful"], "expected one of read-only, sandboxed, full"),
        ([NOBODY, "--rate-limit", "fast"], "--rate-limit: 'fast' found, expected requests per second"),
        ([NOBODY, "-c", "created_item_is_lost"], "no such check, did you mean created_item_is_listed?"),
        ([NOBODY, "--include-path", "/agent"], "the document has none, did you mean /agents?"),
        ([NOBODY, "-HA: key-1", "--other-header", "a: key-1"], "both identities are the same"),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_one_line(tmp_path: Path, arguments: list[str], said: str) -> None:
    """Exit code 2, before anything is sent."""
    (tmp_path / "broken.yaml").write_text("openapi: 3.0.3\npaths:\n\t/things: {get: {}}\n")
    (tmp_path / "empty.yaml").write_text("openapi: 3.0.3\ninfo: {title: Empty, version: '1'}\npaths: {}\n")
    done = check(tmp_path, *arguments)

    assert 2 == done.returncode
    assert said in done.stderr
    assert "s3cret" not in done.stderr
    assert "" == done.stdout


def test_another_machine_is_only_read_and_the_first_line_says_so(tmp_path: Path) -> None:
    done = check(tmp_path, "http://api.example.invalid", "--dry-run", "--seed", "1")
    assert (
        "http://api.example.invalid is asked to keep Hyfn Public API 1.0.0: "
        "profile read-only (not this machine: GET and HEAD only; "
        "--profile sandboxed writes to what it creates), seed 1"
    ) == re.sub(r"[\d,]+ requirements, ", "", done.stdout.splitlines()[0])


def test_nothing_more_is_asked_after_so_many_failures(tmp_path: Path) -> None:
    with things("undead") as server:
        done = check_things(tmp_path, server.url, "--max-failures", "1")
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "1 failure was seen" in done.stdout
    assert "1 failed, 0 warned, " in done.stdout


class Child:
    """`hyfn check` as a child process against a slow server, in the middle of its work."""

    def __init__(self, server: Things, folder: Path) -> None:
        self.server, self.state = server, folder / "state"
        command = check_command(server.url, "--document", DOCUMENT, "-H", GIVEN)
        self.process = subprocess.Popen(
            command, cwd=folder, env={**ENVIRONMENT, "XDG_STATE_HOME": str(self.state)},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert server.busy.wait(60)

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def end(self) -> tuple[int, str, str]:
        said, problem = self.process.communicate(timeout=60)
        return self.process.returncode, said, problem

    def swept(self) -> int:
        """How many records a sweep deletes; all there are, but for one whose create was in flight at the end:
        it has no marker, so its collection is named instead."""
        first = self.sweep()
        unknown = "look into " in first.stdout
        assert unknown == first.returncode, first.stdout
        assert len(self.server.things) <= unknown
        again = self.sweep()
        assert unknown == again.returncode
        assert unknown or "nothing is left of earlier runs\n" == again.stdout
        return first.stdout.count("deleted ")

    def sweep(self) -> "subprocess.CompletedProcess[str]":
        command = [*check_command()[:-1], "sweep", self.server.url, "-H", GIVEN]
        given = {**ENVIRONMENT, "XDG_STATE_HOME": str(self.state)}
        return subprocess.run(command, env=given, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    with things("slow") as server:
        found = Child(server, tmp_path)
        yield found
        if found.process.poll() is None:
            found.process.kill()
            found.process.communicate(timeout=20)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_asking_and_cleans_up(child: Child, number: int, code: int) -> None:
    """The result so far is printed, and nothing is left; the server hears nothing more."""
    assert child.server.things
    child.send(number)
    ended, said, problem = child.end()

    assert code == ended, said + problem
    assert {} == child.server.things
    assert said.splitlines()[-1].startswith("inconclusive (interrupted): ")
    assert re.search(r"(\d+) records? created, \1 deleted, 0 left", said)
    assert "Traceback" not in problem
    assert not child.server.hears_more()


def test_a_second_signal_ends_at_once_and_says_how_to_sweep(child: Child) -> None:
    child.server.stop_answering()
    child.send(signal.SIGINT)
    assert child.process.stderr
    assert (
        "cleaning up; once more stops at once"
        in child.process.stderr.readline() + child.process.stderr.readline()
    )
    child.send(signal.SIGINT)
    ended, _, problem = child.end()
    child.server.answer_again()

    assert 130 == ended
    sweep = f"hyfn sweep {child.server.url} -H 'x-api-key: ...'"
    assert f"\nstopped at once; what this run created is deleted by: {sweep}\n" == problem[-len(sweep) - 58 :]
    assert child.server.things
    assert len(child.server.things) - child.swept() in (0, 1)


def test_what_a_killed_run_left_is_swept(child: Child) -> None:
    child.send(signal.SIGKILL)
    child.end()
    left = len(child.server.things)

    assert left
    assert left - child.swept() in (0, 1)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_text_fits_the_terminal(tmp_path: Path, columns: int) -> None:
    """But for what is pasted, and for pointers, which stand alone on their line."""
    with things("undead") as server:
        done = _on_terminal(tmp_path, check_command(
            server.url, "--document", DOCUMENT, "--seed", "1", "-H", GIVEN, "-c", "deleted_is_gone,unknown*",
        ), columns, {"NO_COLOR": "1"})  # fmt: skip
    shown = [line for line in done.splitlines() if "\r" not in line]
    wide = [line for line in shown[:-1] if len(line) > columns]
    assert [] == [line for line in wide if not line.startswith((" " * 4, " " * 6)) and "#/paths" not in line]
    assert "deleted_is_gone" in done


@pytest.mark.parametrize(("variable", "coloured"), [("X", True), ("NO_COLOR", False)])
def test_a_terminal_has_colour_unless_somebody_says_no(tmp_path: Path, variable: str, coloured: bool) -> None:
    with things() as server:
        command = check_command(server.url, "--document", DOCUMENT, "-H", GIVEN, "-c", "deleted_is_gone")
        shown = _on_terminal(tmp_path, command, 80, {variable: "1"})
    assert coloured == ("\x1b[1;32mconforms\x1b[0m" in shown)
    assert coloured == ("\x1b" in shown)


def _on_terminal(folder: Path, command: list[str], columns: int, more: dict[str, str]) -> str:
    """What a command prints on a terminal of so many columns."""
    here, there = os.openpty()
    given = {"TERM": "xterm", "COLUMNS": str(columns), "XDG_STATE_HOME": str(folder)}
    environment = {**ENVIRONMENT, **given, **more}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=there, stderr=subprocess.DEVNULL)
    os.close(there)
    said = b""
    while True:
        try:
            chunk = os.read(here, 65536)
        except OSError:  # the other end is closed
            break
        if not chunk:
            break
        said += chunk
    os.close(here)
    process.wait(timeout=60)
    return said.decode().replace("\r\n", "\n")
