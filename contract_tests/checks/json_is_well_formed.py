"""What says it is JSON, is JSON: UTF-8, one value, no name twice."""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import needs_of
from contract_tests.spot import in_body
from openapi import codec
from openapi.media import is_json
from openapi.resources import ABSENT
from openapi.source import join_pointer

NAME = "json_is_well_formed"


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        if any(is_json(name.partition(";")[0]) for r in operation.responses.values() for name in r.content):
            yield Requirement(
                join_pointer(operation.place.pointer, "responses"), NAME, Level.HTTP, place(operation),
                needs=needs_of(operation), subject=operation.id,
            )  # fmt: skip


def judge(
    _contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    operation, answer = exchange.operation, exchange.answer
    if operation is None or answer is None or not is_json(answer.media_type):
        return
    requirement = find(join_pointer(operation.place.pointer, "responses"))
    if requirement is None or exchange.request.method == "HEAD" or answer.status in (204, 304):
        return
    problem = _problem(answer.body) if answer.json is ABSENT or b'"' in answer.body else None
    if problem:
        yield failed(
            requirement,
            f"{answer.media_type}, but {problem}",
            "well-formed JSON",
            exchange,
            cause=_cause(problem),
            spot=in_body(),
        )
    else:
        yield passed(requirement)


def _problem(body: bytes) -> str | None:
    """Why a body is no well-formed JSON, or None."""
    try:
        codec.decode(body)
    except codec.DecodeError as error:
        return str(error)
    try:
        json.loads(body, object_pairs_hook=_once)
    except _Twice as twice:
        return f"the name {codec.show(str(twice))} stands twice in one object"
    except (ValueError, RecursionError):
        return None  # the strict reader above had no objection
    return None


class _Twice(Exception):
    """A name that stands twice in one object (RFC 8259 section 4)."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _cause(problem: str) -> str:
    return "a name twice" if "twice" in problem else problem.partition(" at byte")[0]


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is every body that is declared as JSON well-formed?",
    source="RFC 8259 sections 2, 4 and 8.1",
    how=(
        "Sends nothing of its own. It reads every answer that says it is JSON as RFC 8259 has it: UTF-8"
        " without a byte order mark, one value, no NaN, no name twice in one object."
    ),
    example='GET /things/7 answers {"id": "7", "price": NaN}, which JavaScript and most parsers refuse.',
    fault="json_holds_nan",
    derive=derive,
    judge=judge,
)
