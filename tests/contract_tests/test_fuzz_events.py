"""The fuzz engine's report, event by event."""

from typing import Any

from contract_tests.engines.doubts import Evidence
from contract_tests.engines.fuzz_events import Events, FuzzProgress
from contract_tests.relay import Passed, Records
from tests.contract_tests.answers import passed
from tests.contract_tests.things import KEPT

GOOD = {"id": "a", "name": "b"}


def sent(method: str, path: str, status: int = 200, **more: Any) -> Passed:
    return passed(KEPT, method, path, status, **more)


def scenario(*cases: tuple[str, str | None], checks: dict[str, Any] | None = None) -> dict[str, Any]:
    listed = {name: {"parent_id": parent} for name, parent in cases}
    return {
        "ScenarioFinished": {"recorder": {"label": "GET /things", "cases": listed, "checks": checks or {}}}
    }


def failure(name: str, kind: str, message: str = "", case: str | None = None) -> dict[str, Any]:
    told_as = {"type": kind, "message": message, "operation": "GET /things", "case_id": case}
    return {"name": name, "status": "failure", "failure_info": {"failure": told_as}}


def events(*records: tuple[str, Passed]) -> Events:
    kept = Records()
    for case, each in records:
        kept.add(case, each)
    return Events(KEPT, kept, Evidence(KEPT))


def test_a_sequence_is_shown_whole_and_in_order() -> None:
    """What led to the last request; and the deletion beside it, which is nobody's parent."""
    made, gone = sent("POST", "/things", 201), sent("DELETE", "/things/1", 204)
    found = sent("GET", "/things/1", answer=GOOD)
    state = events(("c", found), ("b", gone), ("a", made))
    checks = {"a": [failure("use_after_free", "UseAfterFree", "after `DELETE /things/1`", "c")]}
    state.read(scenario(("a", None), ("b", "a"), ("c", "a"), checks=checks))
    (finding,) = state.findings
    assert ["POST", "DELETE", "GET"] == [step.request.method for step in finding.steps]


def test_what_the_relay_knows_nothing_of_is_dropped() -> None:
    state = events()
    state.read(scenario(("a", None), checks={"a": [failure("not_a_server_error", "ServerError")]}))
    assert ((), {"it was not sent": 1}) == (state.findings, dict(state.dropped))


def test_checks_that_passed_and_events_of_other_kinds_change_nothing() -> None:
    state = events(("a", sent("GET", "/things")))
    assert not state.read({"EngineFinished": {}})
    assert state.read({"PhaseStarted": {"phase": {"name": "fuzzing"}}})
    assert state.read(scenario(("a", None), checks={"a": [{"name": "x", "status": "success"}]}))
    assert ((), FuzzProgress("fuzzing", 1, 0)) == (state.findings, state.progress)


def test_what_the_engine_could_not_ask_is_said() -> None:
    """But not what it calls a network error: the relay knows better."""
    state = events()
    for label, kind in (("GET /things", "Unsatisfiable"), ("POST /things", "ConnectionError"), (None, "Odd")):
        state.read({"NonFatalError": {"label": label, "value": {"type": kind, "message": "why\nmore"}}})
    assert {"GET /things": "Unsatisfiable: why", "the document": "Odd: why"} == state.untested


def test_findings_come_in_the_order_of_the_document() -> None:
    one, other = sent("GET", "/things", 500), sent("DELETE", "/things/1", 500)
    checks = {name: [failure("not_a_server_error", "ServerError")] for name in "ab"}
    state = events(("a", other), ("b", one))
    state.read(scenario(("a", None), ("b", None), checks=checks))
    assert ["GET /things", "DELETE /things/{thingId}"] == [finding.place for finding in state.findings]


def test_warnings_become_notes_but_for_those_that_we_caused() -> None:
    kept = Records()
    kept.hold("a", "not now")
    state = Events(KEPT, kept, Evidence(KEPT))
    state.read(scenario(("a", None)))
    warnings = {
        "missing_auth": ["GET /things"],
        "base_url_mismatch": ["x"],
        "rate_limited": [*"abcd"],
        "new": ["\x1b"],
    }
    assert [
        "fuzzing: 429 came (rate_limited): a, b, c and 1 more", "fuzzing: new: \\x1b",
    ] == list(state.notes(warnings))  # fmt: skip
