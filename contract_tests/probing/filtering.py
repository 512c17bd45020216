"""What the checks about filters share: records that differ in the filtered properties, and how a list is
judged."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract_tests.check import CannotAsk, Level, Outcome, Requirement, not_tested
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same, told
from contract_tests.probing.listing import Listing, id_in, whole_list
from contract_tests.probing.pages import how_to_list, why_no_list
from contract_tests.probing.samples import fullest, made
from contract_tests.probing.subjects import resources_with
from contract_tests.probing.values import fits, typed
from contract_tests.probing.variation import values_of
from contract_tests.probing.workpieces import once
from openapi.codec import Json
from openapi.resources import ABSENT, Filter, Resource
from openapi.shape import shape

MOST_FILTERS = 4
"""Filters of one resource whose values are varied: six pairs."""


@dataclass(frozen=True)
class Varied:
    """Records of this run: the first has the first value of every filter, each other one differs from it
    in one property."""

    items: list[Item]

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.items]


def of_each(
    contract: Contract, name: str, filters: Callable[[Resource], Iterable[Filter]]
) -> Iterator[Requirement]:
    """The requirement of a check for each of some filters of every list."""
    for resource in resources_with(contract, "list"):
        operation = resource.operations["list"]
        for each in filters(resource):
            yield Requirement(
                each.parameter.place.pointer, name, Level.LIFECYCLE, place(operation),
                at=f"{place(operation)} {each.parameter.name}", subject=resource.key, part=each,
                impossible="it is required: there is no list without it" if each.parameter.required
                else why_no_list(resource),
            )  # fmt: skip


Judged = Callable[[Asking, Requirement, Resource, list[str], Listing], Outcome]
"""Asks for one filter: given are the ids of the run's records, and the whole list."""


def asked_in_turn(asking: Asking, requirements: Sequence[Requirement], judge: Judged) -> Iterator[Outcome]:
    """The outcomes for the filters of one resource; what one of them cannot ask, the others may."""
    resource = asking.contract.model.resources[requirements[0].subject]
    ours = [item.id for item in own_or_none(asking, resource)]
    known = read_list(asking, resource)
    for requirement in requirements:
        try:
            yield judge(asking, requirement, resource, ours, known)
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))


def settable(resource: Resource) -> list[Filter]:
    """The filters whose property a create may give a value, as many as are worth their records."""
    found = [*optional(resource), *(each for each in resource.choices if not each.parameter.required)]
    own = {each.property: each for each in reversed(found) if can_be_set(resource, each)}
    return [own[name] for name in dict.fromkeys(each.property for each in found) if name in own][
        :MOST_FILTERS
    ]


def optional(resource: Resource) -> list[Filter]:
    """The filters that a request may leave out, as many as are worth their records."""
    return [each for each in resource.filters if not each.parameter.required][:MOST_FILTERS]


def can_be_set(resource: Resource, filter_: Filter) -> bool:
    """Whether a create may give the filtered property a value."""
    found = resource.properties.get(filter_.property)
    return found is not None and found.create is not None


def varied(asking: Asking, resource: Resource) -> Varied:
    """The records, made once in a run; those of other checks where this run may make none. Raises
    CannotAsk."""
    return once(asking, ("varied", resource.key), lambda: _vary(asking, resource))


def _vary(asking: Asking, resource: Resource) -> Varied:
    pairs = {}
    for each in settable(resource):
        if found := two_values(asking, resource, each):
            pairs[each.property] = found
    first = {name: values[0] for name, values in pairs.items()}
    items = [asking.create(resource, changes=first)]
    for name, values in pairs.items():
        items.append(asking.create(resource, changes={**first, name: values[1]}))
    return Varied(items if len(items) > 1 else [*items, fullest(asking, resource)])


def two_values(asking: Asking, resource: Resource, filter_: Filter) -> list[Json]:
    """Two values that a create takes, and the filter too; fewer where there are none."""
    found: list[Json] = []
    for value in _candidates(asking, resource, filter_):
        if not fits(filter_.parameter, asked(filter_, value), asking.contract):
            continue
        try:
            asking.create_body(resource, changes={filter_.property: value})
        except CannotAsk:
            continue
        found.append(value)
        if len(found) == 2:
            return found
    return []


def _candidates(asking: Asking, resource: Resource, filter_: Filter) -> Iterator[Json]:
    own = resource.properties[filter_.property]
    if own.reference is None:
        yield from values_of(asking, own.create, own.name, resource.key, "filter")
        return
    target = asking.contract.model.resources[own.reference]
    yield from (
        typed(asking.shared(target, full=full).id, own.create, asking.contract) for full in (False, True)
    )


