"""What was deleted is not there any more."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import blind
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.removing import Removal, deletions, removed, soft
from contract_tests.probing.settings import see
from contract_tests.probing.workpieces import story, until
from contract_tests.spot import STATUS, in_item

NAME = "deleted_is_gone"


def derive(contract: Contract) -> Iterable[Requirement]:
    yield from deletions(contract, NAME, Level.LIFECYCLE, blind)
    for resource in contract.model.resources.values():
        for singleton in resource.singletons if "delete" in resource.operations else ():
            if "read" in singleton.operations:
                yield promise(
                    contract, NAME, Level.LIFECYCLE, singleton.operations["read"], resource,
                    part=(resource.key, singleton.path), impossible=unseen(resource),
                )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    if isinstance(requirement.part, tuple):
        yield _below(asking, requirement)
        return
    found = removed(asking, asking.contract.model.resources[requirement.part])
    yield _refused(requirement, found) if found.failure else _judged(requirement, found)


def _below(asking: Asking, requirement: Requirement) -> Outcome:
    """What stands once under an item is gone with it."""
    key, path = requirement.part
    resource = asking.contract.model.resources[key]
    found = removed(asking, resource)
    if found.failure or found.after.there:
        return not_tested(requirement, found.failure or "the record is still there")
    singleton = next(each for each in resource.singletons if each.path == path)
    sight = see(asking, singleton, found.item)
    if sight.exchange.refused:
        return passed(requirement)
    if not sight.exchange.succeeded:
        return not_tested(requirement, f"the GET afterwards is answered {sight.exchange.status or 'nothing'}")
    return failed(
        requirement, f"{sight.exchange.status} for what stood under an item that is deleted",
        "what stands under an item is gone with it", *story(found.item, found.done, sight.exchange),
        cause="what stood under a deleted item is still there", spot=STATUS,
    )  # fmt: skip


def _refused(requirement: Requirement, found: Removal) -> Outcome:
    if found.excused:
        return not_tested(requirement, f"{found.failure}, for reasons that the document does not tell")
    return failed(
        requirement, f"{found.done.status} for the DELETE of a record that was there",
        "a success, after which the record is gone", *until(found.steps, found.done),
        cause=f"the DELETE of a record that is there is answered {found.done.status}", spot=STATUS,
    )  # fmt: skip


def _judged(requirement: Requirement, found: Removal) -> Outcome:
    resource, after = found.item.resource, found.after
    if after.gone or (400 <= after.exchange.status < 500 and after.exchange.status not in (401, 403, 429)):
        return passed(requirement)
    if name := soft(resource, after.entity):
        return not_tested(requirement, f"it is still shown, with {name} set: a soft deletion")
    if not after.exchange.succeeded:
        return not_tested(requirement, f"the GET afterwards is answered {after.exchange.status or 'nothing'}")
    shown = "the list still has it" if after.listed else f"GET is still answered {after.exchange.status}"
    read = resource.operations.get("read") or resource.operations["list"]
    return failed(
        requirement,
        f"{shown} after a DELETE that was answered {found.done.status}",
        f"it is gone: {place(read)} answers 404 or 410",
        *found.steps,
        cause="a deleted record is still there",
        spot=in_item(own=found.item.id) if after.listed else STATUS,
    )


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a record gone after its DELETE?",
    source="conformance.md section 3, delete_effect; RFC 9110 section 9.3.5",
    how=(
        "Creates a record, deletes it, and reads it again: GET has to answer 404 or 410, or the list"
        " may not have it any more. What stands once below it has to be gone as well. A soft deletion"
        " that shows is let pass."
    ),
    example="DELETE /things/7 answers 204; GET /things/7 answers 200.",
    fault="deleted_item_can_be_read",
    derive=derive,
    ask=ask,
)
