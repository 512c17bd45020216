"""An update that names nothing changes nothing."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.inputs import form_of
from contract_tests.probing.observing import changes, look, names_in
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.updating import BUSINESS, conditions, updates
from contract_tests.probing.workpieces import story, until, workpiece
from contract_tests.spot import STATUS, of
from openapi.operation import Operation
from openapi.source import join_pointer

NAME = "empty_patch_changes_nothing"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        if "update" in updates(resource):
            operation = resource.operations["update"]
            more = (
                None if _takes_nothing(contract, operation) else "the document does not allow an empty object"
            )
            yield promise(
                contract, NAME, Level.LIFECYCLE, operation, resource,
                pointer=join_pointer(operation.place.pointer, "requestBody"), part=resource.key,
                impossible=more or unseen(resource),
            )  # fmt: skip


def _takes_nothing(contract: Contract, operation: Operation) -> bool:
    form = form_of(contract, operation)
    return form is not None and form.validator.is_valid(form.envelope.wrap({}))


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    operation = resource.operations["update"]
    item, before = workpiece(asking, resource)
    form = asking.bodies.form(operation)
    assert form is not None
    done = asking.send(
        operation, path=item.path, body=form.envelope.wrap({}), headers=conditions(resource, "update", before)
    )
    after = look(asking, item)
    steps = story(item, before.exchange, done, after.exchange)
    if not after.there and not after.gone:
        yield not_tested(requirement, f"the record is answered {after.exchange.status} afterwards")
        return
    wrong = changes(resource, before.entity, after.entity) if after.there else ["the record is gone"]
    if wrong:
        yield failed(
            requirement, f"answered {done.status}, and changed: {'; '.join(wrong[:3])}",
            "an update that names no property changes none", *steps,
            cause=f"an empty update changes {names_in(wrong)}", spot=of(wrong, item.id),
        )  # fmt: skip
    elif done.refused and done.status not in BUSINESS:
        yield failed(
            requirement,
            f"{done.status} for an update that names no property",
            "the schema allows it, so it is accepted",
            *until(steps, done),
            cause=f"an empty update is answered {done.status}",
            spot=STATUS,
        )
    elif done.status >= 500 or not done.status or done.refused:
        yield not_tested(requirement, f"answered {done.status or 'nothing'}")
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does an update with an empty object leave the record as it is?",
    source="conformance.md section 3, patch_empty; RFC 7396 section 2",
    how=(
        "Sends PATCH with an empty object where the schema allows it, and reads the record before and"
        " after. It has to be accepted, and nothing may change."
    ),
    example="PATCH /things/7 with {} answers 200; every property is null in the next GET.",
    fault="empty_update_resets_the_item",
    derive=derive,
    ask=ask,
)
