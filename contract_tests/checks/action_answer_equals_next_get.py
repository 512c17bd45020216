"""What an action answers is what is there."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.acting import acted, action_of, actions
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import disagreements, names_in
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import success_pointer
from contract_tests.spot import of

NAME = "action_answer_equals_next_get"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource, action in actions(contract):
        silent = None if action.answers_item else "its answer is not the item"
        yield promise(
            contract, NAME, Level.LIFECYCLE, action.operation, resource, part=resource.key,
            pointer=success_pointer(action.operation), impossible=silent or unseen(resource),
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    action, found = action_of(resource, requirement.subject), acted(asking, resource, requirement.subject)
    answered = action.envelope.find(found.done.json) if found.done.succeeded else None
    if found.done.status == 202 or not isinstance(answered, dict) or not isinstance(found.after.entity, dict):
        status = f"{found.done.status}, then {found.after.exchange.status}"
        yield not_tested(requirement, f"no two readings of the item came: answered {status}")
        return
    wrong = disagreements(resource, found.before.entity, answered, found.after.entity, alike=True)
    if not wrong:
        yield passed(requirement)
        return
    yield failed(
        requirement, f"the answer is not what the next GET has: {'; '.join(wrong[:3])}",
        f"{place(action.operation)} answers the item as it is afterwards", *found.steps,
        cause=f"the answer of an action differs from the next GET: {names_in(wrong)}",
        spot=of(wrong, found.item.id),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is the answer of an action what the next GET returns?",
    source="conformance.md section 3, patch_effect",
    how=(
        "Creates a record, carries an action out on it, and reads it. Properties that the answer of the"
        " action and the GET both have are compared."
    ),
    example=(
        'POST /orders/7/cancel answers {"status": "cancelled"}; GET /orders/7 answers {"status": "open"}.'
    ),
    derive=derive,
    ask=ask,
)
