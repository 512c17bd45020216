"""Answers of another shape than the document says, or that are no JSON at all."""

import re
from collections.abc import Callable
from functools import partial

from handlers.call import Json
from handlers.controls.faults.fault import Fault
from handlers.controls.faults.scene import Spot
from handlers.controls.faults.spoils import Outgoing, Refused
from handlers.controls.faults.wire import Wire
from handlers.problems import Refusal
from openapi import codec
from openapi.resources import Property

Item = dict[str, Json]

_fault = partial(Fault, "shape")

_ITEMS = frozenset({"list", "create", "read", "replace", "update", "action"})
_FITS = "Every answer fits the schema that the document declares for its status."
_JSON = "A body of the type application/json is JSON as RFC 8259 has it."
_ENVELOPE = "An item, or a list, stands in the answer where the document says."


def _items(change: Callable[[Spot, Item], None]) -> Outgoing:
    """Changes every item in an answer, itself."""

    def spoil(spot: Spot, wire: Wire) -> None:
        if wire.is_json:
            body = wire.json
            for item in spot.items(body):
                change(spot, item)
            wire.json = body

    return Outgoing(spoil, _ITEMS)


def _property(
    fits: Callable[[Spot, Property], bool], value: Callable[[Spot, Property, Json], Json]
) -> Outgoing:
    """Changes, in every item, the last property that is there and fits, whose value is not null."""

    def change(spot: Spot, item: Item) -> None:
        found = spot.last(lambda p: item.get(p.name) is not None and p.role != "id" and fits(spot, p))
        if found is not None:
            item[found.name] = value(spot, found, item[found.name])

    return _items(change)


def _leave_out_a_required_one(spot: Spot, item: Item) -> None:
    found = spot.last(lambda p: p.always and p.role != "id")
    if found is not None:
        item.pop(found.name, None)


def _of_one_type(spot: Spot, found: Property) -> bool:
    return len(spot.types(found.read)) < len(_OTHERS)


_OTHERS: dict[str, Json] = {
    "integer": 17, "string": "seventeen", "boolean": True, "array": [], "object": {}, "number": 1.5,
    "null": None,
}  # fmt: skip


def _of_another_type(spot: Spot, found: Property, _value: Json) -> Json:
    types = spot.types(found.read)
    admitted = types | ({"integer"} if "number" in types else set())
    return next(value for name, value in _OTHERS.items() if name not in admitted)


def _never_null(spot: Spot, found: Property) -> bool:
    return "null" not in spot.types(found.read)


def _is_moment(spot: Spot, found: Property) -> bool:
    return bool(spot.keyword(found.read, "format") == "date-time")


def _has_enum(spot: Spot, found: Property) -> bool:
    return isinstance(spot.keyword(found.read, "enum"), list)


def _without_envelope(spot: Spot, wire: Wire) -> None:
    if wire.is_json and spot.envelope is not None:
        wire.json = spot.envelope.find(wire.json) if spot.envelope.path else {"data": wire.json}


def _list_as_object(spot: Spot, wire: Wire) -> None:
    if wire.is_json and spot.envelope is not None:
        found = spot.list_in(wire.json)
        kept = {str(index): item for index, item in enumerate(found)}
        wire.json = {**wire.json, spot.envelope.path[-1]: kept} if spot.envelope.path else kept


def _bytes(change: Callable[[bytes], bytes]) -> Outgoing:
    """Changes the bytes of every JSON answer."""

    def spoil(_spot: Spot, wire: Wire) -> None:
        if wire.is_json:
            wire.body = change(wire.body)

    return Outgoing(spoil)


_ZONE = re.compile(r"(?i)(z|[+-]\d\d:\d\d)\Z")
_FIRST_VALUE = re.compile(rb'":(?:-?\d[^,}\]]*|null|true|false|"(?:[^"\\]|\\.)*")')


def _other_error(_spot: Spot, refusal: Refusal) -> Wire:
    return Wire(refusal.status, "application/json", codec.encode([refusal.error, *refusal.details]))


FAULTS = (
    _fault(
        "required_property_is_missing",
        "Every item lacks the last of its required properties.",
        _FITS,
        _items(_leave_out_a_required_one),
    ),
    _fault(
        "property_has_another_type",
        "The last property of every item has a value of another type.",
        _FITS,
        _property(_of_one_type, _of_another_type),
    ),
    _fault(
        "property_is_null",
        "The last property of every item that may not be null is null.",
        _FITS,
        _property(_never_null, lambda _spot, _found, _value: None),
    ),
    _fault(
        "moment_is_malformed",
        "A date-time in every item is none.",
        _FITS,
        _property(_is_moment, lambda _spot, _found, _value: "2026-13-45 25:61"),
    ),
    _fault(
        "moment_has_no_zone",
        "A date-time in every item does not say its zone.",
        "A date-time is one of RFC 3339 section 5.6: its offset belongs to it.",
        _property(_is_moment, lambda _spot, _found, value: _ZONE.sub("", str(value))),
    ),
    _fault(
        "enum_member_is_undeclared",
        "A property of every item has a value that its enum does not have.",
        _FITS,
        _property(_has_enum, lambda _spot, _found, _value: "undeclared"),
    ),
    _fault(
        "envelope_is_missing",
        "What the document has in a member of the body stands bare, and what is bare stands in a member.",
        _ENVELOPE,
        Outgoing(_without_envelope, _ITEMS),
    ),
    _fault(
        "list_is_an_object",
        "A list is an object with a member for each item.",
        _FITS,
        Outgoing(_list_as_object, frozenset({"list"})),
    ),
    _fault(
        "json_is_truncated",
        "The last byte of every JSON body is missing.",
        _JSON,
        _bytes(lambda body: body[:-1]),
    ),
    _fault(
        "json_holds_nan",
        "The first value of every JSON body is NaN.",
        _JSON,
        _bytes(lambda body: _FIRST_VALUE.sub(b'":NaN', body, count=1)),
    ),
    _fault(
        "json_is_not_utf_8",
        "The first text of every JSON body holds a byte that is no UTF-8.",
        _JSON,
        _bytes(lambda body: body.replace(b'"', b'"\xff', 1)),
    ),
    _fault(
        "json_starts_with_a_byte_order_mark",
        "Every JSON body has a byte order mark in front.",
        "A byte order mark is not added to JSON (RFC 8259 section 8.1).",
        _bytes(lambda body: b"\xef\xbb\xbf" + body),
    ),
    _fault(
        "body_is_empty",
        "Every body that the document declares is empty.",
        _FITS,
        _bytes(lambda _body: b""),
    ),
    _fault(
        "error_has_another_shape",
        "Every refusal is a list of texts.",
        "Every refusal fits the schema that the document declares for its status.",
        Refused(_other_error),
    ),
)  # fmt: skip
