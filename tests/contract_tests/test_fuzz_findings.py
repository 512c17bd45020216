"""What the fuzz engine finds, told in our words."""

from typing import Any

import pytest

from contract_tests.check import Level
from contract_tests.checks import NAMES
from contract_tests.engines.doubts import DOUBTS, Evidence, Shown
from contract_tests.engines.fuzz_findings import RULES, no_answer, tell
from contract_tests.exchange import Exchange, Request
from contract_tests.relay import Passed
from tests.contract_tests.answers import contract, passed
from tests.contract_tests.things import KEPT


def shown(check: str, *steps: Passed, message: str = "", kind: str = "") -> Shown:
    operation = steps[-1].exchange.operation or next(iter(KEPT.paths[steps[-1].exchange.path or ""].values()))
    return Shown(check, kind, message, operation, steps)


def sent(method: str, path: str, status: int = 200, **more: Any) -> Passed:
    return passed(KEPT, method, path, status, **more)


LIST, ITEM = "#/paths/~1things", "#/paths/~1things~1{thingId}"
GOOD = {"id": "a", "name": "b"}
CSS = {"Content-Type": "text/css"}
NO_HEADER = "Got 200 when missing required 'X-A' header"

TOLD = [
    (shown("not_a_server_error", sent("GET", "/things", 500)),
     f"{LIST}/get", "never_answers_with_a_server_error", "500, a server error", "500"),
    (shown("status_code_conformance", sent("GET", "/things", 418)), f"{LIST}/get/responses",
     "answers_with_a_documented_status", "418 is not documented", "418 is not documented"),
    (shown("content_type_conformance", sent("GET", "/things", answer_headers={"content-type": "text/html"})),
     f"{LIST}/get/responses/200/content", "media_type_is_documented", "text/html, with status 200",
     "text/html instead of application/json"),
    (shown("response_schema_conformance", sent("GET", "/things", answer=[{"id": 1, "name": ""}])),
     f"{LIST}/get/responses/200/content/application~1json", "body_fits_its_schema",
     "body[0].id: expected a string, got 1", "id: expected a string"),
    (shown("negative_data_rejection", sent("POST", "/things", 201, body={"name": "a", "size": -3})),
     f"{LIST}/post/requestBody", "violation_is_refused",
     "201 for a request in which body.size: expected at least 0, got -3", "expected at least n: 201"),
    (shown("negative_data_rejection", sent("POST", "/things", 201, raw=b"a", headers=CSS)),
     f"{LIST}/post/requestBody", "violation_is_refused",
     "201 for a request in which header.content-type: text/css is not declared",
     "text/css is not declared: 201"),
    (shown("positive_data_acceptance", sent("POST", "/things", 400, body={"name": "a"})),
     f"{LIST}/post/responses/201", "valid_request_is_accepted", "400 for a request that fits the document",
     "a valid request is answered 400"),
    (shown("missing_required_header", sent("GET", "/things"), message=NO_HEADER), f"{LIST}/get/parameters",
     "violation_is_refused", f"200: {NO_HEADER}", "a missing header: 200"),
    (shown("unsupported_method", sent("PATCH", "/things")), LIST, "undocumented_methods_are_refused",
     "PATCH is answered 200", "an undocumented method is answered 200"),
    (shown("unsupported_method", sent("PATCH", "/things", 405)), LIST, "allow_lists_the_documented_methods",
     "PATCH is answered 405 without Allow", "405 comes without Allow"),
    (shown("allow_header_conformance", sent("OPTIONS", "/things", answer_headers={"Allow": "GET"})), LIST,
     "allow_lists_the_documented_methods", "Allow: GET", "Allow differs from the document"),
    (shown("use_after_free", sent("DELETE", "/things/1", 204), sent("GET", "/things/1", answer=GOOD)),
     f"{ITEM}/delete", "deleted_is_gone", "GET of what was deleted is answered 200", "answered 200"),
    (shown("ensure_resource_availability", sent("POST", "/things", 201), sent("GET", "/things/1", 404)),
     f"{LIST}/post/responses/201", "create_then_get_returns_it",
     "GET of what was just created is answered 404", "answered 404"),
    (shown("ignored_auth", sent("GET", "/things"), message="Expected 401 or 403, got 200"), f"{LIST}/get",
     "missing_credential_is_refused", "200 although the credentials are missing", "credentials missing: 200"),
    (shown("ignored_auth", sent("GET", "/things"), message="... (invalid credentials provided)"),
     f"{LIST}/get",
     "wrong_credential_is_refused", "200 although the credentials are wrong", "credentials wrong: 200"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "pointer", "check", "received", "cause"), TOLD)
def test_a_finding_is_told_in_our_words(
    found: Shown, pointer: str, check: str, received: str, cause: str
) -> None:
    finding = tell(Evidence(KEPT), found)
    assert (pointer, check, received, cause) == (
        finding.pointer,
        finding.check,
        finding.received,
        finding.cause,
    )
    assert tuple(each.exchange for each in found.steps) == finding.steps
    assert finding.check in NAMES
    assert finding.level is not Level.CONVENTION


def test_a_header_is_told_by_its_name() -> None:
    response = {"description": "", "headers": {"X-A": {"required": True, "schema": {"type": "integer"}}}}
    kept = contract({"/x": {"get": {"responses": {"2XX": response}}}})
    for headers, received in (({}, "required, but missing"), ({"x-a": "b"}, 'expected an integer, got "b"')):
        one = passed(kept, "GET", "/x", answer_headers=headers)
        assert one.exchange.operation is not None
        found = Shown("response_headers_conformance", "", "", one.exchange.operation, (one,))
        finding = tell(Evidence(kept), found)
        assert "#/paths/~1x/get/responses/2XX/headers/X-A" == finding.pointer
        assert f"header.X-A: {received}" == finding.received


def test_every_check_of_the_engine_that_is_weighed_can_be_told() -> None:
    assert DOUBTS.keys() == RULES.keys()
    told_of = {found.check for found, *_ in TOLD} | {"response_headers_conformance"}
    assert RULES.keys() == told_of


def test_findings_of_one_cause_are_one_and_the_shorter_is_shown() -> None:
    long = tell(Evidence(KEPT), shown("not_a_server_error", sent("GET", "/things?q=1", 500)))
    short = tell(Evidence(KEPT), shown("not_a_server_error", sent("GET", "/things", 500)))
    both = long.merged(short).merged(long)
    assert (short.steps, 3) == (both.steps, both.cases)
    assert long.key == short.key


def test_a_request_that_was_not_answered_is_a_finding_of_its_own() -> None:
    exchange = Exchange(
        1,
        Request("GET", "http://t/things"),
        None,
        operation=KEPT.paths["/things"]["GET"],
        problem="timed out",
    )
    finding = no_answer(exchange)
    assert finding is not None
    assert ("no answer: timed out", "no answer", f"{LIST}/get") == (
        finding.received,
        finding.cause,
        finding.pointer,
    )
    assert None is no_answer(Exchange(1, Request("GET", "http://t/"), None))