def absent_value(asking: Asking, filter_: Filter, resource: Resource, listing: Listing) -> Json:
    """A value of a filter that no record in a list has; ABSENT where none could be made. The beginning of
    one that a record has is the first choice: a list of what begins with it is another one."""
    held = [value_of(item, filter_.property) for item in listing.items]
    for value in (*_beginnings(asking, held), *_others(asking, filter_, resource)):
        fitting = fits(filter_.parameter, asked(filter_, value), asking.contract)
        if fitting and not any(same(value, each) for each in held):
            return value
    return ABSENT


def asked(filter_: Filter, *values: Json) -> Json:
    """What the parameter of a filter is given, so that it finds what has one of the values."""
    return list(values) if filter_.many else values[0]


def _beginnings(asking: Asking, held: list[Json]) -> Iterator[str]:
    """Those of texts with the marker of this run: what others begin with may be somebody's value."""
    marker = asking.bodies.marker
    yield from (value[:-2] for value in held if isinstance(value, str) and marker in value[:-2])


def _others(asking: Asking, filter_: Filter, resource: Resource) -> Iterator[Json]:
    own, taken = resource.properties.get(filter_.property), filter_.parameter.schema
    if own is not None and own.create is not None:
        yield from values_of(asking, own.create, filter_.property, resource.key, "absent")
    elif taken is not None:
        place = shape(asking.contract.requests.tree, {"$ref": taken.pointer}).item if filter_.many else None
        schema = {"$ref": taken.pointer} if place is None else place
        yield from values_of(asking, schema, filter_.property, resource.key, "absent")


def value_of(item: Json, name: str) -> Json:
    return item.get(name, ABSENT) if isinstance(item, dict) else ABSENT


def passes(found: Json, wanted: Json) -> bool:
    """Whether a value is what a filter asks for: one of the values of a tuple."""
    return any(same(found, each) for each in (wanted if isinstance(wanted, tuple) else (wanted,)))


def wrong_in(
    resource: Resource, known: Listing, ours: Sequence[str], wanted: Mapping[str, Json], filtered: Listing
) -> str | None:
    """What is wrong with a filtered list, or None. `known`: the list without a filter; `wanted`: property
    -> value, or the values that pass.

    Every item in it has the values; of `ours`, those that have them are in it, once.
    """
    for item in filtered.items:
        for name, value in wanted.items():
            found = value_of(item, name)
            if found is not ABSENT and not passes(found, value):
                return f"an item has {name} {told(found)}"
    ids = filtered.ids(resource)
    for item in known.items:
        own = id_in(resource, item)
        if own is None or own not in ours:
            continue
        if any(value_of(item, name) is ABSENT for name in wanted):
            continue  # the list does not show it
        has = all(passes(value_of(item, name), value) for name, value in wanted.items())
        if ids.count(own) != int(has):
            return (
                f"a record that has the value comes {ids.count(own)} times"
                if has
                else ("a record without the value is in it")
            )
    return None


def read_list(asking: Asking, resource: Resource, wanted: Mapping[str, Json] | None = None) -> Listing:
    """The list, filtered by `wanted` (parameter -> value). Raises CannotAsk."""
    how = how_to_list(asking, resource)
    query = {**how["query"], **(wanted or {})}
    return whole_list(asking, resource, parents=how["parents"], query=query)


def confirmed(
    asking: Asking,
    resource: Resource,
    ours: Sequence[str],
    wanted: Mapping[str, Json],
    query: Mapping[str, Json],
) -> tuple[str, list[Exchange]] | None:
    """What is wrong with a filtered list (see `wrong_in`), and the exchanges that show it; None where it
    is right this time. Raises CannotAsk where others write to the list, or our records change meanwhile."""
    before = read_list(asking, resource)
    filtered = read_list(asking, resource, query)
    after = read_list(asking, resource)
    if before.ids(resource) != after.ids(resource):
        raise CannotAsk("others write to the list meanwhile")
    if any(_held(before, resource, own, wanted) != _held(after, resource, own, wanted) for own in ours):
        raise CannotAsk("the records change meanwhile")
    wrong = wrong_in(resource, after, ours, wanted, filtered)
    return (wrong, [*before.pages[:2], *filtered.pages[:2]]) if wrong else None


def _held(listing: Listing, resource: Resource, own: str, wanted: Mapping[str, Json]) -> list[list[bool]]:
    """Which of the values a record has, as a list shows it."""
    items = listing.find(resource, own)
    return [[passes(value_of(item, name), value) for name, value in wanted.items()] for item in items]


def own_or_none(asking: Asking, resource: Resource) -> list[Item]:
    """The varied records; none where this run may make none. Raises CannotAsk."""
    found, _ = made(asking, resource, lambda: varied(asking, resource).items)
    return found or []
