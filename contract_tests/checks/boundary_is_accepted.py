"""A value on the edge of what its schema allows is accepted."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import told
from contract_tests.probing.edges import edge_requirements, round_of
from contract_tests.probing.rounds import played
from contract_tests.spot import STATUS

NAME = "boundary_is_accepted"

_BUSINESS = {402, 403, 409, 412, 423, 429}


def derive(contract: Contract) -> Iterable[Requirement]:
    return edge_requirements(contract, NAME, Level.DOCUMENT)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    operation = asking.contract.operations[requirements[0].subject]
    rounds = played(asking, operation)
    for requirement in requirements:
        found = round_of(rounds, requirement)
        if found is None or found.exchange.status in _BUSINESS or found.exchange.status >= 500:
            continue
        edge = requirement.part
        if found.exchange.succeeded:
            yield passed(requirement)
        elif len(found.choices) == 1 and found.exchange.refused:
            yield failed(
                requirement,
                f"{found.exchange.status} for {edge.name} = {told(edge.boundary.value_here)}"
                f" ({edge.boundary.says})",
                "the schema allows it, so it is accepted",
                *([found.item.made] if found.item and found.item.made is not found.exchange else []),
                found.exchange,
                cause=f"{edge.kind.replace('_', ' ')}: {found.exchange.status}",
                spot=STATUS,
            )


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Are values on each boundary of the schema accepted?",
    source="OpenAPI 3, Schema Object; conformance.md section 3, roundtrip and length_unit",
    how=(
        "Creates and updates records with values on the edges of their schema: the longest and shortest"
        " text, the least and greatest number, null where it is allowed, each member of an enum,"
        " characters of every kind; of very many, some. Several properties share one request; where it"
        " is refused, each is sent alone."
    ),
    example=(
        "`name` has maxLength 100. POST /things with 100 characters, some of them emoji, is answered"
        " 400: the server counts bytes."
    ),
    fault="null_is_refused",
    derive=derive,
    ask=ask,
)
