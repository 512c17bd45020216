"""What may only be written is never answered."""

from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import NEEDS_WRITE, body_property, closure, maker, resources_with
from contract_tests.spot import Path, in_body
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope, Resource

NAME = "write_only_properties_never_come_back"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        for name, found in resource.properties.items():
            if found.write_only:
                yield Requirement(
                    _pointer(contract, resource, name), NAME, Level.DOCUMENT, resource.key,
                    at=f"{resource.key} {name}", needs=NEEDS_WRITE, creates=closure(contract, resource),
                    subject=resource.key,
                )  # fmt: skip


def judge(
    contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    operation = exchange.operation
    resource = contract.resource_of(operation) if operation else None
    if operation is None or resource is None or not exchange.succeeded or exchange.json is ABSENT:
        return
    items = _items(contract, resource, operation, exchange.json)
    for name, found in resource.properties.items():
        if not found.write_only or not items:
            continue
        requirement = find(_pointer(contract, resource, name), f"{resource.key} {name}")
        if requirement is None:
            continue
        path = next((path for path, item in items if name in item), None)
        if path is not None:
            yield failed(
                requirement,
                f"{name} is in the answer",
                f"{name} is writeOnly, so no answer has it",
                exchange,
                cause=f"{name} comes back",
                spot=in_body(*path, name),
            )
        else:
            yield passed(requirement)


def _pointer(contract: Contract, resource: Resource, name: str) -> str:
    operation = maker(resource)
    assert operation is not None
    role = "create" if "create" in resource.operations else "replace"
    return body_property(contract, operation, resource.bodies.get(role, Envelope()), name)


def _items(
    contract: Contract, resource: Resource, operation: Operation, body: Json
) -> list[tuple[Path, Json]]:
    """The items of an answer, each with its path in the body."""
    kind = contract.role(operation).kind
    envelope = resource.envelopes.get(kind)
    if envelope is None:
        envelope = next(
            (a.envelope for a in resource.actions if a.operation is operation and a.answers_item), None
        )
    if envelope is None:
        return []
    found = envelope.find(body)
    if not isinstance(found, list):
        return [(envelope.path, found)] if isinstance(found, dict) else []
    return [((*envelope.path, at), item) for at, item in enumerate(found) if isinstance(item, dict)]


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Do writeOnly properties stay out of every answer?",
    source="OpenAPI 3, Schema Object, writeOnly",
    how=(
        "Sends nothing of its own. It looks at every item that is answered, alone or in a list, for"
        " properties that the document marks writeOnly."
    ),
    example='POST /hooks with {"secret": "abc"} answers 201 with {"id": "7", "secret": "abc"}.',
    derive=derive,
    judge=judge,
)
