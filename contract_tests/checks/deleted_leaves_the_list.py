"""What was deleted is in no list any more."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.listing import whole_list
from contract_tests.probing.observing import listed, parents_of, unseen_list
from contract_tests.probing.promises import promise, uncreatable
from contract_tests.probing.removing import Removal, removed, soft
from contract_tests.probing.subjects import success_pointer
from contract_tests.probing.workpieces import story
from contract_tests.spot import in_item
from openapi.codec import Json
from openapi.resources import Resource

NAME = "deleted_leaves_the_list"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        if "delete" not in resource.operations or "list" not in resource.operations:
            continue
        for name in ("", *_filters(resource)):
            yield promise(
                contract, NAME, Level.LIFECYCLE, resource.operations["list"], resource, at=name,
                pointer=success_pointer(resource.operations["list"]), part=(resource.key, name),
                impossible=uncreatable(resource) or unseen_list(resource),
            )  # fmt: skip


def _filters(resource: Resource) -> list[str]:
    """The first filter by a property that is not one of this run alone."""
    return [each.parameter.name for each in resource.filters if _plain(resource, each.property)][:1]


def _plain(resource: Resource, name: str) -> bool:
    found = resource.properties.get(name)
    return found is not None and found.role == "plain" and found.reference is None


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].part[0]]
    found = removed(asking, resource)
    for requirement in requirements:
        yield _judged(asking, requirement, found)


def _judged(asking: Asking, requirement: Requirement, found: Removal) -> Outcome:
    if found.failure:
        return not_tested(requirement, found.failure)
    name = requirement.part[1]
    query = _query(found, name) if name else {}
    if name and not query:
        return not_tested(requirement, f"the record had no value to filter by {name}")
    resource = found.item.resource
    listing = whole_list(asking, resource, query=query, parents=parents_of(found.item))
    left = listed(asking, listing, found.item, found.before.entity)
    if not left:
        return passed(requirement)
    if soft(resource, left[0]):
        return not_tested(
            requirement, f"it is still listed, with {soft(resource, left[0])} set: a soft deletion"
        )
    where = f"the list filtered by {name}" if name else "the list"
    return failed(
        requirement, f"{where} still has the record that was deleted", "what is deleted is in no list",
        *story(found.item, found.done, listing.page(resource, found.item.id)),
        cause=f"{where} has deleted records",
        spot=in_item(own=found.item.id),
    )  # fmt: skip


def _query(found: Removal, name: str) -> dict[str, Json]:
    """The filter by what the record had."""
    each = next(each for each in found.item.resource.filters if each.parameter.name == name)
    value = found.before.value(each.property)
    return {name: value} if isinstance(value, (str, int, bool)) and value != "" else {}


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a record that was deleted in no list any more?",
    source="conformance.md section 3, delete_effect",
    how=(
        "Creates a record, deletes it, and reads the list, whole and filtered by a value that the record had."
    ),
    example="DELETE /things/7 answers 204; GET /things still has 7.",
    fault="list_holds_deleted_items",
    derive=derive,
    ask=ask,
)
