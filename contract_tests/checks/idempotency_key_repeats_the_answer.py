"""The same request with the same key is one request."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.listing import selecting, whole_list
from contract_tests.probing.shown import made_by
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.probing.values import valid_value
from contract_tests.spot import STATUS, in_item
from openapi import codec

NAME = "idempotency_key_repeats_the_answer"

_IN_USE = 409
"""What a server may say to a key that it knows; a record it may not make."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "create"):
        if resource.idempotency_key is None:
            continue
        operation = made_by(resource)
        yield Requirement(
            resource.idempotency_key.place.pointer, NAME, Level.LIFECYCLE, place(operation),
            at=place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    parameter = resource.idempotency_key
    assert parameter is not None
    headers = {parameter.name: valid_value(parameter, asking.contract, asking.bodies)}
    item = asking.create(resource, headers=headers)
    body = codec.decode(item.made.request.body) if item.made.request.body else None
    path = item.path if made_by(resource).path == resource.item else item.parents
    again = asking.send(made_by(resource), path=path, headers=headers, body=body)
    other, own_id = _wrong(asking, item, again), (resource.id and resource.id.property) or ""
    wrong = other or _twice(asking, item)
    if wrong is None:
        yield passed(requirement)
    else:
        yield failed(
            requirement, wrong,
            "the same key with the same body is answered with the one record that it made",
            item.made, again, cause="a repeated Idempotency-Key is not answered with the first record",
            spot=None if other is None else in_item(own_id) if again.succeeded else STATUS,
        )  # fmt: skip


def _wrong(asking: Asking, item: Item, again: Exchange) -> str | None:
    if again.status == _IN_USE and again.operation and str(_IN_USE) in again.operation.responses:
        return None
    try:
        second = asking.item(item.resource, again)
    except CannotAsk:
        return f"the same request again is answered {again.status or 'nothing'}"
    return (
        f"the same request again makes {second.id}, the first made {item.id}"
        if second.id != item.id
        else None
    )


def _twice(asking: Asking, item: Item) -> str | None:
    """Whether the list shows what was sent more than once."""
    resource, sent = item.resource, item.sent
    if "list" not in resource.envelopes or not isinstance(sent, dict):
        return None
    if not any(isinstance(value, str) and asking.bodies.marker in value for value in sent.values()):
        return None
    try:
        listing = whole_list(asking, resource, parents=item.parents, query=selecting(resource, item.entity))
    except CannotAsk:
        return None
    alike = [
        each
        for each in listing.items
        if isinstance(each, dict)
        and any(name in each for name in sent)
        and all(same(each[name], value) for name, value in sent.items() if name in each)
    ]
    return f"the list holds {len(alike)} records of what was sent once" if len(alike) > 1 else None


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a create that is repeated with its Idempotency-Key answered with the one record that it made?",
    source="IETF draft-ietf-httpapi-idempotency-key-header; conformance.md section 3, idempotency_key",
    how=(
        "Sends one create twice with the same Idempotency-Key and body. Both have to answer the same"
        " record, and the list holds it once; a declared 409 is right, too."
    ),
    example="POST /things with `Idempotency-Key: k` answers id 7; the same request again answers id 8.",
    derive=derive,
    ask=ask,
)
