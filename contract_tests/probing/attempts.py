"""Writes with values that are not the client's to give, and what came of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.values import creating, entity_of
from openapi.codec import Json
from openapi.resources import ABSENT, Resource


@dataclass(frozen=True)
class Attempt:
    """One write. `steps`: its exchanges, the create of the record first; `entities`: the records in them.
    `refused`: with 4xx; `lost`: the record cannot be read afterwards."""

    values: Mapping[str, Json]
    steps: tuple[Exchange, ...]
    entities: tuple[Json, ...] = ()
    refused: bool = False
    lost: bool = False

    def stored(self, name: str) -> bool:
        """Whether a record has come to have the value."""
        return any(
            isinstance(entity, dict) and same(entity.get(name, ABSENT), self.values[name])
            for entity in self.entities
        )


class Attempts:
    """Writes to one resource: the values together, and each alone where together they are refused or lose the
    record, since then nobody knows which of them was to blame."""

    def __init__(self, asking: Asking, resource: Resource) -> None:
        self._asking, self._resource = asking, resource
        self._item: Item | None = None

    def create(self, values: Mapping[str, Json]) -> list[Attempt]:
        """Sends the values in creates. Raises CannotAsk."""
        return _together_or_alone(values, self._create)

    def update(self, role: str, values: Mapping[str, Json]) -> list[Attempt]:
        """Sends the values in updates of one record. Raises CannotAsk."""
        return _together_or_alone(values, lambda some: self._update(role, some))

    def _create(self, values: Mapping[str, Json]) -> Attempt:
        operation = creating(self._resource)
        path, body = self._asking.creation(self._resource)
        valid = self._asking.bodies.put(operation, body, values)
        exchange = self._asking.send(operation, path=path, body=body, valid=valid)
        if exchange.refused:
            return Attempt(values, (exchange,), refused=True)
        item = self._asking.item(self._resource, exchange)
        attempt = self._looked(values, item, (exchange,), item.entity)
        if not attempt.lost and not any(map(attempt.stored, values)):
            self._item = item  # a record like any other one
        return attempt

    def _update(self, role: str, values: Mapping[str, Json]) -> Attempt:
        item = self._item = self._item or self._asking.create(self._resource)
        operation = self._resource.operations[role]
        body = self._asking.update_body(item, role, {})
        valid = self._asking.bodies.put(operation, body, values)
        exchange = self._asking.send(operation, path=item.path, body=body, valid=valid)
        if exchange.refused:
            return Attempt(values, (item.made, exchange), refused=True)
        attempt = self._looked(values, item, (item.made, exchange), entity_of(self._resource, role, exchange))
        self._item = None if attempt.lost else item
        return attempt

    def _looked(
        self, values: Mapping[str, Json], item: Item, steps: tuple[Exchange, ...], entity: Json
    ) -> Attempt:
        if "read" not in self._resource.operations:
            return Attempt(values, steps, (entity,))
        shown = self._asking.read(item)
        found = entity_of(self._resource, "read", shown)
        return Attempt(values, (*steps, shown), (entity, found), lost=shown.refused)


def _together_or_alone(
    values: Mapping[str, Json], send: Callable[[Mapping[str, Json]], Attempt]
) -> list[Attempt]:
    if not values:
        return []
    together = send(values)
    if len(values) == 1 or not (together.refused or together.lost):
        return [together]
    return [send({name: value}) for name, value in values.items()]
