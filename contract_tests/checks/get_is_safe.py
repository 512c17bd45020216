"""Reading changes nothing."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.asking import Asking
from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.compare import differences, same
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.listing import id_in, one_page, selecting
from contract_tests.moments import is_whole_second
from contract_tests.samples import Known, known
from contract_tests.subjects import resources_with
from contract_tests.values import entity_of
from openapi.codec import Json
from openapi.resources import Resource

NAME = "get_is_safe"

_SECOND = 1.05


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "read"):
        operation = resource.operations["read"]
        yield Requirement(
            operation.place.pointer, NAME, Level.HTTP, place(operation), subject=resource.key,
            impossible=None if "read" in resource.envelopes else "its answer holds no item that could be compared",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    record = known(asking, resource, full=True)
    before = _others(asking, record)
    one, first = _read(asking, record)
    if _tells_whole_seconds(resource, one):
        asking.transport.wait(_SECOND)
    two, second = _read(asking, record)
    wrong = _changed(resource, one, two)
    if wrong:  # once may be the server's own doing, or somebody else's
        asking.transport.wait(_SECOND if _tells_whole_seconds(resource, two) else 0)
        three, third = _read(asking, record)
        again = _changed(resource, two, three)
        if again.keys() & wrong.keys():
            yield failed(
                requirement, f"one GET after another differs: {'; '.join(again.values())}", "GET changes nothing",
                record.shown, first, second, third, cause="a GET changes the record",
            )  # fmt: skip
            return
    after = _others(asking, record)
    moved = [own for own in before if own in after and _changed(resource, before[own], after[own])]
    if moved and record.own and _moves_again(asking, record, after):
        yield failed(
            requirement, f"a GET of {record.id} changed {moved[0]}", "GET changes no other record",
            record.shown, first, second, cause="a GET changes another record",
        )  # fmt: skip
        return
    yield passed(requirement)


def _read(asking: Asking, record: Known) -> tuple[dict[str, Json], Exchange]:
    exchange = asking.send(record.resource.operations["read"], path=record.path)
    entity = entity_of(record.resource, "read", exchange)
    if not isinstance(entity, dict):
        raise CannotAsk(f"GET of a record that is there is answered {exchange.status}")
    return entity, exchange


def _changed(resource: Resource, before: Json, after: Json) -> dict[str, str]:
    """The properties that differ, and how; not those that the server makes of other things."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return {}
    stay = [
        name
        for name, found in resource.properties.items()
        if found.read is not None and found.role != "server"
    ]
    pairs = ((name, before.get(name), after.get(name)) for name in stay)
    return {name: next(differences(old, new, name)) for name, old, new in pairs if not same(old, new)}


def _others(asking: Asking, record: Known) -> dict[str, Json]:
    """The records on the first page of the list, save this one; none where no list tells their ids."""
    resource = record.resource
    if "list" not in resource.envelopes:
        return {}
    try:
        items, _ = one_page(asking, resource, selecting(resource, None), record.parents)
    except CannotAsk:
        return {}
    by_id = {id_in(resource, item): item for item in items}
    return {own: item for own, item in by_id.items() if own and own != record.id}


def _moves_again(asking: Asking, record: Known, before: dict[str, Json]) -> bool:
    """Whether another GET changes others once more: then it is the GET, and nobody who writes meanwhile."""
    for _ in range(2):
        _read(asking, record)
        after = _others(asking, record)
        if not any(own in after and _changed(record.resource, before[own], after[own]) for own in before):
            return False
        before = after
    return True


def _tells_whole_seconds(resource: Resource, entity: dict[str, Json]) -> bool:
    """Whether it has a time of its last change in which two changes in one second look alike."""
    return any(
        found.role == "updated" and is_whole_second(entity.get(name))
        for name, found in resource.properties.items()
    )


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does a GET change nothing, neither the record nor another one?",
    source="RFC 9110 section 9.2.1; conformance.md section 3, get_safe",
    derive=derive,
    ask=ask,
)
