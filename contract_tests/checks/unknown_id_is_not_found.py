"""What is not there is not found."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.asking import Asking
from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.refusals import UNKNOWN, declared, level_of, refusal_pointer, suits
from contract_tests.samples import around
from contract_tests.subjects import resources_with

NAME = "unknown_id_is_not_found"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "read"):
        operation = resource.operations["read"]
        yield Requirement(
            refusal_pointer(operation, UNKNOWN), NAME, level_of(operation, UNKNOWN, Level.DOCUMENT),
            place(operation), subject=resource.key,
            impossible=None if resource.id else "its items have no id",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    assert resource.id is not None
    operation = resource.operations["read"]
    free = {**around(asking, resource), resource.id.parameter.name: asking.unused(resource)}
    exchange = asking.send(operation, path=free)
    if suits(operation, exchange.status, UNKNOWN):
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"GET of an id that nobody has is answered {exchange.status or 'nothing'}",
            declared(operation, UNKNOWN), exchange, cause=f"an unknown id is answered {exchange.status}",
        )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is an id that nobody has answered with 404?",
    source="RFC 9110 section 15.5.5",
    derive=derive,
    ask=ask,
)
