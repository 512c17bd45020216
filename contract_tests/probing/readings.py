"""A record and the list that it is in, read twice. Nothing is changed: several checks look at the same
exchanges."""

from dataclasses import dataclass

from contract_tests.check import CannotAsk
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same
from contract_tests.probing.listing import Listing, selecting, whole_list
from contract_tests.probing.moments import is_whole_second
from contract_tests.probing.samples import Known, known
from contract_tests.probing.values import entity_of
from contract_tests.probing.workpieces import once
from openapi.codec import Json
from openapi.resources import ABSENT, Resource

_SECOND = 1.05


@dataclass(frozen=True)
class Reading:
    """A GET of a record and the record in it, or ABSENT."""

    exchange: Exchange
    entity: Json


@dataclass(frozen=True)
class Readings:
    """The list, the record, the record, the list: in this order. `gets` is empty where no operation reads
    one item, `lists` where there is no list."""

    record: Known
    gets: tuple[Reading, ...]
    lists: tuple[Listing, ...]


def readings(asking: Asking, resource: Resource) -> Readings:
    """What is read of a resource, asked once in a run. Raises CannotAsk."""
    return once(asking, ("readings", resource.key), lambda: _read_all(asking, resource))


def _read_all(asking: Asking, resource: Resource) -> Readings:
    record = known(asking, resource, full=True)
    if record.own:
        asking.shared(resource)  # so that a list has an order
    before = _lists(asking, record)
    gets = [read(asking, record)] if "read" in resource.operations else []
    if gets:
        pause(asking, resource, gets[0].entity)
        gets.append(read(asking, record))
    after = _lists(asking, record) if before else ()
    return Readings(record, tuple(gets), (*before, *after) if after else ())


def read(asking: Asking, record: Known) -> Reading:
    """The record by GET."""
    exchange = asking.send(record.resource.operations["read"], path=record.path)
    return Reading(exchange, entity_of(record.resource, "read", exchange))


def listed(asking: Asking, record: Known) -> Listing:
    """The list that the record is in. Raises CannotAsk."""
    query = selecting(record.resource, None)
    return whole_list(asking, record.resource, parents=record.parents, query=query)


def pause(asking: Asking, resource: Resource, entity: Json) -> None:
    """Waits where the time of the last change is told in whole seconds: two changes in one would look
    alike."""
    told = entity if isinstance(entity, dict) else {}
    if any(
        each.role == "updated" and is_whole_second(told.get(name))
        for name, each in resource.properties.items()
    ):
        asking.transport.wait(_SECOND)


def differing(resource: Resource, before: Json, after: Json) -> list[str]:
    """The properties in which two readings differ; not those that the server makes of other things."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    stay = (
        name for name, each in resource.properties.items() if each.read is not None and each.role != "server"
    )
    return [name for name in stay if not same(before.get(name, ABSENT), after.get(name, ABSENT))]


def _lists(asking: Asking, record: Known) -> tuple[Listing, ...]:
    if "list" not in record.resource.operations:
        return ()
    try:
        return (listed(asking, record),)
    except CannotAsk:
        return ()
