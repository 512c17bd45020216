"""A key of one organization means nothing to another."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import (
    OTHER_IDENTITY,
    WRITE,
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    passed,
)
from contract_tests.contract import Contract, place
from contract_tests.exchange import OTHER
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.shown import made_by
from contract_tests.probing.subjects import closure, resources_with
from contract_tests.probing.values import valid_value
from contract_tests.spot import STATUS, in_item
from openapi.resources import ABSENT

NAME = "idempotency_key_is_per_organization"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "create"):
        if resource.idempotency_key is None:
            continue
        operation = made_by(resource)
        yield Requirement(
            resource.idempotency_key.place.pointer, NAME, Level.LIFECYCLE, place(operation),
            at=place(operation),
            needs=frozenset({WRITE, OTHER_IDENTITY}), creates=closure(contract, resource),
            subject=resource.key,
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    parameter = resource.idempotency_key
    assert parameter is not None
    headers = {parameter.name: valid_value(parameter, asking.contract, asking.bodies)}
    ours = asking.create(resource, headers=headers)
    exchange = asking.try_create(resource, OTHER, headers=headers)
    if exchange.succeeded:
        theirs = asking.item(resource, exchange, OTHER)
        wrong = "gets the first one's record" if _is_ours(ours, theirs) else None
    else:
        asking.create(resource, OTHER)  # with another key it is not refused: raises CannotAsk where it is
        wrong = f"is answered {exchange.status or 'nothing'}"
    if wrong is None:
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"another organization with the same key {wrong}", "it gets a record of its own",
            ours.made, exchange, cause="an Idempotency-Key counts across organizations",
            spot=in_item() if exchange.succeeded else STATUS,
        )  # fmt: skip


def _is_ours(ours: Item, theirs: Item) -> bool:
    """Whether the other organization was answered with our record. Numbers may be counted for each
    organization."""
    if ours.id != theirs.id:
        return False
    if not ours.id.isdecimal() or not isinstance(ours.sent, dict) or not isinstance(theirs.entity, dict):
        return True
    sent = theirs.sent if isinstance(theirs.sent, dict) else {}
    telling = [name for name, value in ours.sent.items() if not same(value, sent.get(name, ABSENT))]
    return any(same(theirs.entity.get(name, ABSENT), ours.sent[name]) for name in telling)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does another organization get a record of its own for the same Idempotency-Key?",
    source="IETF draft-ietf-httpapi-idempotency-key-header; conformance.md section 3, idempotency_key",
    how=(
        "Creates a record with an Idempotency-Key, and sends a create of another organization with the"
        " same key. That one has to make a record of its own."
    ),
    example=(
        "POST /things of organization one with `Idempotency-Key: k` makes thing 7; the same POST of"
        " organization two is answered with thing 7."
    ),
    derive=derive,
    ask=ask,
)
