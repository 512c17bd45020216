"""No two records have one id."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import OTHER
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.observing import blind, changes, look
from contract_tests.probing.samples import fullest, third
from contract_tests.probing.shown import made_by, making
from contract_tests.probing.subjects import (
    NEEDS_WRITE,
    answer_property,
    closure,
    resources_with,
    success_pointer,
)
from contract_tests.spot import in_item, of
from openapi.resources import Resource

NAME = "ids_are_unique"

_TAKEN = "an id that is taken"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        operation = made_by(resource)
        yield Requirement(
            _pointer(contract, resource), NAME, Level.LIFECYCLE, place(operation), at=place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
            impossible=_why_not(resource),
        )  # fmt: skip
        chosen = resource.id is not None and resource.id.given != "server"
        if chosen and operation.path == resource.collection:
            yield Requirement(
                _pointer(contract, resource), NAME, Level.LIFECYCLE, place(operation),
                at=f"{place(operation)} {_TAKEN}", needs=NEEDS_WRITE, creates=closure(contract, resource),
                subject=f"{resource.key} {_TAKEN}", part=resource.key, impossible=_unsaid(resource),
            )  # fmt: skip


def _why_not(resource: Resource) -> str | None:
    if resource.id is None:
        return "its items have no id"
    return "the client chooses the id" if resource.id.given == "client" else None


def _unsaid(resource: Resource) -> str | None:
    """Why a create may replace an item, or None."""
    operation = made_by(resource)
    if operation.response(409) is None:
        return f"{place(operation)} declares no 409, so it may replace the item whose id it is given"
    return blind(resource)


def _pointer(contract: Contract, resource: Resource) -> str:
    role, name = making(resource), resource.id.property if resource.id else None
    if name is None or role not in resource.envelopes:
        return success_pointer(made_by(resource))
    return answer_property(contract, made_by(resource), resource.envelopes[role], name)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    if requirement.part:
        yield _taken(asking, requirement)
        return
    resource = asking.contract.model.resources[requirement.subject]
    full, least = fullest(asking, resource), asking.shared(resource)
    items = [least, *([full] if full is not least else []), third(asking, resource)]
    foreign = _foreign(asking, resource, items[0])
    twin = next(_twins([*items, *foreign]), None)
    if twin is None:
        yield passed(requirement)
    elif all(item.made.status == 200 for item in twin[1:]) and same(twin[0].sent, twin[1].sent):
        yield not_tested(requirement, "a create with the same body may answer with the record that is there")
    else:
        yield failed(
            requirement, f"two creates answer the id {twin[0].id}", "each new record has an id of its own",
            twin[0].made, twin[1].made, cause="two records have one id",
            spot=in_item((resource.id.property or "") if resource.id else ""),
        )  # fmt: skip


def _taken(asking: Asking, requirement: Requirement) -> Outcome:
    """A create with an id that an item has leaves that item alone, whatever it is answered."""
    resource = asking.contract.model.resources[requirement.part]
    item = asking.create(resource)
    before, name = look(asking, item), resource.id.property if resource.id else None
    if not isinstance(item.sent, dict) or name not in item.sent or not before.there:
        raise CannotAsk("no create sends an id of the client's choice")
    path, body = asking.creation(
        resource, full=True, parents=item.parents, changes={str(name): item.sent[name]}
    )
    done = asking.send(made_by(resource), path=path, body=body)
    after = look(asking, item)
    wrong = changes(resource, before.entity, after.entity) if after.there else ["the item is gone"]
    if not done.status or done.status >= 500:
        return not_tested(requirement, f"answered {done.status or 'nothing'}")
    if not wrong:
        return passed(requirement)
    return failed(
        requirement,
        f"{done.status} for a create with an id that is taken, and its item is another one: {wrong[0]}",
        "a create makes a new item, and leaves those alone that are there",
        item.made, done, after.exchange, cause="a create with a taken id replaces the item",
        spot=of(wrong, item.id),
    )  # fmt: skip


def _twins(items: list[Item]) -> Iterator[tuple[Item, Item]]:
    for index, item in enumerate(items):
        yield from ((item, later) for later in items[index + 1 :] if later.id == item.id)


def _foreign(asking: Asking, resource: Resource, own: Item) -> list[Item]:
    """A record of the other organization, where ids are not counted anew for each parent or organization."""
    if not asking.credentials.has(OTHER) or own.parents or own.id.isdecimal():
        return []
    try:
        return [asking.shared(resource, OTHER)]
    except CannotAsk:
        return []


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does each new record get an id of its own, also across organizations?",
    source="conformance.md section 3, id_unique",
    how=(
        "Creates several records, one of them as another organization, and compares their ids. Where"
        " clients choose ids and a 409 is declared, it creates one with an id that is taken, and reads"
        " the first one again."
    ),
    example="POST /things answers 201 with id 7; the next POST /things answers 201 with id 7, too.",
    fault="ids_repeat",
    derive=derive,
    ask=ask,
)
