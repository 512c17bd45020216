"""An update of one property leaves all others as they are."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.changing import changeable, other_values
from contract_tests.probing.observing import changes, look, names_in
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.updating import Update, update, updates
from contract_tests.probing.workpieces import made
from contract_tests.spot import of
from openapi.resources import Resource
from openapi.source import join_pointer

NAME = "patch_keeps_the_rest"

_MOST = 3
"""Properties that are updated, one at a time."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        if "update" in updates(resource):
            operation = resource.operations["update"]
            alone = None if changeable(resource, "update") else "its body declares no properties"
            yield promise(
                contract, NAME, Level.LIFECYCLE, operation, resource,
                pointer=join_pointer(operation.place.pointer, "requestBody"), part=resource.key,
                impossible=alone or unseen(resource),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    done = False
    for found in _one_by_one(asking, requirement, resource):
        if not found.done.succeeded or not found.after.there:
            continue
        done = True
        wrong = changes(resource, found.before.entity, found.after.entity, but=found.sent)
        if wrong:
            name = ", ".join(found.sent)
            yield failed(
                requirement, f"an update of {name} alone changes more: {'; '.join(wrong[:3])}",
                "what an update does not name keeps its value", *found.steps,
                cause=f"an update changes what it does not name: {names_in(wrong)}",
                spot=of(wrong, found.item.id),
            )  # fmt: skip
            return
    yield passed(requirement) if done else not_tested(requirement, "no update of one property could be made")


def _one_by_one(asking: Asking, requirement: Requirement, resource: Resource) -> Iterator[Update]:
    item = made(asking, resource)  # a new one: others may have cleared what no update can set again
    before, chance, left = look(asking, item), asking.random(requirement), _MOST
    for found in changeable(resource, "update"):
        value = other_values(asking, item, "update", before.entity, [found.name], chance) if left else {}
        if not value:
            continue
        left -= 1
        try:
            one = update(asking, item, "update", before, value)
        except CannotAsk:
            continue
        yield one
        before = one.after
        if not before.there:
            return


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does an update of one property leave the others alone?",
    source="conformance.md section 3, patch_frame; RFC 5789 section 2, RFC 7396 section 2",
    how="Updates a new record one property at a time, and reads it before and after each update.",
    example=(
        'PATCH /things/7 {"name": "y"} answers 200; the color, which was "red", is null in the next GET.'
    ),
    fault="update_resets_what_was_not_sent",
    derive=derive,
    ask=ask,
)
