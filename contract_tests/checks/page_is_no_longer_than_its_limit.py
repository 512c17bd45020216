"""A page holds at most as many items as were asked for."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.listing import one_page
from contract_tests.probing.pages import allows, how_to_list, stock
from contract_tests.probing.searching import searched
from contract_tests.probing.subjects import resources_with
from openapi.resources import Search

NAME = "page_is_no_longer_than_its_limit"

_SIZES = (1, 2, 5, 10)


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list"):
        if resource.paging is None or resource.paging.limit is None:
            continue
        operation = resource.operations["list"]
        yield Requirement(
            resource.paging.limit.place.pointer, NAME, Level.LIFECYCLE, place(operation), at=place(operation),
            subject=resource.key,
            impossible=None if "list" in resource.envelopes else "its answer holds no list",
        )  # fmt: skip
    for search in contract.model.searches:
        if search.limit is not None:
            yield Requirement(
                search.limit.place.pointer, NAME, Level.LIFECYCLE, place(search.operation),
                at=place(search.operation), subject=search.operation.id, part=search,
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    if requirement.part is not None:
        yield _search(asking, requirement)
        return
    resource = asking.contract.model.resources[requirement.subject]
    assert resource.paging is not None
    limit = resource.paging.limit
    assert limit is not None
    allowed = [size for size in _SIZES if allows(asking.contract, limit, size)][:2]
    there, how = len(stock(asking, resource)), how_to_list(asking, resource)
    told = False
    for size in allowed:
        items, page = one_page(asking, resource, {**how["query"], limit.name: size}, how["parents"])
        told = told or there > size or len(items) >= size
        if len(items) > size:
            yield _longer(requirement, limit.name, size, len(items), page)
            return
    if not told:
        raise CannotAsk("the list is too short to tell")
    yield passed(requirement)


def _search(asking: Asking, requirement: Requirement) -> Outcome:
    """The least that a search may be asked for. Raises CannotAsk."""
    search: Search = requirement.part
    assert search.limit is not None
    size = next((size for size in _SIZES if allows(asking.contract, search.limit, size)), None)
    if size is None:
        raise CannotAsk("the document allows no short page")
    items, page = searched(asking, search, {search.limit.name: size})
    if len(items) > size:
        return _longer(requirement, search.limit.name, size, len(items), page)
    return passed(requirement) if len(items) == size else not_tested(requirement, "too little was found")


def _longer(requirement: Requirement, name: str, size: int, count: int, page: Exchange) -> Outcome:
    return failed(
        requirement, f"{name}={size} brings {count} items", f"at most {size} items", page,
        cause="a page is longer than its limit",
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a page hold at most as many items as were asked for?",
    source="conformance.md section 3, page_partition",
    derive=derive,
    ask=ask,
)
