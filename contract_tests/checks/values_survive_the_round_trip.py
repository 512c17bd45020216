"""What was written is what is read, to the last code point and digit."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.asking import Asking
from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.compare import differences, same
from contract_tests.contract import Contract
from contract_tests.edges import edge_requirements, round_of
from contract_tests.rounds import played, sent_value
from openapi.resources import ABSENT

NAME = "values_survive_the_round_trip"


def derive(contract: Contract) -> Iterable[Requirement]:
    return edge_requirements(contract, NAME, Level.LIFECYCLE, readable=True)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    operation = asking.contract.operations[requirements[0].subject]
    rounds = played(asking, operation)
    for requirement in requirements:
        found = round_of(rounds, requirement)
        if found is None or not found.exchange.succeeded or not isinstance(found.found, dict):
            continue
        edge = requirement.part
        sent, came = sent_value(found, edge.name), found.found.get(edge.name, ABSENT)
        if same(sent, came):
            yield passed(requirement)
            continue
        steps = [found.exchange, *([found.seen] if found.seen else [])]
        if found.item and found.item.made is not found.exchange:
            steps.insert(0, found.item.made)
        wrong = next(differences(sent, came, edge.name))
        yield failed(
            requirement, wrong, f"{edge.name} comes back as it was sent ({edge.boundary.says})", *steps,
            cause="it does not come back at all" if came is ABSENT else _cause(edge.kind),
        )  # fmt: skip


def _cause(kind: str) -> str:
    return f"{kind.replace('_', ' ')} does not come back as sent"


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does every value come back exactly as it was sent, by create and by update?",
    source="conformance.md section 3, roundtrip; RFC 8259 sections 6 and 7",
    derive=derive,
    ask=ask,
)
