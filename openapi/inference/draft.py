"""A resource in the making: its operations by role, and where its item stands in what they send and
answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from openapi.dialect import Schema
from openapi.inference.envelopes import Found, Known, Thing, called, find_item, find_list
from openapi.inference.identity import find_id, without_tail
from openapi.inference.pairing import PARAMETER, Pair, Spot, tokenize
from openapi.inference.reading import Reading
from openapi.operation import Operation

_ANSWERS = ("read", "update", "replace", "create", "delete")
_WRITES = ("create", "replace", "update")
_BY_BODY = (("PUT", "replace"), ("PATCH", "update"))


@dataclass(slots=True)
class Draft:
    """A resource in the making. `answers` and `bodies`: where the item stands, by role; `list`: the list."""

    pair: Pair
    operations: dict[str, Operation]
    thing: Thing
    answers: dict[str, Found] = field(default_factory=dict)
    bodies: dict[str, Found] = field(default_factory=dict)
    list: Found | None = None

    @property
    def spot(self) -> Spot:
        """The collection, else the item."""
        return self.pair.spot

    @property
    def item(self) -> Schema | None:
        """The schema of the item in answers: as it is read, else as it is listed, else as a write answers
        it."""
        if "read" not in self.answers and self.list:
            return self.list.schema
        return next((self.answers[role].schema for role in _ANSWERS if role in self.answers), None)

    @property
    def names_alone(self) -> bool:
        """Whether the last parameter names the item, not that and the one right before it together."""
        item = self.pair.item
        return self.pair.collection is not None or item is None or item.tokens[-2:-1] != (PARAMETER,)


def draft(reading: Reading, pair: Pair) -> Draft:
    """What the operations of a pair say about the item."""
    made = Draft(pair, _corrected(reading, pair), thing_of(pair))
    if "list" in made.operations:
        made.list = find_list(reading.responses, reading.answer(made.operations["list"]), made.thing)
    for role in _ANSWERS:
        body = reading.answer(made.operations[role]) if role in made.operations else None
        found = find_item(reading.responses, body, made.thing, known_of(reading, made))
        if found and _holds(reading, found.schema, made.item, role):
            made.answers[role] = found
    for role, operation in write_roles(made.operations):
        if found := find_item(reading.requests, reading.body(operation), made.thing, known_of(reading, made)):
            made.bodies[role] = found
    _take_updates_by_body(reading, made)
    _correct_envelopes(reading, made)
    if pair.item is None and not _creates(reading, made):
        for kept in (made.operations, made.answers, made.bodies):
            kept.pop("create", None)
    return made


def operations_of(pair: Pair) -> dict[str, Operation]:
    """The operations of a collection and its item by role.

    PUT on the item's path creates where it declares 201 and the collection has no POST (RFC 9110 section
    9.3.4): then it is both `create` and `replace`.
    """
    above = pair.collection.operations if pair.collection else {}
    below = pair.item.operations if pair.item else {}
    put = below.get("PUT")
    puts_new = put if put and "201" in put.responses else None
    found = {
        "list": above.get("GET"),
        "create": above.get("POST") or puts_new,
        "read": below.get("GET"),
        "replace": put,
        "update": below.get("PATCH") or _update_by_post(below.get("POST")),
        "delete": below.get("DELETE"),
    }
    return {role: operation for role, operation in found.items() if operation}


def _corrected(reading: Reading, pair: Pair) -> dict[str, Operation]:
    """The operations by role, as people say where they say it; also those that stand on other paths."""
    found, said = operations_of(pair), reading.corrections.operations
    for operation in reading.document.operations:
        told = said.get(operation.id)
        on = tokenize(told.resource or operation.path) if told else ()
        if told is None or told.role is None or on not in pair.tokens:
            continue
        found = {role: each for role, each in found.items() if each.id != operation.id}
        if told.role != "none":
            found[told.role] = operation
    return found


def _correct_envelopes(reading: Reading, made: Draft) -> None:
    """Puts list and items where people say that they stand in answers."""
    said = reading.corrections
    for role, operation in made.operations.items():
        on_path = said.paths.get(tokenize(operation.path))
        told = said.operations.get(operation.id)
        if told is None or told.envelope is None:
            told = None if role == "create" else on_path
        if told is None or told.envelope is None:
            continue
        body = reading.answer(operation)
        for token in told.steps:
            body = reading.responses.step(body, token)
        if body is None:
            raise told.error("envelope", f"envelope: {operation.id} answers no {told.envelope or 'JSON'}")
        if role == "list":
            made.list = Found(told.steps, reading.responses.items(body) or True)
        else:
            made.answers[role] = Found(told.steps, body)


def _take_updates_by_body(reading: Reading, made: Draft) -> None:
    """PUT and PATCH on the collection's path, where the item's has none and their body is an item with its
    id (`PUT /pet`)."""
    above = made.pair.collection.operations if made.pair.collection else {}
    for method, role in _BY_BODY:
        missing = role not in made.operations and "read" in made.operations
        operation = above.get(method) if missing else None
        body = reading.body(operation) if operation else None
        found = find_item(reading.requests, body, made.thing, known_of(reading, made)) if body else None
        if operation is None or found is None or 0 in found.path or not _names_item(reading, made, found):
            continue
        made.operations[role], made.bodies[role] = operation, found
        answer = find_item(reading.responses, reading.answer(operation), made.thing, known_of(reading, made))
        if answer and _holds(reading, answer.schema, made.item, role):
            made.answers[role] = answer


def _names_item(reading: Reading, made: Draft, body: Found) -> bool:
    """Whether a body has the property that holds the item's id in answers."""
    assert made.pair.item is not None
    parameter = made.pair.item.pointer()
    value = reading.parameter(parameter)
    name, _ = find_id(parameter, reading.responses, made.item, made.thing, value, made.names_alone)
    return name is not None and name in reading.requests.members(body.schema).properties


