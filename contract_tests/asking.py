"""What a check asks with: requests, and records to ask about.

One Asking serves a whole run. It sends nothing but through the transport, whose guard has the last word.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from urllib.parse import quote

from contract_tests.bodies import Bodies
from contract_tests.check import CannotAsk, Requirement
from contract_tests.contract import SAFE, Contract, names_in_path, place
from contract_tests.credentials import Credentials, Headers
from contract_tests.exchange import NOBODY, ONE, Exchange
from contract_tests.identify import identify, moved_to
from contract_tests.transport import Outgoing, Transport
from contract_tests.values import creating, entity_of, typed, unused_id, valid_value
from openapi import codec, wire
from openapi.codec import Json
from openapi.operation import Operation, Parameter
from openapi.resources import ABSENT, Property, Resource

_POLLS = 20
_NO_PROPERTY = Property("")


@dataclass(frozen=True)
class Item:
    """A record of this run. `id` and the values of `parents` are texts as they stand in a path, decoded.

    `sent`: the item as it was sent; `entity`: as the create answered it, or ABSENT where that has no body of
    it. `made`: the exchange that created it.
    """

    resource: Resource
    id: str
    parents: dict[str, str]
    identity: str
    sent: Json
    entity: Json
    made: Exchange

    @property
    def path(self) -> dict[str, str]:
        """The values of the parameters of its path."""
        own = {self.resource.id.parameter.name: self.id} if self.resource.id else {}
        return {**self.parents, **own}


@dataclass(frozen=True, slots=True)
class Sending:
    """What differs from the plain, valid request of an operation.

    `body`: JSON, ABSENT for none; `raw`: bytes in its place. `spelled`: raw text of a parameter by (location,
    name), None to leave it out. `authority`: (headers, query) in place of the identity's credentials.
    `anyhow`: also without the credentials that are
    asked for. `method`: another one than the operation's. `media_type`: another Content-Type, empty for none.
    """

    path: Mapping[str, Json] = field(default_factory=dict)
    query: Mapping[str, Json] = field(default_factory=dict)
    headers: Mapping[str, Json] = field(default_factory=dict)
    body: Json = ABSENT
    raw: bytes | None = None
    media_type: str | None = None
    spelled: Mapping[tuple[str, str], str | None] = field(default_factory=dict)
    identity: str = ONE
    authority: tuple[Headers, Headers] | None = None
    method: str | None = None
    valid: bool = True
    purpose: str = ""
    anyhow: bool = False


class Asking:
    """Sends what checks want to know, and makes the records that they need."""

    def __init__(
        self, contract: Contract, transport: Transport, credentials: Credentials, bodies: Bodies
    ) -> None:
        self.contract, self.transport = contract, transport
        self.credentials, self.bodies = credentials, bodies
        self._shared: dict[tuple[str, str, bool], Item] = {}
        self._kept: dict[tuple[str, ...], Any] = {}
        self._lock = threading.RLock()
        self._items: list[Item] = []
        self._tags: dict[str, str] = {}

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
        headers: Mapping[str, Json] | None = None, drop: Iterable[str] = (), valid: bool = True,
        forced: Mapping[str, Json] | None = None,
    ) -> Exchange:  # fmt: skip
        """The exchange of a create, whatever came of it. `forced`: properties that go into the item whatever
        its schema says of them. Raises CannotAsk where it cannot be sent."""
        operation = creating(resource)
        around = dict(parents if parents is not None else self.parents(resource, identity))
        own: dict[str, Json] = {}
        if operation.path == resource.item and resource.id:  # created where the client says
            around = self.mint(resource, identity, around)
            own = self._own_id(resource, around[resource.id.parameter.name])
        body = self.create_body(resource, identity, full=full, changes={**own, **(changes or {})}, drop=drop)
        if forced:
            valid = self.bodies.put(operation, body, forced) and valid
        made = self.send(
            operation, path=around, headers=headers or {}, body=body, identity=identity, valid=valid
        )
        told = forced or headers or operation.path == resource.item
        if made.status != 409 or told or not self.bodies.vary(resource.operations.values()):
            return made
        body = self.create_body(resource, identity, full=full, changes=changes, drop=drop)
        return self.send(operation, path=around, body=body, identity=identity, valid=valid)

    def create_body(
        self, resource: Resource, identity: str = ONE, *, full: bool = False,
        changes: Mapping[str, Json] | None = None, drop: Iterable[str] = (),
    ) -> Json:  # fmt: skip
        """A valid body of a create, its references pointing at records of this run. Raises CannotAsk."""
        operation = creating(resource)
        known, without = self._references(resource, identity, full)
        if (
            resource.id
            and resource.id.property
            and resource.id.given != "server"
            and "create" in resource.operations
        ):
            own = resource.properties.get(resource.id.property)
            if own is not None and own.create is not None:
                known[resource.id.property] = typed(self.unused(resource), own.create, self.contract)
        known.update(changes or {})
        return self.bodies.make(operation, full=full, known=known, drop={*without, *drop} - known.keys())

    def item(self, resource: Resource, exchange: Exchange, identity: str = ONE) -> Item:
        """The record that a create made. Raises CannotAsk where it made none, or none that has an id."""
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
        self._follow(item)
        return self._finished(item) if exchange.status == 202 else item

    def shared(self, resource: Resource, identity: str = ONE, *, full: bool = False) -> Item:
        """A record that every check may read and none may change; made when first asked for. There are two of
        each resource, the least and the `full` one. Raises CannotAsk."""
        with self._lock:
            key = (resource.key, identity, full)
            if key not in self._shared:
                self._shared[key] = self.create(resource, identity, full=full)
            return self._shared[key]

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
        for parent in resource.parents:
            if parent.resource is None:
                raise CannotAsk(
                    f"{resource.key} lies under {{{parent.parameter.name}}}, which nothing creates"
                )
            values[parent.parameter.name] = self.shared(
                self.contract.model.resources[parent.resource], identity
            ).id
        return values

    def read(self, item: Item, identity: str | None = None, **different: Any) -> Exchange:
        """GET of a record. Raises CannotAsk where its resource has none."""
        operation = item.resource.operations.get("read")
        if operation is None:
            raise CannotAsk(f"{item.resource.key} has no GET of one item")
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
            return resource.bodies[role].wrap(dict(changes)) if role in resource.bodies else dict(changes)
        known, without = self._references(resource, item.identity, full=False)
        own = resource.id.property if resource.id else None
        if own and role in resource.properties.get(own, _NO_PROPERTY).update:
            known[own] = typed(item.id, resource.properties[own].update[role], self.contract)
        return self.bodies.make(operation, known={**known, **changes}, drop=without - changes.keys())

    def delete(self, item: Item, **different: Any) -> Exchange:
        """DELETE of a record. Raises CannotAsk where its resource has none."""
        operation = item.resource.operations.get("delete")
        if operation is None:
            raise CannotAsk(f"{item.resource.key} has no DELETE of one item")
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
        self.transport.mint(self._path(operation, Sending(path=values)))
        return values

    def query_of(self, operation: Operation) -> dict[str, Json]:
        """Valid values of the query parameters that an operation requires."""
        return {
            parameter.name: self._value(parameter)
            for parameter in operation.parameters
            if parameter.location == "query" and parameter.required
        }

    def _own_id(self, resource: Resource, own: str) -> dict[str, Json]:
        """The id as a create body holds it, where it does."""
        name = resource.id.property if resource.id else None
        found = resource.properties.get(name) if name else None
        return {name: typed(own, found.create, self.contract)} if name and found and found.create is not None else {}

    def _references(self, resource: Resource, identity: str, full: bool) -> tuple[dict[str, Json], set[str]]:
        """(references to shared records, references to leave out) of a valid create body."""
        known: dict[str, Json] = {}
        without: set[str] = set()
        for name, found in resource.properties.items():
            if found.reference is None or (found.create is None and not found.update):
                continue
            if not (found.required or full) or found.reference == resource.key:
                without.add(name)
                continue
            try:
                item = self.shared(self.contract.model.resources[found.reference], identity)
                known[name] = typed(item.id, found.create if found.create is not None else True, self.contract)
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
        body, media_type = self._body(operation, sending)
        place_ = self._path(operation, sending)
        more = self._headers(operation, sending, media_type, place_)
        path = place_ + self._query(operation, sending, query)
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
        self._moved(operation, exchange)
        self._keep_tag(place_, exchange)
        return exchange

    def _keep_tag(self, path: str, exchange: Exchange) -> None:
        """Remembers the ETag that an item has now, as far as an answer tells it."""
        tag = exchange.answer.header("etag") if exchange.answer and exchange.status < 400 else None
        if tag is not None:
            self._tags[path] = tag
        elif exchange.succeeded and exchange.request.method not in SAFE:
            self._tags.pop(path, None)

    def _tag(self, operation: Operation, path: str) -> str:
        """The ETag of the item at a path, for an If-Match that has to be there: the last one seen, else what a
        GET tells, else any (RFC 9110 section 13.1.1)."""
        read = self.contract.paths[operation.path].get("GET")
        if path not in self._tags and read is not None:
            match = self.contract.match("GET", path)
            self.send(read, path=match.values if match else {})
        return self._tags.get(path, "*")

    def _follow(self, item: Item) -> None:
        """Remembers an item whose path may become another one, by an update of it or of what it lies under."""
        resources = self.contract.model.resources
        above = [resources[parent.resource] for parent in item.resource.parents if parent.resource]
        if any(each.id and each.id.moves for each in (item.resource, *above)):
            self._items.append(item)

    def _moved(self, operation: Operation, exchange: Exchange) -> None:
        """Where an update gave an item another id, whoever holds it has the new one."""
        resource = self.contract.resource_of(operation)
        if resource is None or resource.id is None or not resource.id.moves or operation.path != resource.item:
            return
        match = self.contract.match(exchange.request.method, self.transport.below_base(exchange.request.url))
        values = list(match.values.values()) if match else [""]
        new = moved_to(resource, values[-1], exchange)
        if new is None or not self.transport.owns(operation.path, [*values[:-1], new]):
            return
        for item in list(self._items):
            if item.resource is resource and [*item.parents.values(), item.id] == values:
                object.__setattr__(item, "id", new)  # every holder of the item has to see it
            elif list(item.parents.values())[: len(values)] == values:
                item.parents[list(item.parents)[len(values) - 1]] = new

    def _authorized(self, operation: Operation, identity: str) -> None:
        """Raises CannotAsk where the identity has no credentials of the kinds that the operation asks for."""
        if not self.credentials.can(operation, identity):
            wanted = " or ".join(" and ".join(one) for one in operation.security)
            option = "-H" if identity == ONE else "--other-header"
            raise CannotAsk(f"no credentials were given for {wanted} ({option})")

    def _body(self, operation: Operation, sending: Sending) -> tuple[bytes | None, str | None]:
        form = self.bodies.form(operation) if sending.body is not ABSENT else None
        body = sending.raw if sending.body is ABSENT else codec.encode(sending.body)
        usual = (
            form.media_type if form else next(iter(operation.body.content), None) if operation.body else None
        )
        if sending.media_type is not None:
            return body, sending.media_type or None
        return body, (usual or "application/json") if body is not None else None

    def _headers(
        self, operation: Operation, sending: Sending, media_type: str | None, path: str
    ) -> Headers:
        found: dict[str, str] = {}
        for parameter in operation.parameters:
            if parameter.location != "header" or parameter.name.lower() in (
                "accept",
                "content-type",
                "authorization",
            ):
                continue
            spelled = sending.spelled.get(("header", parameter.name), ABSENT)
            given = next(
                (v for n, v in sending.headers.items() if n.lower() == parameter.name.lower()), ABSENT
            )
            if spelled is not ABSENT:
                if spelled is not None:
                    found[parameter.name] = spelled
            elif given is not ABSENT:
                found[parameter.name] = wire.header_text(parameter, given)
            elif parameter.required and parameter.name.lower() == "if-match":
                found[parameter.name] = self._tag(operation, path)
            elif parameter.required and not self._is_credential(parameter):
                found[parameter.name] = wire.header_text(parameter, self._value(parameter))
        known = {name.lower() for name in found}
        plain = {n: str(v) for n, v in sending.headers.items() if n.lower() not in known and v is not None}
        kind = {"Content-Type": media_type} if media_type else {}
        return tuple({**found, **plain, **kind}.items())

    def _is_credential(self, parameter: Parameter) -> bool:
        names = {name.lower() for name, _ in self.credentials.headers(ONE)}
        return parameter.name.lower() in names

    def _path(self, operation: Operation, sending: Sending) -> str:
        texts: dict[str, str] = {}
        names = names_in_path(operation.path)
        given: Mapping[str, Json] = sending.path
        if any(name not in given and ("path", name) not in sending.spelled for name in names):
            given = dict(zip(names, given.values(), strict=False))  # another path names them otherwise
        for parameter in operation.parameters:
            if parameter.location != "path":
                continue
            spelled = sending.spelled.get(("path", parameter.name))
            value = given.get(parameter.name, ABSENT)
            if spelled is not None:
                texts[parameter.name] = spelled
            elif value is not ABSENT:
                texts[parameter.name] = wire.path_text(parameter, value)
            else:
                raise CannotAsk(f"{place(operation)} needs {{{parameter.name}}}, which nothing here creates")
        return wire.url_path(operation.path, texts)

    def _query(self, operation: Operation, sending: Sending, keys: Headers) -> str:
        pairs: list[str] = []
        given = {**self.query_of(operation), **sending.query}
        for parameter in operation.parameters:
            spelled = sending.spelled.get(("query", parameter.name), ABSENT)
            if parameter.location != "query" or spelled is None:
                continue
            if spelled is not ABSENT:
                pairs.append(f"{_quoted(parameter.name)}={spelled}")
            elif parameter.name in given:
                pairs += ["=".join(pair) for pair in wire.query_pairs(parameter, given[parameter.name])]
        pairs += [f"{_quoted(name)}={_quoted(value)}" for name, value in keys]
        return "?" + "&".join(pairs) if pairs else ""

    def _value(self, parameter: Parameter) -> Json:
        return valid_value(parameter, self.contract, self.bodies)

    def _finished(self, item: Item) -> Item:
        """A record whose creation was only accepted (202): waits until a GET finds it."""
        for _ in range(_POLLS):
            exchange = self.read(item)
            entity = entity_of(item.resource, "read", exchange)
            if exchange.succeeded and entity is not ABSENT:
                return item if item.entity is not ABSENT else replace(item, entity=entity)
            time.sleep(0.1)
        raise CannotAsk(f"{place(creating(item.resource))} answered 202, and no GET finds the item in time")


def _quoted(text: str) -> str:
    return quote(text, safe="")
