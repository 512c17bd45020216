"""The records of one resource in the store, and how they are answered."""

from collections.abc import Mapping
from functools import cached_property

from handlers.call import Call, Json, Reply
from handlers.generic.birth import Births
from handlers.generic.found import Stored
from handlers.generic.headers import declared_headers
from handlers.generic.made import Maker
from handlers.generic.naming import Address, address, joined, text_of
from handlers.generic.view import Telling, View
from handlers.problems import BadReference, Conflict, NotFound
from handlers.store.base import Record, Where
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource
from openapi.schema import Schemas
from openapi.shape import shape_of
from openapi.source import join_pointer

SINGLETONS = "(singletons)"
_NUMBERS = "(numbers)"
_ENDED = "(ended)"
_SEEDS = 3
_MOST_EXAMPLES = 20


class Table:
    """One resource. `tables`: all resources of the document by their keys."""

    def __init__(
        self, resource: Resource, maker: Maker, schemas: Schemas, tables: "Mapping[str, Table]"
    ) -> None:
        self.resource, self.name = resource, resource.key
        self._maker, self._schemas, self._tables = maker, schemas, tables
        self.births = Births(resource, maker, schemas)
        self._unique = [name for name, found in resource.properties.items() if found.unique]
        self.creatable = "create" in resource.operations
        self.tree = schemas.tree
        self.means = (schemas, maker)
        """What views of its answers are made with."""

    def address(self, call: Call, operation: Operation) -> Address:
        """Where a request points. Raises NotFound where a parent is not there."""
        at = address(call, operation, self.resource)
        for number, parent in enumerate(self.resource.parents):
            above = self._tables.get(parent.resource or "")
            if above is not None and above.creatable:
                path = joined(at.owner, *at.parents[: number + 1])
                if call.store.get(above.name, path) is None:
                    raise NotFound(f"{above.resource.name} {at.parents[number]} not found")
        return at

    def under_item(self, call: Call, operation: Operation) -> Address:
        """Where a request about something below an item points. Raises NotFound where the item is not
        there."""
        at = self.address(call, operation)
        if self.creatable and self.find(at, call) is None:
            raise self.unknown(at)
        return at

    def check_references(self, call: Call, operation: Operation, sent: dict[str, Json]) -> None:
        """Raises BadReference where a body names a record that is not there, and the operation declares how
        to say so."""
        if not {"404", "409", "422"} & operation.responses.keys():
            return
        for name, found in self.resource.properties.items():
            there = self._tables.get(found.reference or "")
            if there is None or not there.creatable or sent.get(name) is None:
                continue
            given = sent[name] if isinstance(sent[name], list) else [sent[name]]
            for each in given:
                if not isinstance(each, (dict, list)) and not there.has(call, text_of(each)):
                    raise BadReference(f"body.{name}: no {there.resource.name} has the id {text_of(each)}")

    def check_taken(
        self, call: Call, operation: Operation, at: Address, sent: dict[str, Json], own: str | None
    ) -> None:
        """Raises Conflict where another record has a value that the document calls unique, and the operation
        declares how to say so."""
        names = [name for name in self._unique if sent.get(name) is not None]
        if not names or not any(operation.response(status) for status in (409, 422, 400)):
            return
        here = Stored(call.store, self.name, {"under": at.under})
        for name in names:
            same = here.holding(("item", name), sent[name]).part(0, 2)
            if any(record.value["own"] != own for record in same):
                raise Conflict(f"body.{name}: {text_of(sent[name])} is taken")

    def check_unreferenced(self, call: Call, operation: Operation, own: str) -> None:
        """Raises Conflict where other records name this one, and the operation declares how to say so."""
        if "409" not in operation.responses:
            return
        for table in self._tables.values():
            names = [
                n for n, found in table.resource.properties.items() if found.reference == self.resource.key
            ]
            for name in names:
                for spelled in [own, *([int(own)] if own.isdecimal() and str(int(own)) == own else [])]:
                    where: Where = {("item", name): spelled}
                    for record in call.store.list(table.name, call.caller.organization, where, most=1):
                        raise Conflict(f"{table.resource.name} {record.value['own']} refers to it")

    def has(self, call: Call, own: str) -> bool:
        """Whether the caller has a record of that id, under whatever parents."""
        return bool(call.store.count(self.name, call.caller.organization, {"own": own}))

    def records(self, at: Address, call: Call) -> Stored:
        """All of a collection, oldest first."""
        self._sow(at, call)
        return Stored(call.store, self.name, {"under": at.under})

    def everything(self, call: Call) -> list[Record]:
        """All that the caller has, under whatever parents."""
        if not self.resource.parents:
            self._sow(Address(call.caller.organization, (), None), call)
        return call.store.list(self.name, call.caller.organization)

    def find(self, at: Address, call: Call) -> Record | None:
        """The record that a request is about, or None."""
        self._sow(at, call)
        return call.store.get(self.name, at.record(at.own or ""))

    def was_ended(self, at: Address, call: Call) -> bool:
        return call.store.get(_ENDED, joined(self.name, at.record(at.own or ""))) is not None

    def is_elsewhere(self, at: Address, call: Call) -> bool:
        """Whether another organization has a record of that id."""
        own: Where = {"own": at.own}
        return call.store.count(self.name, None, own) > call.store.count(self.name, at.owner, own)

    def store(self, call: Call, at: Address, own: str, item: dict[str, Json]) -> Record:
        """Keeps a new record."""
        value = {"under": at.under, "own": own, "item": item}
        return call.store.insert(self.name, at.record(own), at.owner, value)

    def change(self, call: Call, record: Record, item: dict[str, Json]) -> None:
        call.store.update(self.name, record.id, {**record.value, "item": item})

    def remove(self, call: Call, at: Address, record: Record) -> None:
        """Removes a record and all that lies under it."""
        call.store.remove(self.name, record.id)
        for singleton in self.resource.singletons:
            call.store.remove(SINGLETONS, joined(singleton.path, at.owner, *at.parents, record.value["own"]))
        mark = joined(self.name, record.id)
        if call.store.get(_ENDED, mark) is None:
            call.store.insert(_ENDED, mark, at.owner, {})
        path = [*at.parents, record.value["own"]]
        for table in self._tables.values():
            if any(parent.resource == self.resource.key for parent in table.resource.parents[-1:]):
                below = Address(at.owner, tuple(path), None)
                for inner in call.store.list(table.name, None, {"under": below.under}):
                    table.remove(call, below, inner)

    def new_id(self, call: Call, at: Address, number: int, key: str) -> Json:
        """An id that no record of the collection has."""
        named = self.resource.id
        schema = named.parameter.schema if named else None
        of = shape_of(self._schemas.tree, schema.pointer if schema else join_pointer("#", "none"))
        return self.births.id(
            number, lambda text: call.store.get(self.name, at.record(text)) is not None, of, key
        )

    def next_number(self, call: Call, at: Address) -> int:
        """1, 2, 3: the number of a record among all that this resource ever had."""
        known = call.store.get(_NUMBERS, self.name)
        number = (known.value["last"] if known else 0) + 1
        if known is None:
            call.store.insert(_NUMBERS, self.name, at.owner, {"last": number})
        else:
            call.store.update(_NUMBERS, self.name, {"last": number})
        return number

    def unknown(self, at: Address) -> NotFound:
        return NotFound(f"{self.resource.name} {at.own or ''} not found".replace("  ", " "))

    def reply(self, view: View, value: Json, known: dict[str, str], told: Telling | None = None) -> Reply:
        """The answer of a view, with the headers that it declares."""
        response = view.operation.response(view.status)
        return view.reply(value, declared_headers(response, known, self._schemas, self._maker), told)

    def _sow(self, at: Address, call: Call) -> None:
        """What nobody can create is there from the beginning."""
        if self.creatable:
            return
        mark = joined(self.name, at.under)
        if call.store.get(_NUMBERS, mark) is not None:
            return
        call.store.insert(_NUMBERS, mark, at.owner, {})
        for number, example in enumerate(self._examples or [{}] * _SEEDS):
            key = f"{self.name} {at.under} {number}"
            own = self._own_of(example) if example else self._example() if number == 0 else ABSENT
            if own is ABSENT or call.store.get(self.name, at.record(text_of(own))) is not None:
                own = self.new_id(call, at, number + 1, key)
            self.store(call, at, text_of(own), self.births.shown(example, own, at, call, key))

    @cached_property
    def _examples(self) -> list[dict[str, Json]]:
        """The items that the document shows as examples: those of the list, and the one that is read."""
        found: list[Json] = []
        for role in ("list", "read"):
            operation, envelope = self.resource.operations.get(role), self.resource.envelopes.get(role)
            if operation is not None and envelope is not None:
                shown = View(
                    operation, operation.success or 200, envelope, self._schemas, self._maker
                ).example()
                found += shown if isinstance(shown, list) else [shown]
        items: dict[str, dict[str, Json]] = {}
        for number, each in enumerate(found):
            if isinstance(each, dict):
                own = self._own_of(each)
                items.setdefault(f"({number})" if own is ABSENT else text_of(own), each)
        return [*items.values()][:_MOST_EXAMPLES]

    def _own_of(self, item: dict[str, Json]) -> Json:
        named = self.resource.id.property if self.resource.id else None
        return item.get(named, ABSENT) if named else ABSENT

    def _example(self) -> Json:
        """The id that the document writes as an example, or ABSENT."""
        named = self.resource.id
        place = named.parameter.place if named else None
        return place.get("example", ABSENT) if place else ABSENT
