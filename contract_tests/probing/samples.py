"""A record to read: one of this run where it may make one, else one that is there already.

So that checks that only read can be asked in profile read-only too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from contract_tests.check import CannotAsk
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.listing import id_in
from contract_tests.probing.workpieces import once
from contract_tests.transport import Held
from openapi.resources import ABSENT, Parent, Resource

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Known:
    """A record that exists: the values of its path, the exchange that showed it, whether this run made it."""

    resource: Resource
    path: Mapping[str, str]
    shown: Exchange
    own: bool

    @property
    def id(self) -> str:
        return self.path[self.resource.id.parameter.name] if self.resource.id else ""

    @property
    def parents(self) -> dict[str, str]:
        """The values of the parameters that its collection lies under."""
        return {parent.parameter.name: self.path[parent.parameter.name] for parent in self.resource.parents}


def known(asking: Asking, resource: Resource, *, full: bool = False) -> Known:
    """The shared record of this run, `full` where the target takes that, else the first of the list. Raises
    CannotAsk where there is neither."""
    item, reason = made(asking, resource, lambda: (fullest if full else shared)(asking, resource))
    return _listed(asking, resource, reason) if item is None else Known(resource, item.path, item.made, True)


def made(asking: Asking, resource: Resource, make: Callable[[], T]) -> tuple[T | None, str]:
    """What `make` gives; None, and why, where this run may create no items of a resource or the target
    refuses."""
    if reason := asking.transport.guard.may_create(resource):
        return None, reason
    try:
        return make(), ""
    except CannotAsk as cannot:
        return None, str(cannot)
    except Held as held:
        if held.ours:
            raise
        return None, str(held)


def shared(asking: Asking, resource: Resource) -> Item:
    """The shared record without optional properties. Raises CannotAsk."""
    return asking.shared(resource)


def fullest(asking: Asking, resource: Resource) -> Item:
    """The shared record with every optional property; the one without where the target refuses that. Raises
    CannotAsk."""
    try:
        return once(asking, ("fullest", resource.key), lambda: asking.shared(resource, full=True))
    except CannotAsk:
        return shared(asking, resource)


def third(asking: Asking, resource: Resource) -> Item:
    """One more record that every check may read and none may change. Raises CannotAsk."""
    return once(asking, ("third", resource.key), lambda: asking.create(resource))


def around(asking: Asking, resource: Resource, parents: Sequence[Parent] | None = None) -> dict[str, str]:
    """Values of the path parameters that a collection lies under, or of some of them. Raises CannotAsk."""
    values: dict[str, str] = {}
    given = asking.given_parents(resource)
    for parent in resource.parents if parents is None else parents:
        if parent.parameter.name in given:
            values[parent.parameter.name] = given[parent.parameter.name]
            continue
        if parent.resource is None:
            raise CannotAsk(f"nothing tells a value of {{{parent.parameter.name}}}")
        values[parent.parameter.name] = known(asking, asking.contract.model.resources[parent.resource]).id
    return values


def _listed(asking: Asking, resource: Resource, reason: str) -> Known:
    """The first record of the list. Raises CannotAsk."""
    operation = resource.operations.get("list")
    if operation is None or resource.id is None or "list" not in resource.envelopes:
        raise CannotAsk(f"no record of {resource.key} can be found: {reason}")
    parents = around(asking, resource)
    exchange = asking.send(operation, path=parents)
    found = resource.envelopes["list"].find(exchange.json) if exchange.succeeded else ABSENT
    first = found[0] if isinstance(found, list) and found else ABSENT
    own = id_in(resource, first)
    if own is None:
        raise CannotAsk(f"no record of {resource.key} is there: {reason}")
    return Known(resource, {**parents, resource.id.parameter.name: own}, exchange, False)
