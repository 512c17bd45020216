"""Records of this run that checks may change, and what is found out once for several checks.

Each check that writes would need a record of its own; here the checks of a family share a few per resource. A
workpiece may be changed by whoever takes it; whoever compares reads it just before.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contract_tests.asking import Asking, Item
from contract_tests.check import CannotAsk
from contract_tests.exchange import Exchange
from contract_tests.observing import Sight, look
from contract_tests.subjects import maker
from openapi.resources import Resource

T = TypeVar("T")


@dataclass
class _Cell:
    """Something found out once. It has a lock of its own, so that nobody waits for another resource."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    found: list[Any] = field(default_factory=list)
    reason: str | None = None


def once(asking: Asking, key: tuple[str, ...], make: Callable[[], T]) -> T:
    """What `make` returns, made at the first call of the run with that key. Where it raised CannotAsk, so does every
    later call."""
    cell: _Cell = asking.remembered(("once", *key), _Cell)
    with cell.lock:
        if not cell.found and cell.reason is None:
            try:
                cell.found.append(make())
            except CannotAsk as cannot:
                cell.reason = str(cannot)
        if cell.reason is not None:
            raise CannotAsk(cell.reason)
        return cell.found[0]  # type: ignore[no-any-return]


@dataclass
class Pieces:
    """Three records of a resource, created one after the other: `first` is there to be deleted, `middle` to be
    changed, `last` to be looked at. `removed`: whether the first one was deleted."""

    first: Item
    middle: Item
    last: Item
    removed: bool = False


def pieces(asking: Asking, resource: Resource) -> Pieces:
    """The workpieces of a resource, under shared parents. Raises CannotAsk."""
    return once(
        asking, ("pieces", resource.key),
        lambda: Pieces(asking.create(resource), made(asking, resource), asking.create(resource)),
    )  # fmt: skip


def made(asking: Asking, resource: Resource, **different: Any) -> Item:
    """A new record with every optional part, as far as the target takes that. Raises CannotAsk."""
    try:
        return asking.create(resource, full=True, **different)
    except CannotAsk:
        return asking.create(resource, **different)


def workpiece(asking: Asking, resource: Resource) -> tuple[Item, Sight]:
    """A record that may be changed, and what it is now; a new one where the last user has lost it. Raises
    CannotAsk."""
    own = pieces(asking, resource)
    sight = look(asking, own.middle)
    if not sight.there:
        own.middle = made(asking, resource)
        sight = look(asking, own.middle)
    if not sight.there:
        raise CannotAsk(f"a record that was just created is answered {sight.exchange.status}")
    return own.middle, sight


def cousin(asking: Asking, resource: Resource) -> Item | None:
    """A record under another parent than the shared one; None where the resource lies under none that the run can
    create. Raises CannotAsk."""
    return once(asking, ("cousin", resource.key), lambda: _cousin(asking, resource))


def _cousin(asking: Asking, resource: Resource) -> Item | None:
    above = resource.parents[-1].resource if resource.parents else None
    parent = asking.contract.model.resources.get(above) if above else None
    if parent is None or maker(parent) is None:
        return None
    return asking.create(resource, parents=below(resource, asking.create(parent)))


def below(resource: Resource, parent: Item) -> dict[str, str]:
    """The path values of a collection under an item. Its path may name parameters otherwise than the item's."""
    names = [each.parameter.name for each in resource.parents]
    return dict(zip(names, [*parent.parents.values(), parent.id], strict=False))


def story(*steps: Item | Exchange | None) -> list[Exchange]:
    """The exchanges that show something (of an item: its create), in the order in which they were sent, each once."""
    found = [step.made if isinstance(step, Item) else step for step in steps if step is not None]
    return sorted({exchange.number: exchange for exchange in found}.values(), key=lambda each: each.number)
