"""The items of one organization are not another one's to delete."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.trespassing import by_role, is_quiet, judged, tried

NAME = "other_organization_cannot_delete"


def derive(contract: Contract) -> Iterable[Requirement]:
    return by_role(contract, NAME, "delete")


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part[0]]
    operation = resource.operations["delete"]
    yield judged(requirement, operation, tried(asking, resource, "delete"), quiet=is_quiet(operation))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a DELETE by another organization refused, and is the item still there?",
    source="conformance.md section 3, tenant_write",
    how=(
        "Creates a record, deletes it as the second organization, and reads it as the first one before"
        " and after."
    ),
    example=(
        "Thing 7 belongs to organization one. DELETE /things/7 of organization two is answered 204, and"
        " it is gone."
    ),
    fault="item_of_another_organization_is_deleted",
    derive=derive,
    ask=ask,
)
