"""What a server makes when a record comes to be: its id, its times, and all that no client writes."""

import re
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from math import ceil, inf
from random import Random

from handlers.call import Call, Json
from handlers.generic.made import Maker, fitted
from handlers.generic.naming import Address, text_of
from handlers.problems import BadRequest
from openapi.dialect import Schema, parts
from openapi.resources import ABSENT, Property, Resource
from openapi.schema import SchemaError, Schemas, Validator
from openapi.shape import Shape, shape

_MOST_IDS = 200
_MILLISECONDS = re.compile(r"ms$|millis", re.IGNORECASE)


class Births:
    """The making of one resource's records, such that answers can show them."""

    def __init__(self, resource: Resource, maker: Maker, schemas: Schemas) -> None:
        self._resource, self._maker, self._schemas = resource, maker, schemas
        self._tree = schemas.tree
        role = next((r for r in ("read", "create", "list", "replace", "update") if r in resource.schemas), "")
        self.schema: Schema = resource.schemas.get(role, True)
        path = resource.id.parameter.schema if resource.id else None
        self._in_path: Schema | None = self._referred({"$ref": path.pointer}) if path else None

    def item(self, sent: dict[str, Json], own: Json, at: Address, call: Call, key: str) -> dict[str, Json]:
        """A new item: what was sent, and what the server adds."""
        known, spare = self._resource.properties, self._spare(key)
        made = {name: self._member(known[name], sent, spare, own, call) for name in known}
        more = {name: value for name, value in sent.items() if name not in known}
        made |= more | self._named_by_path(at)
        made = self._with_id({name: value for name, value in made.items() if value is not ABSENT}, own)
        return self._fitted(made, spare)

    def shown(
        self, example: dict[str, Json], own: Json, at: Address, call: Call, key: str
    ) -> dict[str, Json]:
        """An item as an example has it; what the example lacks is made only where it has to be there."""
        named = self._resource.id.property if self._resource.id else None
        item = {**example, **({named: own} if named else {}), **self._named_by_path(at)}
        item = self._with_id(item, own)
        if example and (self._validator is None or self._validator.is_valid(item)):
            return item
        made = self.item({}, own, at, call, key)
        return self._fitted({**made, **item}, made)

    def replaced(self, old: dict[str, Json], sent: dict[str, Json], call: Call, key: str) -> dict[str, Json]:
        """An item after PUT: what may be written is as sent, the rest as it was."""
        known, spare = self._resource.properties, self._spare(key)
        made: dict[str, Json] = {}
        for name, found in known.items():
            by_form = "replace" not in self._resource.bodies and name in sent
            writable = ("replace" in found.update or by_form) and not found.read_only
            if name in old and (not writable or found.role in ("id", "tenant", "created")):
                made[name] = old[name]
            elif writable or name in sent:
                settable = writable and found.read is not None and found.role != "id"
                given = sent.get(name, ABSENT) if settable else ABSENT
                made[name] = (
                    self._member(found, {}, spare, old.get(name, ABSENT), call) if given is ABSENT else given
                )
        made |= {name: value for name, value in sent.items() if name not in known}
        made = self._as_before(old, {n: v for n, v in made.items() if v is not ABSENT})
        return self._fitted(self.touched(made, call.now), spare)

    def changed(self, old: dict[str, Json], sent: dict[str, Json], call: Call) -> dict[str, Json]:
        """An item after an update: what was sent, and all else as it was."""
        known = self._resource.properties
        fixed = {n for n, f in known.items() if f.read_only or f.role in _FIXED}
        hidden = {n for n, f in known.items() if f.read is None}
        new = {**old, **{n: v for n, v in sent.items() if n not in fixed and n not in hidden}}
        new = self._as_before(old, new)
        return self.touched(new, call.now) if new != old else old

    def patched(self, old: dict[str, Json], new: dict[str, Json], call: Call) -> dict[str, Json]:
        """An item after a patch: as `new` has it, but for what no update sets. Raises BadRequest where it is
        no valid item any more."""
        known = self._resource.properties
        fixed = {n for n, f in known.items() if f.read_only or f.role in _FIXED}
        hidden = {n for n, f in known.items() if f.read is None}
        made = {n: v for n, v in new.items() if n not in fixed and n not in hidden}
        made = {
            n: old[n] if n in fixed else made[n]
            for n in [*old, *made]
            if n in made or (n in fixed and n in old)
        }
        validator = self._validator
        if validator is not None and not validator.is_valid(made) and validator.is_valid(old):
            raise BadRequest.listing(validator.problems(made, "body"))
        return self.touched(made, call.now) if made != old else old

    @cached_property
    def _validator(self) -> Validator | None:
        """Of an item as it is read; None where the document's schema is none."""
        try:
            return self._schemas.of(self.schema)
        except SchemaError:
            return None

    @cached_property
    def _usual(self) -> dict[str, Json]:
        """What every new record has in common: the states that nobody has moved yet."""
        made = self._spare(self._resource.key)
        return {
            name: made[name]
            for name, found in self._resource.properties.items()
            if name in made and found.read is not None and self._is_state(found.read)
        }

    def _with_id(self, item: dict[str, Json], own: Json) -> dict[str, Json]:
        """The item with its id, where that stands further in."""
        return self._resource.id.put_in(item, own) if self._resource.id else item

    def _as_before(self, old: dict[str, Json], item: dict[str, Json]) -> dict[str, Json]:
        """The item after an update, with the id that it had."""
        own = self._resource.id.of(old) if self._resource.id else ABSENT
        return item if own is ABSENT else self._with_id(item, own)

    def _is_state(self, schema: Schema) -> bool:
        """Whether one of few values is all that a property can have."""
        said = parts(self._tree, schema, ("allOf", "anyOf", "oneOf"))
        return shape(self._tree, schema).types - {"null"} == {"boolean"} or any(
            "enum" in each for each in said
        )

    def _spare(self, key: str) -> dict[str, Json]:
        """An item that is all made up."""
        if self._validator is None:
            whole = self._maker.part(self.schema, key)
        else:
            whole = self._maker.fitting(self.schema, self._validator, key)
        return whole if isinstance(whole, dict) else {}

    def _fitted(self, item: dict[str, Json], spare: dict[str, Json]) -> dict[str, Json]:
        """The item with as much added and changed as it takes to be one that an answer can show."""
        if self._validator is None or self._validator.is_valid(item):
            return item
        found = fitted(item, spare, self._validator)
        return item if found is ABSENT else found

    def touched(self, item: dict[str, Json], now: datetime) -> dict[str, Json]:
        """The item with the time of its last change."""
        times = [f for f in self._resource.properties.values() if f.role == "updated" and f.read is not None]
        return {**item, **{found.name: self._time(found, now) for found in times}}

    def id(self, number: int, start: int, taken: Callable[[str], bool], parameter: Shape, key: str) -> Json:
        """A new id, of the type of the property (else of the path parameter): the next number above `start`,
        or chance."""
        named = self._resource.id
        found = self._resource.properties.get(named.property or "") if named else None
        schema = self._referred(found.read) if found is not None and found.read is not None else None
        of = shape(self._tree, schema) if schema is not None else parameter
        for attempt in range(_MOST_IDS):
            made = self._an_id(schema, of, number + attempt, start, f"{key} {attempt}")
            if not taken(text_of(made)):
                return made
        if "string" not in of.types:
            return _whole((), number, start)  # all that the path takes are in use
        return str(uuid.UUID(int=self._maker.chance(key).getrandbits(128), version=4))

    def _referred(self, schema: Schema) -> Schema:
        """What a schema that is only a reference refers to: its examples are no new ids either."""
        seen: set[str] = set()
        while isinstance(schema, dict) and schema.keys() == {"$ref"} and schema["$ref"] not in seen:
            seen.add(schema["$ref"])
            schema = self._schemas.resolve(schema["$ref"])
        return schema

    def _an_id(self, schema: Schema | None, of: Shape, number: int, start: int, key: str) -> Json:
        if "string" not in of.types:
            return _whole([schema, self._in_path], number, start)
        plain = not isinstance(schema, dict) or not schema.keys() & _NARROW
        if plain and "$ref" not in (schema if isinstance(schema, dict) else {}):
            return str(_uuid(self._maker.chance(key)))
        bare = {k: v for k, v in schema.items() if k not in _WRITTEN} if isinstance(schema, dict) else True
        return self._maker.part(bare, key)

    def _member(
        self, found: Property, sent: dict[str, Json], spare: dict[str, Json], own: Json, call: Call
    ) -> Json:
        """One member of a new item, or ABSENT."""
        if found.read is None:
            return ABSENT  # nobody will ever see it
        settable = found.create is not None or "create" not in self._resource.bodies  # else it is a form
        if found.name in sent and settable and not found.read_only and found.role != "id":
            return sent[found.name]
        match found.role:
            case "id":
                return own
            case "created" | "updated":
                return self._time(found, call.now)
            case "tenant":
                return call.caller.organization
            case "deleted":
                return None if self._admits_null(found) else ABSENT
        return self._unsent(found, spare) if found.default is ABSENT else found.default

    def _unsent(self, found: Property, spare: dict[str, Json]) -> Json:
        """A member that nobody sent: the server's own is made; of the rest only what an answer must have."""
        if found.create is None or found.read_only:
            return self._usual.get(found.name, spare.get(found.name, ABSENT))
        if not found.always:
            return ABSENT
        return None if self._admits_null(found) else spare.get(found.name, ABSENT)

    def _admits_null(self, found: Property) -> bool:
        of = shape(self._tree, found.read)
        return "null" in of.types and of.types != _ALL

    def _time(self, found: Property, now: datetime) -> Json:
        """A moment as the schema writes it: RFC 3339 text, a date, or seconds since 1970."""
        of = shape(self._tree, found.read)
        if "string" not in of.types:
            seconds = now.timestamp()
            return int(seconds * 1000) if _MILLISECONDS.search(found.name) else int(seconds)
        schema = found.read if isinstance(found.read, dict) else {}
        if schema.get("format") == "date":
            return now.date().isoformat()
        return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _named_by_path(self, at: Address) -> dict[str, Json]:
        """The members that repeat the ids of parents in the path: `userId` of /users/{userId}/posts."""
        made: dict[str, Json] = {}
        for parent, text in zip(self._resource.parents, at.parents, strict=False):
            found = self._resource.properties.get(parent.parameter.name)
            if found is not None and found.role != "id" and found.read is not None:
                whole = "integer" in shape(self._tree, found.read).types and text.isdecimal()
                made[found.name] = int(text) if whole else text
        return made


_FIXED = {"id", "tenant", "created", "server"}
"""Roles of properties that no update sets."""

_NARROW = {"pattern", "format", "enum", "const", "maxLength", "minLength", "allOf", "anyOf", "oneOf"}
_WRITTEN = {"example", "examples", "default"}
_ALL = Shape.anything().types


def _whole(schemas: Sequence[Schema | None], number: int, start: int) -> int:
    """The id of a number, above `start` where the schemas have room for it; past their last they begin
    again."""
    first = max([1, *map(ceil, _bounds(schemas, "minimum"))])
    last = min(_bounds(schemas, "maximum"), default=inf)
    made = first - 1 + start + number
    if made <= last or last < first:
        return made
    return first + (number - 1) % (int(last) - first + 1)


def _bounds(schemas: Sequence[Schema | None], keyword: str) -> list[float]:
    found = [each.get(keyword) for each in schemas if isinstance(each, dict)]
    return [each for each in found if isinstance(each, (int, float))]


def _uuid(chance: Random) -> uuid.UUID:
    return uuid.UUID(int=chance.getrandbits(128), version=4)
