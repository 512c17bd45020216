"""The whole model: the paths paired, each pair made a resource, and what is left over given a role."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from openapi.document import Document
from openapi.inference.below import Below, look_below
from openapi.inference.choosing import choose_pairs
from openapi.inference.corrections import Corrections
from openapi.inference.draft import Draft, draft
from openapi.inference.pairing import Spot, Tokens, parents_of, spots, tokenize
from openapi.inference.reading import Reading
from openapi.inference.references import References, target
from openapi.inference.resource import build
from openapi.inference.roles import below_roles, resource_roles
from openapi.inference.searches import find_searches
from openapi.inference.tenant import tenant_name, tenant_scheme
from openapi.resources import Action, Model, Parent, Resource, Role


def infer(document: Document) -> Model:
    """The resource model of a document. What cannot be told is said in the roles.

    Raises SourceError only for a wrong correction (`corrections.py`).
    """
    reading = Reading(document)
    found = _left(reading, spots(document))
    scheme = tenant_scheme(document)
    drafts = [draft(reading, pair) for pair in choose_pairs(reading, found)]
    drafts.sort(key=lambda made: len(made.spot.tokens))  # a parent's path is shorter; else as in the document
    lower = _lower(reading, found, drafts)
    resources = _resources(reading, drafts, lower, tenant_name(document, scheme))
    roles = _roles(drafts, resources, lower, reading.corrections)
    ordered = {operation.id: roles[operation.id] for operation in document.operations}
    top = tuple(below.singleton for _, below in lower if below.singleton and not below.owner)
    searches = tuple(find_searches(reading, (spot for spot, _ in lower), drafts))
    return Model(resources, ordered, scheme, top, searches)


def _resources(
    reading: Reading, drafts: list[Draft], lower: list[tuple[Spot, Below]], tenant: str | None
) -> dict[str, Resource]:
    items = _by_item(drafts)
    built = [_placed(reading, build(reading, made, tenant), made, items, lower) for made in drafts]
    pairs = zip(drafts, built, strict=True)
    references = References(reading, [target(reading, made, each) for made, each in pairs if each.id])
    return {each.key: references.fill(each) for each in built}


def _left(reading: Reading, found: dict[Tokens, Spot]) -> dict[Tokens, Spot]:
    """The paths without the operations that people say belong to another one's resource."""
    for operation in reading.document.operations:
        told, tokens = reading.corrections.operations.get(operation.id), tokenize(operation.path)
        if told and told.role not in (None, "none") and told.resource and tokenize(told.resource) != tokens:
            found[tokens].operations.pop(operation.method, None)
    return {tokens: spot for tokens, spot in found.items() if spot.operations or spot.doubles}


def _lower(reading: Reading, found: Mapping[Tokens, Spot], drafts: list[Draft]) -> list[tuple[Spot, Below]]:
    """What the paths hold that no resource has taken."""
    taken = {id(spot) for made in drafts for spot in (made.pair.collection, made.pair.item)}
    items = _by_item(drafts)
    return [(spot, look_below(reading, spot, items)) for spot in found.values() if id(spot) not in taken]


def _by_item(drafts: list[Draft]) -> dict[Tokens, Draft]:
    return {made.pair.item.tokens: made for made in drafts if made.pair.item}


def _placed(
    reading: Reading,
    resource: Resource,
    made: Draft,
    items: Mapping[Tokens, Draft],
    lower: list[tuple[Spot, Below]],
) -> Resource:
    """The resource with its parents, and with what lies below its items."""
    below = [each for _, each in lower if each.owner is made]
    return replace(
        resource,
        parents=tuple(_said_parents(reading, made, _parents(made, items), items)),
        actions=tuple(_seen(action, resource) for each in below for action in each.actions),
        singletons=tuple(each.singleton for each in below if each.singleton),
    )


def _seen(action: Action, resource: Resource) -> Action:
    """An action whose answer is read as those of the resource are."""
    moved = next((each.moved for each in resource.envelopes.values()), ())
    return replace(action, envelope=replace(action.envelope, moved=moved)) if action.answers_item else action


def _said_parents(
    reading: Reading, made: Draft, parents: Iterator[Parent], items: Mapping[Tokens, Draft]
) -> list[Parent]:
    """The parents, the last one of the resource that people say."""
    found = list(parents)
    for tokens in made.pair.tokens:
        told = reading.corrections.paths.get(tokens)
        if told is None or told.parent is None:
            continue
        keys = {tokenize(each.spot.path): each.spot.path for each in items.values()}
        key = keys.get(tokenize(told.parent))
        if not found or (key is None and told.parent != "none"):
            problem = (
                f"{told.parent} is no collection with items"
                if found
                else "nothing stands above it in its path"
            )
            raise told.error("parent", f"parent: {problem}")
        found[-1] = Parent(found[-1].parameter, key)
    return found


def _parents(made: Draft, items: Mapping[Tokens, Draft]) -> Iterator[Parent]:
    spot = made.pair.item or made.spot
    for name, tokens in parents_of(spot, own=made.pair.item is not None):
        owner = items.get(tokens)
        yield Parent(spot.parameter(name), owner.spot.path if owner else None)


def _roles(
    drafts: list[Draft],
    resources: Mapping[str, Resource],
    lower: list[tuple[Spot, Below]],
    said: Corrections,
) -> dict[str, Role]:
    roles: dict[str, Role] = {}
    for made in drafts:
        roles |= resource_roles(made, resources[made.spot.path], said)
    for spot, below in lower:
        roles |= below_roles(spot, below, said)
    return roles
