"""A filter that takes several values finds what has one of them."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same, told
from contract_tests.probing.filtering import (
    absent_value,
    asked,
    asked_in_turn,
    confirmed,
    of_each,
    read_list,
    value_of,
    wrong_in,
)
from contract_tests.probing.listing import Listing
from contract_tests.probing.values import fits
from openapi.codec import Json
from openapi.resources import ABSENT, Filter, Resource

NAME = "filters_take_several_values"

Values = tuple[Json, ...]


def derive(contract: Contract) -> Iterable[Requirement]:
    return of_each(contract, NAME, lambda resource: resource.choices)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    return asked_in_turn(asking, requirements, _judge)


def _judge(
    asking: Asking, requirement: Requirement, resource: Resource, ours: list[str], known: Listing
) -> Outcome:
    filter_: Filter = requirement.part
    probes = list(_probes(asking, filter_, resource, ours, known))
    for values in probes:
        filtered = read_list(asking, resource, {filter_.parameter.name: asked(filter_, *values)})
        if wrong_in(resource, known, ours, {filter_.property: values}, filtered):
            return _told(asking, requirement, resource, ours, values)
    return passed(requirement) if probes else not_tested(requirement, "no two values could be found")


def _probes(
    asking: Asking, filter_: Filter, resource: Resource, ours: list[str], known: Listing
) -> Iterator[Values]:
    """Lists of values: one that a record has, one that none has, and two in both orders, so that a server
    that looks at the first or at the last alone is seen."""
    held = _held(resource, known, ours, filter_.property)[:2]
    absent = absent_value(asking, filter_, resource, known)
    some = [*held, *([absent] if absent is not ABSENT else [])]
    if len(some) < 2:
        return
    for values in ((some[0],), (some[-1],), (some[0], some[1]), (some[1], some[0])):
        if fits(filter_.parameter, asked(filter_, *values), asking.contract):
            yield values


def _held(resource: Resource, known: Listing, ours: list[str], name: str) -> list[Json]:
    """The values that records have, those of ours first, each once."""
    found: list[Json] = []
    pairs = zip(known.ids(resource), known.items, strict=True)
    for _, item in sorted(pairs, key=lambda pair: pair[0] not in ours):
        value = value_of(item, name)
        if value not in (None, "") and value is not ABSENT and not any(same(value, each) for each in found):
            found.append(value)
    return found


def _told(
    asking: Asking, requirement: Requirement, resource: Resource, ours: list[str], values: Values
) -> Outcome:
    """The failure, where it shows again. Raises CannotAsk."""
    filter_: Filter = requirement.part
    query = {filter_.parameter.name: asked(filter_, *values)}
    found = confirmed(asking, resource, ours, {filter_.property: values}, query)
    if found is None:
        return passed(requirement)
    wrong, steps = found
    return failed(
        requirement, f"with {filter_.parameter.name}={' and '.join(map(told, values))} {wrong}",
        f"the list holds what has one of these values as its {filter_.property}, all of it and nothing else",
        *steps, cause="a filter of several values does not select what has one of them",
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a filter that takes several values select exactly the records that have one of them?",
    source="conformance.md section 3, filter_exact",
    how=(
        "Reads the list with one value of the filter, with another one, and with both, in both "
        "orders. The list for both has to be what has either value, and nothing else."
    ),
    example="GET /things?status=new&status=sold answers what is new, and nothing that is sold.",
    derive=derive,
    ask=ask,
)
