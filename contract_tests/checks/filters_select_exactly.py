"""A filtered list is what has the value, all of it and nothing else."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import told
from contract_tests.probing.filtering import (
    absent_value,
    asked_in_turn,
    confirmed,
    of_each,
    read_list,
    value_of,
    wrong_in,
)
from contract_tests.probing.listing import Listing
from contract_tests.spot import in_item
from openapi.codec import Json
from openapi.resources import ABSENT, Filter, Resource

NAME = "filters_select_exactly"


def derive(contract: Contract) -> Iterable[Requirement]:
    return of_each(contract, NAME, lambda resource: resource.filters)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    return asked_in_turn(asking, requirements, _judge)


def _judge(
    asking: Asking, requirement: Requirement, resource: Resource, ours: list[str], known: Listing
) -> Outcome:
    filter_: Filter = requirement.part
    present = _present(resource, known, ours, filter_.property)
    values = [present, absent_value(asking, filter_, resource, known)]
    if all(value is ABSENT for value in values):
        return not_tested(requirement, f"no record has a {filter_.property} to ask for")
    telling = values[1] is not ABSENT
    for value in values:
        if value is ABSENT:
            continue
        filtered = _filtered(asking, resource, filter_, value, must=value is present)
        if filtered is None:
            continue
        wanted = {filter_.property: value}
        telling = telling or len(filtered.items) < len(known.items)
        if wrong_in(resource, known, ours, wanted, filtered):
            return _told(asking, requirement, resource, ours, wanted)
    return passed(requirement) if telling else not_tested(requirement, "every record has the same value")


def _present(resource: Resource, known: Listing, ours: list[str], name: str) -> Json:
    """A value that a record has, one of ours first."""
    pairs = zip(known.ids(resource), known.items, strict=True)
    ordered = sorted(pairs, key=lambda pair: pair[0] not in ours)
    values = (value_of(item, name) for _, item in ordered)
    return next(
        (value for value in values if value is not None and value is not ABSENT and value != ""), ABSENT
    )


def _filtered(asking: Asking, resource: Resource, filter_: Filter, value: Json, must: bool) -> Listing | None:
    """The filtered list; None where a value that no record has is refused, as an unknown reference may be."""
    try:
        return read_list(asking, resource, {filter_.parameter.name: value})
    except CannotAsk:
        if must:
            raise
        return None


def _told(
    asking: Asking, requirement: Requirement, resource: Resource, ours: list[str], wanted: dict[str, Json]
) -> Outcome:
    """The failure, where it shows again. Raises CannotAsk."""
    filter_: Filter = requirement.part
    query = {filter_.parameter.name: wanted[filter_.property]}
    found = confirmed(asking, resource, ours, wanted, query)
    if found is None:
        return passed(requirement)
    wrong, steps = found
    return failed(
        requirement, f"with {filter_.parameter.name}={told(wanted[filter_.property])} {wrong}",
        f"the list holds what has the {filter_.property}, all of it and nothing else",
        *steps, cause="a filter does not select what has the value", spot=in_item(),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a filter select exactly the records that have the value?",
    source="conformance.md section 3, filter_exact",
    how=(
        "Reads the whole list, then the list filtered by a value that a record has, and by one that"
        " none has. The filtered list has to be what has the value: all of it, and nothing else."
    ),
    example="GET /things?color=red answers every thing, the blue ones as well.",
    derive=derive,
    ask=ask,
)
