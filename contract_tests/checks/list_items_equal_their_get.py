"""An item in the list is the one that GET returns."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import differences, same
from contract_tests.probing.listing import Listing
from contract_tests.probing.observing import both_show
from contract_tests.probing.readings import Reading, listed, read, readings
from contract_tests.probing.samples import Known
from contract_tests.probing.shown import declared
from contract_tests.probing.subjects import resources_with, success_pointer
from contract_tests.spot import in_item
from openapi.codec import Json
from openapi.resources import Resource

NAME = "list_items_equal_their_get"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "list", "read"):
        operation = resource.operations["list"]
        yield Requirement(
            success_pointer(operation), NAME, Level.LIFECYCLE, place(operation), subject=resource.key,
            impossible=_why_not(contract, resource),
        )  # fmt: skip


def _why_not(contract: Contract, resource: Resource) -> str | None:
    if resource.id is None or resource.id.property is None:
        return "the items of the list do not tell their id"
    return None if _common(contract, resource) else "list and GET declare no property in common"


def _common(contract: Contract, resource: Resource) -> frozenset[str]:
    return declared(contract, resource, "list") & declared(contract, resource, "read")


@dataclass(frozen=True)
class Both:
    """A record as listed and as GET returns it, in the properties that both declare; null and nothing say the
    same."""

    listed: dict[str, Json]
    read: dict[str, Json]
    steps: tuple[Exchange, ...]

    def unlike(self) -> list[str]:
        """The properties that differ."""
        names = dict.fromkeys([*self.listed, *self.read])
        return [name for name in names if not same(self.listed.get(name), self.read.get(name))]


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    found = readings(asking, resource)
    if not found.lists:
        raise CannotAsk("no list comes")
    record, one = found.record, _both(asking, found.record, found.gets[-1], found.lists[-1])
    if not one.unlike():
        yield passed(requirement)
        return
    two = _both(
        asking, record, read(asking, record), listed(asking, record)
    )  # what differs from one GET to the next is no property of the record
    said = {"list": two.listed, "read": two.read}
    wrong = [
        name
        for name in two.unlike()
        if name in one.unlike()
        and _stays(one, two, name)
        and both_show(asking.contract, resource, name, said)
    ]
    if not wrong:
        yield passed(requirement)
        return
    told = differences({n: two.read.get(n) for n in wrong}, {n: two.listed.get(n) for n in wrong})
    yield failed(
        requirement, f"the item in the list differs from its GET: {'; '.join(list(told)[:3])}",
        "an item in the list is equal to its GET", record.shown, *two.steps,
        cause="an item in the list differs from its GET", spot=in_item(wrong[0], own=record.id),
    )  # fmt: skip


def _both(asking: Asking, record: Known, shown: Reading, listing: Listing) -> Both:
    """Raises CannotAsk."""
    resource = record.resource
    if not isinstance(shown.entity, dict):
        raise CannotAsk(f"GET of a record that is there is answered {shown.exchange.status}")
    items = [item for item in listing.find(resource, record.id) if isinstance(item, dict)]
    if not items:
        raise CannotAsk("the record is not in the list")
    names = _common(asking.contract, resource)
    return Both(
        _only(items[0], names),
        _only(shown.entity, names),
        (shown.exchange, listing.page(resource, record.id)),
    )


def _only(entity: dict[str, Json], names: frozenset[str]) -> dict[str, Json]:
    return {name: value for name, value in entity.items() if name in names and value is not None}


def _stays(one: Both, two: Both, name: str) -> bool:
    return same(one.listed.get(name), two.listed.get(name)) and same(one.read.get(name), two.read.get(name))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is an item in the list equal to its GET, in what both declare?",
    source="conformance.md section 3, list_contains",
    how="Reads a record by GET and in its list, twice, and compares the properties that both declare.",
    example='GET /things/7 answers {"name": "x"}; GET /things has it as {"id": "7", "name": "X"}.',
    fault="list_items_lack_a_property",
    derive=derive,
    ask=ask,
)
