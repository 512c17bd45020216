"""An action on one item leaves all others as they are."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.acting import Other, acted, actions
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import names_in, side_effects
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.workpieces import story
from contract_tests.spot import of
from openapi.resources import Resource

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
    others = [o for o in found.others if o.before.there and (o.after.there or o.after.gone)]
    if not found.done.succeeded or not others:
        yield not_tested(requirement, f"the action is answered {found.done.status}")
        return
    for other in others:
        if wrong := _changed(resource, other):
            yield failed(
                requirement, f"another record of this run is changed as well: {'; '.join(wrong[:3])}",
                "an action changes the item that it names, no other",
                *story(found.item, other.item, other.before.exchange, found.done, other.after.exchange),
                cause=f"an action changes another item: {names_in(wrong)}", spot=of(wrong, other.item.id),
            )  # fmt: skip
            return
    yield passed(requirement)


def _changed(resource: Resource, other: Other) -> list[str]:
    """What is another about a record that nobody acted on; what moves by itself is not asked."""
    if other.after.gone:
        return ["it is gone"]
    still = not side_effects(resource, other.first.entity, other.before.entity, also_moving=True)
    return side_effects(resource, other.before.entity, other.after.entity, also_moving=still)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does an action change the item that it names, and no other?",
    source="conformance.md section 3, write_isolated",
    how=(
        "Creates several records, carries an action out on one of them, and reads the others before and"
        " after."
    ),
    example='POST /orders/7/cancel answers 200; GET /orders/8, which was "open", answers "cancelled".',
    derive=derive,
    ask=ask,
)
