"""answers_with_a_documented_status: whose fault an undeclared status is."""

from typing import Any

import pytest

from contract_tests.answers import Answers
from contract_tests.check import Outcome, Status
from contract_tests.checks.answers_with_a_documented_status import CHECK
from contract_tests.contract import Contract
from tests.contract_tests.answers import answered, contract

ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _contract(*statuses: str, secured: bool = False, path: str = "/x", body: bool = False) -> Contract:
    operation: dict[str, Any] = {"responses": {status: {"description": ""} for status in statuses}}
    if secured:
        operation["security"] = [{"key": []}]
    if body:
        operation["requestBody"] = {"content": {"application/json": {"schema": {"type": "object"}}}}
    item: dict[str, Any] = {"get": operation, **({"parameters": [ID]} if "{" in path else {})}
    schemes = {"key": {"type": "apiKey", "name": "x-key", "in": "header"}}
    return contract({path: item}, securitySchemes=schemes)


def _judged(kept: Contract, *statuses: int, path: str = "/x") -> Outcome:
    answers = Answers(kept, [CHECK], list(CHECK.derive(kept)))
    for status in statuses:
        answers.hear(answered(kept, {}, status=status, path=path))
    return next(iter(answers.outcomes()))


@pytest.mark.parametrize("status", [401, 403])
def test_a_secured_operation_that_declares_no_refusal_of_callers_is_a_hole_of_the_document(
    status: int,
) -> None:
    found = _judged(_contract("200", "400", secured=True), status)

    assert Status.WARNED is found.status
    assert f"{status}, and the document declares nothing that says who may not ask" == found.received
    assert "a document that declares it (it has 200, 400)" == found.promised


def test_an_item_path_without_404_is_a_hole_of_the_document() -> None:
    assert Status.WARNED is _judged(_contract("200", "422", path="/x/{id}"), 404, path="/x/1").status


def test_bad_input_that_cannot_be_told_is_a_hole_of_the_document() -> None:
    assert Status.WARNED is _judged(_contract("200", "409", body=True), 400).status


def test_a_success_where_none_is_declared_is_a_hole_of_the_document() -> None:
    assert Status.WARNED is _judged(_contract("405"), 200).status


@pytest.mark.parametrize(
    ("declared", "secured", "path", "status"),
    [
        (("200", "403"), True, "/x", 401),  # 403 says it
        (("200", "404"), False, "/x", 401),  # nobody has to say who he is
        (("200", "410"), False, "/x/{id}", 404),  # 410 says it
        (("200", "400"), False, "/x", 404),  # the path names nothing
        (("200", "400"), False, "/x/{id}", 409),
        (("200", "422"), False, "/x/{id}", 400),
        (("200", "404"), False, "/x/{id}", 201),
    ],
)
def test_a_wrong_status_where_the_right_one_is_declared_fails(
    declared: tuple[str, ...], secured: bool, path: str, status: int
) -> None:
    kept = _contract(*declared, secured=secured, path=path)

    found = _judged(kept, status, path=path.replace("{id}", "1"))

    assert (Status.FAILED, f"{status} is not documented") == (found.status, found.received)


def test_a_failure_outweighs_a_warning_that_came_before() -> None:
    assert Status.FAILED is _judged(_contract("200", "400", secured=True), 401, 418).status
    assert Status.WARNED is _judged(_contract("200", "400", secured=True), 401, 200).status
