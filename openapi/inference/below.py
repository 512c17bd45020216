"""What lies beside the collections: actions under an item, and things that are there once."""

from collections.abc import Mapping
from dataclasses import dataclass

from openapi.inference.choosing import surely_lists
from openapi.inference.draft import Draft, known_of, likeness
from openapi.inference.envelopes import Found, Known, Thing, called, find_item, find_list
from openapi.inference.pairing import PARAMETER, Spot, Tokens
from openapi.inference.reading import Reading
from openapi.operation import Operation
from openapi.resources import Action, Envelope, Singleton

_ROLES = {"GET": "read", "PUT": "replace", "PATCH": "update", "DELETE": "delete"}
_ACTING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Below:
    """What a path that is no collection and no item holds, and the resource under whose item it lies."""

    owner: Draft | None
    singleton: Singleton | None = None
    actions: tuple[Action, ...] = ()
    lists: bool = False
    """Whether GET answers a list there, which is no collection of its own."""


def look_below(reading: Reading, spot: Spot, items: Mapping[Tokens, Draft]) -> Below:
    """What a path that is left over holds. `items`: the resources by the path of their item."""
    said = reading.corrections.path_role(spot.tokens)
    lists = said != "singleton" and _lists(reading, spot)
    if said == "none":
        return Below(None, lists=lists)
    owner, rest = _owner_of(spot.tokens, items)
    if any(PARAMETER in token for token in rest):
        return Below(None, lists=lists)
    single = not lists or not spot.operations.keys().isdisjoint(("PUT", "PATCH", "DELETE"))
    singleton = _singleton(reading, spot, owner) if single else None
    taken = {id(each) for each in singleton.operations.values()} if singleton else set()
    left = [spot.operations[method] for method in _ACTING if method in spot.operations]
    acting = [operation for operation in left if id(operation) not in taken] if owner else []
    actions = tuple(_action(reading, owner, each, "/".join(rest)) for each in acting) if owner else ()
    return Below(owner, singleton, actions, lists)


def _owner_of(tokens: Tokens, items: Mapping[Tokens, Draft]) -> tuple[Draft | None, Tokens]:
    """The resource whose item's path is the longest beginning of a path, and the rest of the path."""
    for end in range(len(tokens) - 1, 0, -1):
        if tokens[:end] in items:
            return items[tokens[:end]], tokens[end:]
    return None, tokens


def _lists(reading: Reading, spot: Spot) -> bool:
    """Whether GET answers a list: of one of the names in the path, or with nothing but paging beside it."""
    read = spot.operations.get("GET")
    if read is None:
        return False
    body, thing = reading.answer(read), Thing(called(*(token for token in spot.tokens if token != PARAMETER)))
    found = find_list(reading.responses, body, thing)
    bare = found is not None and not reading.responses.is_object(found.schema)  # of words, say
    alone = bare and len(reading.responses.members(body).properties) <= 1
    return alone or surely_lists(reading, spot, thing)


def _singleton(reading: Reading, spot: Spot, owner: Draft | None) -> Singleton | None:
    """A thing that GET answers as an object."""
    read = spot.operations.get("GET")
    if read is None:
        return None
    known = known_of(reading, owner) if owner else Known()
    thing = Thing(called(spot.last_word))
    found = find_item(reading.responses, reading.answer(read), thing, Known(known.targets))
    told = reading.corrections.path_role(spot.tokens) == "singleton"
    if told and found and 0 in found.path and reading.responses.is_object(reading.answer(read)):
        found = Found((), reading.answer(read) or True)
    if found is None or 0 in found.path:
        return None
    operations = {
        role: spot.operations[method] for method, role in _ROLES.items() if method in spot.operations
    }
    return Singleton(spot.path, operations, Envelope(found.path))


def _action(reading: Reading, owner: Draft, operation: Operation, name: str) -> Action:
    found = find_item(reading.responses, reading.answer(operation), owner.thing, known_of(reading, owner))
    shown = found is not None and owner.item is not None
    same = found is not None and shown and likeness(reading, found.schema, owner.item) == "same"
    return Action(operation, name, same, Envelope(found.path) if found and same else Envelope())
