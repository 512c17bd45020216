"""Without a limit, a page is as long as the document says."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.listing import one_page, whole_list
from contract_tests.probing.pages import how_to_list, stock
from contract_tests.probing.samples import made
from contract_tests.probing.subjects import resources_with
from contract_tests.spot import in_item
from openapi.resources import Resource

NAME = "default_page_size_is_kept"

_MOST_NEW = 20
"""Records that are made to have more than a page of them."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list"):
        paging = resource.paging
        if paging is None or paging.limit is None or paging.default_limit is None:
            continue
        operation = resource.operations["list"]
        yield Requirement(
            paging.limit.place.pointer, NAME, Level.DOCUMENT, place(operation), at=place(operation),
            subject=resource.key, impossible=_why_not(resource),
        )  # fmt: skip


def _why_not(resource: Resource) -> str | None:
    paging = resource.paging
    if paging is not None and paging.limit is not None and paging.limit.required:
        return "the limit is required, so it is always sent"
    return None if "list" in resource.envelopes else "its answer holds no list"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    assert resource.paging is not None and resource.paging.default_limit is not None
    default = resource.paging.default_limit
    stock(asking, resource)
    how = how_to_list(asking, resource)
    before = whole_list(asking, resource, **how)
    more = _more(asking, resource, default + 1 - len(before.items))
    yield _judge(asking, requirement, resource, len(before.items) + len(more), more)
    for item in more:
        asking.delete(item)


def _judge(
    asking: Asking, requirement: Requirement, resource: Resource, count: int, more: list[Item]
) -> Outcome:
    """Whether a page without a limit has the items that it should have of a list of `count`."""
    assert resource.paging is not None and resource.paging.limit is not None
    name, default = resource.paging.limit.name, resource.paging.default_limit or 0
    how = how_to_list(asking, resource)
    wrong: list[int] = []
    for _ in range(2):  # somebody who writes may be to blame, once
        items, page = one_page(asking, resource, how["query"], how["parents"])
        if len(items) in (default, min(default, count)):
            return passed(requirement)
        after = whole_list(asking, resource, **how)
        if len(after.items) != count:
            return not_tested(requirement, "others write to the list meanwhile")
        wrong.append(len(items))
    if wrong[0] != wrong[1]:
        return not_tested(requirement, "others write to the list meanwhile")
    return failed(
        requirement, f"without {name} a page has {wrong[0]} of {count} items",
        f"{min(default, count)} items, since the default of {name} is {default}",
        *(item.made for item in more), page, cause="a page without a limit is not as long as the default",
        spot=in_item(),
    )  # fmt: skip


def _more(asking: Asking, resource: Resource, count: int) -> list[Item]:
    """So many new records, or none: where they could not be deleted again, or would be too many."""
    if not 0 < count <= _MOST_NEW or "delete" not in resource.operations:
        return []
    found, _ = made(asking, resource, lambda: [asking.create(resource) for _ in range(count)])
    return found or []


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a page without a limit as long as the default of the parameter?",
    source="OpenAPI 3, Schema Object, default; conformance.md section 3, page_partition",
    how=(
        "Makes the list longer than the `default` of its limit, as far as that takes few records, and"
        " reads a page without a limit."
    ),
    example="`limit` has default 10, and there are 11 things. GET /things answers seven of them.",
    derive=derive,
    ask=ask,
)
