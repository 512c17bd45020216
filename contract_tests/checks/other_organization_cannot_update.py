"""The items of one organization are not another one's to change."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.trespassing import foreign, judged, tried
from contract_tests.probing.updating import updates
from openapi.resources import Resource

NAME = "other_organization_cannot_update"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in updates(resource):
            yield foreign(
                contract, NAME, resource.operations[role], resource, part=(resource.key, role),
                impossible=_own(resource, role),
            )  # fmt: skip


def _own(resource: Resource, role: str) -> str | None:
    """Why another organization's PUT may rightly succeed, or None."""
    operation = resource.operations[role]
    by_client = resource.id is not None and resource.id.given == "client"
    if role == "replace" and (by_client or "201" in operation.responses):
        return "this PUT may create an item of its own under the same id"
    return None


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, role = requirement.part
    resource = asking.contract.model.resources[key]
    yield judged(requirement, resource.operations[role], tried(asking, resource, role))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an update by another organization refused, and does it change nothing?",
    source="conformance.md section 3, tenant_write",
    how=(
        "Creates a record, updates it as the second organization, and reads it as the first one before"
        " and after."
    ),
    example=(
        "Thing 7 belongs to organization one. PATCH /things/7 of organization two is answered 404, and"
        " yet changes its name."
    ),
    fault="item_of_another_organization_is_updated",
    derive=derive,
    ask=ask,
)
