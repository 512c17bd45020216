"""The items of one organization are not another one's to read."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.trespassing import by_role, judged, tried

NAME = "other_organization_cannot_read"


def derive(contract: Contract) -> Iterable[Requirement]:
    return by_role(contract, NAME, "read")


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part[0]]
    yield judged(requirement, resource.operations["read"], tried(asking, resource, "read"))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an item refused to another organization that knows its id?",
    source="conformance.md section 3, tenant_read",
    how="Creates a record and reads it as the second organization (--other-header), which knows its id.",
    example="Thing 7 belongs to organization one. GET /things/7 of organization two is answered 200.",
    fault="item_of_another_organization_is_read",
    derive=derive,
    ask=ask,
)
