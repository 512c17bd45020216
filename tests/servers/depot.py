"""Warehouses and shipments (depot.yaml): PUT only, integer ids, references, actions, singletons, basic auth.

`python -m tests.servers.depot [FAULT]` prints its address and serves.
"""

import base64
import re
import time
from typing import Any, ClassVar

from tests.servers.depot_records_faults import FAULTS
from tests.servers.service import Call, Refusal, Reply, Service
from tests.servers.serving import by_hand
from tests.servers.shapes import Shape, filled
from tests.servers.tables import Row, Table

LOGINS = {"ada:Forklift-7-quay": "ada", "berta:Gantry-9-yard": "berta"}

LONG: Shape = {"type": "integer", "format": "int64"}
NOTE: Shape = {"type": ["string", "null"], "maxLength": 80, "default": None}
STATUS: Shape = {"type": "string", "enum": ["planned", "dispatched", "cancelled"]}
WAREHOUSE: Shape = {
    "type": "object",
    "required": ["name", "area"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "area": {"type": "number", "exclusiveMinimum": 0, "maximum": 100000},
        "city": {"type": ["string", "null"], "maxLength": 40, "default": None},
        "capacity": {"type": "integer", "minimum": 0, "maximum": 1000000, "default": 100},
        "heated": {"type": "boolean", "default": False},
    },
}
SETTINGS: Shape = {
    "type": "object",
    "properties": {
        "zone": {"type": "string", "enum": ["north", "south", "island"], "default": "north"},
        "openOnSunday": {"type": "boolean", "default": False},
        "maxParcels": {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
    },
}
SHIPMENT: Shape = {
    "type": "object",
    "required": ["warehouseId", "description"],
    "properties": {
        "warehouseId": LONG,
        "description": {"type": "string", "minLength": 1, "maxLength": 60},
        "weight": {"type": "number", "minimum": 0, "maximum": 10000, "default": 1},
        "fragile": {"type": "boolean", "default": False},
        "reference": {"type": ["string", "null"], "maxLength": 60, "default": None},
        "note": NOTE,
        "manifest": {"type": "object", "default": {}},
    },
}
CARRIER: Shape = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 40},
        "phone": {"type": ["string", "null"], "pattern": "^[+]?[0-9 ]{3,20}$", "default": None},
        "rating": {"type": "integer", "minimum": 0, "maximum": 5, "default": 0},
    },
}
RATINGS: Shape = {"type": "array", "items": {"type": "integer", "minimum": 0, "maximum": 5}}
REPORT: Shape = {
    "type": "object",
    "required": ["kind"],
    "properties": {"kind": {"type": "string", "enum": ["stock", "movements"]}, "note": NOTE},
}
SORT: Shape = {"type": "string", "enum": ["name", "-name"]}
PAGE: Shape = {"type": "integer", "minimum": 1, "default": 1}
SIZE: Shape = {"type": "integer", "minimum": 1, "maximum": 40, "default": 6}
TITLES = {400: "Invalid", 401: "Unknown caller", 404: "Not found", 405: "Not allowed", 409: "Conflict"}


