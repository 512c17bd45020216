"""What is wrong with an answer to a declared operation, as our own validators say it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from contract_tests.contract import Contract
from contract_tests.exchange import Answer, Exchange
from contract_tests.probing.refusals import ANY_SERVER
from openapi import codec
from openapi.explain import Problem
from openapi.form import scalar
from openapi.media import is_json, match
from openapi.operation import Place, Response
from openapi.schema import SchemaError, Validator
from openapi.shape import shape_of
from openapi.source import join_pointer

BODILESS = frozenset({204, 304})
"""Statuses whose answers have no body (RFC 9110 sections 15.3.5 and 15.4.5)."""

Kind = Literal["status", "media type", "body", "missing header", "header"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is wrong. `header`: the name of the header that it is about. `keywords`: the JSON
    Schema keywords that are broken, as far as they can be told; `undecodable` where the body could not be
    read at all."""

    kind: Kind
    said: str
    keywords: frozenset[str] = frozenset()
    header: str = ""


UNREADABLE = frozenset({"undecodable"})
"""The keywords of a body that is not what its media type says."""


def complaints(contract: Contract, exchange: Exchange) -> list[Complaint]:
    """Everything that is wrong with an answer; nothing where there is no answer, or no declared operation.

    Bodies are judged where they are JSON, headers where their schema is one of scalars.
    """
    if exchange.operation is None or exchange.answer is None:
        return []
    response = exchange.operation.response(exchange.answer.status)
    if response is None:
        status = exchange.answer.status
        return [] if status in ANY_SERVER else [Complaint("status", f"{status} is not documented")]
    found = list(_headers(contract, response, exchange.answer))
    if exchange.request.method != "HEAD" and exchange.answer.status not in BODILESS:
        found += _body(contract, response, exchange.answer)
    return found


def _body(contract: Contract, response: Response, answer: Answer) -> Iterator[Complaint]:
    if not response.content:
        return
    if not answer.body:
        yield Complaint("body", "declared, but missing", UNREADABLE)
        return
    declared = match(answer.media_type, response.content)
    if declared is None:
        yield Complaint("media type", f"{answer.media_type or 'no media type'} is not declared")
    elif is_json(answer.media_type):
        yield from _json(_validator(contract, response.content[declared]), answer)


def _json(validator: Validator | None, answer: Answer) -> Iterator[Complaint]:
    try:
        value = codec.decode(answer.body)
    except codec.DecodeError as error:
        yield Complaint("body", str(error), UNREADABLE)
        return
    if validator is not None and not validator.is_valid(value):
        for problem in validator.problems(value, "body"):
            yield Complaint("body", str(problem), frozenset({keyword(problem)}))


def _headers(contract: Contract, response: Response, answer: Answer) -> Iterator[Complaint]:
    for name, place in response.headers.items():
        text = answer.header(name)
        if name.lower() == "content-type":  # the media type tells it (OpenAPI 3, Response Object)
            continue
        if text is None and place.get("required") is True:
            yield Complaint("missing header", f"header.{name}: required, but missing", header=name)
        elif text is not None and (problem := _header_problem(contract, place, text)):
            yield Complaint(
                "header", f"header.{name}: {problem.message}", frozenset({keyword(problem)}), name
            )


def _header_problem(contract: Contract, place: Place, text: str) -> Problem | None:
    validator = _validator(contract, place)
    shape = shape_of(contract.responses.tree, join_pointer(place.pointer, "schema"))
    if validator is None or not shape.scalar:
        return None
    value = scalar(text, shape)
    return None if validator.is_valid(value) else next(validator.problems(value, "header"), None)


def _validator(contract: Contract, owner: Place) -> Validator | None:
    """The validator of what stands there under `schema`; None without one, or with one that cannot be
    compiled."""
    later = contract.responses.of_media(owner)
    try:
        return later() if later else None
    except SchemaError:
        return None


_BEGINNINGS = {
    "expected text like": "pattern", "expected a multiple of": "multipleOf",
    "nothing may stand": "falseSchema",
    "expected at least": "minimum", "expected at most": "maximum", "expected more than": "exclusiveMinimum",
    "expected less than": "exclusiveMaximum", "expected one of": "enum", "required, but": "required",
    "fits ": "oneOf", "no such property": "additionalProperties", "no property": "additionalProperties",
    "expected a string": "type", "expected a number": "type", "expected an integer": "type",
    "expected a list": "type", "expected an object": "type",
    "expected true or false": "type", "expected null": "type",
    "expected a ": "format", "expected an ": "format",
}  # fmt: skip


def keyword(problem: Problem) -> str:
    """The JSON Schema keyword that a problem speaks of, by its sentence (`openapi/explain.py`); `other` for
    a rare one."""
    found = (word for beginning, word in _BEGINNINGS.items() if problem.message.startswith(beginning))
    return next(found, "other")
