"""An update of what is deleted is refused, and brings nothing back."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.acting import act
from contract_tests.probing.asking import Asking
from contract_tests.probing.changing import body_with, changeable, other_values
from contract_tests.probing.observing import look
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.refusals import UNKNOWN, declared, level_of, suits
from contract_tests.probing.removing import Removal, removed
from contract_tests.probing.updating import updates
from contract_tests.probing.workpieces import story, until
from contract_tests.spot import STATUS
from openapi.operation import Operation
from openapi.resources import Resource

NAME = "deleted_cannot_be_updated"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in updates(resource) if "delete" in resource.operations else ():
            operation = resource.operations[role]
            yield promise(
                contract,
                NAME,
                level_of(operation, UNKNOWN, Level.LIFECYCLE),
                operation,
                resource,
                part=(resource.key, role),
                impossible=_creates(resource, role) or _not_read(resource) or unseen(resource),
            )
        for action in resource.actions if "delete" in resource.operations else ():
            yield promise(
                contract,
                NAME,
                level_of(action.operation, UNKNOWN, Level.LIFECYCLE),
                action.operation,
                resource,
                part=(resource.key, ""),
                impossible=_is_done(action.operation) or _not_read(resource) or unseen(resource),
            )


def _creates(resource: Resource, role: str) -> str | None:
    """Why an update of what is not there may rightly create it, or None."""
    operation = resource.operations[role]
    by_client = role == "replace" and resource.id is not None and resource.id.given == "client"
    if by_client or "201" in operation.responses or operation is resource.operations.get("create"):
        return "this operation may create the item again"
    return None


def _is_done(operation: Operation) -> str | None:
    """Why an action may rightly succeed: what its DELETE asks for is so already (RFC 9110 section 9.2.2)."""
    told = operation.method != "DELETE" or any(operation.response(status) for status in UNKNOWN)
    return None if told else "what a DELETE below it asks for is so already, and no 404 is declared"


def _not_read(resource: Resource) -> str | None:
    return None if "read" in resource.operations else "no GET tells whose an id is after its DELETE"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, role = requirement.part
    resource = asking.contract.model.resources[key]
    found = removed(asking, resource)
    if found.failure or found.after.there:
        yield not_tested(requirement, found.failure or "the record is still there")
        return
    operation = asking.contract.operations[requirement.subject]
    path = found.item.path
    done = _update(asking, requirement, found, role) if role else act(asking, operation, path)
    after = look(asking, found.item)
    steps = story(found.item, found.done, done, after.exchange)
    if done.status in (412, 428, 429) or not done.status or done.status >= 500:
        yield not_tested(requirement, f"answered {done.status or 'nothing'}")
    elif not (done.status in UNKNOWN or suits(operation, done.status, UNKNOWN)):
        yield failed(
            requirement,
            f"{done.status} for {_what(requirement)} what is deleted",
            f"a refusal ({declared(operation, UNKNOWN)})",
            *until(steps, done),
            cause=f"{_what(requirement)} what is deleted is answered {done.status}",
            spot=STATUS,
        )
    elif after.there:
        yield failed(
            requirement, f"{done.status} for {_what(requirement)} what is deleted, and it is there again",
            "what is deleted stays deleted", *steps, cause="what is deleted is brought back", spot=STATUS,
        )  # fmt: skip
    else:
        yield passed(requirement)


def _what(requirement: Requirement) -> str:
    return "an update of" if requirement.part[1] else "an action on"


def _update(asking: Asking, requirement: Requirement, found: Removal, role: str) -> Exchange:
    item, entity = found.item, found.before.entity
    names = [each.name for each in changeable(item.resource, role)]
    values = other_values(asking, item, role, entity, names, asking.random(requirement))
    body = body_with(asking, item, role, entity, dict(list(values.items())[:1]))
    return asking.send(item.resource.operations[role], path=item.path, body=body, purpose=requirement.id)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an update of what is deleted refused, and does it bring nothing back?",
    source="conformance.md section 3, delete_effect",
    how=(
        "Creates a record, deletes it, sends an update or an action to it, and reads it. A refusal is"
        " promised, and that it does not come back."
    ),
    example="DELETE /things/7 answers 204; PATCH /things/7 answers 200, and GET /things/7 has it again.",
    fault="deleted_item_can_be_updated",
    derive=derive,
    ask=ask,
)
