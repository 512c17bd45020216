"""Which properties of an item an answer promises to show."""

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.subjects import answer_property, maker
from contract_tests.probing.values import entity_of
from openapi.codec import Json
from openapi.dialect import Schema
from openapi.operation import Operation
from openapi.resources import ABSENT, Property, Resource
from openapi.shape import shape


def declared(contract: Contract, resource: Resource, role: str) -> frozenset[str]:
    """The properties that the item declares in a success of the operation of a role."""
    schema = resource.schemas.get(role)
    if schema is None:
        return frozenset()
    properties = shape(contract.responses.tree, schema).properties
    return frozenset(name for name, each in properties.items() if each is not False)


def comparable(contract: Contract, found: Property) -> bool:
    """Whether answers can hold what requests write as a property: its name may be read as another thing,
    a whole record where its name or id is written."""
    written = [found.create, *found.update.values()]
    return found.read is not None and any(
        _meet(contract, each, found.read) for each in written if each is not None
    )


def _meet(contract: Contract, written: Schema, read: Schema) -> bool:
    one, other = shape(contract.requests.tree, written), shape(contract.responses.tree, read)
    common = (one.types & other.types) - {"null"}
    if common == {"array"} and one.item is not None and other.item is not None:
        return _meet(contract, one.item, other.item)
    return bool(common)


def making(resource: Resource) -> str:
    """The role of the operation that creates items."""
    return "create" if "create" in resource.operations else "replace"


def showing(contract: Contract, resource: Resource, name: str) -> str | None:
    """The role of the operation that shows a property of a new record: the create itself, else the read."""
    roles = (making(resource), "read")
    return next((role for role in roles if name in declared(contract, resource, role)), None)


def property_pointer(contract: Contract, resource: Resource, role: str, name: str) -> str:
    """Where the schema of a property stands in the success of the operation of a role."""
    operation = resource.operations[role]
    return answer_property(contract, operation, resource.envelopes[role], name)


def made_by(resource: Resource) -> Operation:
    """The operation that creates items, of a resource that has one."""
    operation = maker(resource)
    assert operation is not None
    return operation


def first_sight(asking: Asking, item: Item, role: str) -> tuple[Exchange, Json]:
    """The answer that shows a new record first, and the record in it: its create for the role that made
    it, else a GET. Raises CannotAsk."""
    if role == making(item.resource) and isinstance(item.entity, dict):
        return item.made, item.entity
    exchange = asking.read(item)
    entity = entity_of(item.resource, "read", exchange)
    if entity is ABSENT:
        raise CannotAsk(f"GET of a record that was just created is answered {exchange.status}")
    return exchange, entity
