"""What another organization tries with records of this run's own: tried once, looked at by several checks."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Unpack

from contract_tests.check import (
    OTHER_IDENTITY,
    CannotAsk,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import Contract
from contract_tests.exchange import OTHER, Exchange
from contract_tests.probing.acting import act
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.changing import changeable, other_values
from contract_tests.probing.listing import Listing, whole_list
from contract_tests.probing.observing import Sight, changes, look
from contract_tests.probing.promises import Said, promise, unseen
from contract_tests.probing.refusals import FOREIGN, declared, level_of, suits
from contract_tests.probing.removing import delete
from contract_tests.probing.updating import send_update, together
from contract_tests.probing.workpieces import once, pieces, story, until, workpiece
from contract_tests.spot import STATUS, Spot, of
from openapi.operation import Operation
from openapi.resources import Resource

_TROUBLE = (429, 503)


@dataclass(frozen=True)
class Trespass:
    """A request of another organization on an item, and what the owner reads before and after it."""

    item: Item
    before: Sight
    done: Exchange
    after: Sight

    @property
    def steps(self) -> list[Exchange]:
        return story(self.item, self.before.exchange, self.done, self.after.exchange)


def open_to_all(operation: Operation) -> str | None:
    """Why an operation need not keep organizations apart, or None."""
    if not operation.security or any(not one for one in operation.security):
        return "the operation is allowed without credentials, so nobody's items are kept apart"
    return None


def shared_by_all(resource: Resource) -> str | None:
    """Why anybody may do something with an item, or write below it, or None: everybody may read it."""
    read = resource.operations.get("read") or resource.operations.get("list")
    public = read is not None and (not read.security or any(not one for one in read.security))
    return "everybody may read the item, so others may like it, say, or answer it" if public else None


def foreign(
    contract: Contract, check: str, operation: Operation, resource: Resource, level: Level = Level.LIFECYCLE,
    **said: Unpack[Said],
) -> Requirement:  # fmt: skip
    """A requirement about what another organization may not do to items of `resource`."""
    said["needs"] = (OTHER_IDENTITY,)
    said["impossible"] = open_to_all(operation) or said.get("impossible") or unseen(resource)
    return promise(contract, check, level_of(operation, FOREIGN, level), operation, resource, **said)


def by_role(contract: Contract, check: str, *roles: str) -> Iterator[Requirement]:
    """One requirement for each operation of these roles."""
    for resource in contract.model.resources.values():
        for role in roles:
            if role in resource.operations:
                yield foreign(contract, check, resource.operations[role], resource, part=(resource.key, role))


def accepted(asking: Asking, resource: Resource) -> None:
    """Raises CannotAsk where the other organization's credentials are not good for anything: then a refusal
    says nothing."""
    try:
        their_list(asking, resource)
    except CannotAsk as cannot:
        if "list" in resource.operations:
            raise CannotAsk(f"the other organization cannot read its own list: {cannot}") from cannot


def their_list(asking: Asking, resource: Resource) -> Listing:
    """The other organization's list, read when the own workpieces were there. Raises CannotAsk."""
    return once(asking, ("their list", resource.key), lambda: _their_list(asking, resource))


def _their_list(asking: Asking, resource: Resource) -> Listing:
    pieces(asking, resource)
    return whole_list(asking, resource, OTHER)


def tried(asking: Asking, resource: Resource, role: str) -> Trespass:
    """The other organization's attempt to read, update, replace or delete an item. Raises CannotAsk."""
    return once(asking, ("tried", resource.key, role), lambda: _try(asking, resource, role))


def _try(asking: Asking, resource: Resource, role: str) -> Trespass:
    accepted(asking, resource)
    item, before = workpiece(asking, resource)
    if role == "read":
        done = asking.read(item, OTHER)
        return Trespass(item, before, done, before)
    done = delete(asking, item, before, OTHER) if role == "delete" else _update(asking, item, role, before)
    return Trespass(item, before, done, look(asking, item))


def _update(asking: Asking, item: Item, role: str, before: Sight) -> Exchange:
    operation = item.resource.operations[role]
    names = [each.name for each in changeable(item.resource, role) if each.reference is None]
    chance = asking.bodies.random("foreign", operation.id)
    wanted = together(
        asking, item, role, before, other_values(asking, item, role, before.entity, names, chance)
    )
    return send_update(asking, item, role, before, wanted, identity=OTHER)


def attempt(asking: Asking, item: Item, before: Sight, operation: Operation) -> Trespass:
    """The other organization's attempt to act on an item."""
    return Trespass(item, before, act(asking, operation, item.path, before, OTHER), look(asking, item))


def refused(operation: Operation, exchange: Exchange) -> bool:
    """Whether an answer keeps another organization out: any of the usual refusals will do."""
    return exchange.status in FOREIGN or suits(operation, exchange.status, FOREIGN)


def judged(
    requirement: Requirement,
    operation: Operation,
    found: Trespass,
    *,
    quiet: bool = False,
    moving: bool = False,
) -> Outcome:
    """A refusal, and an item that is what it was. quiet: a success that does nothing will do as well.
    moving: compare what the server moves by itself too."""
    status = found.done.status
    if not status or status >= 500 or status in _TROUBLE:
        return not_tested(requirement, f"answered {status or 'nothing'}")
    if found.after.gone:
        return _broken(
            requirement, found, f"{status}, and the owner's item is gone", "removes an item", STATUS
        )
    if not found.after.there:
        return not_tested(requirement, f"the owner's GET is answered {found.after.exchange.status}")
    wrong = changes(
        found.item.resource, found.before.entity, found.after.entity, roles=(), also_moving=moving
    )
    if wrong:
        came = f"{status}, and the owner's item is changed: {'; '.join(wrong[:3])}"
        return _broken(requirement, found, came, "changes an item", of(wrong, found.item.id))
    if refused(operation, found.done) or (quiet and found.done.succeeded):
        return passed(requirement)
    return _broken(
        requirement,
        found,
        f"{status} for {requirement.place} by another organization",
        f"is answered {status}",
        STATUS,
        f"a refusal ({declared(operation, FOREIGN)})",
        until(found.steps, found.done),
    )


def _broken(
    requirement: Requirement, found: Trespass, received: str, cause: str, spot: Spot,
    promised: str = "the items of one organization are not another one's to change",
    steps: Sequence[Exchange] = (),
) -> Outcome:  # fmt: skip
    cause = f"another organization {cause}"
    return failed(requirement, received, promised, *(steps or found.steps), cause=cause, spot=spot)


def is_quiet(operation: Operation, statuses: Iterable[str] = ("403", "404", "410", "4XX", "default")) -> bool:
    """Whether an operation may succeed on what is not there: it declares no refusal for that."""
    return operation.responses.keys().isdisjoint(statuses)
