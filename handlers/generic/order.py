"""The order that a list is asked for: `sort=-name`, `sort=name:desc`, `sort_by=name&order=desc`."""

import re
from dataclasses import dataclass
from typing import Any

from handlers.call import Call, Json
from handlers.store.base import Record
from openapi.inference.naming import plain
from openapi.operation import Operation
from openapi.resources import Resource

_SORTS = {"sort", "sortby", "orderby", "order", "ordering", "sortfield", "sortkey"}
_WAYS = {"order", "direction", "sortorder", "sortdir", "sortdirection", "orderdirection", "orderdir"}
_SPELLED = re.compile(r"(?P<sign>[-+]?)(?P<name>\w+?)(?:[:,. _](?P<way>asc|desc)(?:ending)?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """How one list may be sorted. `by`, `ways`: its parameters for the property and for the direction;
    `names`: its properties by plain name."""

    by: tuple[str, ...]
    ways: tuple[str, ...]
    names: dict[str, str]

    @staticmethod
    def of(operation: Operation, resource: Resource) -> "Order":
        query = {each.name: plain(each.name) for each in operation.parameters if each.location == "query"}
        names = {plain(name): name for name, each in resource.properties.items() if each.read is not None}
        return Order(
            tuple(name for name, word in query.items() if word in _SORTS),
            tuple(name for name, word in query.items() if word in _WAYS),
            names,
        )

    def asked(self, call: Call) -> bool:
        """Whether a request asks for an order."""
        return bool(self._wished(call))

    def sorted(self, records: list[Record], call: Call) -> list[Record]:
        """The records in the order asked for; as they came where none is, or it names no property."""
        wished = self._wished(call)
        for name, falling in reversed(wished):
            records = sorted(
                records, key=lambda record: _rank(record.value["item"].get(name)), reverse=falling
            )
        return records

    def _wished(self, call: Call) -> list[tuple[str, bool]]:
        """The properties to sort by, the weightiest first, and whether the greatest comes first."""
        way = next((str(call.parameters[name]).lower() for name in self.ways if name in call.parameters), "")
        for name in self.by:
            given = call.parameters.get(name)
            values = given if isinstance(given, list) else str(given).split(",") if given is not None else []
            if found := [each for value in values if (each := self._read(str(value), way))]:
                return found
        return []

    def _read(self, value: str, way: str) -> tuple[str, bool] | None:
        found = _SPELLED.fullmatch(value.strip())
        name = self.names.get(plain(found["name"])) if found else None
        if found is None or name is None:
            return None
        return name, found["sign"] == "-" or (found["way"] or way).lower().startswith("desc")


def _rank(value: Json) -> tuple[int, Any]:
    """Values of one kind beside each other; what cannot be compared counts the same."""
    if isinstance(value, (bool, int, float)):
        return 1, value
    return (2, value) if isinstance(value, str) else (0, 0)
