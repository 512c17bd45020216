"""Two filters leave what passes both."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from contract_tests.asking import Asking
from contract_tests.check import (
    WRITE,
    CannotAsk,
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.compare import same, told
from contract_tests.contract import Contract, place
from contract_tests.filtering import can_be_set, optional, read_list, value_of, varied, wrong_in
from contract_tests.listing import Listing
from contract_tests.pages import why_no_list
from contract_tests.subjects import closure, resources_with
from openapi.codec import Json
from openapi.resources import ABSENT, Filter, Resource

NAME = "filters_combine"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list", "make"):
        operation = resource.operations["list"]
        for one, two in combinations(optional(resource), 2):
            yield Requirement(
                one.parameter.place.pointer, NAME, Level.LIFECYCLE, place(operation),
                at=f"{place(operation)} {one.parameter.name} and {two.parameter.name}",
                needs=frozenset({WRITE}), creates=closure(contract, resource), subject=resource.key,
                part=(one, two), impossible=why_no_list(resource) or _unset(resource, one, two),
            )  # fmt: skip


def _unset(resource: Resource, *filters: Filter) -> str | None:
    names = [each.property for each in filters if not can_be_set(resource, each)]
    return f"no create gives {' or '.join(names)} a value" if names else None


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    records = varied(asking, resource)
    known = read_list(asking, resource)
    for requirement in requirements:
        try:
            yield _judge(asking, requirement, resource, records.ids, known)
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))


def _judge(
    asking: Asking, requirement: Requirement, resource: Resource, ours: list[str], known: Listing
) -> Outcome:
    wanted = _wanted(resource, requirement.part, ours, known)
    if wanted is None:
        return not_tested(requirement, "the records do not differ in both properties")
    query = {each.parameter.name: wanted[each.property] for each in requirement.part}
    filtered = read_list(asking, resource, query)
    wrong = wrong_in(resource, known, ours, wanted, filtered)
    if wrong is None:
        return passed(requirement)
    again = read_list(asking, resource)
    if not all(same(known.find(resource, own), again.find(resource, own)) for own in ours):
        return not_tested(requirement, "the records change meanwhile")
    asked = " and ".join(f"{name}={told(value)}" for name, value in query.items())
    return failed(
        requirement, f"with {asked} {wrong}", "the list holds what passes both filters, and nothing else",
        *known.pages[:2], *filtered.pages[:2], cause="two filters do not leave what passes both",
    )  # fmt: skip


def _wanted(
    resource: Resource, filters: tuple[Filter, Filter], ours: list[str], known: Listing
) -> dict[str, Json] | None:
    """The values of our first record; None where no other one of ours has only one of them, for each of the two."""
    one, two = (each.property for each in filters)
    first = next(iter(known.find(resource, ours[0])), None)
    wanted = {name: value_of(first, name) for name in (one, two)}
    if any(value is None or value is ABSENT for value in wanted.values()):
        return None
    others = [item for own in ours[1:] for item in known.find(resource, own)]
    has = {tuple(same(value_of(item, name), wanted[name]) for name in (one, two)) for item in others}
    return wanted if {(True, False), (False, True)} <= has else None


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Do two filters together leave exactly what passes both?",
    source="conformance.md section 3, filter_exact",
    derive=derive,
    ask=ask,
)
