"""Deletes that do not delete, or delete too much."""

from functools import partial

from handlers.call import Call, Handler, Reply
from handlers.controls.faults.crash import Crashed
from handlers.controls.faults.creating import undone
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.reading import remember_before
from handlers.controls.faults.scene import Spot
from handlers.controls.faults.spoils import Function
from handlers.problems import NotFound
from handlers.store.base import copy_json

_fault = partial(Fault, "deleting")

_GONE = "What is deleted is not there any more: 404."
_ONE = "A delete removes one item."
_AGAIN = "A second delete is answered as the document says of what is not there, and never 500."


def _still_readable(spot: Spot, handler: Handler, call: Call) -> Reply:
    known = spot.memory(call).get(spot.id_asked(call))
    try:
        return handler(call)
    except NotFound:
        if known is None or spot.envelope is None:
            raise
        return Reply(spot.envelope.wrap(copy_json(known)), spot.operation.success or 200)


def _one_more(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Deletes the first item of what is left, too."""
    reply = handler(call)
    for item in list(spot.peer_items("list", call))[:1]:
        spot.peer("delete", call, spot.id_of(item))
    return reply


def _crash_again(spot: Spot, handler: Handler, call: Call) -> Reply:
    try:
        return remember_before(spot, handler, call)
    except NotFound:
        if spot.id_asked(call) in spot.memory(call):
            raise Crashed from None
        raise


def _delete_again(spot: Spot, handler: Handler, call: Call) -> Reply:
    """Answers a second delete as the first one."""
    try:
        reply = handler(call)
        spot.memory(call)[spot.id_asked(call)] = reply
    except NotFound:
        known: Reply | None = spot.memory(call).get(spot.id_asked(call))
        if known is None:
            raise
        return known
    return reply


FAULTS = (
    _fault("delete_is_not_carried_out", "A delete answers as it should and removes nothing.", _GONE,
           Function({"delete": undone})),
    _fault("deleted_item_can_be_read", "A deleted item can be read.", _GONE,
           Function({"delete": remember_before, "read": _still_readable})),
    _fault("delete_removes_another_item_too", "A delete removes one other item of the caller as well.", _ONE,
           Function({"delete": _one_more})),
    _fault("second_delete_crashes",
           "A second delete is answered 500.", _AGAIN, Function({"delete": _crash_again})),
    _fault("second_delete_answers_success", "A second delete is answered as the first.", _AGAIN,
           Function({"delete": _delete_again})),
)  # fmt: skip
