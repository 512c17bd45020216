"""What is said while a run lasts: how much, in which colour, how wide."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from contract_tests.commands.check import check
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.problems import Misuse
from contract_tests.reports.exchanges import exchange_lines
from contract_tests.reports.layout import Layout
from contract_tests.reports.outlet import Manner, Outlet
from contract_tests.result import Progress
from contract_tests.showing.mask import Mask
from contract_tests.target import Target, make_headers
from tests.servers import serving

SECRET = "s3cret-of-mine"
HEADERS = make_headers([("x-api-key", SECRET)])
TARGET = Target("http://h/api", HEADERS)
STATE = Progress("get is safe (GET /things)", 0.3, 12, 0)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture(name="clock")
def a_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [100.0]
    monkeypatch.setattr("contract_tests.reports.outlet.time.monotonic", lambda: now[0])
    yield now


def exchange(path: str = "/things", status: int = 200, **more: Any) -> Exchange:
    answer = Answer(status, (), more.pop("body", b"")) if status else None
    request = Request("POST", f"http://h/api{path}", (), more.pop("sent", None))
    return Exchange(7, request, answer, seconds=0.0124, **more)


def lines(found: Exchange, columns: int = 60, bodies: bool = False) -> list[str]:
    return list(exchange_lines(found, TARGET.url, Mask(HEADERS), Layout(columns), bodies))


# Progress.


def test_in_a_pipe_progress_is_a_line_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    monkeypatch.setattr(sys, "stderr", err := io.StringIO())
    outlet = Outlet(None, (), None)
    for clock[0] in (100.0, 104.9, 105.0, 105.1, 109.9, 110.0):
        outlet.show(STATE)
    assert [" 30 %  12 requests  get is safe (GET /things)"] * 2 == err.getvalue().splitlines()


def test_on_a_terminal_progress_is_one_line_that_fits(
    monkeypatch: pytest.MonkeyPatch, clock: list[float]
) -> None:
    monkeypatch.setattr(sys, "stderr", err := Terminal())
    monkeypatch.setenv("COLUMNS", "20")
    outlet = Outlet(None, (), None)
    for clock[0] in (100.0, 100.01, 100.2):
        outlet.show(STATE)
    assert ["", " 30 %  12 requests ", " 30 %  12 requests "] == err.getvalue().split("\r\x1b[K")


def test_quiet_says_nothing_meanwhile(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], capsys: pytest.CaptureFixture[str]
) -> None:
    outlet = Outlet(None, (), None, Manner(quiet=True))
    clock[0] += 60
    outlet.show(STATE)
    outlet.say(["something"])
    assert ("", "") == capsys.readouterr()


def test_quiet_and_verbose_contradict_each_other() -> None:
    with pytest.raises(Misuse, match="-q and -v contradict each other"):
        Outlet(None, (), None, Manner(quiet=True, verbose=1))


# Exchanges.


def test_an_exchange_is_a_line_of_its_columns() -> None:
    assert ["    7  one     POST    /things                 201     12 ms"] == lines(exchange(status=201))
    assert {60} == {len(lines(exchange(f"/{'x' * n}"))[0]) for n in (1, 20, 30, 200)}


def test_a_long_path_keeps_its_ends() -> None:
    (line,) = lines(exchange("/organizations/0815/things/0b5f2d5c-64a1-4d36-a4c3-6b9f4f3d1a11"))
    assert "/organi…" in line
    assert "d1a11  200" in line


def test_what_got_no_answer_says_why() -> None:
    line, why = lines(exchange(status=0, problem="timed out"))
    assert ("---" in line, "       timed out") == (True, why)


def test_bodies_are_told_without_secrets() -> None:
    found = exchange(sent=b'{"a":1}', body=f'{{"echo":"{SECRET}"}}'.encode())
    assert ['     > {"a":1}', '     < {"echo":"$HYFN_X_API_KEY"}'] == lines(found, bodies=True)[1:]
    assert 1 == len(lines(found))


def test_a_secret_in_a_path_is_hidden() -> None:
    assert SECRET not in "".join(lines(exchange(f"/things?key={SECRET}"), columns=120))


def test_control_characters_of_a_body_are_not_obeyed() -> None:
    shown = lines(exchange(body=b"\x1b[31mred\r\x00\nnext"), bodies=True)
    assert ["     < \\x1b[31mred\\r\\x00", "       next"] == shown[1:]


# Colour.


@pytest.mark.parametrize(
    ("color", "environment", "terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_is_for_who_wants_it(
    monkeypatch: pytest.MonkeyPatch, color: str, environment: dict[str, str], terminal: bool, coloured: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", Terminal() if terminal else io.StringIO())
    layout = Outlet(None, (), None, Manner(color=color)).layout
    assert coloured is (layout.paint("x", "red") != "x")


# The command.


def run(*arguments: str, fault: str = "none", folder: Path) -> tuple[int, str]:
    with serving.running("library", fault) as server:
        one, _ = serving.service_of("library").CREDENTIALS
        given = [piece for name, value in one.items() for piece in ("-H", f"{name}: {value}")]
        document = str(Path(serving.__file__).with_name("library.yaml"))
        done = CliRunner().invoke(
            check,
            [server.url, *given, "--document", document, "--seed", "1", "--ledger", str(folder), *arguments],
        )
    return done.exit_code, done.output


def test_quiet_is_the_verdict_alone(tmp_path: Path) -> None:
    asked = ("-c", "create_then_get_returns_it")
    code, said = run("-q", *asked, folder=tmp_path)
    assert (0, 1, "conforms: ") == (code, said.count("\n"), said[:10])
    code, said = run("-q", *asked, fault="isbn_is_not_read_back", folder=tmp_path)
    assert (1, 1, "does not conform: 1 failed") == (code, said.count("\n"), said[:26])


def test_verbose_tells_each_exchange_as_it_comes(tmp_path: Path) -> None:
    _, said = run("-v", "-c", "create_then_get_returns_it", folder=tmp_path)
    told = [line for line in said.splitlines() if line.endswith(" ms")]
    sent = next(line for line in said.splitlines() if line.startswith("footprint")).split()[1]
    assert sent == str(len(told))
    assert list(range(1, len(told) + 1)) == [int(line.split()[0]) for line in told]


def test_no_secret_is_told_however_much_is_said(tmp_path: Path) -> None:
    _, said = run("-vv", "-c", "*_credential_is_refused", folder=tmp_path)
    one, _ = serving.service_of("library").CREDENTIALS
    secret = next(iter(one.values())).rpartition(" ")[2]
    assert "     > {" in said
    assert secret not in said and secret[:-1] not in said
