"""How a record is known again: a digest of properties that do not change, never the values themselves."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from openapi.codec import Json
from openapi.resources import Property, Resource

_LASTING = ("id", "tenant", "created")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The SHA-256 of some properties of a record, by their names, as canonical JSON. `lasting`: whether no
    other record can have it, also not one that got the id later."""

    names: tuple[str, ...]
    digest: str
    lasting: bool = False

    def fits(self, item: Json) -> bool:
        """Whether a record has these properties with these values."""
        return (
            isinstance(item, dict)
            and all(name in item for name in self.names)
            and (_digest(item, self.names) == self.digest)
        )


def lasting(resource: Resource, item: Json) -> Fingerprint | None:
    """The fingerprint of the properties that no write changes, where they tell a record from another one that
    got its id later: only a time of creation does. None where there is no such property."""
    if not isinstance(item, dict):
        return None
    roles = {name: found.role for name, found in resource.properties.items() if name in item}
    created = [name for name, role in roles.items() if role == "created" and item[name] is not None]
    names = [name for name, role in roles.items() if role in _LASTING]
    return replace(take(item, names), lasting=True) if created else None


def present(resource: Resource, item: Json) -> Fingerprint | None:
    """The fingerprint of a record as it is now: of what a request may write, and of what lasts. It is to be
    taken again after each own write. None where that is no more than an id."""
    if not isinstance(item, dict):
        return None
    known = resource.properties
    names = [
        name
        for name in item
        if name not in known
        or known[name].create is not None
        or known[name].update
        or known[name].role in _LASTING
    ]
    own = resource.id.property if resource.id else None
    return take(item, names) if any(name != own for name in names) else None


def promised(resource: Resource, sent: Json) -> Fingerprint | None:
    """The fingerprint that a record should have which nobody has seen yet: of what was sent, is taken, and
    can be read. None where nothing of it is: what the server writes itself is not as it was sent."""
    if not isinstance(sent, dict):
        return None
    known = resource.properties
    names = [name for name in sent if name in known and _is_kept(known[name])]
    return take(sent, names) if names else None


def _is_kept(found: Property) -> bool:
    """Whether a property is read as it was written."""
    return found.read is not None and found.create is not None and not found.read_only


def take(item: dict[str, Json], names: Iterable[str]) -> Fingerprint:
    """The fingerprint of some properties of a record."""
    kept = tuple(sorted(names))
    return Fingerprint(kept, _digest(item, kept))


def _digest(item: dict[str, Json], names: Iterable[str]) -> str:
    values = {name: _plain(item[name]) for name in names}
    text = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Json) -> Json:
    """A value without the spelling of its numbers: 1.0 is 1."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
