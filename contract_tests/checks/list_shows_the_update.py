"""An item that was updated is listed as it is now, and found by what it is now."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.changing import changeable, other_values
from contract_tests.probing.compare import differences, same, told
from contract_tests.probing.listing import Listing, whole_list
from contract_tests.probing.observing import listed, parents_of, unseen_list
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import success_pointer
from contract_tests.probing.updating import Update, together, update, updates
from contract_tests.probing.workpieces import story, workpiece
from contract_tests.spot import in_item, of
from openapi.codec import Json
from openapi.resources import Filter, Resource

NAME = "list_shows_the_update"

_MOST_FILTERS = 2
_TRIES = 3


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        roles = updates(resource)
        if not roles or "list" not in resource.operations:
            continue
        operation = resource.operations["list"]
        names = [each.parameter.name for each in _filters(resource, roles[0])]
        for name in ("", *names):
            yield promise(
                contract,
                NAME,
                Level.LIFECYCLE,
                operation,
                resource,
                pointer=success_pointer(operation),
                at=name,
                part=(resource.key, roles[0], name),
                impossible=unseen_list(resource) or unseen(resource),
            )


def _filters(resource: Resource, role: str) -> list[Filter]:
    """Filters by what an update changes."""
    found = [each for each in resource.filters if each.property in resource.properties]
    return [each for each in found if role in resource.properties[each.property].update][:_MOST_FILTERS]


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, role, _ = requirements[0].part
    resource = asking.contract.model.resources[key]
    found = _update(asking, requirements[0], resource, role)
    if not found.done.succeeded or not found.after.there:
        raise CannotAsk(f"the update is answered {found.done.status}")
    for requirement in requirements:
        name = requirement.part[2]
        try:
            yield _filtered(asking, requirement, found, name) if name else _listed(asking, requirement, found)
        except CannotAsk as cannot:
            yield not_tested(requirement, str(cannot))


def _update(asking: Asking, requirement: Requirement, resource: Resource, role: str) -> Update:
    """An update of its own: what lists lag behind is the last one. Raises CannotAsk."""
    item, before = workpiece(asking, resource)
    names = [each.name for each in changeable(resource, role)]
    values = other_values(asking, item, role, before.entity, names, asking.random(requirement))
    return update(asking, item, role, before, together(asking, item, role, before, values))


def _listed(asking: Asking, requirement: Requirement, found: Update) -> Outcome:
    item, entity = found.item, found.after.entity
    listing = _list(asking, found, {})
    shown = listed(asking, listing, item, entity)
    if not shown or not isinstance(shown[0], dict) or not isinstance(entity, dict):
        return not_tested(requirement, "the item is not in the list")
    by_id = item.resource.id is not None and item.resource.id.property is not None
    if by_id and len(shown) > 1 and len(listed(asking, _list(asking, found, {}), item, entity)) > 1:
        return failed(
            requirement,
            f"after an update the list has the item {len(shown)} times",
            "the list has each item once",
            *story(item, found.done, listing.page(item.resource, item.id)),
            cause="an update makes an item appear twice",
            spot=in_item(own=item.id),
        )
    names = [
        name for name in found.sent if name in shown[0] and not isinstance(entity.get(name), (dict, list))
    ]
    wrong = [each for name in names for each in differences(entity.get(name), shown[0][name], name)]
    if not wrong:
        return passed(requirement)
    return failed(
        requirement,
        f"after an update the list has {'; '.join(wrong[:3])}",
        "the list has the item as GET has it",
        *story(item, found.done, found.after.exchange, listing.page(item.resource, item.id)),
        cause="the list does not show an update",
        spot=of(wrong, item.id),
    )


def _filtered(asking: Asking, requirement: Requirement, found: Update, name: str) -> Outcome:
    """Found by the new value, and not by the one that it had."""
    item, resource = found.item, found.item.resource
    each = next(each for each in resource.filters if each.parameter.name == name)
    now, old = found.after.value(each.property), found.before.value(each.property)
    if not _plain(now):
        return not_tested(requirement, f"the item has no value to filter by {name}")
    for _ in range(_TRIES):  # others write: pages shift
        listing = _list(asking, found, {name: now})
        if listed(asking, listing, item, found.after.entity):
            break
    else:
        return _wrong(
            requirement, found, listing, f"{name}={told(now)} does not find an item that was updated to it"
        )
    if _plain(old) and not same(now, old):
        listing = _list(asking, found, {name: old})
        if listed(asking, listing, item, found.after.entity):
            return _wrong(
                requirement, found, listing, f"{name}={told(old)} finds an item that has {told(now)} now"
            )
    return passed(requirement)


def _wrong(requirement: Requirement, found: Update, listing: Listing, came: str) -> Outcome:
    return failed(
        requirement,
        came,
        "a filter finds an item by what it is now",
        *story(found.item, found.done, listing.page(found.item.resource, found.item.id)),
        cause="a filter does not know of an update",
    )


def _plain(value: Json) -> bool:
    return isinstance(value, (str, int, bool)) and value != ""


def _list(asking: Asking, found: Update, query: dict[str, Json]) -> Listing:
    return whole_list(asking, found.item.resource, query=query, parents=parents_of(found.item))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an item that was updated listed as it is now, and found by what it is now?",
    source="conformance.md section 3, list_contains and patch_effect",
    how=(
        "Updates a record, and looks for it in the list as it is now; then in lists filtered by the new"
        " value and by the old one."
    ),
    example='PATCH /things/7 {"color": "red"} answers 200; GET /things?color=red does not have 7.',
    fault="list_shows_items_before_the_update",
    derive=derive,
    ask=ask,
)
