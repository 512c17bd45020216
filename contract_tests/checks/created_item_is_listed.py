"""What was created is in the list, once."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.listing import Listing, is_cut, is_steady, selecting, whole_list
from contract_tests.probing.pages import stock
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with, success_pointer
from contract_tests.spot import in_item
from openapi.resources import Resource

NAME = "created_item_is_listed"

_MOST_STEPS = 4


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make", "list"):
        operation = resource.operations["list"]
        yield Requirement(
            success_pointer(operation), NAME, Level.LIFECYCLE, place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
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
    older = [asking.shared(resource), *(stock(asking, resource) if resource.paging else ())]
    newer = asking.create(resource)
    how: dict[str, Any] = {"parents": newer.parents, "query": selecting(resource, newer.entity)}
    listing = whole_list(asking, resource, **how)
    for item in [newer] if how["query"] else [*older, newer]:
        count = len(listing.find(resource, item.id))
        if count == 1:
            continue
        if not count and is_cut(resource, listing):
            yield not_tested(
                requirement, "the list is longer than one page, and no parameter leads to the next"
            )
        elif len(listing.pages) > 1 and not is_steady(asking, resource, listing, **how):
            yield not_tested(requirement, "others write to the list meanwhile")
        else:
            yield _wrong(requirement, item, listing, count)
        return
    yield passed(requirement)


def _wrong(requirement: Requirement, item: Item, listing: Listing, count: int) -> Outcome:
    received = f"in the list {count} times" if count else "not in the list"
    where = "in the list more than once" if count else "not in the list"
    return failed(
        requirement, f"the record {item.id} was created, and is {received}",
        "a record is in the list once, over all pages", item.made, *listing.pages[-_MOST_STEPS:],
        cause=f"a created record is {where}",
        spot=in_item(own=item.id if count else None) if len(listing.pages) == 1 else None,
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is what was created in the list, over all pages, exactly once?",
    source="conformance.md section 3, list_contains",
    how=(
        "Creates records, and reads their list, page by page where it has pages. Each record has to be"
        " there, once."
    ),
    example="POST /things answers 201 with id 7; no page of GET /things has 7.",
    fault="list_misses_the_newest_item",
    derive=derive,
    ask=ask,
)
