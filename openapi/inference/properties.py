"""The properties of an item: in answers and in the bodies that write it, and what their names make of
them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from openapi.codec import Json
from openapi.dialect import Schema, parts
from openapi.inference.naming import plain
from openapi.inference.view import Members, View
from openapi.resources import ABSENT, Property

Role = Literal["id", "tenant", "created", "updated", "deleted", "server", "plain"]

_VERBS: dict[Role, tuple[str, ...]] = {
    "created": ("created", "create", "creation", "inserted", "added"),
    "updated": (
        "updated", "update", "modified", "modify", "modification", "changed", "lastupdated", "lastupdate",
        "lastmodified", "lastmodification", "lastchanged", "edited", "lastedited",
    ),
    "deleted": ("deleted", "delete", "deletion", "removed"),
}  # fmt: skip
_TIMES = ("at", "on", "date", "time", "timestamp", "dateutc", "datetime", "utc", "ts")

_UNIQUE = re.compile(r"\bmust be unique\b|\bunique (?:within|per|across|among)\b", re.IGNORECASE)


def _spellings() -> Iterator[tuple[str, Role]]:
    for role, verbs in _VERBS.items():
        for verb in verbs:
            yield verb, role
            yield from ((verb + time, role) for time in _TIMES)
            yield from ((time + verb, role) for time in ("date", "time"))


_TIMESTAMPS = dict(_spellings())
"""Plain names of timestamps: createdAt, creation_date, date_created, lastModified ..."""


@dataclass(frozen=True)
class Written:
    """What the bodies that write an item declare.

    `create`; `update` by role; `forms`: of bodies that are no JSON; `known`: whether every such body declares
    its properties, so that what none of them has is the server's.
    """

    create: Members | None
    update: dict[str, Members] = field(default_factory=dict)
    forms: tuple[Members, ...] = ()
    known: bool = True

    @cached_property
    def names(self) -> frozenset[str]:
        """The plain names of all that may be written."""
        return frozenset(
            plain(name)
            for members in self.all()
            for name, schema in members.properties.items()
            if schema is not False
        )

    def all(self) -> Iterator[Members]:
        yield from [self.create] if self.create else []
        yield from self.update.values()
        yield from self.forms


class Properties:
    """Reads the properties of one item. `own`: the property that is its id; `tenant`: the plain name of the
    one that names the organization."""

    def __init__(self, answers: View, requests: View, own: str | None, tenant: str | None) -> None:
        self.answers, self.requests = answers, requests
        self.own, self.tenant = own, tenant

    def read(self, item: Schema | None, written: Written) -> dict[str, Property]:
        """Every property by its name, those of answers first."""
        answered = self.answers.members(item)
        create, updates = written.create, written.update.values()
        bodies = [*([create] if create else []), *updates]
        names = dict.fromkeys(name for members in (answered, *bodies) for name in members.properties)
        return {name: self._property(name, answered, written) for name in names}

    def _property(self, name: str, answered: Members, written: Written) -> Property:
        read = _shown(answered, name)
        create = _shown(written.create, name) if written.create else None
        update = {
            role: schema
            for role, members in written.update.items()
            if (schema := _shown(members, name)) is not None
        }
        writable = plain(name) in written.names
        hidden = any(members.properties.get(name) is False for members in written.all())
        secret = answered.properties.get(name) is False
        return Property(
            name,
            read,
            create,
            update,
            required=create is not None and written.create is not None and name in written.create.required,
            always=read is not None and name in answered.required,
            read_only=not writable and (hidden or self.answers.says(read, "readOnly") is True),
            write_only=read is None and (secret or self._marked_secret([create, *update.values()])),
            default=self._default(create),
            role=self._role(name, read, not writable and (written.known or hidden)),
            unique=self._is_unique(create),
        )

    def _is_unique(self, create: Schema | None) -> bool:
        if create is None or not self.requests.types(create) - {"null"} <= {"string", "integer"}:
            return False
        return any(
            _UNIQUE.search(str(part.get("description", ""))) for part in parts(self.requests.tree, create)
        )

    def _marked_secret(self, schemas: Iterable[Schema | None]) -> bool:
        return any(self.requests.says(schema, "writeOnly") is True for schema in schemas)

    def _default(self, create: Schema | None) -> Json:
        return ABSENT if create is None else self.requests.says(create, "default")

    def _role(self, name: str, read: Schema | None, unwritten: bool) -> Role:
        if name == self.own:
            return "id"
        if self.tenant and plain(name) == self.tenant:
            return "tenant"
        if read is None:
            return "plain"
        return self._timestamp(name, read) or ("server" if unwritten else "plain")

    def _timestamp(self, name: str, read: Schema) -> Role | None:
        """The role of a timestamp. Of one that names a time, text or a number will do; else the format
        tells."""
        word = plain(name)
        role = _TIMESTAMPS.get(word)
        if role is None or not self.answers.is_scalar(read) or "boolean" in self.answers.types(read):
            return None
        dated = self.answers.says(read, "format") in ("date-time", "date")
        says_time = word not in _VERBS[role]
        return role if dated or says_time or role == "updated" else None


def _shown(members: Members | None, name: str) -> Schema | None:
    """The schema of a property, or None where it is not there or may not be."""
    schema = members.properties.get(name) if members else None
    return None if schema is False else schema
