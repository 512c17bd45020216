"""The part of the last answer that a failure is about."""

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.check import Level, Outcome, Requirement, failed
from contract_tests.contract import Contract
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question, read_document
from contract_tests.reports.data import told
from contract_tests.session import Session
from contract_tests.showing.marks import mark
from contract_tests.spot import STATUS, Spot, header, in_body, in_item, of
from contract_tests.target import parse_target
from openapi.explain import Problem
from tests.contract_tests.recording import document
from tests.servers import serving

CONTRACT = Contract(document())
THINGS = read_document(Path(__file__).with_name("things.yaml"))
PROMISE = Requirement("#/paths/~1things/get", "some_check", Level.DOCUMENT, "GET /things")


def shown(spot: Spot | None, path: str, body: Any, status: int = 200) -> dict[str, str] | None:
    """The mark in an answer of the API of things."""
    match = CONTRACT.match("GET", path)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    last = Exchange(
        1, Request("GET", f"http://h{path}"), Answer(status, (), data),
        operation=match.operation if match else None, path=match.template if match else None,
    )  # fmt: skip
    return mark(failed(PROMISE, "this", "that", last, spot=spot), CONTRACT)


def at(pointer: str) -> dict[str, str]:
    return {"part": "body", "pointer": pointer}


def test_status_and_header_are_marked() -> None:
    assert {"part": "status"} == shown(STATUS, "/things", {})
    assert {"part": "header", "name": "Location"} == shown(header("Location"), "/things", {})


def test_a_place_in_the_body_is_a_json_pointer() -> None:
    assert at("/a~1b/0/~0") == shown(in_body("a/b", 0, "~"), "/things", {"a/b": [{"~": 1}]})


def test_what_is_missing_is_marked_as_what_it_is_missing_in() -> None:
    assert at("/a") == shown(in_body("a", "b", "c"), "/things", {"a": {"x": 1}})
    assert at("") == shown(in_body("a", 3), "/things", {"b": 1})


def test_a_property_of_an_item_is_found_in_its_list_by_id() -> None:
    body = {"items": [{"id": "one", "name": "a"}, {"id": "two", "name": "b"}]}
    assert at("/items/1/name") == shown(in_item("name", own="two"), "/things", body)
    assert at("/items") == shown(in_item("name"), "/things", body)
    assert shown(in_item("name", own="three"), "/things", body) is None


def test_nothing_is_marked_where_nobody_can_tell() -> None:
    assert shown(None, "/things", {}) is None
    assert shown(in_item("name"), "/things", {"error": "x"}, status=404) is None
    assert shown(in_item("name"), "/nowhere", {"name": "x"}) is None
    assert shown(in_body("a"), "/things", b"") is None
    silent = Exchange(1, Request("GET", "http://h/things"), None, problem="closed")
    assert mark(failed(PROMISE, "this", "that", silent, spot=STATUS), CONTRACT) is None
    assert mark(Outcome(PROMISE, failed(PROMISE, "", "").status, spot=STATUS), CONTRACT) is None


def test_a_body_that_is_no_json_is_marked_whole() -> None:
    assert at("") == shown(in_body("a"), "/things", b"{")


def test_a_sentence_that_names_no_property_says_that_the_item_is_gone() -> None:
    assert STATUS == of(["the record is gone"])


def test_a_problem_knows_its_path_and_is_the_same_without() -> None:
    validator = Contract(THINGS).responses.at("#/components/schemas/Thing")
    paths = {problem.path for problem in validator.problems({"id": 1}, "body")}
    assert {("id",), ()} == paths
    assert Problem("body.a", "x", ("a",)) == Problem("body.a", "x")


CASES = [
    ("library", "author_lacks_its_created_time", "body_fits_its_schema", "/0"),
    ("library", "year_is_sent_as_text", "body_fits_its_schema", "/year"),
    ("library", "deleted_author_comes_with_204", "no_content_has_no_body", at("")),
    ("library", "create_author_answers_200", "answers_with_a_documented_status", {"part": "status"}),
    ("library", "created_author_has_no_location", "headers_fit_their_schema", "Location"),
    ("library", "answers_are_called_html", "media_type_is_documented", "Content-Type"),
    ("library", "title_is_trimmed", "values_survive_the_round_trip", at("/title")),
    ("library", "patch_resets_the_bio", "patch_keeps_the_rest", at("/bio")),
    ("library", "deleted_author_stays_readable", "deleted_is_gone", {"part": "status"}),
    ("library", "listed_author_differs", "list_items_equal_their_get", "/bio"),
    ("library", "total_counts_the_page_only", "list_total_counts_the_items", "X-Total-Count"),
    ("ledgerly", "etag_never_changes", "etag_changes_with_the_item", "ETag"),
    ("ledgerly", "secret_comes_back", "write_only_properties_never_come_back", "/"),
    ("ledgerly", "invoice_of_another_can_be_patched", "other_organization_cannot_update", "/"),
    ("depot", "dispatch_is_not_kept", "action_answer_equals_next_get", "/status"),
    ("depot", "put_keeps_the_note", "put_replaces_the_item", "/note"),
]


@pytest.mark.parametrize(("name", "fault", "check", "wanted"), CASES)
def test_the_offending_part_is_marked(
    tmp_path: Path, name: str, fault: str, check: str, wanted: dict[str, str] | str
) -> None:
    with serving.running(name, fault) as server:
        one, other = serving.service_of(name).CREDENTIALS
        target = parse_target(server.url, map(": ".join, one.items()), {}, map(": ".join, other.items()))
        described = read_document(Path(serving.__file__).with_name(f"{name}.yaml"))
        asked = Question(
            described, 1, Permissions(Profile.SANDBOXED, loopback=True), ledger=tmp_path,
            checks=(check, "valid_request_is_accepted"),
        )  # fmt: skip
        data = told(Session(target, asked).conduct(), asked, target)
    marks = [each["exchanges"][-1]["mark"] for each in data["findings"] if each["check"] == check]
    if isinstance(wanted, str):
        assert any(wanted in (found.get("name") or found["pointer"]) for found in marks), marks
    else:
        assert wanted in marks
