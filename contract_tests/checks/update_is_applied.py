"""What an update sets is what is there afterwards."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.changing import changeable, other_values
from contract_tests.probing.compare import told
from contract_tests.probing.observing import look
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import body_property
from contract_tests.probing.updating import Update, excused, mismatch, together, update, updated, updates
from contract_tests.probing.workpieces import until, workpiece
from contract_tests.spot import STATUS, in_item
from openapi.dialect import parts
from openapi.resources import Resource

NAME = "update_is_applied"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in updates(resource):
            operation = resource.operations[role]
            for found in changeable(resource, role):
                yield promise(
                    contract, NAME, Level.LIFECYCLE, operation, resource,
                    pointer=body_property(contract, operation, resource.bodies[role], found.name),
                    at=found.name, part=(resource.key, role, found.name),
                    impossible="no answer shows this property" if found.read is None else unseen(resource),
                )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, role, _ = requirements[0].part
    resource = asking.contract.model.resources[key]
    rounds = list(_rounds(asking, requirements, resource, role))
    for requirement in requirements:
        found = [each for each in rounds if requirement.part[2] in each.sent]
        for each in found:
            yield _judged(asking, requirement, each)
        if not found:
            yield _alone(asking, requirement, resource, role)


def _rounds(
    asking: Asking, requirements: Sequence[Requirement], resource: Resource, role: str
) -> Iterator[Update]:  # fmt: skip
    """Updates of everything at once, as far as that is accepted: one, and another one after it."""
    try:
        first = updated(asking, resource, role)
        if not first.done.succeeded:
            return
        yield first
        if first.done.status == 202 or not (now := look(asking, first.item)).there:
            return
        names = [each.part[2] for each in requirements]
        chance = asking.random(requirements[0])
        values = other_values(asking, first.item, role, now.entity, names, chance)
        second = update(asking, first.item, role, now, together(asking, first.item, role, now, values))
        if second.done.succeeded:
            yield second
    except CannotAsk:
        return


def _alone(asking: Asking, requirement: Requirement, resource: Resource, role: str) -> Outcome:
    """An update of one property, since it could not be sent with the others or was refused with them."""
    try:
        item, before = workpiece(asking, resource)
        chance = asking.random(requirement)
        changes = other_values(asking, item, role, before.entity, [requirement.part[2]], chance)
        if not changes:
            return not_tested(requirement, "it has no other valid value that could be set")
        return _judged(asking, requirement, update(asking, item, role, before, changes))
    except CannotAsk as reason:
        return not_tested(requirement, str(reason))


def _judged(asking: Asking, requirement: Requirement, found: Update) -> Outcome:
    name = requirement.part[2]
    if reason := excused(asking, found):
        return not_tested(requirement, reason)
    sent = told(found.sent[name])
    if not found.done.succeeded:
        return failed(
            requirement, f"{found.done.status} for an update of {name} to {sent}, which is valid",
            "a success, and the new value in the next GET", *until(found.steps, found.done),
            cause=f"a valid update is answered {found.done.status}", spot=STATUS,
        )  # fmt: skip
    if found.after.gone:
        return failed(
            requirement,
            f"the item is gone after an update of {name}",
            "the update sets it, so the next GET has it",
            *found.steps,
            cause="an item is gone after an update",
            spot=STATUS,
        )
    if not found.after.there:
        return not_tested(
            requirement, f"the record is answered {found.after.exchange.status} after the update"
        )
    wrong = mismatch(asking, found, name)
    if wrong is None:
        return passed(requirement)
    if wrong == "something else" and _moves_on(asking, found, name):
        return not_tested(
            requirement, f"{name} is {told(found.after.value(name))}: the server may move it on"
        )
    return failed(
        requirement,
        f"{name} is {told(found.after.value(name))} after an update to {sent}",
        f"the update sets it, so the next GET has {sent}",
        *found.steps,
        cause=f"what an update sets is not there afterwards: {wrong}",
        spot=in_item(name, own=found.item.id),
    )


def _moves_on(asking: Asking, found: Update, name: str) -> bool:
    """Whether a property looks like a state that the server drives: no create sets it, it has one of a few
    texts."""
    each = found.item.resource.properties[name]
    pieces = parts(asking.contract.responses.tree, each.read, ("allOf", "anyOf", "oneOf"))
    return each.create is None and any("enum" in part for part in pieces)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does each property have the value that an update gave it?",
    source="conformance.md section 3, patch_effect; RFC 9110 section 9.3.4, RFC 5789 section 2",
    how=(
        "Updates a record (PATCH or PUT) with another valid value for every property, and reads it by"
        " GET; then once more with other values. What is refused together is sent property by property."
    ),
    example='PATCH /things/7 {"name": "y"} answers 200; GET /things/7 answers {"name": "x"}, as before.',
    fault="update_is_not_stored",
    derive=derive,
    ask=ask,
)
