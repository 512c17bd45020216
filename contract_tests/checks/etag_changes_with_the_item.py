"""Another content has another ETag."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import changes
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.probing.tags import changing_role, tag_of, tag_pointer
from contract_tests.probing.updating import updated
from contract_tests.spot import header

NAME = "etag_changes_with_the_item"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make", "read"):
        if not resource.etag:
            continue
        operation = resource.operations["read"]
        yield Requirement(
            tag_pointer(operation), NAME, Level.HTTP, place(operation), at=place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
            impossible=None if changing_role(resource) else "no operation changes an item",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    done = updated(asking, resource, changing_role(resource) or "")
    if done.before.listed or not changes(resource, done.before.entity, done.after.entity):
        raise CannotAsk(f"the update, answered {done.done.status}, changed nothing")
    before, after = tag_of(done.before.exchange), tag_of(done.after.exchange)
    if before != after:
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"the ETag is {after} before a change and after it",
            "another content has another ETag", *done.steps, cause="the ETag does not change with the item",
            spot=header("ETag"),
        )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does the ETag change when the item changes?",
    source="RFC 9110 section 8.8.3",
    how=(
        "Reads a record, updates it, and reads it again. Where its content has changed, the ETag has to"
        " be another one."
    ),
    example='`ETag: "1"` comes with GET /things/7 before PATCH /things/7 changes its name, and after it.',
    derive=derive,
    ask=ask,
)
