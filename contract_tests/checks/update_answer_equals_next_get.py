"""What an update answers is what is there."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import disagreements, names_in, same_schema
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import success_pointer
from contract_tests.probing.updating import updated, updates
from contract_tests.probing.values import entity_of
from contract_tests.spot import of

NAME = "update_answer_equals_next_get"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in updates(resource):
            operation = resource.operations[role]
            silent = None if role in resource.envelopes else "its answer does not hold the item"
            yield promise(
                contract, NAME, Level.LIFECYCLE, operation, resource, pointer=success_pointer(operation),
                part=(resource.key, role), impossible=silent or unseen(resource),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, role = requirement.part
    resource = asking.contract.model.resources[key]
    found = updated(asking, resource, role)
    answered = entity_of(resource, role, found.done)
    if found.done.status == 202 or not isinstance(answered, dict) or not isinstance(found.after.entity, dict):
        status = f"{found.done.status}, then {found.after.exchange.status}"
        yield not_tested(requirement, f"no two readings of the item came: answered {status}")
        return
    alike = same_schema(resource, role)
    wrong = disagreements(resource, found.before.entity, answered, found.after.entity, alike=alike)
    if not wrong:
        yield passed(requirement)
        return
    yield failed(
        requirement, f"the answer is not what the next GET has: {'; '.join(wrong[:3])}",
        f"{place(resource.operations[role])} answers the item as it is afterwards", *found.steps,
        cause=f"the answer of an update differs from the next GET: {names_in(wrong)}",
        spot=of(wrong, found.item.id),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is the answer of an update what the next GET returns?",
    source="conformance.md section 3, patch_effect",
    how=(
        "Updates a record and reads it right after. Properties that the answer and the GET both have"
        " are compared."
    ),
    example='PATCH /things/7 {"name": "y"} answers {"name": "x"}; GET /things/7 answers {"name": "y"}.',
    fault="update_answers_the_item_before",
    derive=derive,
    ask=ask,
)
