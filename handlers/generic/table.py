"""The records of one resource in the store, and how they are answered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
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
_SOWN = "(sown)"
_ENDED = "(ended)"
_SEEDS = 3
_MOST_EXAMPLES = 20

_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
"""When records came to be that are assumed: always the same moment, so that they are always the same."""


def tells_missing(operation: Operation) -> bool:
    """Whether the document says how an operation tells that something is not there."""
    return any(operation.response(status) for status in (404, 410))


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
        read = resource.operations.get("read")
        self.is_told = read is not None and "read" in resource.envelopes and tells_missing(read)
        """Whether a GET of an item tells which ones are there."""
        self.tree = schemas.tree
        self.means = (schemas, maker)
        """What views of its answers are made with."""

    def address(self, call: Call, operation: Operation) -> Address:
        """Where a request points. Raises NotFound where a parent is not there; a list that cannot tell so is
        empty."""
        at = address(call, operation, self.resource)
        if at.own is None and operation.method == "GET" and not tells_missing(operation):
            return at
        for number, parent in enumerate(self.resource.parents):
            above = self._tables.get(parent.resource or "")
            if above is not None and (above.creatable or above.is_told):
                there = Address(at.owner, at.parents[:number], at.parents[number])
                if above.find(there, call) is None and above.is_missing(there, call, operation):
                    raise above.unknown(there)
        return at

    def under_item(self, call: Call, operation: Operation) -> Address:
        """Where a request about something below an item points. Raises NotFound where the item is not
        there."""
        at = self.address(call, operation)
        if self.creatable and self.record(at, call) is None and self.is_missing(at, call, operation):
            raise self.unknown(at)
        return at

    def check_references(self, call: Call, operation: Operation, sent: dict[str, Json]) -> None:
        """Raises BadReference where a body names a record that is not there, and the operation declares how
        to say so: 409, or 404 where that can be about nothing else. A 422 or 400 speaks of what the schema
        says already."""
        if "409" not in operation.responses and ("404" not in operation.responses or "{" in operation.path):
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
        return self.record(at, call)

    def record(self, at: Address, call: Call) -> Record | None:
        """The record that is kept there, or None."""
        return call.store.get(self.name, at.record(at.own or ""))

    def there(self, at: Address, call: Call, operation: Operation) -> Record:
        """The record that a request is about; where every id is promised an answer, one that is only assumed,
        and kept when it is changed. Raises NotFound."""
        record = self.find(at, call)
        if record is not None:
            return record
        if self.is_missing(at, call, operation):
            raise self.unknown(at)
        return self._assumed(at, call)

    def is_missing(self, at: Address, call: Call, operation: Operation) -> bool:
        """Whether an id without a record is told to be unknown.

        It always is where the operation declares how to say so. Where it does not, its document promises an
        answer for every id: then one that nobody ever used is taken to exist. One that was deleted, or that a
        create has made elsewhere (under another parent, for another organization), is not.
        """
        if tells_missing(operation):
            return True
        if call.store.get(_ENDED, joined(self.name, at.record(at.own or ""))) is not None:
            return operation.method != "DELETE"  # what is asked for is done already (RFC 9110 section 9.2.2)
        return any("assumed" not in e.value for e in call.store.list(self.name, None, {"own": at.own}))

    def _assumed(self, at: Address, call: Call) -> Record:
        """The record that an id would have which nobody ever used: the same one whenever it is asked for."""
        key = f"{self.name} {at.under} {at.own}"
        given = self.new_id(call, at, self.next_number(call, at), key) if at.given is None else at.given
        own, before = text_of(given), replace(call, now=_BEFORE)
        item = self.births.item({}, given, at, before, key)
        return Record(
            at.record(own), at.owner, {"under": at.under, "own": own, "item": item, "assumed": True}, 0
        )

    def store(
        self, call: Call, at: Address, own: str, item: dict[str, Json], is_assumed: bool = False
    ) -> Record:
        """Keeps a new record; `is_assumed`: of one that no client made."""
        value = {"under": at.under, "own": own, "item": item, **({"assumed": True} if is_assumed else {})}
        return call.store.insert(self.name, at.record(own), at.owner, value)

    def change(self, call: Call, record: Record, item: dict[str, Json]) -> Record:
        """Keeps another state of a record."""
        value = {**record.value, "item": item}
        if record.seq:
            return call.store.update(self.name, record.id, value)
        return call.store.insert(self.name, record.id, record.owner, value)  # it was only assumed

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

    def new_id(self, call: Call, at: Address, number: int, key: str, start: int = 0) -> Json:
        """An id that no record of the collection has; whole numbers lie above `start`."""
        named = self.resource.id
        schema = named.parameter.schema if named else None
        of = shape_of(self._schemas.tree, schema.pointer if schema else join_pointer("#", "none"))
        return self.births.id(
            number, start, lambda text: call.store.get(self.name, at.record(text)) is not None, of, key
        )

    def next_number(self, call: Call, at: Address) -> int:
        """1, 2, 3: the number of a record among all that its organization ever had of this resource."""
        return call.numbers.next(call.store, self.name, at.owner)

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
        if call.store.get(_SOWN, mark) is not None:
            return
        call.store.insert(_SOWN, mark, at.owner, {})
        for number, example in enumerate(self._examples or [{}] * _SEEDS):
            key = f"{self.name} {at.under} {number}"
            own = self._own_of(example) if example else self._example() if number == 0 else ABSENT
            if own is ABSENT or call.store.get(self.name, at.record(text_of(own))) is not None:
                own = self.new_id(call, at, number + 1, key)
            item = self.births.shown(example, own, at, call, key)
            self.store(call, at, text_of(own), item, is_assumed=True)

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
        return self.resource.id.of(item) if self.resource.id else ABSENT

    def _example(self) -> Json:
        """The id that the document writes as an example, or ABSENT."""
        named = self.resource.id
        place = named.parameter.place if named else None
        return place.get("example", ABSENT) if place else ABSENT
