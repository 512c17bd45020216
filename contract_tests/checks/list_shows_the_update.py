"""An item that was updated is listed as it is now, and found by what it is now."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.asking import Asking
from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.compare import differences, same, told
from contract_tests.contract import Contract
from contract_tests.listing import Listing, whole_list
from contract_tests.observing import look, parents_of, unseen_list
from contract_tests.promises import promise, unseen
from contract_tests.subjects import success_pointer
from contract_tests.updating import Update, updated, updates
from contract_tests.workpieces import story
from openapi.codec import Json
from openapi.resources import Filter, Resource

NAME = "list_shows_the_update"

_MOST_FILTERS = 2


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        roles = updates(resource)
        if not roles or "list" not in resource.operations:
            continue
        operation = resource.operations["list"]
        names = [each.parameter.name for each in _filters(resource, roles[0])]
        for name in ("", *names):
            yield promise(
                contract, NAME, Level.LIFECYCLE, operation, resource, pointer=success_pointer(operation), at=name,
                part=(resource.key, roles[0], name), impossible=unseen_list(resource) or unseen(resource),
            )  # fmt: skip


def _filters(resource: Resource, role: str) -> list[Filter]:
    """Filters by what an update changes."""
    found = [each for each in resource.filters if each.property in resource.properties]
    return [each for each in found if role in resource.properties[each.property].update][:_MOST_FILTERS]


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, role, _ = requirements[0].part
    resource = asking.contract.model.resources[key]
    found = updated(asking, resource, role)
    if not found.done.succeeded or not found.after.there:
        raise CannotAsk(f"the update is answered {found.done.status}")
    for requirement in requirements:
        name = requirement.part[2]
        try:
            yield _filtered(asking, requirement, found, name) if name else _listed(asking, requirement, found)
        except CannotAsk as cannot:
            yield not_tested(requirement, str(cannot))


def _listed(asking: Asking, requirement: Requirement, found: Update) -> Outcome:
    """The item in the list against a GET just before and just after it."""
    item, resource = found.item, found.item.resource
    before, listing, after = look(asking, item), _list(asking, found, {}), look(asking, item)
    shown = listing.find(resource, item.id)
    if not shown or not isinstance(shown[0], dict) or not isinstance(after.entity, dict):
        return not_tested(requirement, "the item is not in the list")
    names = [n for n in found.sent if n in shown[0] and n in after.entity and same(before.value(n), after.value(n))]
    wrong = [
        each for n in names if not isinstance(after.entity[n], (dict, list))
        for each in differences(after.entity[n], shown[0][n], n)
    ]  # fmt: skip
    if not wrong:
        return passed(requirement)
    return failed(
        requirement, f"after an update the list has {'; '.join(wrong[:3])}", "the list has the item as GET has it",
        *story(item, found.done, listing.pages[-1], after.exchange), cause="the list does not show an update",
    )  # fmt: skip


def _filtered(asking: Asking, requirement: Requirement, found: Update, name: str) -> Outcome:
    """Found by the new value, and not by the one that it had."""
    item, resource = found.item, found.item.resource
    each = next(each for each in resource.filters if each.parameter.name == name)
    now, old = look(asking, item).value(each.property), found.before.value(each.property)
    if not _plain(now):
        return not_tested(requirement, f"the item has no value to filter by {name}")
    listing = _list(asking, found, {name: now})
    if not listing.find(resource, item.id):
        return _wrong(requirement, found, listing, f"{name}={told(now)} does not find an item that was updated to it")
    if _plain(old) and not same(now, old):
        listing = _list(asking, found, {name: old})
        if listing.find(resource, item.id):
            return _wrong(requirement, found, listing, f"{name}={told(old)} finds an item that has {told(now)} now")
    return passed(requirement)


def _wrong(requirement: Requirement, found: Update, listing: Listing, came: str) -> Outcome:
    return failed(
        requirement, came, "a filter finds an item by what it is now", *story(found.item, found.done, listing.pages[-1]),
        cause="a filter does not know of an update",
    )  # fmt: skip


def _plain(value: Json) -> bool:
    return isinstance(value, (str, int, bool)) and value != ""


def _list(asking: Asking, found: Update, query: dict[str, Json]) -> Listing:
    return whole_list(asking, found.item.resource, query=query, parents=parents_of(found.item))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an item that was updated listed as it is now, and found by what it is now?",
    source="conformance.md section 3, list_contains and patch_effect",
    derive=derive,
    ask=ask,
)
