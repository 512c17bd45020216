"""Two filters leave what passes both."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product

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
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same, told
from contract_tests.probing.filtering import (
    absent_value,
    confirmed,
    optional,
    read_list,
    value_of,
    varied,
    wrong_in,
)
from contract_tests.probing.listing import Listing
from contract_tests.probing.pages import why_no_list
from contract_tests.probing.subjects import closure, resources_with
from contract_tests.spot import in_item
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
                part=(one, two), impossible=why_no_list(resource),
            )  # fmt: skip


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
    probes = list(_probes(asking, requirement.part, resource, ours, known))
    for wanted in probes:
        query = {each.parameter.name: wanted[each.property] for each in requirement.part}
        filtered = read_list(asking, resource, query)
        if not wrong_in(resource, known, ours, wanted, filtered):
            continue
        if (found := confirmed(asking, resource, ours, wanted, query)) is None:
            continue
        asked = " and ".join(f"{name}={told(value)}" for name, value in query.items())
        return failed(
            requirement, f"with {asked} {found[0]}",
            "the list holds what passes both filters, and nothing else",
            *found[1], cause="two filters do not leave what passes both", spot=in_item(),
        )  # fmt: skip
    return passed(requirement) if probes else not_tested(requirement, "the records do not differ in both")


def _probes(
    asking: Asking, filters: tuple[Filter, Filter], resource: Resource, ours: list[str], known: Listing
) -> Iterator[dict[str, Json]]:
    """Pairs of values that tell whether one of the filters is ignored: for each of the two a pair, or one
    for both, such that a record of ours passes only the other one."""
    items = [item for own in ours for item in known.find(resource, own)]
    values = [_values(asking, each, resource, items, known) for each in filters]
    names = [each.property for each in filters]
    open_ = {0, 1}
    pairs = [dict(zip(names, pair, strict=True)) for pair in product(*values)]
    for wanted in sorted(pairs, key=lambda pair: -len(_telling(items, pair))):
        if open_ & _telling(items, wanted):
            open_ -= _telling(items, wanted)
            yield wanted


def _telling(items: list[Json], wanted: dict[str, Json]) -> set[int]:
    """Which of the two filters would be missed: of which a record fails nothing but it."""
    has = {tuple(same(value_of(item, name), value) for name, value in wanted.items()) for item in items}
    return {index for index, pair in ((0, (False, True)), (1, (True, False))) if pair in has}


def _values(
    asking: Asking, filter_: Filter, resource: Resource, items: list[Json], known: Listing
) -> list[Json]:
    """The values that our records have, the first one first, and one that no record has."""
    found: list[Json] = []
    for item in items:
        value = value_of(item, filter_.property)
        if value is not None and value is not ABSENT and not any(same(value, each) for each in found):
            found.append(value)
    absent = absent_value(asking, filter_, resource, known)
    return [*found[:2], *([absent] if absent is not ABSENT else [])]


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Do two filters together leave exactly what passes both?",
    source="conformance.md section 3, filter_exact",
    how=(
        "Makes records that differ in two properties, and filters by both at once. What passes only one"
        " of the two filters may not be in the list."
    ),
    example="GET /things?color=red&size=1 answers things that are red or of size 1.",
    derive=derive,
    ask=ask,
)
