"""Reads and lists that show something else than what is stored, or that change it."""

from collections.abc import Callable
from functools import partial

from handlers.call import Call, Handler, Json, Reply
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import CHANGES, Spot
from handlers.controls.faults.spoils import Answer, Function
from handlers.controls.faults.through import Watched
from handlers.store.base import copy_json

_fault = partial(Fault, "reading")

_SAFE = "GET changes nothing (RFC 9110 section 9.2.1)."
_CURRENT = "A read shows the item as the last write left it."
_WHOLE = "A list holds every item of the caller, once, and none that is deleted."
_SAME = "An item in a list is what a read of it shows."
_STABLE = "A list that nobody changes comes in one order."

Listed = list[Json]


def moment(call: Call) -> str:
    """When a call came, as text of RFC 3339."""
    return call.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _touching(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Moves the moment of the last update."""
    call.store = watched = Watched(call.store)
    reply = handler(call)
    updated = spot.of_role("updated")
    record = watched.behind.get(*watched.first) if watched.first else None
    if record is not None and updated in record.value:
        watched.behind.update(watched.first[0], record.id, {**record.value, updated: moment(call)})  # type: ignore[index]
    return reply


def remember_before(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Keeps the item as it was before it was changed or deleted."""
    before = spot.before(call)
    reply = handler(call)
    if before is not None:
        spot.memory(call)[spot.id_asked(call)] = before
    return reply


def _show_remembered(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Shows items as they are remembered."""
    reply = handler(call)
    for item in spot.items(reply.body):
        known = spot.memory(call).get(spot.id_of(item))
        if known is not None:
            item.clear()
            item.update(copy_json(known))
    return reply


def _remember_created(spot: Spot, handler: Handler, call: Call) -> Reply:
    reply = handler(call)
    for item in spot.items(reply.body):
        spot.memory(call).pop(spot.id_of(item), None)
        spot.memory(call)[spot.id_of(item)] = None
    return reply


def _listing(change: Callable[[Spot, Call, Listed], None]) -> Answer:
    """Changes the list in an answer, itself."""

    def answer(spot: Spot, handler: Handler, call: Call) -> Reply:
        reply = handler(call)
        change(spot, call, spot.list_in(reply.body))
        return reply

    return answer


def _without_the_newest(spot: Spot, call: Call, listed: Listed) -> None:
    newest = next(reversed(spot.memory(call)), None)
    listed[:] = [item for item in listed if not isinstance(item, dict) or spot.id_of(item) != newest]


def _one_twice(_spot: Spot, _call: Call, listed: Listed) -> None:
    listed.extend(copy_json(listed[:1]))


def _with_deleted(spot: Spot, call: Call, listed: Listed) -> None:
    listed.extend(copy_json(list(spot.memory(call).values())))


def _turned(spot: Spot, call: Call, listed: Listed) -> None:
    """Begins one item later each time."""
    turns = spot.memory(call)["turns"] = spot.memory(call).get("turns", 0) + 1
    start = turns % len(listed) if listed else 0
    listed[:] = listed[start:] + listed[:start]


def _empty(_spot: Spot, _call: Call, listed: Listed) -> None:
    listed.clear()


def _shorter_items(spot: Spot, _call: Call, listed: Listed) -> None:
    """Leaves out of every item the last property that need not be there."""
    for item in listed:
        if isinstance(item, dict):
            _leave_one_out(spot, item)


def _leave_one_out(spot: Spot, item: dict[str, Json]) -> None:
    found = spot.last(lambda p: p.name in item and not p.always and p.role != "id")
    if found is not None:
        del item[found.name]


def _kept(spot: Spot, call: Call, listed: Listed) -> None:
    """The list as it was when it was first asked for."""
    kept = spot.memory(call).setdefault("list", copy_json(listed))
    listed[:] = copy_json(kept)


def _shorter_read(spot: Spot, handler: Handler, call: Call) -> Reply:
    reply = handler(call)
    for item in spot.items(reply.body):
        _leave_one_out(spot, item)
    return reply


def _another_item(spot: Spot, handler: Handler, call: Call) -> Reply:
    """The first item of the list that is not the one asked for."""
    reply = handler(call)
    asked = spot.id_asked(call)
    others = [item for item in spot.peer_items("list", call) if spot.id_of(item) != asked]
    for item in spot.items(reply.body) if others else ():
        item.clear()
        item.update(others[0])
    return reply


_BEFORE = dict.fromkeys(CHANGES, remember_before)

FAULTS = (
    _fault("read_moves_the_moment_of_the_update", "Reading an item changes when it was updated.", _SAFE,
           Function({"read": _touching})),
    _fault("read_shows_the_item_before_the_update", "A read shows the item as it was before its last update.",
           _CURRENT, Function({**_BEFORE, "read": _show_remembered})),
    _fault("read_leaves_out_a_property", "A read leaves out a property that need not be there.",
           _CURRENT, Function({"read": _shorter_read})),
    _fault("read_shows_another_item", "A read shows another item of the list.", _CURRENT,
           Function({"read": _another_item})),
    _fault("list_misses_the_newest_item", "A list leaves out the item that was created last.", _WHOLE,
           Function({"create": _remember_created, "list": _listing(_without_the_newest)})),
    _fault("list_is_empty", "A list is empty.", _WHOLE, Function({"list": _listing(_empty)})),
    _fault("list_is_as_it_was", "A list is what it was when it was first asked for.", _WHOLE,
           Function({"list": _listing(_kept)})),
    _fault("list_holds_an_item_twice", "The first item of a list comes again at its end.", _WHOLE,
           Function({"list": _listing(_one_twice)})),
    _fault("list_holds_deleted_items", "A list goes on to hold what was deleted.", _WHOLE,
           Function({"delete": remember_before, "list": _listing(_with_deleted)})),
    _fault("list_items_lack_a_property",
           "Items of a list leave out a property that need not be there.", _SAME,
           Function({"list": _listing(_shorter_items)})),
    _fault("list_shows_items_before_the_update",
           "A list shows items as they were before their last update.", _SAME,
           Function({**_BEFORE, "list": _show_remembered})),
    _fault("list_changes_its_order", "A list begins one item later each time.", _STABLE,
           Function({"list": _listing(_turned)})),
)  # fmt: skip
