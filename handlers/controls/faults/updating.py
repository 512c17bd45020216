"""Updates that do too little, too much, or something else."""

import uuid
from collections.abc import Callable
from functools import partial

from handlers.call import Call, Handler, Json, Reply
from handlers.controls.faults.admission import AllTheSame
from handlers.controls.faults.creating import undone
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.reading import moment, remember_before
from handlers.controls.faults.scene import CHANGES, Spot
from handlers.controls.faults.spoils import Answer, Function
from handlers.controls.faults.through import FirstUpdate
from handlers.problems import BadRequest, NotFound
from handlers.store.base import copy_json
from handlers.validation import RequestStage

_fault = partial(Fault, "updating")

_STORED = "What an update answers is what a read shows after it."
_FRAME = "An update changes what was sent, and nothing else."
_STABLE = "Id and moment of creation of an item never change."
_MOMENT = "The moment of the last update moves when an item changes."
_NO_EFFECT = "A refused request changes nothing."
_GONE = "What is deleted is not there: an update is answered 404."

Value = dict[str, Json]


def _storing(change: Callable[[Spot, Call, Value, Value], Value]) -> Function:
    """Changes the value that an update stores; `change` is given the one before, too."""

    def answer(spot: Spot, handler: Handler, call: Call) -> Reply:
        call.store = FirstUpdate(call.store, lambda before, value: change(spot, call, before, value))
        return handler(call)

    return _on(answer)


def _on(answer: Answer) -> Function:
    return Function(dict.fromkeys(CHANGES, answer))


def _answering_before(spot: Spot, handler: Handler, call: Call) -> Reply:
    before = spot.before(call)
    reply = handler(call)
    for item in spot.items(reply.body) if before else ():
        item.clear()
        item.update(before or {})
    return reply


def _reset(spot: Spot, call: Call, _before: Value, value: Value) -> Value:
    """What was not sent is null, or not there, where it may be so."""
    for p in spot.writable():
        if p.name in value and p.name not in call.written:
            if "null" in spot.types(p.read):
                value[p.name] = None
            elif not p.always:
                del value[p.name]
    return value


def _reset_by_nothing(spot: Spot, call: Call, before: Value, value: Value) -> Value:
    return value if call.written else _reset(spot, call, before, value)


def _with_a_new_id(spot: Spot, _call: Call, _before: Value, value: Value) -> Value:
    return {**value, spot.id_name: str(uuid.uuid4())} if spot.id_name in value else value


def _created_now(spot: Spot, call: Call, _before: Value, value: Value) -> Value:
    named = spot.of_role("created")
    return {**value, named: moment(call)} if named in value else value


def _updated_as_before(spot: Spot, _call: Call, before: Value, value: Value) -> Value:
    named = spot.of_role("updated")
    return {**value, named: before[named]} if named in before else value


def _all_items(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Does the same to every other item of the list."""
    reply, asked = handler(call), spot.id_asked(call)
    for item in list(spot.peer_items("list", call)):
        if spot.id_of(item) != asked:
            spot.peer(spot.role, call, spot.id_of(item), body=call.body, written=call.written)
    return reply


def _another_item(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Does the same to one other item of the list."""
    reply, asked = handler(call), spot.id_asked(call)
    others = [spot.id_of(item) for item in spot.peer_items("list", call)]
    for other in [other for other in others if other != asked][:1]:
        spot.peer(spot.role, call, other, body=call.body, written=call.written)
    return reply


def _deleted_too(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Changes what is remembered of a deleted item, and answers that."""
    known = spot.memory(call).get(spot.id_asked(call))
    try:
        return handler(call)
    except NotFound:
        if known is None or spot.envelope is None:
            raise
        known.update(call.written)
        return Reply(spot.envelope.wrap(copy_json(known)), spot.operation.success or 200)


FAULTS = (
    _fault("update_is_not_stored",
           "An update answers as it should and stores nothing.", _STORED, _on(undone)),
    _fault("update_answers_the_item_before", "An update answers the item as it was before.", _STORED,
           _on(_answering_before)),
    _fault("update_resets_what_was_not_sent", "A partial update empties the other properties.", _FRAME,
           _storing(_reset)),
    _fault("empty_update_resets_the_item", "An update with an empty object empties all properties.", _FRAME,
           _storing(_reset_by_nothing)),
    _fault("update_changes_all_items", "An update is made to every item of the caller.", _FRAME,
           _on(_all_items)),
    _fault("update_changes_another_item_too",
           "An update is made to one other item of the caller as well.", _FRAME,
           _on(_another_item)),
    _fault("update_changes_the_id",
           "An update gives the item another id.", _STABLE, _storing(_with_a_new_id)),
    _fault("update_moves_the_moment_of_creation", "After an update the item was created just now.", _STABLE,
           _storing(_created_now)),
    _fault("update_leaves_the_moment_of_the_update",
           "An update does not change when the item was updated.", _MOMENT,
           _storing(_updated_as_before)),
    _fault("refused_update_is_stored", "An update that breaks its schema is refused, and stored.", _NO_EFFECT,
           AllTheSame(RequestStage, BadRequest, frozenset(CHANGES))),
    _fault("refused_create_is_stored", "A create that breaks its schema is refused, and stored.", _NO_EFFECT,
           AllTheSame(RequestStage, BadRequest, frozenset({"create"}))),
    _fault("deleted_item_can_be_updated", "A deleted item can be updated.", _GONE,
           Function({"delete": remember_before, **dict.fromkeys(CHANGES, _deleted_too)})),
)  # fmt: skip
