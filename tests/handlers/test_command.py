"""`hyfn mock`: what it prints, where it listens, how it ends, and what it says to bad input."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openapi.document import load
from tests.running import DEMO, SAMPLE, Running, Start


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs `hyfn` to its end."""
    command = [sys.executable, "-P", "-m", "hyfn", *arguments]
    env = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=cwd, env=env, check=False)


def started(*arguments: str) -> tuple[subprocess.Popen[str], list[str]]:
    """Starts the mock without -q; the process, and what it printed until it was ready."""
    command = [sys.executable, "-P", "-m", "hyfn", "mock", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines: list[str] = []
    assert process.stdout
    while not lines or not lines[-1].startswith("Ctrl-C"):
        lines.append(process.stdout.readline())
        assert lines[-1], process.communicate()
    return process, lines


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_it_ends_with_0_and_without_a_word(start_mock: Start, number: int) -> None:
    """Also while a client keeps its connection open."""
    mock = start_mock()
    host, port = mock.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as idle:
        idle.sendall(b"GET /api/public/agents HTTP/1.1\r\nhost: a\r\n\r\n")
        idle.recv(1000)
        assert 0 == mock.stop(number)

    assert ("", "") == mock.process.communicate()


def test_start_up_tells_what_a_person_needs_to_know() -> None:
    """Address, credentials, what answers each operation, document and docs; no warning of any library."""
    process, lines = started()
    text = "".join(lines)
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=20)

    assert "" == rest.strip()
    assert text.startswith("Hyfn Public API 1.0.0: http://127.0.0.1:")
    for part in (
        "/api/public",
        "/_mock/openapi",
        "[::1]",
        "/openapi.json",
        "/openapi.yaml",
        "/docs",
        "in memory",
    ):
        assert part in text
    for part in ("x-api-key: demo-key-123", "x-org-id: demo-org-456", "YOUR_API_KEY_HERE", "list_agents"):
        assert part in text
    assert 22 == text.count("handlers/hyfn/")


def test_one_line_per_request_as_text_and_as_json(start_mock: Start) -> None:
    """Time, method, path, status, milliseconds, problem; never a credential or a query."""
    for form in ("text", "json"):
        process, lines = started("--log-format", form)
        url = next(word for word in "".join(lines).split() if word.startswith("http://127"))
        port = int(url.split(":")[2].split("/")[0])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            request = "GET /api/public/agents?nope=secret HTTP/1.1\r\nhost: a\r\nconnection: close\r\n"
            credentials = "".join(f"{name}: {value}\r\n" for name, value in DEMO.items())
            connection.sendall((request + credentials + "\r\n").encode())
            while connection.recv(4096):
                pass
        assert process.stdout
        process.stdout.readline()
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        assert "secret" not in line
        assert "demo-key" not in line
        if form == "json":
            entry = json.loads(line)
            assert ["time", "method", "path", "status", "ms", "problems"] == list(entry)
            assert ("GET", 400) == (entry["method"], entry["status"])
        else:
            assert "  400  GET    /api/public/agents  " in line
            assert "query.nope: no parameter of this operation" in line


def test_a_log_that_nobody_reads_stops_no_request() -> None:
    """More lines than a pipe holds, and every request is still answered."""
    process, lines = started()
    port = int("".join(lines).split("127.0.0.1:")[1].split("/")[0])
    mock = Running(f"http://127.0.0.1:{port}/api/public", process)
    answers = [mock.ask("GET", "/agents/" + "x" * 4000).status for _ in range(60)]
    process.kill()
    process.communicate()

    assert {400} == set(answers)


def test_it_listens_on_both_loopbacks_and_nowhere_else(start_mock: Start) -> None:
    """127.0.0.1 and ::1 answer on one port."""
    port = int(start_mock().origin.rsplit(":", 1)[1])
    reached = []
    for host in ("127.0.0.1", "::1"):
        try:
            socket.create_connection((host, port), timeout=5).close()
            reached.append(host)
        except OSError:
            pytest.skip(f"this machine has no {host}")

    assert ["127.0.0.1", "::1"] == reached


def test_a_taken_port_is_one_line_that_says_what_to_do() -> None:
    """It names --port and the make form."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("mock", "--port", str(port))

    assert 2 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert f"port {port} of 127.0.0.1 is taken" in done.stderr
    assert "--port" in done.stderr
    assert "make mock ARGS='--port " in done.stderr


DOCUMENT = """openapi: 3.0.3
info: {title: Small, version: '1'}
paths:
  /things:
    get:
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
components:
  schemas:
    Thing: {type: object}
