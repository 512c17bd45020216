"""What was written is what is read, to the last code point and digit."""

from collections.abc import Iterable, Iterator, Sequence
from ipaddress import ip_address

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.changing import arrived, can_show, filled, shape_in_answers
from contract_tests.probing.compare import differences, same, same_moment
from contract_tests.probing.edges import edge_requirements, round_of
from contract_tests.probing.rounds import Edge, Round, played, sent_value
from contract_tests.spot import of
from openapi.codec import Json
from openapi.operation import Operation
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
        if _came_back(asking.contract, operation, found, edge, (sent, came)):
            yield passed(requirement)
            continue
        if not _can_show(asking.contract, operation, edge.name, sent):
            yield not_tested(requirement, f"answers cannot hold such a value: {edge.boundary.says}")
            continue
        if _is_told_by_the_server(asking.contract, operation, edge.name):
            yield not_tested(requirement, f"{edge.name} may be what the server says, whatever is sent")
            continue
        steps = [found.exchange, *([found.seen] if found.seen else [])]
        if found.item and found.item.made is not found.exchange:
            steps.insert(0, found.item.made)
        wrong = next(differences(sent, came, edge.name))
        yield failed(
            requirement, wrong, f"{edge.name} comes back as it was sent ({edge.boundary.says})", *steps,
            cause=_cause(edge, found, came),
            spot=of([wrong], found.item.id if found.item else None),
        )  # fmt: skip


def _can_show(contract: Contract, operation: Operation, name: str, sent: Json) -> bool:
    resource = contract.resource_of(operation)
    known = resource.properties.get(name) if resource else None
    return known is None or can_show(contract, known.read, sent)


def _is_told_by_the_server(contract: Contract, operation: Operation, name: str) -> bool:
    """Whether it is a time of the record, which a body may have to repeat and the server still keeps."""
    resource = contract.resource_of(operation)
    known = resource.properties.get(name) if resource else None
    return known is not None and known.role in ("created", "updated", "deleted")


def _came_back(
    contract: Contract, operation: Operation, found: Round, edge: Edge, values: tuple[Json, Json]
) -> bool:
    """Whether what came is what was sent: null may be shown as nothing, a value of a format in another
    spelling, an object with members that the server fills in; an update may merge objects (RFC 7396)."""
    sent, came = values
    if same(sent, came) or (sent is None and came is ABSENT):
        return True
    if edge.kind.startswith("format_") and isinstance(sent, str) and isinstance(came, str):
        return same_moment(sent, came) or sent.casefold() == came.casefold() or _same_address(sent, came)
    resource = contract.resource_of(operation)
    known = resource.properties.get(edge.name) if resource else None
    declared = shape_in_answers(contract, known.read) if known else None
    if contract.role(operation).kind == "update":
        before = found.before.get(edge.name, ABSENT) if isinstance(found.before, dict) else ABSENT
        return arrived(sent, came, before, declared)
    return filled(sent, came, declared)


def _same_address(one: str, other: str) -> bool:
    """Whether two texts are one IP address."""
    try:
        return ip_address(one) == ip_address(other)
    except ValueError:
        return False


def _cause(edge: Edge, found: Round, came: Json) -> str:
    """An update that changes nothing is one fault, whatever it was told."""
    if came is ABSENT:
        return "it does not come back at all"
    before = found.before.get(edge.name, ABSENT) if isinstance(found.before, dict) else ABSENT
    if same(before, came):
        return "an update leaves what was there"
    return f"{edge.kind.replace('_', ' ')} does not come back as sent"


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does every value come back exactly as it was sent, by create and by update?",
    source="conformance.md section 3, roundtrip; RFC 8259 sections 6 and 7",
    how=(
        "Creates and updates records with values on the edges of their schema, and reads each one back"
        " (GET). What is read is compared with what was sent, code point by code point and digit by"
        " digit."
    ),
    example='POST /things with {"name": " x "} answers 201; GET /things/7 answers {"name": "x"}.',
    fault="text_is_trimmed",
    derive=derive,
    ask=ask,
)
