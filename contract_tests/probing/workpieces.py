"""Records of this run that checks may change, and what is found out once for several checks.

Each check that writes would need a record of its own; here the checks of a family share a few per resource. A
workpiece may be changed by whoever takes it; whoever compares reads it just before.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contract_tests.check import CannotAsk
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.observing import Sight, look
from contract_tests.probing.subjects import maker
from openapi.codec import Json
from openapi.dialect import parts
from openapi.resources import Resource
from openapi.shape import shape

T = TypeVar("T")

_CONSTRAINED = frozenset({"enum", "const", "pattern", "format"})
_MOST_COUSINS = 4
_ROOM = 24
"""Characters that a text of the run's own takes at most."""


@dataclass
class _Cell:
    """Something found out once. It has a lock of its own, so that nobody waits for another resource."""

    lock: threading.RLock = field(default_factory=threading.RLock)
    found: list[Any] = field(default_factory=list)
    reason: str | None = None


def once(asking: Asking, key: tuple[str, ...], make: Callable[[], T]) -> T:
    """What `make` returns, made at the first call of the run with that key. Where it raised CannotAsk, so
    does every later call."""
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
    """Three records of a resource, created one after the other: `first` is there to be deleted, `middle` to
    be changed, `last` to be looked at. `removed`: whether the first one was deleted."""

    first: Item
    middle: Item
    last: Item
    removed: bool = False


def pieces(asking: Asking, resource: Resource) -> Pieces:
    """The workpieces of a resource, under shared parents. Raises CannotAsk."""
    return once(
        asking,
        ("pieces", resource.key),
        lambda: Pieces(_plain(asking, resource), made(asking, resource), _plain(asking, resource)),
    )


def _plain(asking: Asking, resource: Resource) -> Item:
    """A new record. Where lists do not tell ids, it has every optional part: a text of its own may be among
    them."""
    nameless = resource.id is None or resource.id.property is None
    return made(asking, resource) if nameless else asking.create(resource)


def made(asking: Asking, resource: Resource, **different: Any) -> Item:
    """A new record with every optional part, and texts that no other has, as far as the target takes that.
    Raises CannotAsk."""
    try:
        return asking.create(resource, full=True, changes=_texts(asking, resource), **different)
    except CannotAsk:
        return asking.create(resource, **different)


def _texts(asking: Asking, resource: Resource) -> dict[str, Json]:
    """A text of its own for the first property that takes any."""
    for name, found in resource.properties.items():
        if found.create is None or found.role != "plain" or found.reference or found.read is None:
            continue
        pieces = list(parts(asking.contract.requests.tree, found.create, ("allOf", "anyOf", "oneOf")))
        free = "string" in shape(asking.contract.requests.tree, found.create).types
        bound = any(part.keys() & _CONSTRAINED or part.get("maxLength", _ROOM) < _ROOM for part in pieces)
        if free and not bound:
            return {name: asking.bodies.unique_text()}
    return {}


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
    """A record under another parent than the shared one; None where the resource lies under none that the
    run can create. Raises CannotAsk."""
    return once(asking, ("cousin", resource.key), lambda: _cousin(asking, resource))


def _cousin(asking: Asking, resource: Resource) -> Item | None:
    above = resource.parents[-1].resource if resource.parents else None
    parent = asking.contract.model.resources.get(above) if above else None
    if parent is None or maker(parent) is None:
        return None
    around = below(resource, asking.create(parent))
    wanted, found = pieces(asking, resource).middle.id, asking.create(resource, parents=around)
    for _ in range(_MOST_COUSINS):  # ids that are counted under each parent meet after some
        if not (wanted.isdecimal() and found.id.isdecimal() and int(found.id) < int(wanted)):
            break
        found = asking.create(resource, parents=around)
    return found


def below(resource: Resource, parent: Item) -> dict[str, str]:
    """The path values of a collection under an item. Its path may name parameters otherwise than the
    item's."""
    names = [each.parameter.name for each in resource.parents]
    return dict(zip(names, [*parent.parents.values(), parent.id], strict=False))


def until(steps: Sequence[Exchange], last: Exchange) -> list[Exchange]:
    """The steps up to the one whose answer is wrong: what was sent after it shows nothing more."""
    return [step for step in steps if step.number <= last.number]


def story(*steps: Item | Exchange | None) -> list[Exchange]:
    """The exchanges that show something (of an item: its create), in the order in which they were sent,
    each once."""
    found = [step.made if isinstance(step, Item) else step for step in steps if step is not None]
    return sorted({exchange.number: exchange for exchange in found}.values(), key=lambda each: each.number)