"""

BAD: list[tuple[str, str, list[str], list[str]]] = [
    ("document.yaml", "a: [1", ["mock", "FILE"], ["document.yaml:", "not valid YAML"]),
    ("document.yaml", "a: 1", ["mock", "FILE"], ["document.yaml", "expected `openapi: 3"]),
    ("document.yaml", "swagger: '2.0'", ["mock", "FILE"], ["document.yaml:1:", "Swagger 2.0 found"]),
    (
        "document.yaml",
        DOCUMENT.replace("type: object", "type: thing"),
        ["mock", "--strict-document", "FILE"],
        ["document.yaml:10:", '"thing" found', "type"],
    ),
    (
        "document.yaml",
        DOCUMENT.replace("schemas/Thing'", "schemas/Ting'"),
        ["mock", "--strict-document", "FILE"],
        ["document.yaml:7:"],
    ),
    (
        "document.yaml",
        DOCUMENT.replace("'#/components/schemas/Thing'", "'other.yaml#/Thing'"),
        ["mock", "--strict-document", "FILE"],
        ["document.yaml:7:", "other.yaml#/Thing is left out"],
    ),
    ("keys.json", '{"acme": 5}', ["mock", "--keys", "FILE"], ["keys.json:1:", "acme", "key as text"]),
    ("keys.json", "[]", ["mock", "--keys", "FILE"], ["keys.json:1:", "expected an object"]),
    ("keys.json", '{"acme":\n "hush\\nhush"}', ["mock", "--keys", "FILE"], ["keys.json:", "printable ASCII"]),
    (
        "seed.json",
        '{"agents": [\n{"orgId": "a", "name": 5}]}',
        ["mock", "--seed-data", "FILE"],
        ["seed.json:2:"],
    ),
    (
        "seed.json",
        '{"workItems": [{"orgId": "a", "type": "chat", "timeSpent": "1"}]}',
        ["mock", "--seed-data", "FILE"],
        ["seed.json:1:", "record.type", '"chat"'],
    ),
    ("store", "not ours", ["mock", "--store", "FILE"], ["store"]),
]


@pytest.mark.parametrize(
    ("name", "content", "arguments", "parts"), BAD, ids=[f"{b[0]} {b[1][:20]!r}" for b in BAD]
)
def test_bad_input_is_one_line_and_exit_2(
    tmp_path: Path, name: str, content: str, arguments: list[str], parts: list[str]
) -> None:
    """File, line, what was found, what was expected; the file is left as it was."""
    path = tmp_path / name
    path.write_text(content)
    done = run(*(str(path) if word == "FILE" else word for word in arguments), "--port", "0")

    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == len(done.stderr.splitlines()), done.stderr
    for part in parts:
        assert part in done.stderr
    assert "hush" not in done.stderr
    assert content == path.read_text()


@pytest.mark.parametrize(
    "arguments",
    [
        ["mock", "missing.yaml"],
        ["mock", "--keys", "missing.json"],
        ["mock", "--seed-data", "missing.json"],
        ["mock", "--store", "missing/store"],
        ["mock", "--durability", "power"],
        ["mock", "--workers", "2"],
        ["mock", "--store", "store", "--workers", "2"],
        ["mock", "--base-path", "api"],
        ["mock", "--admin-token", ""],
        ["mock", "--host", "nowhere.invalid"],
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_one_line(tmp_path: Path, arguments: list[str]) -> None:
    """It names the file or the flag."""
    done = run(*arguments, "--port", "0", cwd=tmp_path)

    assert (2, 1) == (done.returncode, len(done.stderr.splitlines())), done.stderr
    assert arguments[-1] in done.stderr or arguments[-2] in done.stderr


@pytest.mark.parametrize(
    "arguments", [["mock", "--port", "70000"], ["mock", "--nope"], ["nope"]], ids=" ".join
)
def test_a_wrong_flag_is_a_usage_error(arguments: list[str]) -> None:
    """Exit 2, no traceback."""
    done = run(*arguments)

    assert 2 == done.returncode
    assert "Traceback" not in done.stderr


def test_help_and_version() -> None:
    """-h lists the options; --version says the version."""
    assert "--seed-data" in run("mock", "-h").stdout
    assert run("--version").stdout.startswith("hyfn, version ")
    assert "mock" in run("-h").stdout


def test_the_port_is_the_documents_own_local_servers(tmp_path: Path) -> None:
    """5000 for the bundled document; 4010 where none is named."""
    from handlers.commands.mock import default_port

    small = tmp_path / "small.yaml"
    small.write_text(DOCUMENT)
    low = tmp_path / "low.yaml"
    low.write_text(DOCUMENT + "servers: [{url: 'http://localhost:80/x'}]\n")

    assert [5000, 4010, 4010] == [default_port(load()), default_port(load(small)), default_port(load(low))]


def test_any_and_off(start_mock: Start) -> None:
    """any: both headers, whatever is in them; off: no questions. The organization named is the one served."""
    present = start_mock("--auth", "any")
    assert 200 == present.ask("GET", "/agents", headers={"x-api-key": "zzz", "x-org-id": "new"}).status
    assert 401 == present.ask("GET", "/agents", headers={"x-api-key": "zzz", "x-org-id": ""}).status
    assert [] == present.ask("GET", "/agents", headers={"x-api-key": "zzz", "x-org-id": "new"}).json["agents"]
    assert 3 == len(present.ask("GET", "/agents", headers=SAMPLE).json["agents"])

    open_ = start_mock("--auth", "off")
    assert 4 == len(open_.ask("GET", "/agents", headers={"x-api-key": "", "x-org-id": ""}).json["agents"])


def test_your_own_keys_replace_the_demo_ones(start_mock: Start, tmp_path: Path) -> None:
    """Several keys per organization work; the demo ones do not; values are shown nowhere."""
    keys = tmp_path / "keys.yaml"
    keys.write_text("acme: [first-key, second-key]\nglobex: other-key\n")
    mock = start_mock("--keys", str(keys))

    def status(key: str, organization: str) -> int:
        return mock.ask("GET", "/agents", headers={"x-api-key": key, "x-org-id": organization}).status

    assert [200, 200, 401, 200] == [
        status(key, org)
        for key, org in (
            ("first-key", "acme"),
            ("second-key", "acme"),
            ("other-key", "acme"),
            ("other-key", "globex"),
        )
    ]
    assert 401 == mock.ask("GET", "/agents").status
    told = mock.ask("GET", "/_mock/credentials", at="").body
    assert b"ApiKeyAuth" in told
    assert b"first-key" not in told
    process, lines = started("--keys", str(keys))
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert "acme" in "".join(lines)
    assert "first-key" not in "".join(lines)


def test_a_store_keeps_everything_over_a_restart(start_mock: Start, tmp_path: Path) -> None:
    """What was created is there, what was deleted stays away; one process at a time."""
    file = tmp_path / "store"
    first = start_mock("--store", str(file))
    made = first.ask(
        "POST",
        "/jobs",
        {"agentId": "6310db44-39c9-4e4d-8b67-83c45700e545", "name": "n", "schedule": "* * * * *"},
    )
    for listed in first.ask("GET", "/agents").json["agents"]:
        assert 204 == first.ask("DELETE", f"/agents/{listed['id']}").status
    refused = run("mock", "--store", str(file), "--port", "0")
    assert (2, 1) == (refused.returncode, len(refused.stderr.splitlines()))
    assert "in use" in refused.stderr
    first.stop()

    second = start_mock("--store", str(file))
    assert made.json == second.ask("GET", f"/jobs/{made.json['job']['id']}").json
    assert [] == second.ask("GET", "/agents").json["agents"]


def test_seed_data_none_and_a_file(start_mock: Start, tmp_path: Path) -> None:
    """An empty start, and one with records of one's own."""
    assert [] == start_mock("--seed-data", "none").ask("GET", "/agents").json["agents"]
    seed = tmp_path / "seed.json"
    record: dict[str, Any] = {
        "orgId": "demo-org-123",
        "type": "model_call",
        "timeSpent": "2",
        "createdAt": "now-1d",
    }
    seed.write_text(json.dumps({"workItems": [record]}))
    mock = start_mock("--seed-data", str(seed))

    (item,) = mock.ask("GET", "/work_items").json["workItems"]
    assert ("2", "demo-org-123") == (item["timeSpent"], item["orgId"])


def test_base_path_moves_the_api(start_mock: Start) -> None:
    """Where it was declared it is no more; the root and the hosted path stay."""
    mock = start_mock("--base-path", "/v2")

    assert mock.url.endswith("/v2")
    assert [200, 404, 200, 200] == [
        mock.ask("GET", "/agents", at=base).status for base in ("/v2", "/api/public", "", "/_mock/openapi")
    ]
