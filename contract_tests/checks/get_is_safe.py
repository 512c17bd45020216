"""Reading changes nothing."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import differences
from contract_tests.probing.listing import Listing
from contract_tests.probing.readings import Readings, differing, listed, pause, read, readings
from contract_tests.probing.samples import Known
from contract_tests.probing.subjects import resources_with
from contract_tests.spot import in_item
from openapi.resources import ABSENT

NAME = "get_is_safe"

_TWICE_MORE = 2


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "read"):
        operation = resource.operations["read"]
        yield Requirement(
            operation.place.pointer, NAME, Level.HTTP, place(operation), subject=resource.key,
            impossible=None if "read" in resource.envelopes else "its answer holds no item",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    found = readings(asking, resource)
    if not all(isinstance(each.entity, dict) for each in found.gets):
        raise CannotAsk(f"GET of a record that is there is answered {found.gets[-1].exchange.status}")
    yield (
        _changes_itself(asking, requirement, found)
        or _changes_others(asking, requirement, found)
        or passed(requirement)
    )


def _changes_itself(asking: Asking, requirement: Requirement, found: Readings) -> Outcome | None:
    """The failure, where one GET after another differs: twice, since once may be the server's own doing, or
    somebody else's. What is not of this run others may move all the time: an invoice, by their work."""
    resource, (one, two) = found.record.resource, found.gets
    wrong = differing(resource, one.entity, two.entity)
    if not wrong:
        return None
    pause(asking, resource, two.entity)
    three = read(asking, found.record)
    again = [name for name in differing(resource, two.entity, three.entity) if name in wrong]
    if not again:
        return None
    if not found.record.own:
        return not_tested(requirement, "it is not a record of this run, and others may write to it meanwhile")
    told = [
        next(differences(two.entity.get(name, ABSENT), three.entity.get(name, ABSENT), name))
        for name in again
    ]
    return failed(
        requirement, f"one GET after another differs: {'; '.join(told[:3])}", "GET changes nothing",
        found.record.shown, one.exchange, two.exchange, three.exchange, cause="a GET changes the record",
        spot=in_item(again[0]),
    )  # fmt: skip


def _changes_others(asking: Asking, requirement: Requirement, found: Readings) -> Outcome | None:
    """The failure, where GETs of one record go along with changes of another one, again and again."""
    record, lists = found.record, found.lists
    if not record.own or len(lists) < 2:
        return None
    other = asking.shared(record.resource).id
    for _ in range(_TWICE_MORE):
        if other == record.id or not _changed(record, other, *lists):
            return None
        read(asking, record)
        lists = (lists[1], listed(asking, record))
    if not _changed(record, other, *lists):
        return None
    return failed(
        requirement, f"a GET of {record.id} changed {other}", "GET changes no other record",
        record.shown, found.gets[0].exchange, *lists[1].pages[:2], cause="a GET changes another record",
        spot=in_item(own=other),
    )  # fmt: skip


def _changed(record: Known, other: str, before: Listing, after: Listing) -> bool:
    """Whether another record of this run is in both lists and differs."""
    resource = record.resource
    olds, news = before.find(resource, other), after.find(resource, other)
    return bool(olds and news and differing(resource, olds[0], news[0]))


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does a GET change nothing, neither the record nor another one?",
    source="RFC 9110 section 9.2.1; conformance.md section 3, get_safe",
    how=(
        "Reads one record several times, and its list before and after. What differs once may be"
        " somebody else's doing; what differs again and again is told."
    ),
    example='GET /things/7 answers {"updated_at": "10:00:01"}, the next GET {"updated_at": "10:00:02"}.',
    fault="read_moves_the_moment_of_the_update",
    derive=derive,
    ask=ask,
)