def _update_by_post(operation: Operation | None) -> Operation | None:
    """POST on an item, where it says what to change: by a body or a query."""
    if operation is None:
        return None
    says = operation.body is not None or any(each.location == "query" for each in operation.parameters)
    return operation if says else None


def write_roles(operations: Mapping[str, Operation]) -> list[tuple[str, Operation]]:
    """The operations whose body holds an item, with their roles."""
    return [(role, operations[role]) for role in _WRITES if role in operations]


def thing_of(pair: Pair) -> Thing:
    """What the items are called: by the last word of the path, and by the parameter."""
    parameter = pair.item.names[-1] if pair.item else ""
    return Thing(called(pair.spot.last_word, without_tail(parameter)), parameter)


def known_of(reading: Reading, made: Draft) -> Known:
    """What is known of the item so far."""
    found = [*made.answers.values(), *([made.list] if made.list else [])]
    targets = {reading.responses.target(each.schema) for each in found} - {None}
    return Known(targets, reading.responses.members(made.item).properties.keys())


def likeness(reading: Reading, schema: Schema, item: Schema | None) -> Literal["same", "part", "other"]:
    """How far an answer is the item: the same schema or nearly all its properties, some of them, or another
    thing."""
    view = reading.responses
    if item is None or view.target(schema) == view.target(item):
        return "same"
    ours, theirs = view.members(schema).properties.keys(), view.members(item).properties.keys()
    shared = len(ours & theirs)
    if ours == theirs or (shared and shared * 5 >= max(len(ours), len(theirs)) * 4):
        return "same"
    return "part" if shared * 2 >= len(ours) and shared else "other"


def _holds(reading: Reading, schema: Schema, item: Schema | None, role: str) -> bool:
    """Whether an answer is about the item: always when it is read, else as far as their properties agree.

    `{id, deleted}` says that an item is gone; it is not the item.
    """
    if role == "read":
        return True
    return likeness(reading, schema, item) in (("same",) if role == "delete" else ("same", "part"))


def _creates(reading: Reading, made: Draft) -> bool:
    """Whether POST on a path without items creates what GET lists there: its answer is an item, or its body
    has properties of one."""
    if "create" in made.answers or made.list is None or "create" not in made.bodies:
        return "create" in made.answers
    listed = reading.responses.members(made.list.schema).properties.keys()
    return not listed.isdisjoint(reading.requests.members(made.bodies["create"].schema).properties)
