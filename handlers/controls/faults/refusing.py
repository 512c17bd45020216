"""Input that the document allows, and that is refused all the same."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from handlers.call import Call, Handler, Json, Reply
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.loosened import bodies, changes_anything
from handlers.controls.faults.scene import CHANGES, WRITES, Spot
from handlers.controls.faults.spoils import Function, Loosely
from handlers.problems import BadRequest

_fault = partial(Fault, "input")

_ALLOWED = "A body that fits its schema is accepted."


def texts(value: Json) -> Iterator[str]:
    """Every text in a value, at any depth; the names of members are none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def _refusing(wrong: Callable[[Spot, Call], bool], roles: tuple[str, ...] = WRITES) -> Function:
    """Refuses what is wrong in the eyes of the fault."""

    def answer(spot: Spot, handler: Handler, call: Call) -> Reply:
        if wrong(spot, call):
            raise BadRequest("body: not accepted")
        return handler(call)

    return Function(dict.fromkeys(roles, answer))


def _lacks_the_last_optional_one(spot: Spot, call: Call) -> bool:
    found = spot.last(lambda p: p.create is not None and not p.required and p.role != "id")
    return found is not None and found.name not in call.written


def _holds_null(_spot: Spot, call: Call) -> bool:
    return None in call.written.values()


def _lacks_a_required_one(spot: Spot, call: Call) -> bool:
    """Whether an update leaves out what a create has to hold, and the update may hold."""
    return any(p.required and p.name not in call.written for p in spot.writable())


def _shorten_enum(schema: dict[str, Any]) -> None:
    members = schema.get("enum")
    if isinstance(members, list) and len(members) > 1:
        kept = [member for member in members if member is not None][:-1]
        schema["enum"] = kept + [None] * (None in members)


def _holds(test: Callable[[str], bool]) -> Callable[[Spot, Call], bool]:
    return lambda _spot, call: any(map(test, texts(call.body)))


FAULTS = (
    _fault("optional_property_is_demanded",
           "A create without its last optional property is refused.", _ALLOWED,
           _refusing(_lacks_the_last_optional_one, ("create",))),
    _fault("null_is_refused", "A body with a property that is null is refused.", _ALLOWED,
           _refusing(_holds_null)),
    _fault("last_enum_member_is_refused", "The last member of every enum in a body is refused.", _ALLOWED,
           Loosely(bodies, _shorten_enum),
           lambda document: changes_anything(document, bodies, _shorten_enum)),
    _fault("update_demands_what_create_demands",
           "A partial update is refused as a create would be.", _ALLOWED,
           _refusing(_lacks_a_required_one, ("update",))),
    _fault("empty_update_is_refused", "An update with an empty object is refused.", _ALLOWED,
           _refusing(lambda _spot, call: call.body == {}, CHANGES)),
    _fault("non_ascii_text_is_refused", "A body with a character beyond ASCII is refused.", _ALLOWED,
           _refusing(_holds(lambda text: not text.isascii()))),
    _fault("empty_text_is_refused", "A body with an empty text is refused.", _ALLOWED,
           _refusing(_holds(lambda text: not text))),
    _fault("long_text_is_refused", "A body with a text of more than 255 characters is refused.", _ALLOWED,
           _refusing(_holds(lambda text: len(text) > 255))),
)  # fmt: skip
