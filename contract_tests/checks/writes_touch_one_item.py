"""An update of one item leaves all others as they are."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import differences
from contract_tests.probing.observing import names_in, side_effects
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.settings import was_set
from contract_tests.probing.settings import writes as settings
from contract_tests.probing.updating import updated, updates
from contract_tests.probing.workpieces import story
from contract_tests.spot import of
from openapi.resources import Resource

NAME = "writes_touch_one_item"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in updates(resource):
            yield promise(
                contract, NAME, Level.LIFECYCLE, resource.operations[role], resource,
                part=(resource.key, "", role), impossible=unseen(resource),
            )  # fmt: skip
    for resource, singleton, role, operation in settings(contract):
        yield promise(
            contract, NAME, Level.LIFECYCLE, operation, resource, part=(resource.key, singleton.path, role)
        )


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, path, role = requirement.part
    resource = asking.contract.model.resources[key]
    if path:
        yield _setting(asking, requirement, resource, path, role)
    else:
        yield _update(asking, requirement, resource, role)


def _update(asking: Asking, requirement: Requirement, resource: Resource, role: str) -> Outcome:
    found = updated(asking, resource, role)
    if not found.done.succeeded or not found.watched:
        why = f"the update is answered {found.done.status}" if found.watched else "no other record was there"
        return not_tested(requirement, why)
    for other in found.watched:
        if not other.after.there and not other.after.gone:
            continue
        wrong = (
            side_effects(resource, other.before.entity, other.after.entity) if other.after.there else ["gone"]
        )
        if wrong:
            return failed(
                requirement, f"another record of this run is changed as well: {'; '.join(wrong[:3])}",
                "an update changes the item that it names, no other",
                *story(found.item, other.item, other.before.exchange, found.done, other.after.exchange),
                cause=f"an update changes another item: {names_in(wrong)}", spot=of(wrong, other.item.id),
            )  # fmt: skip
    return passed(requirement)


def _setting(asking: Asking, requirement: Requirement, resource: Resource, path: str, role: str) -> Outcome:
    found = was_set(asking, resource, path, role)
    before, after = found.others
    if not found.done.succeeded or not before.there or not after.there:
        return not_tested(requirement, f"the update is answered {found.done.status}")
    wrong = [each for name in found.sent for each in differences(before.value(name), after.value(name), name)]
    if not wrong:
        return passed(requirement)
    return failed(
        requirement, f"what stands under another item is changed as well: {'; '.join(wrong[:3])}",
        "an update changes what stands under the item that it names",
        *story(found.item, found.other, before.exchange, found.done, after.exchange),
        cause="an update changes what stands under another item", spot=of(wrong),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does an update change the item that it names, and no other?",
    source="conformance.md section 3, write_isolated",
    how=(
        "Updates one record, or what stands once below it, and reads other records of this run before"
        " and after."
    ),
    example=(
        'PATCH /things/7 {"name": "y"} answers 200; GET /things/8, which had the name "x", answers "y".'
    ),
    fault="update_changes_another_item_too",
    derive=derive,
    ask=ask,
)
