"""A JSON body fits the schema that its response declares, closed objects and all."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import response_of, responses_to_see
from contract_tests.spot import in_body
from openapi.explain import Problem
from openapi.media import essence, is_json, match
from openapi.operation import Response
from openapi.resources import ABSENT
from openapi.schema import SchemaError
from openapi.source import join_pointer

NAME = "body_fits_its_schema"


def derive(contract: Contract) -> Iterable[Requirement]:
    for seen in responses_to_see(contract):
        for name, media in seen.response.content.items():
            if is_json(essence(name)) and media.get("schema") is not None:
                yield seen.requirement(NAME, Level.DOCUMENT, "content", name)


def judge(
    contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    response, answer = response_of(exchange), exchange.answer
    if response is None or answer is None or exchange.request.method == "HEAD":
        return
    assert exchange.operation is not None
    name = match(answer.media_type, response.content)
    if name is None or answer.json is ABSENT:
        return  # other checks speak of these
    pointer = join_pointer(exchange.operation.place.pointer, "responses", response.key, "content", name)
    requirement = find(pointer)
    if requirement is None:
        return
    problems = _problems(contract, response, name, answer.json)
    if not problems:
        yield passed(requirement)
        return
    more = f" (and {len(problems) - 2} more)" if len(problems) > 2 else ""
    yield failed(
        requirement, "; ".join(map(str, problems[:2])) + more, f"the schema of {response.key}, {name}",
        exchange,         cause=_cause(str(problems[0])), spot=in_body(*problems[0].path),
    )  # fmt: skip


def _problems(contract: Contract, response: Response, name: str, body: object) -> list[Problem]:
    later = contract.responses.of_media(response.content[name])
    try:
        validator = later() if later else None
    except SchemaError:
        return []
    if validator is None or validator.is_valid(body):
        return []
    return list(islice(validator.problems(body, "body"), 20))


def _cause(problem: str) -> str:
    """A problem without its values and list places: the same wherever it shows."""
    place, _, rule = problem.partition(": ")
    return f"{place.rpartition(']')[2].rpartition('.')[2] or place}: {rule.partition(', got ')[0]}"


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Does every JSON body fit the schema of its response?",
    source="OpenAPI 3, Media Type Object, schema",
    how=(
        "Sends nothing of its own. It validates every JSON answer with the schema of its status and"
        " media type, in the direction of a response, formats and closed objects included."
    ),
    example='GET /things/7 answers {"id": "7", "price": "12"}; the schema says that price is a number.',
    fault="property_has_another_type",
    derive=derive,
    judge=judge,
)
