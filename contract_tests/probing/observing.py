"""What a record is now, and whether it is still what it was.

What the server moves by itself (counters, totals, states) is left out: role "server", and everything
read-only.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract
from contract_tests.exchange import ONE, Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import differences, same, same_moment
from contract_tests.probing.listing import Listing, whole_list
from contract_tests.probing.values import entity_of
from contract_tests.safety.ownership import scalars
from openapi.codec import Json
from openapi.dialect import Schema
from openapi.inference.naming import plain
from openapi.resources import ABSENT, Property, Resource
from openapi.schema import SchemaError

UPDATED = frozenset({"updated"})
"""The role of what may change with every write."""

_AGAIN = 2
"""How often a list is read again that misses a record."""

_LINKED = re.compile(
    r"(is|_|\A)(default|primary|main|current|selected)\Z"
    r"|\A(position|ordinal|order|rank|index|sort|sort_?order|sequence|seq)\Z",
    re.IGNORECASE,
)
"""Names of what one item takes from another: the first place, being the default one."""


@dataclass(frozen=True)
class Sight:
    """A record as it was answered: `entity` is ABSENT where it was not there. `listed`: found in the list,
    since no GET reads one item."""

    exchange: Exchange
    entity: Json
    listed: bool = False

    @property
    def there(self) -> bool:
        return self.entity is not ABSENT

    @property
    def gone(self) -> bool:
        """Whether the answer says that it is not there: any other trouble says nothing."""
        return not self.there and (self.listed or self.exchange.status in (404, 410))

    def value(self, name: str) -> Json:
        """The value of a property, or ABSENT."""
        return self.entity.get(name, ABSENT) if isinstance(self.entity, dict) else ABSENT


def blind(resource: Resource) -> str | None:
    """Why nothing would show what an item is, or None."""
    if "read" in resource.operations:
        return None if "read" in resource.envelopes else "the GET of one item does not answer with JSON"
    if "list" in resource.envelopes and resource.id and resource.id.property:
        return None
    return "no operation shows one item"


def look(asking: Asking, item: Item, identity: str = ONE) -> Sight:
    """What a record is now: by GET, else as its list shows it. Raises CannotAsk."""
    resource = item.resource
    if "read" in resource.operations:
        exchange = asking.read(item, identity)
        return Sight(exchange, entity_of(resource, "read", exchange))
    if reason := blind(resource):
        raise CannotAsk(reason)
    listing = whole_list(asking, resource, identity, parents=parents_of(item))
    for _ in range(_AGAIN if resource.paging and resource.paging.position else 0):
        if listing.find(resource, item.id):
            break
        listing = whole_list(
            asking, resource, identity, parents=parents_of(item)
        )  # others write: pages shift
    found = listing.find(resource, item.id)
    shown = found[0] if found else ABSENT
    return Sight(listing.page(resource, item.id), shown, listed=True)


def parents_of(item: Item) -> dict[str, str]:
    """The path values of the collection that a record lies in."""
    return {parent.parameter.name: item.path[parent.parameter.name] for parent in item.resource.parents}


def moves(found: Property | None) -> bool:
    """Whether a property may change although nobody writes it, or is not declared at all."""
    return found is None or found.read is None or found.role in ("server", "about") or found.read_only


def changes(
    resource: Resource,
    before: Json,
    after: Json,
    *,
    but: Collection[str] = (),
    roles: Collection[str] = UPDATED,
    also_moving: bool = False,
) -> list[str]:
    """The declared properties in which two readings differ, one sentence each; null and nothing are the
    same.

    but: names that may differ; roles: roles that may. also_moving: compare what the server moves by itself
    too.
    """
    return list(_changes(resource, before, after, set(but), set(roles), also_moving))


def side_effects(resource: Resource, before: Json, after: Json, *, also_moving: bool = False) -> list[str]:
    """The properties in which a record changed although another one was written to, one sentence each."""
    linked = [name for name in resource.properties if _LINKED.search(name)]
    return changes(resource, before, after, but=linked, roles=(), also_moving=also_moving)


def _changes(
    resource: Resource, before: Json, after: Json, but: set[str], roles: set[str], also_moving: bool
) -> Iterator[str]:  # fmt: skip
    if not isinstance(before, dict) or not isinstance(after, dict):
        if not same(before, after):
            yield from differences(before, after)
        return
    excepted = {plain(name) for name in but}  # a body may spell a property otherwise than an answer
    for name, found in resource.properties.items():
        if (
            plain(name) in excepted
            or found.role in roles
            or (moves(found) and not (also_moving and found.read is not None))
        ):
            continue
        old, new = before.get(name), after.get(name)
        if not same(old, new):
            yield from differences(old, new, name)


def names_in(sentences: Collection[str]) -> str:
    """The properties that `changes` speaks of, for a cause."""
    tops = (sentence.partition(":")[0].partition(".")[0].partition("[")[0] for sentence in sentences)
    return ", ".join(dict.fromkeys(tops))


def disagreements(
    resource: Resource, before: Json, answered: Json, after: Json, *, alike: bool
) -> list[str]:  # fmt: skip
    """Where the item in the answer of a write and the one read right after it differ, one sentence each.

    Judged are the properties that both have, objects and lists only where both items are of one schema
    (`alike`). What the server moves by itself may have moved on, but not back to what it was `before` the
    write.
    """
    if not isinstance(answered, dict) or not isinstance(after, dict):
        return []
    found: list[str] = []
    for name in answered.keys() & after.keys():
        one, other = answered[name], after[name]
        known = resource.properties.get(name)
        if (
            same(one, other)
            or same_moment(one, other)
            or known is None
            or (not alike and isinstance(one, (dict, list)))
        ):
            continue
        old = before.get(name, ABSENT) if isinstance(before, dict) else ABSENT
        if not moves(known) or (same(other, old) and not same(one, old)):
            found += differences(one, other, name)
    return sorted(found)


def same_schema(resource: Resource, role: str) -> bool:
    """Whether an operation answers the item in the schema in which it is read."""
    return resource.schemas.get(role) == resource.schemas.get("read", resource.schemas.get("list"))


def both_show(contract: Contract, resource: Resource, name: str, said: Mapping[str, Json]) -> bool:
    """Whether two operations could show one value of a property. `said`: by their roles, the items that they
    have answered. They could not where an answer's schema does not let the other's value be in its item."""
    (one, first), (other, second) = said.items()
    if not isinstance(first, dict) or not isinstance(second, dict) or name not in first or name not in second:
        return True
    return _admits(contract, resource.schemas.get(one), first, name, second[name]) and _admits(
        contract, resource.schemas.get(other), second, name, first[name]
    )


def _admits(contract: Contract, schema: Schema | None, item: dict[str, Json], name: str, value: Json) -> bool:
    """Whether an item could have another value, as far as its schema tells."""
    if schema is None:
        return True
    try:
        validator = contract.responses.of(schema)
    except SchemaError:
        return True
    whole = {**item, name: value}
    if any(breach.path[:1] == (name,) for breach in validator.misfits(whole)):
        return False
    return validator.is_valid(whole) or not validator.is_valid(item)


def unseen_list(resource: Resource) -> str | None:
    """Why an item cannot be found in its list, or None."""
    return None if "list" in resource.envelopes else "where the list stands in its answer cannot be told"


def listed(asking: Asking, listing: Listing, item: Item, entity: Json) -> list[Json]:
    """The items of a list that are a record of this run: they have its id, else the texts that only it has.

    entity: what the record is, or was. Raises CannotAsk where nothing in a list would tell it from others.
    """
    resource = item.resource
    if resource.id is not None and resource.id.property is not None:
        return listing.find(resource, item.id)
    own = own_texts(asking, item, entity)
    if not own:
        raise CannotAsk("nothing in the list would tell the record from others")
    return [each for each in listing.items if own & set(scalars(each))]


def own_texts(asking: Asking, item: Item, entity: Json) -> set[str]:
    """The texts that no other record has: those of the run's own making."""
    texts = scalars(entity if isinstance(entity, dict) else item.sent)
    return {text for text in texts if asking.bodies.marker in text}
