"""The same request shows the same order."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same
from contract_tests.probing.listing import Listing
from contract_tests.probing.readings import readings
from contract_tests.probing.subjects import resources_with, success_pointer
from contract_tests.spot import in_item
from openapi.codec import Json
from openapi.resources import Resource

NAME = "list_is_stable"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list"):
        operation = resource.operations["list"]
        yield Requirement(
            success_pointer(operation), NAME, Level.LIFECYCLE, place(operation), subject=resource.key,
            impossible=_why_not(resource),
        )  # fmt: skip


def _why_not(resource: Resource) -> str | None:
    if "list" not in resource.envelopes:
        return "its answer holds no list"
    if resource.id is None or resource.id.property is None:
        return "the items of the list do not tell their id"
    return None


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    found = readings(asking, resource)
    if len(found.lists) < 2:
        raise CannotAsk("no list comes")
    one, two = found.lists
    ours = {found.record.id, asking.shared(resource).id} if found.record.own else set()
    wanted, shown = _order(resource, one, two, ours), _order(resource, two, one, ours)
    if len(wanted) < 2:
        yield not_tested(requirement, "fewer than two records can be compared")
    elif wanted == shown:
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"the order was {', '.join(wanted[:5])}, and then {', '.join(shown[:5])}",
            "the same request shows the same order while nothing changes", *one.pages[:2], *two.pages[:2],
            cause="the order of a list changes by itself", spot=in_item() if len(two.pages) == 1 else None,
        )  # fmt: skip


def _order(resource: Resource, listing: Listing, other: Listing, ours: set[str]) -> list[str]:
    """The ids of the records that are in both and have not changed between; only `ours` where something
    has."""
    content, theirs = _by_id(resource, listing), _by_id(resource, other)
    common = [own for own in content if own and own in theirs]
    quiet = content.keys() == theirs.keys() and all(same(content[own], theirs[own]) for own in common)
    return [own for own in common if quiet or own in ours]


def _by_id(resource: Resource, listing: Listing) -> dict[str, Json]:
    return dict(zip(listing.ids(resource), listing.items, strict=True))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a list keep its order while nothing changes?",
    source="conformance.md section 3, list_stable",
    how=(
        "Reads a list twice while this run changes nothing in it, and compares the order of the records"
        " that are in both."
    ),
    example="GET /things answers 7, 8, 9; the same GET right after it answers 8, 7, 9.",
    fault="list_changes_its_order",
    derive=derive,
    ask=ask,
)
