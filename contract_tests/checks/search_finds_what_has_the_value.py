"""What a search by a value finds has the value."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same, told
from contract_tests.probing.filtering import asked, can_be_set, two_values, value_of
from contract_tests.probing.samples import made
from contract_tests.probing.searching import searched
from contract_tests.probing.values import fits
from contract_tests.probing.variation import values_of
from openapi.codec import Json
from openapi.resources import ABSENT, Filter, Resource, Search
from openapi.shape import shape

NAME = "search_finds_what_has_the_value"

_MOST = 3
"""Values that are asked for."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for search in contract.model.searches:
        for each in search.filters:
            yield Requirement(
                each.parameter.place.pointer, NAME, Level.CONVENTION, place(search.operation),
                at=f"{place(search.operation)} {each.parameter.name}", subject=search.operation.id,
                part=(search, each),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        try:
            yield _judge(asking, requirement, *requirement.part)
        except CannotAsk as reason:
            yield not_tested(requirement, str(reason))


def _judge(asking: Asking, requirement: Requirement, search: Search, filter_: Filter) -> Outcome:
    resource = asking.contract.model.resources[search.resource]
    seen = 0
    for value in _values(asking, resource, filter_):
        found, exchange = searched(asking, search, {filter_.parameter.name: asked(filter_, value)})
        seen += len(found)
        for item in found:
            held = value_of(item, filter_.property)
            if held is not ABSENT and held is not None and not same(held, value):
                given = f"{filter_.parameter.name}={told(value)}"
                return failed(
                    requirement,
                    f"with {given} an item has {filter_.property} {told(held)}",
                    f"what is found has the {filter_.property} that was asked for",
                    exchange, cause="a search finds what has another value",
                )  # fmt: skip
    return passed(requirement) if seen else not_tested(requirement, "nothing was found")


def _values(asking: Asking, resource: Resource, filter_: Filter) -> list[Json]:
    """Values to ask for: those of two records that this run makes for it, where it can."""
    if can_be_set(resource, filter_):
        values, _ = made(asking, resource, lambda: _settled(asking, resource, filter_))
        if values:
            return values
    place_ = {"$ref": filter_.parameter.schema.pointer} if filter_.parameter.schema else {}
    inner = shape(asking.contract.requests.tree, place_).item if filter_.many else place_
    some = values_of(asking, inner, filter_.property, resource.key, "searched")
    return [value for value in some if fits(filter_.parameter, asked(filter_, value), asking.contract)][
        :_MOST
    ]


def _settled(asking: Asking, resource: Resource, filter_: Filter) -> list[Json]:
    values = two_values(asking, resource, filter_)
    for value in values:
        asking.create(resource, changes={filter_.property: value})
    return values


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Has everything that a search by a value finds that value?",
    source="names of parameters and properties",
    derive=derive,
    ask=ask,
)
