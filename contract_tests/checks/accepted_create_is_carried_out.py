"""A create that was accepted (202) leads to an item."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.subjects import NEEDS_WRITE, closure, maker, resources_with
from contract_tests.probing.values import entity_of
from contract_tests.spot import STATUS
from openapi.resources import ABSENT
from openapi.source import join_pointer

NAME = "accepted_create_is_carried_out"

_PATIENCE = 10.0
"""Seconds until it should be there; nobody promises a time, so the rule is a convention."""

_PAUSE, _LONGEST = 0.2, 2.0


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        operation = maker(resource)
        if operation is None or "202" not in operation.responses:
            continue
        yield Requirement(
            join_pointer(operation.place.pointer, "responses", "202"),
            NAME, Level.CONVENTION, place(operation), needs=NEEDS_WRITE,
            creates=closure(contract, resource), subject=resource.key,
            impossible=None if "read" in resource.operations else "no operation reads one item",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    made = asking.try_create(resource)
    if made.status != 202:
        yield not_tested(requirement, f"the create is answered {made.status or 'nothing'}")
        return
    item = asking.item(resource, made, ready=False)
    last = _awaited(asking, item)
    if last.succeeded and entity_of(resource, "read", last) is not ABSENT:
        yield passed(requirement)
    elif last.status >= 500 or not last.status:
        yield not_tested(requirement, f"GET is answered {last.status or 'nothing'}")
    else:
        yield failed(
            requirement, f"after {_PATIENCE:g} seconds GET is still answered {last.status}",
            f"{requirement.place} accepted it, so {place(resource.operations['read'])} returns it one day",
            made, last, cause=f"what was accepted is answered {last.status}", spot=STATUS,
        )  # fmt: skip


def _awaited(asking: Asking, item: Item) -> Exchange:
    """The GET that shows a record, or the last one before patience ends."""
    waited = 0.0
    while True:
        exchange = asking.read(item)
        found = exchange.succeeded and entity_of(item.resource, "read", exchange) is not ABSENT
        if found or exchange.status >= 500 or not exchange.status or waited >= _PATIENCE:
            return exchange
        pause = min(_pause(exchange), _PATIENCE - waited)
        asking.transport.wait(pause)
        waited += pause


def _pause(exchange: Exchange) -> float:
    """What the answer asks for with Retry-After (RFC 9110 section 10.2.3), within reason."""
    told = (exchange.answer.header("retry-after") if exchange.answer else None) or ""
    return min(float(told), _LONGEST) if told.isascii() and told.isdigit() and int(told) else _PAUSE


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Can what a create has accepted (202) be read after a while?",
    source="RFC 9110 section 15.3.3",
    how=(
        "Sends a create that declares 202, and then GETs the item for up to ten seconds, at the pace"
        " that Retry-After asks for."
    ),
    example="POST /reports answers 202 with id 7; ten seconds later GET /reports/7 still answers 404.",
    derive=derive,
    ask=ask,
)
