"""Where HTTP allows no body, none comes."""

from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import response_of, responses_to_see
from contract_tests.spot import header, in_body
from openapi.source import join_pointer

NAME = "no_content_has_no_body"

_EMPTY = ("204", "205", "304")


def derive(contract: Contract) -> Iterable[Requirement]:
    for seen in responses_to_see(contract):
        if seen.response.key in _EMPTY:
            yield seen.requirement(NAME, Level.HTTP)


def judge(
    _contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    response, answer = response_of(exchange), exchange.answer
    if response is None or answer is None or response.key not in _EMPTY:
        return
    assert exchange.operation is not None
    requirement = find(join_pointer(exchange.operation.place.pointer, "responses", response.key))
    if requirement is None:
        return
    length = answer.header("content-length")
    if answer.body or (answer.status == 204 and length not in (None, "0")):
        came = f"{len(answer.body)} bytes of body" if answer.body else f"Content-Length: {length}"
        yield failed(
            requirement, f"{came} with status {answer.status}", f"{answer.status} has no body", exchange,
            cause=f"a body with {answer.status}",
            spot=in_body() if answer.body else header("Content-Length"),
        )  # fmt: skip
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Do 204, 205 and 304 come without a body?",
    source="RFC 9110 sections 15.3.5, 15.3.6, 15.4.5 and 8.6",
    how=(
        "Sends nothing of its own. It looks at every 204, 205 and 304 for a body, and at a 204 for a"
        " Content-Length."
    ),
    example=(
        'DELETE /things/7 answers 204 with the body {"deleted": true}; on a kept connection it is read'
        " as the start of the next answer."
    ),
    derive=derive,
    judge=judge,
)
