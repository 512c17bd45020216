"""The pages of a list are the list: nothing twice, nothing left out, in the same order."""

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from typing import Any

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.listing import Listing, whole_list
from contract_tests.probing.pages import how_to_list, sizes, stock, why_no_list
from contract_tests.probing.subjects import resources_with, success_pointer
from openapi.resources import Resource

NAME = "pages_partition_the_list"

_BUDGET = 12
"""Requests for one list."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list"):
        if resource.paging is None:
            continue
        operation = resource.operations["list"]
        yield Requirement(
            success_pointer(operation), NAME, Level.LIFECYCLE, place(operation), subject=resource.key,
            impossible=_why_not(resource),
        )  # fmt: skip


def _why_not(resource: Resource) -> str | None:
    assert resource.paging is not None
    if resource.paging.position is None:
        return "no parameter leads to the next page"
    if resource.paging.limit is None:
        return "no parameter says how long a page is"
    return why_no_list(resource)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    assert resource.paging is not None
    ours = {item.id for item in (*stock(asking, resource), *asking.own(resource))}
    how = how_to_list(asking, resource)
    whole = whole_list(asking, resource, **how)
    ids = list(dict.fromkeys(whole.ids(resource)))
    count, places = len(ids), [at for at, own in enumerate(ids) if own in ours]
    asked = sizes(asking.contract, resource.paging, count, _BUDGET, places)
    if not asked:
        raise CannotAsk(f"a list of {count} items cannot be cut into pages in few requests")
    for size in asked:
        pages = _cut(asking, resource, size, count, how)
        wrong = _wrong(resource, whole, pages, ours)
        if wrong is None:
            continue
        if not _stays(asking, resource, whole, pages, {**how, "size": size, "most": len(pages.pages) + 1}):
            yield not_tested(requirement, "others write to the list meanwhile")
        else:
            yield failed(
                requirement, f"in pages of {size} {wrong}",
                "the pages together are the list: each record once, in the same order",
                whole.pages[0], *pages.pages, cause="the pages are not the list",
            )  # fmt: skip
        return
    yield passed(requirement)


def _cut(asking: Asking, resource: Resource, size: int, count: int, how: dict[str, Any]) -> Listing:
    """The list in pages of a size. Raises CannotAsk."""
    return whole_list(asking, resource, size=size, most=2 * ceil(count / size) + 2, **how)


def _stays(asking: Asking, resource: Resource, whole: Listing, pages: Listing, how: dict[str, Any]) -> bool:
    """Whether the pages are the same again, and the list too, after each of them: nobody moved a record from
    one page to the next."""
    around = {name: how[name] for name in ("parents", "query")}
    lists = []

    def look() -> None:
        lists.append(whole_list(asking, resource, **around).ids(resource))

    try:
        again = whole_list(asking, resource, **how, between=look)
    except CannotAsk:
        return False
    return again.ids(resource) == pages.ids(resource) and all(ids == whole.ids(resource) for ids in lists)


def _wrong(resource: Resource, whole: Listing, pages: Listing, ours: set[str]) -> str | None:
    """What is wrong with our records in the pages, or None. Others may write to the list between any two
    requests, so theirs prove nothing."""
    wanted, found = ([id_ for id_ in each.ids(resource) if id_ in ours] for each in (whole, pages))
    for own in wanted:
        if found.count(own) != 1:
            return f"the record {own} comes {found.count(own)} times"
    return None if wanted == found else "the order is another"


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Do the pages of a list hold each record exactly once, in the order of the list?",
    source="conformance.md section 3, page_partition",
    derive=derive,
    ask=ask,
)
