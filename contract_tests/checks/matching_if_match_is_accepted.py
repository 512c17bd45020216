"""Who has the current version may write."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.probing.tags import condition_pointer, seen, strong, tag_of, takes_condition, write
from contract_tests.spot import STATUS

NAME = "matching_if_match_is_accepted"

_UNMET = (412, 428)
"""Refusals that speak of the condition alone."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        for role in takes_condition(resource):
            operation = resource.operations[role]
            yield Requirement(
                condition_pointer(operation, "if-match"), NAME, Level.HTTP, place(operation),
                at=place(operation),
                needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key, part=role,
                impossible=None if "read" in resource.operations else "no GET shows an ETag",
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    item = asking.create(resource)
    for requirement in requirements:
        try:
            before = seen(asking, item)
            exchange = write(asking, item, requirement.part, before, strong(tag_of(before.exchange)))
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))
            continue
        if exchange.succeeded:
            yield passed(requirement)
        elif exchange.status in _UNMET:
            yield failed(
                requirement, f"If-Match with the current ETag is answered {exchange.status}", "a success",
                item.made, before.exchange, exchange,
                cause=f"If-Match with the current ETag is answered {exchange.status}", spot=STATUS,
            )  # fmt: skip
        else:
            yield not_tested(requirement, f"the write is answered {exchange.status}, whatever its condition")


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is a write with the current ETag in If-Match carried out?",
    source="RFC 9110 section 13.1.1",
    how=(
        "Reads a record and sends an update or a DELETE with its current ETag in If-Match. 412 and 428"
        " are wrong then."
    ),
    example='GET /things/7 comes with `ETag: "1"`; PATCH /things/7 with `If-Match: "1"` is answered 412.',
    derive=derive,
    ask=ask,
)