class Depot(Service):
    """Warehouses and shipments: PUT only, integer ids, references, actions, basic auth."""

    PATIENCE: ClassVar = 0.05
    """Seconds until a report is ready, at the latest; two vain reads are enough, too."""
    BASE: ClassVar = "/api/v2"
    ROUTES: ClassVar = {
        "/warehouses": {"GET": "list_warehouses", "POST": "create_warehouse"},
        "/warehouses/{warehouseId}": {
            "GET": "read_warehouse",
            "HEAD": "read_warehouse",
            "PUT": "replace_warehouse",
            "DELETE": "delete_warehouse",
        },
        "/warehouses/{warehouseId}/settings": {"GET": "read_settings", "PUT": "replace_settings"},
        "/shipments": {"GET": "list_shipments", "POST": "create_shipment"},
        "/shipments/search": {"GET": "search_shipments"},
        "/shipments/{shipmentId}": {
            "GET": "read_shipment",
            "PUT": "replace_shipment",
            "DELETE": "delete_shipment",
        },
        "/shipments/{shipmentId}/dispatch": {"POST": "dispatch"},
        "/shipments/{shipmentId}/cancel": {"POST": "cancel"},
        "/carriers": {"GET": "list_carriers"},
        "/carriers/{code}": {"GET": "read_carrier", "PUT": "put_carrier", "DELETE": "delete_carrier"},
        "/about": {"GET": "read_about"},
        "/reports": {"POST": "create_report"},
        "/reports/{reportId}": {"GET": "read_report", "DELETE": "delete_report"},
    }
    PUBLIC: ClassVar = frozenset({"read_about"})
    BREAKS: ClassVar = FAULTS
    FAULTS: ClassVar = FAULTS.sentences
    CREDENTIALS: ClassVar = tuple(
        {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"} for login in LOGINS
    )

    def open(self) -> None:
        self.warehouses, self.shipments, self.carriers, self.reports = Table(), Table(), Table(), Table()
        self.settings: dict[int, dict[str, Any]] = {}
        self.waiting: dict[int, tuple[float, int]] = {}
        self.last_id = 100

    # --- warehouses ---

    def list_warehouses(self, call: Call) -> Reply:
        sort = self.query(call, sort=SORT).get("sort", "")
        return self.page(call, self.ordered(self.warehouses.of(call.tenant), sort))

    def ordered(self, rows: list[Row], sort: str) -> list[Row]:
        """By name, or in the order of their making."""
        return sorted(rows, key=lambda row: row.fields["name"], reverse=sort == "-name") if sort else rows

    def create_warehouse(self, call: Call) -> Reply:
        body = self.body(call, WAREHOUSE)
        row = self.warehouses.add(call.tenant, self.new_id(), self.made(WAREHOUSE, body))
        self.settings[row.id] = filled(SETTINGS, {})
        return self.told("warehouse", row)

    def read_warehouse(self, call: Call) -> Reply:
        return self.told("warehouse", self.warehouse(call))

    def replace_warehouse(self, call: Call) -> Reply:
        row = self.warehouse(call)
        return self.told("warehouse", self.replaced(row, WAREHOUSE, self.body(call, WAREHOUSE)))

    def delete_warehouse(self, call: Call) -> Reply:
        row = self.warehouse(call)
        if self.shipments_of(row):
            raise Refusal(409, "the warehouse has shipments")
        reply = self.told("warehouse", row)
        self.remove_warehouse(row)
        return reply

    def remove_warehouse(self, row: Row) -> None:
        self.warehouses.remove(row)
        del self.settings[row.id]

    def read_settings(self, call: Call) -> Reply:
        return Reply(200, self.settings[self.warehouse(call).id])

    def replace_settings(self, call: Call) -> Reply:
        row = self.warehouse(call)
        self.settings[row.id] = filled(SETTINGS, self.body(call, SETTINGS))
        return Reply(200, self.settings[row.id])

    # --- shipments ---

    def list_shipments(self, call: Call) -> Reply:
        wanted = self.query(call, warehouseId=LONG, status=STATUS)
        return self.page(call, self.filtered(self.shipments.of(call.tenant), **wanted))

    def search_shipments(self, call: Call) -> Reply:
        wanted = self.query(call, fragile={"type": "boolean"})
        return Reply(200, [self.show(row) for row in self.found_by(call, wanted)])

    def found_by(self, call: Call, wanted: dict[str, Any]) -> list[Row]:
        return self.filtered(self.shipments.of(call.tenant), **wanted)

    def create_shipment(self, call: Call) -> Reply:
        body = self.body(call, SHIPMENT)
        self.refer(call, body)
        self.claim(call, body, None)
        fields = self.made(SHIPMENT, body, status="planned", bookedAt=self.now())
        return self.told("shipment", self.shipments.add(call.tenant, self.new_id(), fields))

    def read_shipment(self, call: Call) -> Reply:
        return self.told("shipment", self.shipment(call))

    def replace_shipment(self, call: Call) -> Reply:
        row = self.shipment(call)
        body = self.body(call, SHIPMENT)
        self.refer(call, body)
        self.claim(call, body, row)
        return self.told("shipment", self.replaced(row, SHIPMENT, body))

    def delete_shipment(self, call: Call) -> Reply:
        row = self.shipment(call)
        self.shipments.remove(row)
        return self.told("shipment", row)

    def dispatch(self, call: Call) -> Reply:
        return self.told("shipment", self.moved(self.shipment(call), "dispatched"))

    def cancel(self, call: Call) -> Reply:
        return self.told("shipment", self.moved(self.shipment(call), "cancelled"))

    def moved(self, row: Row, status: str) -> Row:
        """The row in its new state."""
        if row.fields["status"] != "planned":
            raise Refusal(409, "the shipment is no longer planned")
        row.fields = {**row.fields, "status": status}
        return row

    # --- carriers ---

    def list_carriers(self, call: Call) -> Reply:
        ratings = self.query(call, rating=RATINGS).get("rating", [])
        rows = [row for row in self.carriers.of(call.tenant) if self.is_rated(row, ratings)]
        return Reply(200, {"items": [self.show(row) for row in rows], "total": len(rows)})

    def is_rated(self, row: Row, ratings: list[int]) -> bool:
        """Whether a carrier has one of these ratings, where there are any."""
        return not ratings or row.fields["rating"] in ratings

    def read_carrier(self, call: Call) -> Reply:
        return self.told("carrier", self.carrier(call))

    def put_carrier(self, call: Call) -> Reply:
        code = call.values["code"]
        if not re.fullmatch("[A-Z]{2,8}", code):
            raise Refusal(404, "there can be no such carrier")
        body = self.body(call, CARRIER)
        row = self.carriers.find(call.tenant, code)
        if row:
            return self.told("carrier", self.replaced(row, CARRIER, body))
        return self.told("carrier", self.carriers.add(call.tenant, code, self.made(CARRIER, body)), 201)

    def delete_carrier(self, call: Call) -> Reply:
        row = self.carrier(call)
        self.carriers.remove(row)
        return self.told("carrier", row)

    def read_about(self, _call: Call) -> Reply:
        return Reply(200, {"name": "depot", "version": "2.3"})

    # --- reports ---

    def create_report(self, call: Call) -> Reply:
        body = self.body(call, REPORT)
        rows = len(self.shipments.of(call.tenant))
        fields = self.made(REPORT, body, rows=rows, orderedAt=self.now())
        row = self.reports.add(call.tenant, self.new_id(), fields)
        self.waiting[row.id] = time.monotonic() + self.PATIENCE, 2
        return Reply(202, headers={"Location": f"{self.BASE}/reports/{row.id}"})

    def read_report(self, call: Call) -> Reply:
        row = self.report(call)
        ready, vain = self.waiting.get(row.id, (0, 0))
        if vain and time.monotonic() < ready:
            self.waiting[row.id] = ready, vain - 1
            return Reply(202, headers={"Retry-After": "1"})
        return self.told("report", row)

    def delete_report(self, call: Call) -> Reply:
        self.reports.remove(self.report(call))
        return Reply(204)

    # --- records ---

    def warehouse(self, call: Call) -> Row:
        return self.found(self.warehouses, call.tenant, self.number(call.values["warehouseId"]))

    def shipment(self, call: Call) -> Row:
        return self.found(self.shipments, call.tenant, self.number(call.values["shipmentId"]))

    def carrier(self, call: Call) -> Row:
        return self.found(self.carriers, call.tenant, call.values["code"])

    def report(self, call: Call) -> Row:
        return self.found(self.reports, call.tenant, self.number(call.values["reportId"]))

    def found(self, table: Table, tenant: str, identifier: Any) -> Row:
        row = table.find(tenant, identifier)
        if row is None:
            raise Refusal(404, "there is no such record")
        return row

    def number(self, text: str) -> int | None:
        """The id that a part of a path is; None for what is none."""
        return int(text) if re.fullmatch("[1-9][0-9]{0,18}", text) else None

    def refer(self, call: Call, body: dict[str, Any]) -> None:
        """Refuses a warehouse that the caller has not."""
        if self.warehouses.find(call.tenant, body["warehouseId"]) is None:
            raise Refusal(409, "there is no such warehouse")

    def claim(self, call: Call, body: dict[str, Any], own: Row | None) -> None:
        """Refuses a reference that another shipment of the caller has."""
        taken = self.filtered(self.shipments.of(call.tenant), reference=body.get("reference"))
        if body.get("reference") is not None and any(row is not own for row in taken):
            raise Refusal(409, "another shipment has this reference")

    def shipments_of(self, warehouse: Row) -> list[Row]:
        return self.filtered(self.shipments.of(warehouse.tenant), warehouseId=warehouse.id)

    def new_id(self) -> int:
        """Never given before, in no collection."""
        self.last_id += 1
        return self.last_id

    def made(self, shape: Shape, body: dict[str, Any], **own: Any) -> dict[str, Any]:
        """The properties of a new record. What the shape does not know is left out."""
        return {**filled(shape, body), **own}

    def replaced(self, row: Row, shape: Shape, body: dict[str, Any]) -> Row:
        """The row with everything that a caller may say replaced."""
        own = {name: value for name, value in row.fields.items() if name not in shape["properties"]}
        row.fields = {**filled(shape, body), **own}
        return row

    # --- answers ---

    def page(self, call: Call, rows: list[Row]) -> Reply:
        asked = self.query(call, page=PAGE, size=SIZE)
        shown = self.window(rows, asked["page"], asked["size"])
        return Reply(200, {"items": [self.show(row) for row in shown], "total": len(rows)})

    def window(self, rows: list[Row], page: int, size: int) -> list[Row]:
        return rows[(page - 1) * size : page * size]

    def told(self, thing: str, row: Row, status: int = 200) -> Reply:
        """A record in its envelope."""
        return Reply(status, {thing: self.show(row)})

    def show(self, row: Row) -> dict[str, Any]:
        """A record as a caller sees it."""
        if isinstance(row.id, str):
            return {"code": row.id, **row.fields}
        derived = {"shipmentCount": len(self.shipments_of(row))} if "area" in row.fields else {}
        return {"id": row.id, **row.fields, **derived}

    def caller(self, call: Call) -> str:
        """The scheme's name has no case (RFC 9110 section 11.1), what follows has."""
        scheme, _, given = (call.header("authorization") or "").partition(" ")
        known = {own["Authorization"].partition(" ")[2]: who for own, who in _logins(self.CREDENTIALS)}
        if scheme.lower() != "basic" or given not in known:
            raise Refusal(401, "the login is missing or wrong", {"WWW-Authenticate": 'Basic realm="depot"'})
        return known[given]

    def refused(self, refusal: Refusal) -> Reply:
        title = TITLES.get(refusal.status, "Refused")
        body = {"type": "about:blank", "title": title, "status": refusal.status, "detail": refusal.reason}
        return Reply(refusal.status, body, refusal.headers, "application/problem+json")


def _logins(credentials: tuple[dict[str, str], ...]) -> list[tuple[dict[str, str], str]]:
    return list(zip(credentials, LOGINS.values(), strict=True))


SERVICE = Depot

if __name__ == "__main__":
    by_hand(Depot)
