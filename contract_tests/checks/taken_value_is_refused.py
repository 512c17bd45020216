"""What the document calls unique is in the collection once."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.promises import promise
from contract_tests.probing.refusals import declared, level_of
from contract_tests.probing.subjects import body_property, resources_with
from contract_tests.probing.values import entity_of
from contract_tests.probing.variation import values_of
from contract_tests.safety.identify import as_text
from openapi import codec
from openapi.resources import Property, Resource

NAME = "taken_value_is_refused"

TAKEN = (409, 422, 400)
"""Refusals of a value that something else has."""

_TRIES = 3


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "create"):
        operation = resource.operations["create"]
        for found in resource.properties.values():
            if _is_unique(resource, found) and "create" in resource.bodies:
                yield promise(
                    contract,
                    NAME,
                    level_of(operation, TAKEN, Level.DOCUMENT),
                    operation,
                    resource,
                    at=found.name,
                    pointer=body_property(contract, operation, resource.bodies["create"], found.name),
                    part=(resource.key, found.name),
                )


def _is_unique(resource: Resource, found: Property) -> bool:
    """Whether the document says so of what a create may set. An id is asked elsewhere."""
    own = resource.id.property if resource.id else None
    return found.unique and found.role == "plain" and not found.reference and found.name != own


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        key, name = requirement.part
        resource = asking.contract.model.resources[key]
        try:
            item = _first(asking, resource, name)
            yield _judge(requirement, item, name, _again(asking, item))
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))


def _first(asking: Asking, resource: Resource, name: str) -> Item:
    """A record that has a value. Raises CannotAsk."""
    schema = resource.properties[name].create
    for _, value in zip(range(_TRIES), values_of(asking, schema, name, resource.key, "taken"), strict=False):
        try:
            return asking.create(resource, changes={name: value})
        except CannotAsk:
            continue
    raise CannotAsk(f"nothing could be created with a {name}")


def _again(asking: Asking, item: Item) -> Exchange:
    """The same create once more: whatever the value has to be unique among, the two are alike in it."""
    assert item.made is not None
    body = codec.decode(item.made.request.body or b"null")
    return asking.send(item.resource.operations["create"], path=item.parents, body=body)


def _judge(requirement: Requirement, item: Item, name: str, again: Exchange) -> Outcome:
    if again.refused:
        return passed(requirement)
    if not again.succeeded:
        return not_tested(requirement, f"answered {again.status or 'nothing'}")
    entity, own = entity_of(item.resource, "create", again), item.resource.id
    known = as_text(entity.get(own.property)) if own and own.property and isinstance(entity, dict) else None
    if known in (None, item.id):
        return not_tested(requirement, "nothing tells whether that made another record")
    return failed(
        requirement, f"{again.status} for a second one with the same {name}: {known} beside {item.id}",
        f"a refusal ({declared(again.operation, TAKEN)}), for the document says that it is unique"
        if again.operation else "a refusal",
        item.made, again, cause="what should be unique is there twice",
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a second record refused that has a value which the document calls unique?",
    source="the document's own words; RFC 9110 section 15.5.10",
    derive=derive,
    ask=ask,
)
