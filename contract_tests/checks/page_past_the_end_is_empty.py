"""After the last page there is nothing."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import told
from contract_tests.probing.pages import allows, how_to_list
from contract_tests.probing.subjects import answer_property, resources_with, success_pointer
from contract_tests.spot import STATUS, in_item
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope, Resource
from openapi.shape import shape

NAME = "page_past_the_end_is_empty"

_FAR = (1_000_000, 100_000)
_NO_SUCH_PAGE = (400, 404, 416, 422)


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list"):
        paging = resource.paging
        if paging is None or paging.kind not in ("offset", "page") or paging.position is None:
            continue
        operation = resource.operations["list"]
        yield Requirement(
            paging.position.place.pointer, NAME, Level.LIFECYCLE, place(operation), at=place(operation),
            subject=resource.key,
            impossible=None if "list" in resource.envelopes else "its answer holds no list",
        )  # fmt: skip
        if paging.further is not None and "list" in resource.envelopes:
            yield Requirement(
                success_pointer(operation), NAME, Level.CONVENTION, place(operation),
                at=f"{place(operation)} {'.'.join(paging.further)}", subject=resource.key,
                part=paging.further, impossible=_always_there(contract, operation, paging.further),
            )  # fmt: skip


def _always_there(contract: Contract, operation: Operation, path: tuple[str, ...]) -> str | None:
    """Why even the last page may tell what comes next, or None."""
    pointer = answer_property(contract, operation, Envelope(path[:-1]), path[-1])
    shown = shape(contract.responses.tree, {"$ref": pointer})
    if pointer == success_pointer(operation):
        return "what it tells of the next page is not described"
    return None if "null" in shown.types else "the document does not say that there may be no next page"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    requirement = requirements[0]
    resource = asking.contract.model.resources[requirement.subject]
    assert resource.paging is not None and resource.paging.position is not None
    position, operation = resource.paging.position, resource.operations["list"]
    far = next((value for value in _FAR if allows(asking.contract, position, value)), None)
    if far is None:
        raise CannotAsk(f"the document allows no {position.name} that is surely past the end")
    how = how_to_list(asking, resource)
    page = asking.send(operation, path=how["parents"], query={**how["query"], position.name: far})
    for each in requirements:
        if each.part is None:
            yield _emptiness(each, resource, page, f"{position.name}={far}")
        elif page.succeeded:
            yield _end(each, page, f"{position.name}={far}")
        else:
            yield not_tested(each, f"a page past the end is answered {page.status}")


def _end(requirement: Requirement, page: Exchange, asked: str) -> Outcome:
    """Past the end no page comes next."""
    value = page.json
    for token in requirement.part:
        value = value.get(token) if isinstance(value, dict) else None
    if not value:
        return passed(requirement)
    name = ".".join(requirement.part)
    return failed(
        requirement, f"{asked} is past the end, and {name} is {told(value)}",
        f"{name} is null where no page comes next, as the document lets it be", page,
        cause="a page past the end tells of a next one",
    )  # fmt: skip


def _emptiness(requirement: Requirement, resource: Resource, page: Exchange, asked: str) -> Outcome:
    operation = resource.operations["list"]
    if _is_empty(resource, operation, page):
        return passed(requirement)
    return failed(
        requirement, f"{asked} is answered {page.status} {_told(resource, page)}",
        "an empty page, or a declared refusal", page, cause=f"a page past the end is answered {page.status}",
        spot=in_item() if page.succeeded else STATUS,
    )  # fmt: skip


def _is_empty(resource: Resource, operation: Operation, page: Exchange) -> bool:
    if page.status in _NO_SUCH_PAGE and operation.response(page.status) is not None:
        return True
    if page.status == 204:
        return True
    found = resource.envelopes["list"].find(page.json) if page.succeeded else None
    return found == [] or (found is ABSENT and isinstance(page.json, dict))  # an empty list may be left out


def _told(resource: Resource, page: Exchange) -> str:
    found = resource.envelopes["list"].find(page.json) if page.succeeded else ABSENT
    return f"with {len(found)} items" if isinstance(found, list) else "without a list"


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is there nothing past the last page?",
    source="conformance.md section 3, page_partition",
    how=(
        "Asks for a page that is surely past the end (`offset=1000000`). An empty page is right, and so"
        " is a declared refusal."
    ),
    example="GET /things?offset=1000000 is answered 200 with the first page.",
    derive=derive,
    ask=ask,
)
