"""The same PUT twice leaves what the first one left."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import changes, look, names_in
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.updating import BUSINESS, update, updated, updates
from contract_tests.probing.workpieces import story, until
from contract_tests.spot import STATUS, of

NAME = "put_is_idempotent"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        if "replace" in updates(resource):
            yield promise(
                contract, NAME, Level.HTTP, resource.operations["replace"], resource, part=resource.key,
                impossible=unseen(resource),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    known = updated(asking, resource, "replace")
    first = update(asking, known.item, "replace", look(asking, known.item), known.sent)
    if not first.done.succeeded or not first.after.there:
        yield not_tested(requirement, f"a PUT is answered {first.done.status}")
        return
    second = update(asking, known.item, "replace", first.after, known.sent)
    steps = story(first.item, first.done, first.after.exchange, second.done, second.after.exchange)
    if second.done.status in BUSINESS or second.done.status >= 500 or not second.done.status:
        yield not_tested(requirement, f"the PUT again is answered {second.done.status or 'nothing'}")
        return
    if not second.done.succeeded:
        yield failed(
            requirement,
            f"{second.done.status} for the same PUT, answered {first.done.status} before",
            "the same PUT may be sent twice",
            *until(steps, second.done),
            cause=f"a PUT that is repeated is answered {second.done.status}",
            spot=STATUS,
        )
        return
    wrong = changes(resource, first.after.entity, second.after.entity)
    if wrong:
        yield failed(
            requirement, f"the same PUT again changes the record: {'; '.join(wrong[:3])}",
            "the same PUT twice leaves what the first one left", *steps,
            cause=f"a PUT that is repeated changes {names_in(wrong)}", spot=of(wrong, first.item.id),
        )  # fmt: skip
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does the same PUT twice leave the same record as once?",
    source="RFC 9110 section 9.2.2",
    how="Sends the same PUT twice, and reads the record after each.",
    example='PUT /carts/7 {"add": 2} answers 200 twice; GET /carts/7 answers a count of 2 and then of 4.',
    derive=derive,
    ask=ask,
)
