"""Declared response headers are there where required, and fit."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import response_of, responses_to_see
from contract_tests.spot import header
from openapi.explain import Problem
from openapi.operation import Parameter, Place
from openapi.parameters import Decoder, compile_parameters
from openapi.schema import SchemaError
from openapi.source import join_pointer

NAME = "headers_fit_their_schema"

_IGNORED = {"content-type"}  # OpenAPI 3, Response Object, headers


def derive(contract: Contract) -> Iterable[Requirement]:
    for seen in responses_to_see(contract):
        for name in seen.response.headers:
            if name.lower() not in _IGNORED:
                yield seen.requirement(NAME, Level.DOCUMENT, "headers", name)


def judge(
    contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    response, answer = response_of(exchange), exchange.answer
    if response is None or answer is None:
        return
    assert exchange.operation is not None
    for name, declared in response.headers.items():
        pointer = join_pointer(exchange.operation.place.pointer, "responses", response.key, "headers", name)
        requirement = find(pointer)
        if requirement is None:
            continue
        value = answer.header(name)
        problems: list[Problem] = []
        if value is None and declared.get("required") is not True:
            continue
        if value is None:
            problems = [Problem(f"header.{name}", "required, but missing")]
        elif (decoder := _decoder(contract, name, declared.pointer)) is not None:
            decoder.decode([value], {}, problems)
        if problems:
            yield failed(
                requirement, f"{problems[0]}", f"the header {name} as {response.key} declares it", exchange,
                cause=f"{name}: {problems[0].message.partition(', got ')[0]}", spot=header(name),
            )  # fmt: skip
        else:
            yield passed(requirement)


@lru_cache(maxsize=4096)
def _decoder(contract: Contract, name: str, pointer: str) -> Decoder | None:
    """A response header reads like a header parameter of style simple (OpenAPI 3, Header Object)."""
    header = contract.document.at(pointer)
    schema = header.get("schema")
    parameter = Parameter(
        name=name,
        location="header",
        required=False,
        style="simple",
        explode=header.get("explode") is True,
        schema=Place(join_pointer(pointer, "schema"), schema) if schema is not None else None,
        content=contract.document.children(header, "content"),
        place=header,
    )
    try:
        return next(iter(compile_parameters([parameter], contract.document, contract.responses)), None)
    except SchemaError:
        return None


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is every required response header there, and does every declared one fit its schema?",
    source="OpenAPI 3, Response Object, headers; Header Object",
    how=(
        "Sends nothing of its own. It looks in every answer for the headers that its response requires,"
        " and validates those that came."
    ),
    example="POST /things answers 201 without Location, which the 201 requires.",
    derive=derive,
    judge=judge,
)
