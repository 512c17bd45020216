"""The items of one organization are in no list of another one, and not in its totals."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import OTHER, Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.listing import Listing, total_of, whole_list
from contract_tests.probing.observing import Sight, listed, look, unseen_list
from contract_tests.probing.subjects import success_pointer
from contract_tests.probing.trespassing import foreign, their_list
from contract_tests.probing.workpieces import pieces, story
from contract_tests.spot import in_body, in_item
from openapi.resources import Resource

NAME = "other_organization_cannot_list"

_LIST, _TOTAL = "", "total"
_MOST_FILTERS = 3


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        operation = resource.operations.get("list")
        if operation is None:
            continue
        ways = [("list", ""), *(("filter", each.parameter.name) for each in resource.filters[:_MOST_FILTERS])]
        for way, name in [*ways, *([("total", "")] if resource.total else [])]:
            yield foreign(
                contract, NAME, operation, resource, pointer=success_pointer(operation),
                at="" if way == "list" else f"{way} {name}".strip(), part=(resource.key, way, name),
                impossible=unseen_list(resource),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].part[0]]
    for requirement in requirements:
        _, way, name = requirement.part
        try:
            yield (
                _total(asking, requirement, resource)
                if way == "total"
                else _listed(asking, requirement, resource, name)
            )
        except CannotAsk as cannot:
            yield not_tested(requirement, str(cannot))


def _listed(asking: Asking, requirement: Requirement, resource: Resource, name: str) -> Outcome:
    listing = their_list(asking, resource)
    item = pieces(asking, resource).last
    if name:
        listing = _filtered(asking, resource, name, look(asking, item))
    found = listed(asking, listing, item, item.sent)
    if not found:
        return passed(requirement)
    where = f"list, filtered by {name}," if name else "list"
    return failed(
        requirement, f"another organization's {where} has an item of this one",
        "a list has the items of the caller's organization alone",
        *story(item, listing.page(resource, item.id)),
        cause="another organization's list has items that are not its own", spot=in_item(own=item.id),
    )  # fmt: skip


def _filtered(asking: Asking, resource: Resource, name: str, now: Sight) -> Listing:
    each = next(each for each in resource.filters if each.parameter.name == name)
    value = now.value(each.property)
    if not isinstance(value, (str, int, bool)) or value == "":
        raise CannotAsk(f"the item has no value to filter by {name}")
    return whole_list(asking, resource, OTHER, {name: value})


def _total(asking: Asking, requirement: Requirement, resource: Resource) -> Outcome:
    """Their total does not move when an item is created here. Where it does, they may have written: their
    whole list is read before and after two more."""
    before = _page(asking, resource)
    asking.create(resource)
    one, two = (total_of(resource, page) for page in (before, _page(asking, resource)))
    if not isinstance(one, int) or not isinstance(two, int):
        return not_tested(requirement, "the total is not told")
    return passed(requirement) if one == two else _moving(asking, requirement, resource)


def _moving(asking: Asking, requirement: Requirement, resource: Resource) -> Outcome:
    """Whether their total counts our items, although their list holds the same items as before."""
    steps: list[Exchange] = []
    for _ in range(2):
        before, item = whole_list(asking, resource, OTHER), asking.create(resource)
        after = whole_list(asking, resource, OTHER)
        others = set(before.ids(resource)) ^ (set(after.ids(resource)) - {item.id})
        if others or not _moves(resource, before, after):
            return not_tested(requirement, "their total moves, and others write")
        steps += [before.pages[0], item.made, after.pages[0]]
    return failed(
        requirement,
        f"their total goes from {before.total} to {after.total} when an item is created here",
        "a total counts the items of the caller's organization alone", *steps,
        cause="another organization's total counts items that are not its own",
        spot=in_body(*(resource.total or ())),
    )  # fmt: skip


def _moves(resource: Resource, before: Listing, after: Listing) -> bool:
    """Whether each page of one reading tells one total, and each of the other another one."""
    one, two = ({str(total_of(resource, page)) for page in listing.pages} for listing in (before, after))
    return len(one) == len(two) == 1 and one != two


def _page(asking: Asking, resource: Resource) -> Exchange:
    operation = resource.operations["list"]
    return asking.send(operation, path=asking.parents(resource, OTHER), identity=OTHER)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an item in no list of another organization, and in none of its totals?",
    source="conformance.md section 3, tenant_list and tenant_filter",
    how=(
        "Creates a record and lists, filters and counts as the second organization. The record may be"
        " in none of it, and their total may not move."
    ),
    example="Thing 7 belongs to organization one. GET /things of organization two has 7.",
    fault="list_holds_items_of_all_organizations",
    derive=derive,
    ask=ask,
)
