"""Properties that hold the id of another resource: `agentId`, `agent_id`, `agentUuid`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from openapi.codec import Json
from openapi.inference.draft import Draft
from openapi.inference.envelopes import called
from openapi.inference.naming import plain, singulars
from openapi.inference.reading import Reading
from openapi.resources import ABSENT, Property, Resource

_REFERENCE = re.compile(
    r"(.+?)[_\-. ]?(?:(?<=[a-z0-9_\-. ])(?:Id|ID|Uuid|UUID|Guid|GUID)|(?<=[_\-. ])(?:id|uuid|guid))\Z"
)
_LIST = re.compile(r"(.+?)[_\-. ]?(?:(?<=[a-z0-9_\-. ])(?:Ids|IDs|Uuids|UUIDs)|(?<=[_\-. ])(?:ids|uuids))\Z")
_SAY_NOTHING = {
    "data",
    "item",
    "items",
    "result",
    "results",
    "value",
    "values",
    "response",
    "records",
    "entries",
}
"""Names of envelopes that do not name the thing."""


@dataclass(frozen=True, slots=True)
class Target:
    """A resource that may be referred to, what its items are called, and the types and formats of its id: as
    the parameter and as the property has it (facts: a text parameter over an integer property is common)."""

    resource: Resource
    names: frozenset[str]
    kinds: tuple[tuple[frozenset[str], Json], ...]


def target(reading: Reading, made: Draft, resource: Resource) -> Target:
    """The resource, to be referred to by its name, and by those of its envelopes and of its schema."""
    words = [token for each in resource.envelopes.values() for token in each.path if isinstance(token, str)]
    schema = reading.responses.target(made.item)
    words.append(schema.rpartition("/")[2] if isinstance(schema, str) else "")
    names = called(*(word for word in words if plain(word) not in _SAY_NOTHING))
    return Target(resource, made.thing.names | names, tuple(_kinds(reading, resource)))


def _kinds(reading: Reading, resource: Resource) -> Iterator[tuple[frozenset[str], Json]]:
    if resource.id:
        value = reading.parameter(resource.id.parameter)
        yield reading.requests.types(value), reading.requests.says(value, "format")
        own = resource.properties.get(resource.id.property or "")
        if own and own.read is not None:
            yield reading.responses.types(own.read), reading.responses.says(own.read, "format")


class References:
    """Finds what properties refer to, among resources by the names of their items."""

    def __init__(self, reading: Reading, targets: Iterable[Target]) -> None:
        self.reading = reading
        self.named: dict[str, list[Target]] = {}
        for each in targets:
            for name in each.names:
                self.named.setdefault(name, []).append(each)

    def fill(self, resource: Resource) -> Resource:
        """The resource, its properties with the keys of the resources that they refer to."""
        found = {name: self._refers_to(resource, each) for name, each in resource.properties.items()}
        told = {name: replace(resource.properties[name], reference=key) for name, key in found.items() if key}
        return replace(resource, properties=resource.properties | told)

    def _refers_to(self, resource: Resource, own: Property) -> str | None:
        written = own.create is not None or bool(own.update)
        found = _REFERENCE.match(own.name) or (_LIST.match(own.name) if written else None)
        if own.role in ("id", "tenant") or _only_names_a_parent(resource, own):
            return None
        word = found[1] if found else own.name
        named = [each for name in sorted(singulars(word)) for each in self.named.get(name, ())]
        if any(each.resource.key == resource.key for each in named):
            return None  # another name of its own id
        fitting = [each for each in named if self._fits(own, each, sure=found is not None)]
        nearest = min(fitting, key=lambda each: _distance(resource, each.resource), default=None)
        return nearest.resource.key if nearest else None

    def _fits(self, own: Property, target: Target, sure: bool) -> bool:
        """Whether the property may hold the id, or a list of them; what is written counts before what is
        read. Where its name is only that of the thing (not `sure`), it has to be written, and no plain
        text."""
        schema = own.create if own.create is not None else next(iter(own.update.values()), None)
        view = self.reading.responses if schema is None else self.reading.requests
        if schema is None and not sure:
            return False
        schema = own.read if schema is None else schema
        if view.is_array(schema):
            schema = view.items(schema)
        is_key = view.types(schema) - {"null"} == {"integer"} or view.says(schema, "format") == "uuid"
        if not sure and not is_key:
            return False
        return any(
            _same_kind(view.types(schema), types) and _same_format(view.says(schema, "format"), form)
            for types, form in target.kinds
        )


def _only_names_a_parent(resource: Resource, own: Property) -> bool:
    """Whether it repeats what the path says, and no body may say otherwise."""
    parents = {plain(parent.parameter.name) for parent in resource.parents}
    return plain(own.name) in parents and own.create is None and not own.update


def _same_kind(types: frozenset[str], others: frozenset[str]) -> bool:
    scalars = {"string", "integer", "number"}
    return bool(types & others & scalars) and "array" not in types and "object" not in types


def _same_format(written: Json, other: Json) -> bool:
    """Whether two formats agree; one that is not written agrees with any, as the widths of integers do."""
    widths = (ABSENT, "int32", "int64")
    return written in widths or other in widths or written == other


def _distance(resource: Resource, target: Resource) -> tuple[int, int]:
    """How far apart two resources are: what it lies under is nearest, then those under the same parents, then
    those at the top."""
    ours = [parent.resource for parent in resource.parents]
    theirs = [parent.resource for parent in target.parents]
    if target.key in ours:
        return (-1, -len(theirs))
    return (0 if theirs == ours[: len(theirs)] else 1, -len(theirs))
