"""What a check asks with: requests, and records to ask about.

One Asking serves a whole run. It sends nothing but through the transport, whose guard has the last word.
"""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from contract_tests.check import CannotAsk, Requirement
from contract_tests.contract import Contract, place
from contract_tests.exchange import NOBODY, ONE, Exchange
from contract_tests.probing.bodies import Bodies
from contract_tests.probing.composing import Composing, Sending
from contract_tests.probing.credentials import Credentials
from contract_tests.probing.following import Following
from contract_tests.probing.item import Item
from contract_tests.probing.values import (
    chosen_id,
    creating,
    entity_of,
    fits,
    is_crowded,
    typed,
    unused_id,
)
from contract_tests.safety.identify import identify
from contract_tests.transport import Outgoing, Transport
from openapi import codec
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Property, Resource

__all__ = ["Asking", "Item", "Sending"]

_POLLS = 20
_NO_PROPERTY = Property("")


class Asking:
    """Sends what checks want to know, and makes the records that they need."""

    def __init__(
        self, contract: Contract, transport: Transport, credentials: Credentials, bodies: Bodies
    ) -> None:
        self.contract, self.transport = contract, transport
        self.credentials, self.bodies = credentials, bodies
        self._shared: dict[tuple[str, str, bool], Item] = {}
        self._kept: dict[tuple[str, ...], Any] = {}
        self._stuck: set[str] = set()
        self._made: dict[str, list[Item]] = {}
        self._lock = threading.RLock()
        self._composing = Composing(contract, credentials, bodies)
        self._following = Following(contract, transport)

    def random(self, requirement: Requirement) -> Random:
        """Chance of a requirement's own: the same for the same seed."""
        return self.bodies.random(requirement.id)

    def remembered(self, key: tuple[str, ...], find: Callable[[], Any]) -> Any:
        """What `find` gives, asked once in a run: two checks may look at the same exchanges."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = find()
            return self._kept[key]

    def send(self, operation: Operation, **different: Any) -> Exchange:
        """Sends the operation's valid request, but for what `different` says (the fields of Sending).

        Path parameters have to be given; required ones of query and header are made where they are not.
        Raises Held where the guard does not let it leave, Stopped when the run is over, CannotAsk.
        """
        return self._send(operation, Sending(**different))

    def create(
        self, resource: Resource, identity: str = ONE, *, full: bool = False,
        changes: Mapping[str, Json] | None = None, parents: Mapping[str, str] | None = None,
        headers: Mapping[str, Json] | None = None, drop: Iterable[str] = (),
    ) -> Item:  # fmt: skip
        """A new record, valid and of this run. Raises CannotAsk where none comes of it."""
        exchange = self.try_create(
            resource, identity, full=full, changes=changes, parents=parents, headers=headers, drop=drop
        )
        return self.item(resource, exchange, identity)

    def try_create(
        self, resource: Resource, identity: str = ONE, *, full: bool = False,
        changes: Mapping[str, Json] | None = None, parents: Mapping[str, str] | None = None,
        headers: Mapping[str, Json] | None = None, drop: Iterable[str] = (),
    ) -> Exchange:  # fmt: skip
        """The exchange of a create, whatever came of it. Raises CannotAsk where it cannot be sent."""
        operation = creating(resource)
        around, body = self.creation(
            resource, identity, full=full, changes=changes, parents=parents, drop=drop
        )
        made = self.send(operation, path=around, headers=headers or {}, body=body, identity=identity)
        told = headers or operation.path == resource.item
        if made.status != 409 or told or not self.bodies.vary(resource.operations.values()):
            return made
        body = self.create_body(resource, identity, full=full, changes=changes, drop=drop)
        return self.send(operation, path=around, body=body, identity=identity)

    def creation(
        self, resource: Resource, identity: str = ONE, *, full: bool = False,
        changes: Mapping[str, Json] | None = None, parents: Mapping[str, str] | None = None,
        drop: Iterable[str] = (),
    ) -> tuple[dict[str, str], Json]:  # fmt: skip
        """The values of the path and the body of a valid create. Raises CannotAsk."""
        around = dict(parents if parents is not None else self.parents(resource, identity))
        own: dict[str, Json] = {}
        if creating(resource).path == resource.item and resource.id:  # created where the client says
            around = self.mint(resource, identity, around)
            own = self._own_id(resource, around[resource.id.parameter.name])
        body = self.create_body(resource, identity, full=full, changes={**own, **(changes or {})}, drop=drop)
        return around, body

    def create_body(
        self, resource: Resource, identity: str = ONE, *, full: bool = False,
        changes: Mapping[str, Json] | None = None, drop: Iterable[str] = (),
    ) -> Json:  # fmt: skip
        """A valid body of a create, its references pointing at records of this run. Raises CannotAsk."""
        operation = creating(resource)
        known, without = self._references(resource, operation, identity, full)
        if (
            resource.id
            and resource.id.property
            and resource.id.given != "server"
            and "create" in resource.operations
        ):
            own = resource.properties.get(resource.id.property)
            if own is not None and own.create is not None:
                try:
                    free = self.unused(resource)
                    known[resource.id.property] = chosen_id(free, own.create, self.contract, self.bodies)
                except CannotAsk:
                    if resource.id.given == "client":
                        raise
                    without = {*without, resource.id.property}
        if resource.id and resource.id.inside and resource.id.given != "server":
            known |= resource.id.put_in({}, self.unused(resource))
        known.update(changes or {})
        return self.bodies.make(operation, full=full, known=known, drop={*without, *drop} - known.keys())

    def item(
        self, resource: Resource, exchange: Exchange, identity: str = ONE, *, ready: bool = True
    ) -> Item:
        """The record that a create made; `ready`: can be read, where that was only accepted (202). Raises
        CannotAsk where it made none, or none that has an id."""
        if not exchange.succeeded or exchange.answer is None:
            came = f"answered {exchange.status}" if exchange.answer else f"not answered: {exchange.problem}"
            raise CannotAsk(f"{place(creating(resource))} with a valid body is {came}")
        match = self.contract.match(exchange.request.method, self.transport.below_base(exchange.request.url))
        sent = codec.decode(exchange.request.body) if exchange.request.body else ABSENT
        found = identify(resource, match, sent, exchange.answer)
        if found is None:
            raise CannotAsk(f"{place(creating(resource))} does not tell the id of what it created")
        if not self.transport.created(exchange, resource, found):
            raise CannotAsk(f"{place(creating(resource))} answers with a record that was there before")
        values = (
            match.values.values() if match else ()
        )  # one path may name a parameter otherwise than another
        parents = {
            parent.parameter.name: value for parent, value in zip(resource.parents, values, strict=False)
        }
        role = "create" if "create" in resource.operations else "replace"
        item = Item(
            resource, found, parents, identity,
            sent=resource.bodies[role].find(sent) if role in resource.bodies else ABSENT,
            entity=resource.envelopes[role].find(exchange.json) if role in resource.envelopes else ABSENT,
            made=exchange,
        )  # fmt: skip
        self._following.follow(item)
        with self._lock:
            self._made.setdefault(resource.key, []).append(item)
        return self._finished(item) if exchange.status == 202 and ready else item

    def shared(self, resource: Resource, identity: str = ONE, *, full: bool = False) -> Item:
        """A record that every check may read and none may change; made when first asked for. There are two of
        each resource, the least and the `full` one. Raises CannotAsk."""
        with self._lock:
            key = (resource.key, identity, full)
            if key not in self._shared:
                self._shared[key] = self.create(resource, identity, full=full)
            return self._shared[key]

    def own(self, resource: Resource) -> list[Item]:
        """The records of identity one that were created and not deleted since, the newest last."""
        with self._lock:
            return [item for item in self._made.get(resource.key, ()) if item.identity == ONE]

    def victim(self, resource: Resource) -> Item:
        """A record for requests that have to be refused; made when first asked for. Raises CannotAsk."""
        found: Item = self.remembered(("victim", resource.key), lambda: self.create(resource))
        return found

    def spoil(self, item: Item) -> None:
        """Says that a request that had to be refused was carried out: the next victim is another record."""
        with self._lock:
            self._kept.pop(("victim", item.resource.key), None)

    def parents(self, resource: Resource, identity: str = ONE) -> dict[str, str]:
        """Values of the path parameters that a collection lies under: shared records. Raises CannotAsk."""
        values: dict[str, str] = {}
        given = self.given_parents(resource) if identity == ONE else {}
        for parent in resource.parents:
            if parent.parameter.name in given:
                values[parent.parameter.name] = given[parent.parameter.name]
                continue
            if parent.resource is None:
                raise CannotAsk(
                    f"{resource.key} lies under {{{parent.parameter.name}}}, which nothing creates"
                )
            values[parent.parameter.name] = self.shared(
                self.contract.model.resources[parent.resource], identity
            ).id
        return values

    def given_parents(self, resource: Resource) -> dict[str, str]:
        """Values of path parameters that a person gives for any operation of a resource. They belong to the
        first identity."""
        given = [self.bodies.given(operation).parameters for operation in resource.operations.values()]
        return {name: str(value) for each in given for name, value in each.items()}

    def read(self, item: Item, identity: str | None = None, **different: Any) -> Exchange:
        """GET of a record. Raises CannotAsk where its resource has none."""
        operation = item.resource.operations.get("read")
        if operation is None:
            raise CannotAsk(f"{item.resource.key} has no GET of one item")
        own = item.resource.id
        known: Json = int(item.id) if item.id.lstrip("-").isdecimal() else item.id
        if own and is_crowded(self.contract, own.parameter) and not fits(own.parameter, known, self.contract):
            raise CannotAsk(f"{{{own.parameter.name}}} may not be {item.id}, the id of a record")
        return self.send(operation, path=item.path, identity=identity or item.identity, **different)

    def current(self, item: Item) -> Json:
        """The record as a GET answers it. Raises CannotAsk where none comes."""
        entity = entity_of(item.resource, "read", exchange := self.read(item))
        if entity is ABSENT:
            raise CannotAsk(
                f"{exchange.request.method} of a record that was created is answered {exchange.status}"
            )
        return entity

    def update(self, item: Item, role: str, changes: Mapping[str, Json], **different: Any) -> Exchange:
        """Updates a record: PATCH sends `changes` alone, PUT a whole valid body with them."""
        operation = item.resource.operations[role]
        return self.send(operation, path=item.path, body=self.update_body(item, role, changes), **different)

    def update_body(self, item: Item, role: str, changes: Mapping[str, Json]) -> Json:
        """A valid body of an update. Raises CannotAsk."""
        resource, operation = item.resource, item.resource.operations[role]
        if role == "update" and operation.method == "PATCH":
            return self._patch_body(item, operation, changes)
        known, without = self._references(resource, operation, item.identity, full=False)
        known |= self.own_id(item, role)
        return self.bodies.make(operation, known={**known, **changes}, drop=without - changes.keys())

    def own_id(self, item: Item, role: str) -> dict[str, Json]:
        """The id of a record as the body of an update holds it; empty where it holds none."""
        named = item.resource.id
        own = named.property if named else None
        if named and named.inside and role in item.resource.properties[named.inside[0]].update:
            return named.put_in({}, item.id)
        schema = item.resource.properties.get(own or "", _NO_PROPERTY).update.get(role)
        return {} if own is None or schema is None else {own: typed(item.id, schema, self.contract)}

    def _patch_body(self, item: Item, operation: Operation, changes: Mapping[str, Json]) -> Json:
        """`changes` alone, or with what the body requires beside them: the id, say (JSON:API)."""
        resource = item.resource
        body = resource.bodies["update"].wrap(dict(changes)) if "update" in resource.bodies else dict(changes)
        form = self.bodies.form(operation)
        if form is not None and "update" not in resource.bodies and not form.validator.is_valid(body):
            return self.bodies.make(operation)  # it is no item: steps that change one, say
        named = resource.is_by_body("update")
        if not named and (form is None or form.validator.is_valid(body) or not changes):
            return body
        known = self.own_id(item, "update")
        return self.bodies.make(operation, known={**known, **changes}) if known else body

    def delete(self, item: Item, **different: Any) -> Exchange:
        """DELETE of a record. Raises CannotAsk where its resource has none."""
        operation = item.resource.operations.get("delete")
        if operation is None:
            raise CannotAsk(f"{item.resource.key} has no DELETE of one item")
        with self._lock:
            known = self._made.get(item.resource.key, [])
            known[:] = [each for each in known if each is not item]
        return self.send(operation, path=item.path, **{"identity": item.identity, **different})

    def unused(self, resource: Resource) -> str:
        """An id, as path text, that fits its parameter and that no record is likely to have."""
        if resource.id is None:
            raise CannotAsk(f"the items of {resource.key} have no id")
        return unused_id(resource.id.parameter, self.contract, self.bodies)

    def mint(
        self, resource: Resource, identity: str = ONE, parents: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """The path values of an item that does not exist: GET has just answered 404. Raises CannotAsk."""
        above = parents if parents is not None else self.parents(resource, identity)
        values = {**above, resource.id.parameter.name: self.unused(resource)} if resource.id else {}
        operation = resource.operations.get("read")
        if operation is None:
            raise CannotAsk(f"{resource.key} has no GET that tells whether an id is free")
        self.transport.mint(self._composing.path(operation, Sending(path=values)))
        return values

    def query_of(self, operation: Operation) -> dict[str, Json]:
        """Valid values of the query parameters that an operation requires."""
        return self._composing.required_query(operation)

    def _own_id(self, resource: Resource, own: str) -> dict[str, Json]:
        """The id as a create body holds it, where it does."""
        name = resource.id.property if resource.id else None
        found = resource.properties.get(name) if name else None
        return (
            {name: typed(own, found.create, self.contract)}
            if name and found and found.create is not None
            else {}
        )

    def _references(
        self, resource: Resource, operation: Operation, identity: str, full: bool
    ) -> tuple[dict[str, Json], set[str]]:
        """(references to shared records, references to leave out) of a valid create body."""
        known: dict[str, Json] = {}
        without: set[str] = set()
        for name, found in resource.properties.items():
            if found.reference is None or (found.create is None and not found.update):
                continue
            if name in self.bodies.given(operation).body:
                continue
            if not (found.required or full) or found.reference == resource.key:
                without.add(name)
                continue
            try:
                item = self.shared(self.contract.model.resources[found.reference], identity)
                known[name] = typed(
                    item.id, found.create if found.create is not None else True, self.contract
                )
            except (CannotAsk, RecursionError):
                if found.required:
                    raise
                without.add(name)
        return known, without

    def _send(self, operation: Operation, sending: Sending) -> Exchange:
        if sending.authority is None and not sending.anyhow:
            self._authorized(operation, sending.identity)
        headers, query = sending.authority or (
            self.credentials.headers(sending.identity), self.credentials.query(sending.identity)
        )  # fmt: skip
        body, media_type = self._composing.body(operation, sending)
        at = self._composing.path(operation, sending)
        more = self._composing.headers(operation, sending, media_type, lambda: self._tag(operation, at))
        path = at + self._composing.query(operation, sending, query)
        exchange = self.transport.send(
            Outgoing(
                method=sending.method or operation.method,
                path=path,
                headers=(*headers, *more),
                body=body,
                identity=NOBODY if sending.authority is not None else sending.identity,
                valid=sending.valid,
                purpose=sending.purpose,
            )
        )
        self._following.hear(operation, at, exchange)
        return exchange

    def _tag(self, operation: Operation, path: str) -> str:
        """The ETag of the item at a path, for an If-Match that has to be there: the last one seen, else
        what a GET tells, else any (RFC 9110 section 13.1.1)."""
        read = self.contract.paths[operation.path].get("GET")
        if self._following.tag(path) is None and read is not None:
            match = self.contract.match("GET", path)
            self.send(read, path=match.values if match else {})
        return self._following.tag(path) or "*"

    def _authorized(self, operation: Operation, identity: str) -> None:
        """Raises CannotAsk where the identity has no credentials of the kinds that the operation asks for."""
        if not self.credentials.can(operation, identity):
            wanted = " or ".join(" and ".join(one) for one in operation.security)
            option = "-H" if identity == ONE else "--other-header"
            raise CannotAsk(f"no credentials were given for {wanted} ({option})")

    def _finished(self, item: Item) -> Item:
        """A record whose creation was only accepted (202): waits until a GET finds it; where one of its kind
        never came, not again."""
        for _ in range(1 if item.resource.key in self._stuck else _POLLS):
            exchange = self.read(item)
            entity = entity_of(item.resource, "read", exchange)
            if exchange.succeeded and entity is not ABSENT:
                return item if item.entity is not ABSENT else replace(item, entity=entity)
            self.transport.wait(0.1)
        self._stuck.add(item.resource.key)
        raise CannotAsk(f"{place(creating(item.resource))} answered 202, and no GET finds the item in time")
