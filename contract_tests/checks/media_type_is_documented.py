"""A body comes as a media type that its response declares."""

from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import response_of, responses_to_see
from contract_tests.spot import header
from openapi.media import match
from openapi.source import join_pointer

NAME = "media_type_is_documented"


def derive(contract: Contract) -> Iterable[Requirement]:
    for seen in responses_to_see(contract):
        if seen.response.content:
            yield seen.requirement(NAME, Level.DOCUMENT, "content")


def judge(
    _contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    response, answer = response_of(exchange), exchange.answer
    if response is None or answer is None or exchange.request.method == "HEAD" or not response.content:
        return
    assert exchange.operation is not None
    pointer = join_pointer(exchange.operation.place.pointer, "responses", response.key, "content")
    requirement = find(pointer)
    if requirement is None:
        return
    if match(answer.media_type, response.content):
        yield passed(requirement)
        return
    came = answer.media_type or ("no Content-Type" if answer.body else "no body")
    declared = ", ".join(response.content)
    yield failed(
        requirement, f"{came}, with status {answer.status}", f"{response.key} comes as {declared}", exchange,
        cause=f"{came} instead of {declared}", spot=header("Content-Type"),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Does every body come as a media type that its response declares?",
    source="OpenAPI 3, Response Object, content; RFC 9110 section 8.3",
    how=(
        "Sends nothing of its own. It compares the Content-Type of every answer with the media types"
        " that its response declares."
    ),
    example=(
        "GET /things/unknown is answered 404 with a page in text/html; the 404 declares"
        " application/problem+json."
    ),
    fault="refusal_is_a_page",
    derive=derive,
    judge=judge,
)
