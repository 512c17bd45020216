"""Who has an old version does not overwrite the new one."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.observing import changes
from contract_tests.probing.refusals import declared, level_of, suits
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.probing.tags import (
    changing_role,
    condition_pointer,
    seen,
    strong,
    tag_of,
    takes_condition,
    write,
)
from contract_tests.spot import STATUS, of

NAME = "stale_if_match_is_refused"

_STALE = (412,)


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        for role in takes_condition(resource):
            operation = resource.operations[role]
            yield Requirement(
                condition_pointer(operation, "if-match"), NAME, level_of(operation, _STALE, Level.DOCUMENT),
                place(operation), at=place(operation), needs=NEEDS_WRITE, creates=closure(contract, resource),
                subject=resource.key, part=role,
                impossible=None if "read" in resource.operations else "no GET shows an ETag",
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    item = asking.create(resource)
    stale, steps = _stale(asking, item)
    for requirement in requirements:
        before = seen(asking, item)
        try:
            exchange = write(asking, item, requirement.part, before, stale)
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))
            continue
        operation = resource.operations[requirement.part]
        if not suits(operation, exchange.status, _STALE):
            yield failed(
                requirement, f"If-Match with an old ETag is answered {exchange.status or 'nothing'}",
                declared(operation, _STALE), *steps, before.exchange, exchange,
                cause=f"If-Match with an old ETag is answered {exchange.status}", spot=STATUS,
            )  # fmt: skip
            return
        after = seen(asking, item)
        if wrong := changes(resource, before.entity, after.entity):
            yield failed(
                requirement, f"it is refused with {exchange.status}, and yet {'; '.join(wrong[:2])}",
                "a refused write changes nothing", *steps, before.exchange, exchange, after.exchange,
                cause="a write refused for its If-Match changes the record", spot=of(wrong, item.id),
            )  # fmt: skip
        else:
            yield passed(requirement)


def _stale(asking: Asking, item: Item) -> tuple[str, list[Exchange]]:
    """An ETag that the record had before a change, and what shows it; one that it never had where nothing
    changes it. Raises CannotAsk."""
    first = seen(asking, item)
    tag, role = strong(tag_of(first.exchange)), changing_role(item.resource)
    if role is None:
        return f'"{asking.bodies.unique_text()}"', [item.made]
    changed = write(asking, item, role, first, tag)
    second = seen(asking, item)
    if tag_of(second.exchange) == tag:
        raise CannotAsk(f"the update, answered {changed.status}, did not change the ETag")
    return tag, [item.made, first.exchange, changed]


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is a write with an old ETag in If-Match refused, and does it change nothing?",
    source="RFC 9110 section 13.1.1",
    how=(
        "Reads a record, changes it, and writes to it with the ETag from before in If-Match. 412 is"
        " promised, and that the record stays as it is."
    ),
    example=(
        'Thing 7 was changed since `ETag: "1"`. PATCH /things/7 with `If-Match: "1"` is answered 200:'
        " the change is lost."
    ),
    derive=derive,
    ask=ask,
)
