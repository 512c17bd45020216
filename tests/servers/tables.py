"""Records in memory, by tenant and in the order of their making."""

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True, eq=False)
class Row:
    """A record: its id, whose it is, its place in the order, and its properties."""

    id: Any
    tenant: str
    serial: int
    fields: dict[str, Any]


class Table:
    """The rows of one collection. Two tenants may have one id, which only client-given ids do."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, Any], Row] = {}
        self.made = 0

    def add(self, tenant: str, identifier: Any, fields: dict[str, Any]) -> Row:
        self.made += 1
        row = Row(identifier, tenant, self.made, fields)
        self.rows[tenant, identifier] = row
        return row

    def find(self, tenant: str, identifier: Any) -> Row | None:
        return self.rows.get((tenant, identifier))

    def of(self, tenant: str) -> list[Row]:
        """The rows of a tenant, the oldest first."""
        return [row for row in self.rows.values() if row.tenant == tenant]

    def remove(self, row: Row) -> None:
        self.rows.pop((row.tenant, row.id), None)

    def anyone(self, identifier: Any) -> Row | None:
        """The row of whichever tenant; no clean server asks for it."""
        return next((row for row in self.rows.values() if row.id == identifier), None)
