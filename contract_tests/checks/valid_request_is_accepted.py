"""What the document allows is done.

A body is sent with the least that it may have, and with every optional part.
"""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import SAFE, Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.inputs import creates, form_of, full_body, unsendable
from contract_tests.probing.observing import blind
from contract_tests.probing.removing import removed
from contract_tests.probing.subjects import needs_of, success_pointer
from contract_tests.probing.typical import ON_ITEM, given_path, typical
from contract_tests.spot import STATUS
from contract_tests.transport import Held
from openapi.operation import Operation

NAME = "valid_request_is_accepted"

_LEAST, _FULL = "with the least", "with every optional part"
_BUSINESS = {402, 403, 409, 412, 423, 424, 428, 429}
"""Refusals of a valid request for a reason that no schema knows."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        ways = (_LEAST, _FULL) if form_of(contract, operation) is not None else (_LEAST,)
        for way in ways:
            yield Requirement(
                success_pointer(operation), NAME, Level.DOCUMENT, place(operation),
                at=way if len(ways) > 1 else "", needs=needs_of(operation) | _more(contract, operation.path),
                creates=creates(contract, operation), subject=operation.id, part=way,
                impossible=unsendable(contract, operation),
            )  # fmt: skip


def _more(contract: Contract, path: str) -> frozenset[str]:
    """Reading one item takes one that this run has created."""
    return frozenset({"write"}) if "{" in path and contract.model.resources else frozenset()


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    operation = asking.contract.operations[requirements[0].subject]
    for requirement in requirements:
        try:
            item, exchange = _deleted(asking, operation) or _sent(asking, operation, requirement)
        except (CannotAsk, Held) as reason:
            yield not_tested(requirement, str(reason))
            continue
        if exchange.status in (404, 410) and _stands_on_given(asking, operation):
            yield not_tested(requirement, f"answered {exchange.status}: what is given for it is not there")
        else:
            yield _judged(requirement, exchange, [item.made] if item else [])


def _stands_on_given(asking: Asking, operation: Operation) -> bool:
    """Whether values that a person gives decide where the request goes."""
    resource = asking.contract.resource_of(operation)
    return bool(given_path(asking, operation) or (resource and asking.given_parents(resource)))


def _deleted(asking: Asking, operation: Operation) -> tuple[Item, Exchange] | None:
    """The DELETE that the checks about deletion look at, too; None where there is none."""
    resource, kind = asking.contract.resource_of(operation), asking.contract.role(operation).kind
    if resource is None or kind != "delete" or blind(resource):
        return None
    found = removed(asking, resource)
    return found.item, found.done


def _sent(asking: Asking, operation: Operation, requirement: Requirement) -> tuple[Item | None, Exchange]:
    item = _item(asking, operation)
    request = typical(asking, operation, item)
    if requirement.part == _FULL:
        request["body"] = full_body(asking, operation, item)
    return item, asking.send(operation, **request, purpose=requirement.id)


def _item(asking: Asking, operation: Operation) -> Item | None:
    resource, kind = asking.contract.resource_of(operation), asking.contract.role(operation).kind
    if resource is None or kind not in ON_ITEM or given_path(asking, operation):
        return None
    if operation.method in SAFE:
        return asking.shared(resource)
    kept = kind in ("update", "replace")
    return asking.victim(resource) if kept else asking.create(resource)


def _judged(requirement: Requirement, exchange: Exchange, before: list[Exchange]) -> Outcome:
    if exchange.succeeded or 300 <= exchange.status < 400:
        return passed(requirement)
    if exchange.status in _BUSINESS or exchange.status >= 500 or not exchange.status:
        return not_tested(requirement, f"answered {exchange.status or 'nothing'}")
    return failed(
        requirement, f"{exchange.status} for a request that fits the document",
        f"a success, as {requirement.pointer.rpartition('/')[2]} declares it", *before, exchange,
        cause=f"a valid request is answered {exchange.status}", spot=STATUS,
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is every operation's valid request accepted, with the least and with every optional part?",
    source="OpenAPI 3, Operation Object; conformance.md section 1, positive_data_acceptance",
    how=(
        "Sends every operation a request that the document allows: once with the least that its body"
        " may have, once with every optional part. Records that it needs are created first. Refusals"
        " for business reasons (409, 402, ...) count as not tested."
    ),
    example=(
        'POST /things with {"name": "x"} is answered 400 `color is missing`; the schema has color as'
        " optional."
    ),
    fault="optional_property_is_demanded",
    derive=derive,
    ask=ask,
)
