"""Schemathesis behind the relay: what it asks, what becomes of its findings, and how it ends."""

import re
import subprocess
from typing import Any

import pytest

from contract_tests import fuzz as fuzzing
from contract_tests.engines.fuzz_events import HELD, FuzzProgress, FuzzResult
from contract_tests.exchange import NOBODY, ONE, Answer
from contract_tests.fuzz import Campaign, fuzz
from contract_tests.problems import Inconclusive
from contract_tests.relay import Relay
from contract_tests.target import Header, make_headers
from contract_tests.transport import Held, Outgoing, Stopped
from tests.contract_tests.answers import contract
from tests.contract_tests.things import KEPT, KEY, Things


def given(value: str = KEY) -> tuple[Header, ...]:
    return make_headers([("x-api-key", value)])


def run(target: Things, examples: int = 1, **more: Any) -> FuzzResult:
    """What comes of fuzzing it, with its key."""
    with Relay(target, (("x-api-key", KEY),)) as relay:
        return fuzz(KEPT, relay, given(), Campaign(1, examples, **more))


def test_nothing_is_found_where_nothing_is_wrong() -> None:
    """And everything was asked: with the key and without, by documented and undocumented methods."""
    target, heard = Things(), list[FuzzProgress]()
    with Relay(target, (("x-api-key", KEY),)) as relay:
        result = fuzz(KEPT, relay, given(), Campaign(1, 5, workers=2), tell=heard.append)
    assert () == result.findings, result
    assert (None, {}) == (result.stopped, result.untested)
    assert {"GET", "POST", "DELETE", "PATCH", "PUT", "OPTIONS", "TRACE"} <= {
        sent.method for sent in target.sent
    }
    assert {ONE, NOBODY} == {sent.identity for sent in target.sent}
    assert result.cases == heard[-1].cases > 50
    assert {"stateful", "coverage"} <= {progress.phase for progress in heard}


def spoiled(sent: Outgoing, answer: Answer) -> Answer | None:
    """Five faults at once: each shows at another operation, or by another check."""
    listing, status = sent.path == "/things", answer.status
    if sent.method == "DELETE" and status in (204, 404):
        return None
    if (sent.method, status, listing) == ("GET", 200, False):
        return Answer(500, answer.headers, b"{}")
    if (sent.method, status, listing) == ("GET", 401, True):
        return Answer(200, answer.headers, b"[]")
    if status == 400 and sent.body and b'"size"' in sent.body:
        return Answer(201, answer.headers, b'{"id":"a","name":"b"}')
    return Answer(201, answer.headers, answer.body.replace(b'"id"', b'"ID"')) if status == 201 else answer


def test_what_is_wrong_is_found() -> None:
    """By the check that speaks of it; the requests that show it are those that the target got."""
    target = Things(spoiled)
    result = run(target, 5)
    assert {
        ("never_answers_with_a_server_error", "DELETE /things/{thingId}"),
        ("never_answers_with_a_server_error", "GET /things/{thingId}"),
        ("missing_credential_is_refused", "GET /things"),
        ("violation_is_refused", "POST /things"),
        ("body_fits_its_schema", "POST /things"),
    } == {(finding.check, finding.place) for finding in result.findings}, result
    assert all(
        step.request.url.startswith("http://t/api/") for each in result.findings for step in each.steps
    )


def test_what_was_held_back_is_judged_by_nobody() -> None:
    """Its answer is the relay's, and no status of the document."""

    def hold(sent: Outgoing) -> None:
        if sent.method not in ("GET", "HEAD"):
            raise Held("not now")

    target = Things(before=hold)
    result = run(target)
    assert () == result.findings, result
    assert 0 < result.dropped[HELD]
    assert {"GET"} == {sent.method for sent in target.sent}


def test_when_the_run_is_over_the_child_ends() -> None:
    target = Things()

    def stop(_sent: Outgoing) -> None:
        if len(target.sent) > 20:
            raise Stopped("the target is gone")

    target.before = stop
    result = run(target, 500)
    assert "the target is gone" == result.stopped
    assert 21 == len(target.sent)


def test_a_fault_of_ours_is_no_finding() -> None:
    def fail(_sent: Outgoing) -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        run(Things(before=fail))


def test_operations_that_are_left_out_are_not_asked() -> None:
    target = Things()
    run(target, without=frozenset({"POST /things", "DELETE /things/{thingId}", "no such place"}))
    assert not target.stored
    assert not any(
        sent.method == "DELETE" and sent.path != "/things" for sent in target.sent if sent.identity == ONE
    )


def test_the_child_gets_credentials_by_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are in no argument and in no file; variables that would reach into it are not passed on."""
    monkeypatch.setenv("SCHEMATHESIS_HOOKS", "nothing")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    seen: list[tuple[list[str], dict[str, str], str]] = []
    original = subprocess.Popen

    def spy(command: list[str], *, cwd: Any, env: dict[str, str], **more: Any) -> Any:
        seen.append((command, env, "".join(path.read_text() for path in cwd.iterdir())))
        return original(command, cwd=cwd, env=env, **more)

    monkeypatch.setattr(subprocess, "Popen", spy)
    run(Things(), 1)
    ((command, environment, files),) = seen
    assert KEY not in " ".join(command) + files
    assert KEY == environment["HYFN_X_API_KEY"]
    assert {"SCHEMATHESIS_HOOKS", "HTTPS_PROXY"}.isdisjoint(environment)
    assert '"X-API-Key" = "${HYFN_X_API_KEY}"' in files
    assert "error-feedback]\nenabled = false" in files


def test_a_key_of_the_query_travels_there() -> None:
    scheme = {"type": "apiKey", "in": "query", "name": "api_key"}
    get = {"security": [{"q": []}], "responses": {"200": {"description": ""}, "401": {"description": ""}}}
    kept = contract({"/x": {"get": get}}, securitySchemes={"q": scheme})

    class Target(Things):
        def answer(self, sent: Outgoing) -> tuple[int, Any, dict[str, str]]:
            if sent.method != "GET":
                return 405, None, {"Allow": "GET"}
            return (200 if sent.identity == ONE else 401), None, {}

    target = Target()
    with Relay(target, query=(("api_key", "k&y"),)) as relay:
        result = fuzz(kept, relay, make_headers([("api_key", "k&y")]), Campaign(1, 1))
    assert () == result.findings
    assert "/x?api_key=k%26y" in {sent.path for sent in target.sent if sent.identity == ONE}
    assert not any(name == "api_key" for sent in target.sent for name, _ in sent.headers)


def test_a_child_that_fails_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its last words, and no secret in them."""
    monkeypatch.setattr(
        fuzzing, "_PROGRAM", "import os; print('oh', os.environ['HYFN_X_API_KEY']); raise SystemExit(3)"
    )
    with pytest.raises(Inconclusive, match=re.escape("Schemathesis did not finish: oh $HYFN_X_API_KEY")):
        run(Things())


def test_a_child_ends_when_who_asked_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    original = subprocess.Popen

    def start(*given: Any, **more: Any) -> Any:
        started.append(original(*given, **more))
        return started[-1]

    def interrupt(_progress: FuzzProgress) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "Popen", start)
    with Relay(Things()) as relay, pytest.raises(KeyboardInterrupt):
        fuzz(KEPT, relay, given(), Campaign(1, 100), tell=interrupt)
    assert started[0].returncode is not None
