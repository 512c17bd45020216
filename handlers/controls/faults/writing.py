"""What is stored is not what was sent."""

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from handlers.call import Call, Handler, Json, Reply
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import WRITES, Spot
from handlers.controls.faults.spoils import Answer, Function

_fault = partial(Fault, "writing")

_KEPT = "What is written is read again unchanged: numbers by value, text character by character."

Written = dict[str, Json]
_FIXED = ("enum", "const", "format", "pattern")


def writing(change: Callable[[Spot, Written], Written], *roles: str) -> Function:
    """Changes what was sent before it is stored."""

    def answer(spot: Spot, handler: Handler, call: Call) -> Reply:
        call.written = change(spot, call.written)
        return handler(call)

    return Function(dict.fromkeys(roles or WRITES, answer))


def _values(change: Callable[[Json], Json]) -> Function:
    """Changes every value that was sent, the ones within others first."""
    return writing(lambda _spot, written: {name: _deep(value, change) for name, value in written.items()})


def _deep(value: Json, change: Callable[[Json], Json]) -> Json:
    if isinstance(value, dict):
        return change({name: _deep(member, change) for name, member in value.items()})
    if isinstance(value, list):
        return change([_deep(item, change) for item in value])
    return change(value)


def _texts(change: Callable[[str], Json]) -> Function:
    """Changes every free text that was sent: one whose property has no enum, format or pattern."""

    def spoil(spot: Spot, written: Written) -> Written:
        fixed = {p.name for p in spot.properties if any(spot.keyword(spot.written(p), k) for k in _FIXED)}
        return {name: value if name in fixed else _deep(value, of_text) for name, value in written.items()}

    def of_text(value: Json) -> Json:
        return change(value) if isinstance(value, str) else value

    return writing(spoil)


def _integers(change: Callable[[int], Json]) -> Function:
    def of_integer(value: Json) -> Json:
        return change(value) if isinstance(value, int) and not isinstance(value, bool) else value

    return _values(of_integer)


def _without_last(spot: Spot, written: Written) -> Written:
    """Leaves out the last property that may be sent; an optional one where there is any."""
    names = [p.name for p in spot.writable() if not p.required] or [p.name for p in spot.writable()]
    return {name: value for name, value in written.items() if name not in names[-1:]}


def _answering_what_was_sent(spot: Spot, handler: Handler, call: Call) -> Reply:
    sent = call.written
    call.written = _without_last(spot, sent)
    reply = handler(call)
    for item in spot.items(reply.body):
        item.update(sent)
    return reply


def _answering_less(spot: Spot, handler: Handler, call: Call) -> Reply:
    reply = handler(call)
    for item in spot.items(reply.body):
        kept = _without_last(spot, item)
        item.clear()
        item.update(kept)
    return reply


def _rounded(value: Json) -> Json:
    return float(round(value)) if isinstance(value, float) else value


def _without_nulls(value: Json) -> Json:
    """Objects within others lose the members that are null."""
    if isinstance(value, dict):
        return {name: member for name, member in value.items() if member is not None}
    return value


def _flat(value: Json) -> Json:
    """`{"a": {"b": 1}}` as `{"a.b": 1}`."""
    if not isinstance(value, dict):
        return value
    flat: Written = {}
    for name, member in value.items():
        within = isinstance(member, dict) and member
        flat.update({f"{name}.{inner}": v for inner, v in member.items()} if within else {name: member})
    return flat


def _first_member(spot: Spot, written: Written) -> Written:
    """The last member of an enum becomes the first."""
    enums = {p.name: spot.keyword(spot.written(p), "enum") or [] for p in spot.writable()}
    last = {name: members for name, members in enums.items() if [written.get(name)] == members[-1:]}
    return {name: last[name][0] if name in last else value for name, value in written.items()}


def _without_empty_ones(_spot: Spot, written: Written) -> Written:
    return {name: value for name, value in written.items() if value or value is None}


def _without_nulls_at_the_top(_spot: Spot, written: Written) -> Written:
    return {name: value for name, value in written.items() if value is not None}


def _on(answer: Answer, *roles: str) -> Function:
    return Function(dict.fromkeys(roles, answer))


FAULTS = (
    _fault("create_ignores_a_property", "A create does not store the last property that may be sent.", _KEPT,
           writing(_without_last, "create")),
    _fault("update_ignores_a_property", "An update does not store the last property that may be sent.", _KEPT,
           writing(_without_last, "update", "replace")),
    _fault("create_answers_more_than_it_stores", "A create answers a property that it does not store.", _KEPT,
           _on(_answering_what_was_sent, "create")),
    _fault("create_answers_less_than_it_stores", "A create does not answer a property that it stores.", _KEPT,
           _on(_answering_less, "create")),
    _fault("text_is_trimmed", "Text loses the blanks at its ends.", _KEPT, _texts(str.strip)),
    _fault("text_is_in_lower_case", "Text loses its capitals.", _KEPT, _texts(str.lower)),
    _fault("text_is_cut_at_100_characters", "Text loses all behind its first 100 characters.", _KEPT,
           _texts(lambda text: text[:100])),
    _fault("text_is_cut_at_255_characters", "Text loses all behind its first 255 characters.", _KEPT,
           _texts(lambda text: text[:255])),
    _fault("text_is_cut_at_nul", "Text loses all behind a NUL.", _KEPT,
           _texts(lambda text: text.partition("\0")[0])),
    _fault("text_is_normalized", "Text is put into the Unicode form NFC.", _KEPT,
           _texts(lambda text: unicodedata.normalize("NFC", text))),
    _fault("rare_character_is_replaced", "A character beyond U+FFFF becomes a question mark.", _KEPT,
           _texts(lambda text: re.sub("[\U00010000-\U0010ffff]", "?", text))),
    _fault("empty_text_becomes_null", "An empty text is stored as null.", _KEPT,
           _texts(lambda text: text or None)),
    _fault("null_becomes_empty_text", "Null is stored as an empty text.", _KEPT,
           _values(lambda value: "" if value is None else value)),
    _fault("null_is_ignored", "A property that is sent as null keeps the value it had.", _KEPT,
           writing(_without_nulls_at_the_top)),
    _fault("empty_value_is_ignored",
           "A property that is sent as false, 0, or empty keeps the value it had.", _KEPT,
           writing(_without_empty_ones)),
    _fault("number_is_rounded", "A number loses what is behind its point.", _KEPT, _values(_rounded)),
    _fault("large_integer_loses_digits", "An integer beyond 2^53 is stored as the nearest double.", _KEPT,
           _integers(lambda number: int(float(number)) if abs(number) < 2**1023 else number)),
    _fault("integer_is_cut_to_32_bits",
           "An integer beyond 32 bits is stored as the largest that fits.", _KEPT,
           _integers(lambda number: max(-(2**31), min(2**31 - 1, number)))),
    _fault("last_enum_member_becomes_the_first", "The last member of an enum is stored as the first.", _KEPT,
           writing(_first_member)),
    _fault("null_within_an_object_is_dropped", "Members of objects that are null are not stored.", _KEPT,
           _values(_without_nulls)),
    _fault("object_within_an_object_is_flattened",
           "An object in an object is stored as members with a dot.", _KEPT,
           _values(_flat)),
)  # fmt: skip
