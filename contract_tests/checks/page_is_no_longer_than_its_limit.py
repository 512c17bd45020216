"""A page holds at most as many items as were asked for."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.listing import one_page
from contract_tests.probing.pages import allows, how_to_list, stock
from contract_tests.probing.subjects import resources_with
from contract_tests.spot import in_item

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


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
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
            yield failed(
                requirement, f"{limit.name}={size} brings {len(items)} items", f"at most {size} items", page,
                cause="a page is longer than its limit", spot=in_item(),
            )  # fmt: skip
            return
    if not told:
        raise CannotAsk("the list is too short to tell")
    yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a page hold at most as many items as were asked for?",
    source="conformance.md section 3, page_partition",
    how="Creates a few records, and asks for pages of one and of two items.",
    example="GET /things?limit=2 answers three things.",
    derive=derive,
    ask=ask,
)
