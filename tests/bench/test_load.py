"""What wrk is told and what it tells; our own client against a server that is wrong now and then."""

import asyncio
import subprocess
import sys

import pytest

from bench import load
from bench.cases import CASES, INVALID
from bench.load import Request, Spoiled, Told, as_bytes, read_result, script, summed_up
from bench.soak import Minute, verdict

FINE = "Running 1s test\nRESULT requests=2000 us=1000000 p50=1500 p99=9000 status=0 wrong=0 broken=0\n"


def test_the_result_of_wrk_is_read() -> None:
    assert Told(2000, 1.0, 1.5, 9.0) == read_result(FINE, 200)
    assert 2000 == read_result(FINE, 200).rate


SPOILED = {
    "a status that is none of 2xx": (FINE.replace("status=0", "status=1"), 200),
    "a refusal with another status": (FINE.replace("wrong=0", "wrong=3"), 400),
    "a broken connection": (FINE.replace("broken=0", "broken=1"), 200),
    "no answer": (FINE.replace("requests=2000", "requests=0"), 200),
    "no result": ("unable to connect to 127.0.0.1:1", 200),
}


@pytest.mark.parametrize(("output", "status"), SPOILED.values(), ids=SPOILED.keys())
def test_a_load_with_wrong_answers_counts_for_nothing(output: str, status: int) -> None:
    with pytest.raises(Spoiled):
        read_result(output, status)


def test_refusals_that_were_asked_for_are_no_errors() -> None:
    """wrk counts every status from 400 on as an error; ours counts those that are not the one expected."""
    assert 2000 == read_result(FINE.replace("status=0", "status=2000"), 400).requests


def test_the_script_carries_any_body() -> None:
    """Quotes, line feeds and letters beyond ASCII are written as Lua reads them."""
    body = '{"a": "é\n\\"}'.encode()
    written = script(Request("POST", "http://x/", {"x-key": 'a"b'}, body, 400))
    assert '"{\\034a\\034: \\034\\195\\169\\010\\092\\034}"' in written
    assert 'wrk.headers["x-key"] = "a\\034b"' in written
    assert "status ~= 400" in written
    assert "function response" not in script(Request("GET", "http://x/", {}, b"", 200))


def test_the_slowest_hundredth_is_told() -> None:
    assert Told(100, 2.0, 51.0, 100.0) == summed_up([number / 1000 for number in range(1, 101)], 2.0)
    with pytest.raises(Spoiled):
        summed_up([], 1.0)


def test_a_request_is_whole() -> None:
    sent = as_bytes(Request("POST", "http://h:1/list of 100", {"x-a": "b"}, b"{}", 200))
    assert b"POST /list%20of%20100 HTTP/1.1\r\nhost: h:1\r\nx-a: b\r\ncontent-length: 2\r\n\r\n{}" == sent


def test_our_own_client_counts_the_answers_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no wrk; the status decides."""
    monkeypatch.setattr(load, "WRK", None)
    told, refused = asyncio.run(_served())
    assert told.requests > 0
    assert "answered 204, expected 200" in str(refused)


async def _served() -> tuple[Told, Spoiled]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (await reader.read(4096)).endswith(b"\r\n\r\n"):
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    told = await asyncio.to_thread(load.load, Request("GET", url, {}, b"", 204), 2, 0.1)
    with pytest.raises(Spoiled) as refused:
        await asyncio.to_thread(load.load, Request("GET", url, {}, b"", 200), 2, 0.1)
    server.close()
    return told, refused.value


def minute(rate: int, memory: float) -> Minute:
    return Minute(Told(rate * 60, 60.0, 1.0, 2.0), memory)


def test_a_soak_ends_as_it_began() -> None:
    """5 % slower is a verdict, and so is memory that grows; a faster last minute is none."""
    assert [] == verdict([minute(1000, 80), minute(10, 500), minute(951, 81)])
    assert [] == verdict([minute(1000, 80), minute(2000, 70)])
    slower, larger = verdict([minute(1000, 80), minute(949, 90)])
    assert slower.startswith("slower") and larger.startswith("larger")


def test_the_bodies_are_what_their_cases_say() -> None:
    """The invalid one differs from the valid one in what the document forbids."""
    bodies = {case.name: case.body for case in CASES}
    assert bodies["invalid body"] == INVALID
    assert bodies["create"] is not None and bodies["create"]["type"] == "model_call"


def test_help_names_every_option() -> None:
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "bench", "--help"], capture_output=True, text=True, check=True
    )
    for option in ("--rounds", "--seconds", "--only", "--peers", "--json", "--svg"):
        assert option in told.stdout
