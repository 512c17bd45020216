"""References of new records to records that are not there for them."""

from collections.abc import Callable, Iterator

from contract_tests.check import Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.promises import promise
from contract_tests.probing.refusals import suits
from contract_tests.probing.subjects import body_property
from contract_tests.probing.values import typed
from contract_tests.probing.workpieces import story
from contract_tests.spot import STATUS
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import Resource

MISSING = (404, 409, 422)
"""What a create declares that looks whether what it refers to is there."""

REFUSALS = (404, 409, 422, 400, 410)


def references(
    contract: Contract, check: str, *needs: str, impossible: Callable[[Resource], str | None]
) -> Iterator[Requirement]:  # fmt: skip
    """One requirement per property of a create body that refers to another resource. impossible: says of
    the resource that is referred to why the check does not apply."""
    for resource in contract.model.resources.values():
        operation = resource.operations.get("create")
        if operation is None or "create" not in resource.bodies:
            continue
        for name, found in resource.properties.items():
            target = contract.model.resources.get(found.reference or "")
            if found.create is None or target is None:
                continue
            yield promise(
                contract,
                check,
                Level.CONVENTION,
                operation,
                resource,
                at=name,
                needs=needs,
                part=(resource.key, name),
                pointer=body_property(contract, operation, resource.bodies["create"], name),
                impossible=unlooked(resource, operation) or impossible(target),
            )


def unlooked(resource: Resource, operation: Operation) -> str | None:
    """Why a create need not look at what it refers to, or None. Below a parent, 404 is about the parent."""
    told = [status for status in MISSING if str(status) in operation.responses]
    if told == [404] and resource.parents:
        return f"{place(operation)} declares 404, which is about its parent, and neither 409 nor 422"
    return None if told else f"{place(operation)} declares none of 404, 409 and 422"


def point(asking: Asking, requirement: Requirement, id_: str, what: str, *before: Item) -> Outcome:
    """Sends a create that refers to `id_`, which is `what`; a refusal is what is promised."""
    key, name = requirement.part
    resource = asking.contract.model.resources[key]
    operation = resource.operations["create"]
    value: Json = typed(id_, resource.properties[name].create, asking.contract)
    exchange = asking.try_create(resource, changes={name: value})
    if exchange.status in (401, 402, 403, 412, 428, 429) or exchange.status >= 500 or not exchange.status:
        return not_tested(requirement, f"answered {exchange.status or 'nothing'}")
    if suits(operation, exchange.status, REFUSALS):
        return passed(requirement)
    declared = ", ".join(str(status) for status in REFUSALS if str(status) in operation.responses)
    return failed(
        requirement, f"{exchange.status} although {name} is {what}", f"a refusal ({declared})",
        *story(*before, exchange), cause=f"a reference to {what} is accepted", spot=STATUS,
    )  # fmt: skip
