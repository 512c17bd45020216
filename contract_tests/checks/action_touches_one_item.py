"""An action on one item leaves all others as they are."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.acting import acted, actions
from contract_tests.asking import Asking
from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.observing import names_in, side_effects
from contract_tests.promises import promise, unseen
from contract_tests.workpieces import story

NAME = "action_touches_one_item"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource, action in actions(contract):
        yield promise(
            contract,
            NAME,
            Level.LIFECYCLE,
            action.operation,
            resource,
            part=resource.key,
            impossible=unseen(resource),
        )


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    found = acted(asking, resource, requirement.subject)
    first, before, after = found.others
    if not found.done.succeeded or not before.there or not (after.there or after.gone):
        yield not_tested(requirement, f"the action is answered {found.done.status}")
        return
    still = not side_effects(resource, first.entity, before.entity, also_moving=True)
    wrong = ["it is gone"] if after.gone else side_effects(
        resource, before.entity, after.entity, also_moving=still
    )  # fmt: skip
    if wrong:
        yield failed(
            requirement, f"another record of this run is changed as well: {'; '.join(wrong[:3])}",
            "an action changes the item that it names, no other",
            *story(found.item, found.other, before.exchange, found.done, after.exchange),
            cause=f"an action changes another item: {names_in(wrong)}",
        )  # fmt: skip
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does an action change the item that it names, and no other?",
    source="conformance.md section 3, write_isolated",
    derive=derive,
    ask=ask,
)
