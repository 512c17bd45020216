"""The only way out: what really leaves, what comes of it, and who is told."""

import gzip
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from contract_tests.cleanup import clean_up
from contract_tests.exchange import NOBODY, Exchange
from contract_tests.network.pace import Pace
from contract_tests.problems import Unreachable
from contract_tests.profile import Permissions, Profile
from contract_tests.transport import Held, Outgoing, Stopped, Transport
from tests.contract_tests.recording import (
    KEY,
    SECRET,
    Api,
    Reply,
    Seen,
    create,
    document,
    send,
    serving,
    things,
    transport,
)


@pytest.fixture
def way(url: str, tmp_path: Path) -> Iterator[Transport]:
    with transport(url, tmp_path) as made:
        yield made


def gone(_seen: Seen) -> Reply:
    raise ConnectionAbortedError


def test_read_only_sends_nothing_but_documented_gets(api: Api, url: str, tmp_path: Path) -> None:
    """Every method, to every place of the document and to others, with every identity."""
    api.put("/things/foreign", name="theirs")
    described = document()
    with transport(url, tmp_path, Profile.READ_ONLY, described) as way:
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO"):
            for path in (
                "/things",
                "/things/foreign",
                "/things/x/parts",
                "/settings",
                "/logout",
                "/nowhere",
                "/",
                "",
            ):
                for fuzz in (False, True):
                    with_body = {"name": "x"} if method in ("POST", "PUT", "PATCH") else None
                    try:
                        send(way, method, path, with_body, fuzz=fuzz)
                    except Held:
                        continue
        clean_up(way)
    assert {"GET /things", "GET /things/foreign", "GET /things/x/parts", "GET /settings"} == set(api.sent())
    assert not list(tmp_path.iterdir())


def test_read_only_sends_head_where_it_is_documented(api: Api, url: str, tmp_path: Path) -> None:
    paths = things()
    paths["/things"]["head"] = {"operationId": "headThings", "responses": {"200": {"description": "Yes."}}}
    with transport(url, tmp_path, Profile.READ_ONLY, document(paths)) as way:
        assert 200 == send(way, "HEAD", "/things").status
    assert ["HEAD /things"] == api.sent()


def test_a_request_arrives_as_it_was_given(api: Api, way: Transport) -> None:
    """Headers twice and in latin-1, a raw query; the connection's own headers are ours."""
    headers = (
        *KEY,
        ("X-A", "1"),
        ("x-a", "é"),
        ("Host", "elsewhere"),
        ("Content-Length", "7"),
        ("TE", "gzip"),
    )
    way.send(Outgoing("GET", "/things?a=%C3%A9&b", headers))
    (seen,) = api.requests
    assert "/things?a=%C3%A9&b" == seen.path
    assert ["1", "é"] == [value for name, value in seen.headers if name.lower() == "x-a"]
    assert way.target.url.partition("//")[2] == seen.header("host")
    assert "identity" == seen.header("accept-encoding")
    assert seen.header("te") is None
    assert re.fullmatch(rf"hyfn-check/[0-9.]+ \(run {way.run}\)", seen.header("user-agent") or "")


@pytest.mark.parametrize("headers", [(("x", "a\r\nb: c"),), (("x\n", "a"),), (("x", "☃"),), (("", "x"),)])
def test_a_header_that_would_break_the_request_is_held_back(
    api: Api, way: Transport, headers: tuple[tuple[str, str], ...]
) -> None:
    with pytest.raises(Held):
        way.send(Outgoing("GET", "/things", headers))
    assert [] == api.requests


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_not_followed(api: Api, way: Transport, status: int) -> None:
    api.instead["GET", "/things"] = lambda seen: (status, {"Location": "/settings"}, None)
    assert status == send(way, "GET", "/things").status
    assert ["GET /things"] == api.sent()


