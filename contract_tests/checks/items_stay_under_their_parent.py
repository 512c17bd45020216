"""What lies under one item is not found under another one."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.listing import id_in, whole_list
from contract_tests.probing.observing import look, own_texts
from contract_tests.probing.promises import promise, uncreatable
from contract_tests.probing.subjects import maker
from contract_tests.probing.values import entity_of
from contract_tests.probing.workpieces import cousin, pieces, story
from contract_tests.safety.ownership import scalars
from contract_tests.spot import STATUS, in_item
from openapi.codec import Json
from openapi.resources import Resource

NAME = "items_stay_under_their_parent"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        above = (
            contract.model.resources.get(resource.parents[-1].resource or "") if resource.parents else None
        )
        for role in ("read", "list") if resource.parents else ():
            if role in resource.operations:
                alone = None if above and maker(above) else "nothing creates a second parent"
                yield promise(
                    contract,
                    NAME,
                    Level.LIFECYCLE,
                    resource.operations[role],
                    resource,
                    part=(resource.key, role),
                    impossible=alone or uncreatable(resource) or _unshown(resource, role),
                )


def _unshown(resource: Resource, role: str) -> str | None:
    return None if role in resource.envelopes else "its answer does not show an item"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, role = requirement.part
    resource = asking.contract.model.resources[key]
    own, other = pieces(asking, resource).last, cousin(asking, resource)
    if other is None:
        raise CannotAsk("no second parent could be made")
    yield (_read if role == "read" else _list)(asking, requirement, own, other)


def _read(asking: Asking, requirement: Requirement, own: Item, other: Item) -> Outcome:
    resource = own.resource
    entity = look(asking, own).entity
    exchange = asking.send(resource.operations["read"], path={**own.path, **other.parents})
    found = entity_of(resource, "read", exchange)
    if exchange.refused:
        return passed(requirement)
    if not exchange.succeeded:
        return not_tested(requirement, f"answered {exchange.status or 'nothing'}")
    if own.id == other.id and not _is(asking, resource, found, own, entity):
        return passed(requirement)  # ids are counted under each parent: it is the other one
    return failed(
        requirement, f"{exchange.status} for an item under a parent that it does not lie under", "a refusal",
        *story(own, other, exchange), cause="an item is found under another parent", spot=STATUS,
    )  # fmt: skip


def _list(asking: Asking, requirement: Requirement, own: Item, other: Item) -> Outcome:
    listing = whole_list(asking, own.resource, parents=other.parents)
    entity = look(asking, own).entity if "read" in own.resource.operations else own.sent
    if not any(_is(asking, own.resource, each, own, entity) for each in listing.items):
        return passed(requirement)
    return failed(
        requirement,
        "the list under one item has what lies under another one",
        "what lies under that item alone",
        *story(own, other, listing.page(own.resource, own.id)),
        cause="a list has what lies under other parents",
        spot=in_item(own=own.id),
    )


def _is(asking: Asking, resource: Resource, shown: Json, own: Item, entity: Json) -> bool:
    """Whether what is shown is the record itself, not one that is counted like it under another parent."""
    if not isinstance(shown, dict) or (
        resource.id and resource.id.property and id_in(resource, shown) != own.id
    ):
        return False
    texts = own_texts(asking, own, entity)
    return bool(texts & set(scalars(shown))) if texts else same(shown, entity)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is what lies under one item found there alone?",
    source="RFC 3986 section 1.2.3: the path is a hierarchy",
    how=(
        "Creates two parents, each with an item, and asks for the item of the one below the other; and"
        " lists what is below the other."
    ),
    example="Book 7 lies on shelf 1. GET /shelves/2/books/7 is answered 200.",
    derive=derive,
    ask=ask,
)
