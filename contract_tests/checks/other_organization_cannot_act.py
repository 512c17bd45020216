"""What lies below an item of one organization is not another one's."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import SAFE, Contract
from contract_tests.exchange import OTHER, Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.listing import id_in
from contract_tests.probing.observing import Sight, changes, look
from contract_tests.probing.refusals import FOREIGN, declared
from contract_tests.probing.trespassing import (
    accepted,
    attempt,
    foreign,
    is_quiet,
    judged,
    refused,
    shared_by_all,
)
from contract_tests.probing.workpieces import made, story, workpiece
from contract_tests.spot import STATUS, Spot, in_item
from openapi.operation import Operation
from openapi.resources import Resource

NAME = "other_organization_cannot_act"


def derive(contract: Contract) -> Iterable[Requirement]:
    resources = contract.model.resources
    for resource in resources.values():
        for action in resource.actions:
            yield foreign(
                contract, NAME, action.operation, resource, part=("action", resource.key),
                impossible=shared_by_all(resource),
            )  # fmt: skip
        for singleton in resource.singletons:
            for operation in singleton.operations.values():
                yield foreign(contract, NAME, operation, resource, part=("singleton", resource.key))
        if resource.parents:
            above = resources.get(resource.parents[-1].resource or "")
            alone = shared_by_all(above) if above else "nothing creates what it lies under"
            for role in ("list", "create"):
                if role in resource.operations and resource.operations[role].path != resource.item:
                    yield foreign(
                        contract,
                        NAME,
                        resource.operations[role],
                        resource,
                        part=(role, resource.key),
                        impossible=alone,
                    )


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        kind, key = requirement.part
        resource = asking.contract.model.resources[key]
        operation = asking.contract.operations[requirement.subject]
        try:
            accepted(asking, resource)
            match kind:
                case "list":
                    yield _list(asking, requirement, resource, operation)
                case "create":
                    yield _create(asking, requirement, resource, operation)
                case _:
                    yield _below(asking, requirement, resource, operation)
        except CannotAsk as cannot:
            yield not_tested(requirement, str(cannot))


def _below(asking: Asking, requirement: Requirement, resource: Resource, operation: Operation) -> Outcome:
    """An action, or a thing that is there once under an item."""
    item, before = workpiece(asking, resource) if operation.method in SAFE else _fresh(asking, resource)
    again = look(asking, item)
    found = attempt(asking, item, before, operation)
    still = not changes(resource, before.entity, again.entity, also_moving=True)
    quiet = operation.method == "DELETE" and is_quiet(operation)
    return judged(requirement, operation, found, quiet=quiet, moving=still)


def _fresh(asking: Asking, resource: Resource) -> tuple[Item, Sight]:
    item = made(asking, resource)
    return item, look(asking, item)


def _list(asking: Asking, requirement: Requirement, resource: Resource, operation: Operation) -> Outcome:
    item, _ = workpiece(asking, resource)
    done = asking.send(operation, path=item.parents, identity=OTHER)
    if not done.status or done.status >= 500 or done.status == 429:
        return not_tested(requirement, f"answered {done.status or 'nothing'}")
    found = (
        resource.envelopes["list"].find(done.json)
        if done.succeeded and "list" in resource.envelopes
        else None
    )
    shown = found if isinstance(found, list) else []
    if refused(operation, done) or (
        done.succeeded and all(id_in(resource, each) != item.id for each in shown)
    ):
        return passed(requirement)
    came = f"{done.status} with this organization's items"
    return _broken(requirement, operation, came, item.made, done, spot=in_item(own=item.id))


def _create(asking: Asking, requirement: Requirement, resource: Resource, operation: Operation) -> Outcome:
    item, _ = workpiece(asking, resource)
    done = asking.try_create(resource, OTHER, parents=item.parents)
    if not done.status or done.status >= 500 or done.status == 429:
        return not_tested(requirement, f"answered {done.status or 'nothing'}")
    if refused(operation, done):
        return passed(requirement)
    return _broken(
        requirement, operation, f"{done.status} for a create below this organization's item", item.made, done
    )


def _broken(
    requirement: Requirement, operation: Operation, came: str, *steps: Exchange, spot: Spot = STATUS
) -> Outcome:
    return failed(
        requirement,
        f"another organization is answered {came}",
        f"a refusal ({declared(operation, FOREIGN)})",
        *story(*steps),
        cause="another organization reaches what lies below an item",
        spot=spot,
    )


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is what lies below an item, and what can be done with it, refused to another organization?",
    source="conformance.md section 3, tenant_write",
    how=(
        "As the second organization: carries actions out on a record of the first one, reads and"
        " changes what stands below it, lists and creates below it."
    ),
    example=(
        "Order 7 belongs to organization one. POST /orders/7/cancel of organization two is answered 200."
    ),
    derive=derive,
    ask=ask,
)
