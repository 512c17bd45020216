"""Creates that do not create, or create with what is not the client's to say: ids, defaults, the server's own
properties."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from handlers.call import Call, Handler, Json, Reply
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import WRITES, Spot
from handlers.controls.faults.spoils import Answer, Function
from handlers.controls.faults.through import FirstInsert, FirstUpdate, Inserted
from handlers.controls.faults.writing import Written, writing
from handlers.store.base import Record
from openapi.resources import ABSENT, Property

_fault = partial(Fault, "writing")

_DEFAULTS = (
    "A property that is not sent has the default that the document declares; one that is sent, its value."
)
_SERVERS = "What only the server may say is refused or ignored when a client sends it."


class Undone(Exception):
    """Ends a transaction whose changes are not to be kept."""


def undone(_spot: Spot, handler: Handler, call: Call) -> Reply:
    """Answers as if it were done, and keeps nothing of it."""
    replies: list[Reply] = []
    with suppress(Undone), call.store.transaction():
        replies.append(handler(call))
        raise Undone
    return replies[0]


def _inserting(change: Callable[[Spot, Call, str, Inserted], Inserted]) -> Answer:
    """Changes the new record."""

    def answer(spot: Spot, handler: Handler, call: Call) -> Reply:
        call.store = FirstInsert(call.store, lambda table, new: change(spot, call, table, new))
        return handler(call)

    return answer


def _id_of_the_one_before(spot: Spot, call: Call, table: str, new: Inserted) -> Inserted:
    """The new record takes the id of the last one, as long as that is there."""
    last = next(reversed(spot.memory(call)), None)
    there = last is not None and _is_live(spot, call.store.get(table, last))
    id_ = last if last is not None and there else new[0]
    spot.memory(call)[id_] = None
    return id_, new[1], _with_id(spot, new[2], id_)


def _is_live(spot: Spot, record: Record | None) -> bool:
    return record is not None and record.value.get(spot.of_role("deleted")) is None


def _with_id(spot: Spot, value: Written, id_: str) -> Written:
    return {**value, spot.id_name: id_} if spot.id_name in value else value


def _id_as_sent(spot: Spot, call: Call, table: str, new: Inserted) -> Inserted:
    """A new record takes the id that the body names."""
    sent = call.body.get(spot.id_name) if isinstance(call.body, dict) else None
    if not isinstance(sent, str) or not sent or call.store.get(table, sent) is not None:
        return new
    return sent, new[1], _with_id(spot, new[2], sent)


def _servers_own(spot: Spot, p: Property) -> bool:
    return p.read is not None and spot.written(p) is None and p.role not in ("id", "tenant")


def _sent(spot: Spot, call: Call) -> Written:
    """What a body says of the properties that are the server's."""
    body: Json = call.body if isinstance(call.body, dict) else {}
    return {p.name: body[p.name] for p in spot.properties if p.name in body and _servers_own(spot, p)}


def _servers_as_sent(spot: Spot, handler: Handler, call: Call) -> Reply:
    if spot.role == "create":
        call.store = FirstInsert(call.store, lambda _table, new: (*new[:2], {**new[2], **_sent(spot, call)}))
    else:
        call.store = FirstUpdate(call.store, lambda _before, value: {**value, **_sent(spot, call)})
    return handler(call)


def _without_defaults(spot: Spot, call: Call, _table: str, new: Inserted) -> Inserted:
    absent = [p.name for p in spot.writable() if p.default is not ABSENT and p.name not in call.written]
    return new[0], new[1], {name: value for name, value in new[2].items() if name not in absent}


def _defaults_alone(spot: Spot, written: Written) -> Written:
    defaults = {p.name: p.default for p in spot.writable() if p.default is not ABSENT}
    return {name: defaults.get(name, value) for name, value in written.items()}


def _create(answer: Answer) -> Function:
    return Function({"create": answer})


FAULTS = (
    _fault("create_is_not_stored", "A create answers as it should and stores nothing.",
           "What was created is there.", _create(undone)),
    _fault("ids_repeat", "A create takes the id of the one before, and its place.",
           "Every item has an id of its own.", _create(_inserting(_id_of_the_one_before))),
    _fault("client_chooses_the_id", "A create takes the id that the body holds.", _SERVERS,
           _create(_inserting(_id_as_sent))),
    _fault("client_sets_what_is_the_servers",
           "A write stores what the body says of properties of the server.",
           _SERVERS, Function(dict.fromkeys(WRITES, _servers_as_sent))),
    _fault("default_is_not_applied", "A property with a default that is not sent is not there.", _DEFAULTS,
           _create(_inserting(_without_defaults))),
    _fault("default_overrides_what_was_sent", "A property with a default always has it.", _DEFAULTS,
           writing(_defaults_alone, "create")),
)  # fmt: skip