def test_no_proxy_is_asked(api: Api, way: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert 200 == send(way, "GET", "/things").status


def test_a_silent_target_is_a_problem_and_no_answer(api: Api, url: str, tmp_path: Path) -> None:
    api.delay = 0.5
    with transport(url, tmp_path, timeout=0.1) as way:
        exchange = send(way, "GET", "/things")
    assert (None, "silent for 0.1 s") == (exchange.answer, exchange.problem)


def test_a_kept_connection_that_was_closed_is_made_again_for_a_read(api: Api, way: Transport) -> None:
    send(way, "GET", "/things")
    answers: Iterator[Reply | None] = iter([None, (200, {}, {"items": []})])
    api.instead["GET", "/things"] = lambda seen: next(answers) or gone(seen)
    assert 200 == send(way, "GET", "/things").status
    assert 3 == len(api.requests)


def test_a_write_is_never_sent_twice(api: Api, way: Transport) -> None:
    send(way, "GET", "/things")
    api.instead["POST", "/things"] = gone
    exchange = send(way, "POST", "/things", {"name": "x"})
    assert (None, "it closed the connection") == (exchange.answer, exchange.problem)
    assert ["POST /things"] == api.sent("POST")


def test_a_target_that_was_never_there_is_unreachable(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with transport(url, tmp_path) as way:
        with pytest.raises(Unreachable, match="does not answer: connection refused"):
            send(way, "POST", "/things", {"name": "x"})
        with pytest.raises(Stopped):
            send(way, "GET", "/things")
    assert not list(tmp_path.iterdir())


def test_a_target_that_is_gone_stops_the_run(tmp_path: Path) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(serving(Api()))
        with transport(url, tmp_path) as way:
            send(way, "GET", "/things")
            stack.close()
            with pytest.raises(Stopped, match="does not answer any more: connection refused"):
                send(way, "POST", "/things", {"name": "x"})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("before", [0, 1])
def test_a_target_that_falls_silent_stops_the_run(api: Api, url: str, tmp_path: Path, before: int) -> None:
    with transport(url, tmp_path, timeout=0.5) as way:
        for _ in range(before):
            send(way, "GET", "/things")
        api.delay = 0.8
        assert [0, 0] == [send(way, "GET", "/settings").status for _ in range(2)]
        with pytest.raises(Stopped, match=r"does not answer any more: silent for 0\.5 s"):
            send(way, "GET", "/settings")


def test_an_operation_that_never_answers_stops_nothing(api: Api, way: Transport) -> None:
    send(way, "GET", "/things")
    api.instead["PUT", "/things/minted"] = gone
    way.mint("/things/minted")
    assert [0] * 7 == [send(way, "PUT", "/things/minted", {"name": "x"}).status for _ in range(7)]


def test_a_busy_target_is_asked_again_when_it_says(api: Api, url: str, tmp_path: Path) -> None:
    slept: list[float] = []
    answers = iter([(503, {"Retry-After": "7"}, None), (429, {"Retry-After": "99"}, None)])
    api.instead["POST", "/things"] = lambda seen: (
        next(answers, None) or api.create("/things/a", {"name": "x"}, "a", SECRET)
    )
    with transport(url, tmp_path, pace=Pace(sleep=slept.append)) as way:
        assert 201 == send(way, "POST", "/things", {"name": "x"}).status
        assert ([7.0, 30.0], 2, 1) == (slept, way.footprint.retries, way.footprint.created)


def test_a_busy_target_is_believed_in_the_end(api: Api, url: str, tmp_path: Path) -> None:
    slept: list[float] = []
    api.instead["GET", "/things"] = lambda seen: (503, {"Retry-After": "1"}, None)
    with transport(url, tmp_path, pace=Pace(sleep=slept.append)) as way:
        assert 503 == send(way, "GET", "/things").status
    assert [1.0, 1.0, 1.0] == slept


def test_no_more_is_sent_than_is_allowed(api: Api, url: str, tmp_path: Path) -> None:
    """What a clean-up needs is kept back."""
    with transport(url, tmp_path, pace=Pace(most=6)) as way:
        create(way)
        for _ in range(3):
            send(way, "GET", "/things")
        with pytest.raises(Stopped, match="--max-requests 6 is reached"):
            send(way, "GET", "/things")
        clean_up(way)
    assert {} == api.records


def test_an_interrupted_run_sends_no_more_but_cleans_up(api: Api, way: Transport) -> None:
    create(way)
    way.interrupt()
    with pytest.raises(Stopped, match="interrupted"):
        send(way, "GET", "/things")
    clean_up(way)
    assert ({}, []) == (api.records, way.footprint.left)


def test_an_identity_that_is_no_longer_accepted_stops_the_run(api: Api, way: Transport) -> None:
    """Nobody hears of the refusal: it says nothing of the operation."""
    heard: list[Exchange] = []
    way.listen(heard.append)
    send(way, "GET", "/things")
    api.keys.clear()
    with pytest.raises(Stopped, match="the identity is no longer accepted"):
        send(way, "GET", "/things/x")
    assert [200] == [exchange.status for exchange in heard]


def test_an_operation_that_refuses_wrongly_stops_nothing(api: Api, way: Transport) -> None:
    send(way, "GET", "/things")
    api.instead["GET", "/settings"] = lambda seen: (401, {}, None)
    assert [401, 401] == [send(way, "GET", "/settings").status for _ in range(2)]
    assert ["GET /things", "GET /settings", "GET /things", "GET /settings"] == api.sent()


def test_broken_credentials_raise_no_doubt(api: Api, way: Transport) -> None:
    send(way, "GET", "/things")
    assert 401 == send(way, "GET", "/things", headers=(("x-api-key", "no"),), identity=NOBODY).status
    assert 2 == len(api.requests)


def test_who_listens_hears_of_proofs_too(api: Api, way: Transport) -> None:
    heard: list[Exchange] = []
    way.listen(heard.append)
    way.mint("/things/made-up")
    send(way, "DELETE", "/things/made-up", valid=False)
    assert [("GET", 1, True), ("DELETE", 2, False)] == [(e.request.method, e.number, e.valid) for e in heard]
    assert ["getThing", "deleteThing"] == [e.operation.id for e in heard if e.operation]


def test_a_compressed_answer_is_opened(api: Api, way: Transport) -> None:
    packed = gzip.compress(b'{"items": []}')
    api.instead["GET", "/things"] = lambda seen: (200, {"Content-Encoding": "gzip"}, packed)
    assert {"items": []} == send(way, "GET", "/things").json


def test_an_answer_without_end_is_a_problem(api: Api, way: Transport) -> None:
    api.instead["GET", "/things"] = lambda seen: (
        200,
        {"Content-Encoding": "gzip"},
        gzip.compress(b"0" * 10_000_001),
    )
    assert (
        "its body is longer than 10000000 bytes, which is all that is read"
        == send(way, "GET", "/things").problem
    )


def test_many_threads_may_send(api: Api, way: Transport) -> None:
    def work() -> None:
        for _ in range(10):
            path = create(way)
            send(way, "PATCH", path, {"name": "changed"})
            send(way, "GET", "/things")

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 60 == len(api.records)
    clean_up(way)
    assert ({}, [], 60, 60) == (api.records, way.footprint.left, way.footprint.created, way.footprint.deleted)


def test_a_request_costs_little(api: Api, way: Transport) -> None:
    """The whole run may use few seconds of its own; the server is in this process too."""
    started = time.process_time()
    for _ in range(100):
        send(way, "GET", "/things")
    assert (time.process_time() - started) / 100 < 0.005


def test_leftovers_that_were_allowed_fail_nothing(api: Api, url: str, tmp_path: Path) -> None:
    allowed = replace(Permissions(Profile.SANDBOXED, loopback=True), allow_leftovers=True)
    with transport(url, tmp_path, allowed, document(things(without=("deleteThing",)))) as way:
        path = create(way)
        clean_up(way)
        assert ([], [f"{url}{path} stays, as --allow-leftovers allows"]) == (
            way.footprint.left,
            way.footprint.notes,
        )
    assert not list(tmp_path.iterdir())
