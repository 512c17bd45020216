"""The resource model: what a document's paths and schemas say about things that are created, read, listed,
changed and deleted.

Plain data; `openapi.inference.infer` reads it. A schema here is JSON Schema 2020-12 of one direction
(`dialect.py`), its references looked up by `Schemas.resolve`.
"""

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from openapi.codec import Json
from openapi.dialect import Schema
from openapi.operation import Operation, Parameter

ABSENT: Any = object()
"""What stands where there is no value (`None` is JSON's null)."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Where in a body the item, or the list, stands: () is the body itself, ("agent",) its member, ("items",
    0) the first of a list in a member.

    `moved`: properties that stand elsewhere in the item of an answer than a request writes them: their names,
    and where they stand. `beside`: members of a request that belong to the item and stand beside it, one
    level up (the `id` of JSON:API).
    """

    path: tuple[str | int, ...] = ()
    moved: tuple[tuple[str, tuple[str, ...]], ...] = ()
    beside: tuple[str, ...] = ()

    def find(self, body: Json) -> Json:
        """What stands there, each property under its name in the model, or ABSENT."""
        body = _step(body, self.path)
        return self._gathered(body) if self.moved else body

    def above(self, body: Json) -> Json:
        """What holds the item: where the members beside it stand. ABSENT where it is the body itself."""
        return _step(body, self.path[:-1]) if self.path else ABSENT

    def spelled(self, value: Json) -> Json:
        """An item, or a list of items, as the answer holds it: the other way round than `find`."""
        if isinstance(value, list):
            return [self.spelled(each) for each in value]
        if not self.moved or not isinstance(value, dict):
            return value
        moved = {name: path for name, path in self.moved if name in value}
        found = {name: each for name, each in value.items() if name not in moved}
        for name, (*above, last) in moved.items():
            inner = found
            for token in above:
                inner = inner.setdefault(token, {})
            inner[last] = value[name]
        return found

    def where(self, name: str) -> tuple[str, ...]:
        """Where a property stands in the item of an answer."""
        return dict(self.moved).get(name, (name,))

    def first(self) -> "Envelope":
        """Where the first item of the list stands."""
        return replace(self, path=(*self.path, 0))

    def _gathered(self, value: Json) -> Json:
        if isinstance(value, list):
            return [self._gathered(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {name: _step(value, path) for name, path in self.moved}
        found = {name: each for name, each in found.items() if each is not ABSENT}
        taken = {path[0] for name, path in self.moved if name in found}
        return {name: each for name, each in value.items() if name not in taken} | found

    def wrap(self, value: Json) -> Json:
        """The body in which `value` stands there."""
        for token in reversed(self.path):
            value = [value] if isinstance(token, int) else {token: value}
        return value


def _step(value: Json, path: tuple[str | int, ...]) -> Json:
    for token in path:
        try:
            value = value[token]
        except (LookupError, TypeError):
            return ABSENT
    return value


def _put(item: Json, path: tuple[str, ...], value: Json) -> Json:
    """The value with another one at a path in it; objects are made on the way."""
    if not path:
        return value
    whole = item if isinstance(item, dict) else {}
    return {**whole, path[0]: _put(whole.get(path[0]), path[1:], value)}


@dataclass(frozen=True, slots=True)
class Id:
    """How an item is named: by the last parameter of its path, and by a property of it.

    `property`: None where no property of the item is it; `inside`: then where it stands further in, if it
    does: ("metadata", "name"). `given`: who chooses it, as the create body says: `server` (not in it, or
    readOnly), `either` (optional in it), `client` (required in it, or the item is created by PUT on its own
    path).
    """

    parameter: Parameter
    property: str | None
    given: Literal["server", "either", "client"]
    why: str
    moves: bool = False
    """Whether the server makes it from a text of the item (a slug), so that an update may give it another
    one."""
    inside: tuple[str, ...] = ()

    def of(self, item: Json) -> Json:
        """The id in an item, or ABSENT."""
        path = self.inside if self.property is None else (self.property,)
        return _step(item, path) if path else ABSENT

    def put_in(self, item: dict[str, Json], own: Json) -> dict[str, Json]:
        """An item that holds an id where it stands further in; any other item as it is."""
        return _put(item, self.inside, own) if self.inside else item


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the item, or of what may be written.

    `read`: its schema in answers, `create` and `update` (by role of the operation: "replace", "update") in
    requests; None or not there where it has none. `default`: of the create schema, else ABSENT. `role`: what
    the name and the schema make of it: id, tenant, created, updated, deleted (timestamps), server (no request
    may write it), about (in it the item tells of itself, its id too), or plain. `reference`: the key of the
    resource whose id it holds, or None.
    """

    name: str
    read: Schema | None = None
    create: Schema | None = None
    update: dict[str, Schema] = field(default_factory=dict)
    required: bool = False
    """In the create body."""
    always: bool = False
    """Required in answers."""
    read_only: bool = False
    write_only: bool = False
    default: Json = ABSENT
    role: Literal["id", "tenant", "created", "updated", "deleted", "server", "about", "plain"] = "plain"
    reference: str | None = None
    unique: bool = False
    """Whether the document says of a text or a number in the create body that no two items have the same."""


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list comes in pieces.

    `position`: the parameter that says where to begin: a cursor, a page number (`first` is the number of the
    first page) or an offset; None for `limit` alone. `next`: where in the body the next cursor (or its URL)
    stands; `further`: the same, also where it is only the number of the next page.
    """

    kind: Literal["cursor", "page", "offset", "limit"]
    limit: Parameter | None
    position: Parameter | None
    first: int = 0
    next: tuple[str, ...] | None = None
    further: tuple[str, ...] | None = None
    default_limit: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """A query parameter of the list with the name and type of a property of the item. `many`: it takes
    several values, and an item that has one of them passes."""

    parameter: Parameter
    property: str
    many: bool = False


@dataclass(frozen=True, slots=True)
class Parent:
    """An item that a collection lies under: the path parameter that names it, and its resource where that is
    one."""

    parameter: Parameter
    resource: str | None


@dataclass(frozen=True, slots=True)
class Action:
    """An operation under an item that is neither a collection nor a singleton: `POST /bookings/{id}/cancel`.

    `answers_item`: whether its success body is the item; then `envelope` is where.
    """

    operation: Operation
    name: str
    answers_item: bool
    envelope: Envelope = Envelope()


@dataclass(frozen=True, slots=True)
class Singleton:
    """A thing that is there once under an item or at the top: no id of its own. `operations` by role: read,
    replace, update, delete."""

    path: str
    operations: dict[str, Operation]
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection, its items, and what can be done with them.

    `key`: the collection's path (else the item's). `operations` by role: list, create, read, replace (PUT),
    update (PATCH, or POST on the item), delete. `envelopes` by role of the operation whose success body holds
    item or list (list, create, read, replace, update, delete) and `bodies` by role of the operation whose
    request body holds the item (create, replace, update); a role without a JSON body is not there. `schemas`:
    by role, the item's schema in that success body.

    Where the item's path has no PUT (or PATCH), that of the collection's path may be the update: then its
    body says which item is meant (`is_by_body`).

    Where PUT on the item's path is what creates (`Id.given` is client), it is both `create` and `replace`.
    The path parameters of `item` are those of `parents` in their order, then `id.parameter`; the other paths
    may name the same places differently.
    """

    key: str
    name: str
    collection: str | None
    item: str | None
    operations: dict[str, Operation]
    parents: tuple[Parent, ...] = ()
    id: Id | None = None
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    bodies: dict[str, Envelope] = field(default_factory=dict)
    schemas: dict[str, Schema] = field(default_factory=dict)
    properties: dict[str, Property] = field(default_factory=dict)
    tenant: str | None = None
    """The property whose value names the caller's organization."""
    paging: Paging | None = None
    filters: tuple[Filter, ...] = ()
    """Those of one value."""
    choices: tuple[Filter, ...] = ()
    """The filters that take several values."""
    total: tuple[str, ...] | None = None
    """Where in the list's body the number of all items stands."""
    actions: tuple[Action, ...] = ()
    singletons: tuple[Singleton, ...] = ()
    location: bool = False
    """Whether the create's success declares a Location header."""
    etag: bool = False
    """Whether the read's success declares an ETag header."""
    if_match: frozenset[str] = frozenset()
    """The roles whose operation takes If-Match."""
    idempotency_key: Parameter | None = None
    asynchronous: bool = False
    """Whether 202 is the create's first declared success."""

    def is_by_body(self, role: str) -> bool:
        """Whether an update is sent to the collection's path, and its body says which item is meant."""
        operation = self.operations.get(role)
        return role in ("replace", "update") and operation is not None and operation.path == self.collection


@dataclass(frozen=True, slots=True)
class Search:
    """A GET that answers items of a resource and is not its list: `/pets/findByStatus`. `filters`: those of
    one value and those of several; `limit`: how many are asked for."""

    operation: Operation
    resource: str
    envelope: Envelope
    filters: tuple[Filter, ...] = ()
    limit: Parameter | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """What an operation is, why, and what could not be told.

    `kind`: list, create, read, replace, update, delete, action, singleton, or other; `resource`: the key, or
    None.
    """

    kind: str
    resource: str | None
    why: str
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Model:
    """Every resource by its key, parents before children; the role of every operation by its id."""

    resources: dict[str, Resource]
    roles: dict[str, Role]
    tenant_scheme: str | None = None
    singletons: tuple[Singleton, ...] = ()
    """Those that lie under no resource's item."""
    searches: tuple[Search, ...] = ()
