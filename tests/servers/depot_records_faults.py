"""What the depot can remember wrongly: tenancy, write fidelity, lists, update, delete, actions.

It takes more than one request to see these.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.depot_faults import FAULTS
from tests.servers.faults import after, before, ghosts, haunting, instead, storing
from tests.servers.service import Call, Refusal, Reply
from tests.servers.shapes import Shape
from tests.servers.tables import Row

if TYPE_CHECKING:
    from tests.servers.depot import Depot

__all__ = ["FAULTS"]

fault = FAULTS

Fields = dict[str, Any]
Original = Callable[..., Any]

# --- tenancy ---


@fault("tenancy", "A shipment of another user can be dispatched.")
def shipment_of_another_can_be_dispatched(depot: "Depot") -> None:
    _whoever(depot, "dispatch", lambda call: depot.shipments.anyone(depot.number(call.values["shipmentId"])))


@fault("tenancy", "A warehouse of another user can be deleted.")
def warehouse_of_another_can_be_deleted(depot: "Depot") -> None:
    _whoever(depot, "delete_warehouse", lambda call: _warehouse(depot, call))


@fault("tenancy", "The settings of another user's warehouse can be replaced.")
def settings_of_another_can_be_replaced(depot: "Depot") -> None:
    _whoever(depot, "replace_settings", lambda call: _warehouse(depot, call))


def _warehouse(depot: "Depot", call: Call) -> Row | None:
    return depot.warehouses.anyone(depot.number(call.values["warehouseId"]))


def _whoever(depot: "Depot", method: str, find: Callable[[Call], Row | None]) -> None:
    """From now on `method` acts as the user whom the record belongs to."""

    def act(call: Call) -> None:
        row = find(call)
        call.tenant = row.tenant if row else call.tenant

    before(depot, method, act)


@fault("tenancy", "A shipment can be of another user's warehouse.")
def warehouse_of_another_can_be_referred_to(depot: "Depot") -> None:
    def refer(original: Original, call: Call, body: Fields) -> None:
        if depot.warehouses.anyone(body["warehouseId"]) is None:
            original(call, body)

    instead(depot, "refer", refer)


@fault("tenancy", "All users share their carriers.")
def carriers_are_shared(depot: "Depot") -> None:
    def shared(original: Original, _tenant: str, *identifier: Any) -> Any:
        return original("ada", *identifier)

    for method in ("add", "find", "of"):
        instead(depot.carriers, method, shared)


# --- references ---


@fault("references", "A shipment can be of a warehouse that does not exist.")
def unknown_warehouse_is_accepted(depot: "Depot") -> None:
    instead(depot, "refer", lambda original, call, body: None)


@fault("references", "Two shipments may have the same reference.")
def taken_reference_is_accepted(depot: "Depot") -> None:
    instead(depot, "claim", lambda original, call, body, own: None)


# --- write fidelity ---


@fault("write fidelity", "Members of a manifest that are null are lost.")
def manifest_loses_its_nulls(depot: "Depot") -> None:
    storing(depot, "manifest", lambda given: {name: item for name, item in given.items() if item is not None})


@fault("write fidelity", "A weight is kept with two places behind the point.")
def weight_is_rounded(depot: "Depot") -> None:
    storing(depot, "weight", lambda number: round(number, 2))


@fault("write fidelity", "A note ends at its first NUL.")
def note_ends_at_a_nul(depot: "Depot") -> None:
    storing(depot, "note", lambda text: text.partition("\0")[0])


@fault("write fidelity", "A phone number loses its blanks.")
def phone_loses_its_blanks(depot: "Depot") -> None:
    storing(depot, "phone", lambda text: text.replace(" ", ""))


@fault("write fidelity", "A shipment is never fragile, whatever was said.")
def fragile_is_ignored(depot: "Depot") -> None:
    storing(depot, "fragile", lambda given: False)


@fault("write fidelity", "A city that is left out, or null, is kept as an empty text.")
def null_city_becomes_empty(depot: "Depot") -> None:
    after(depot, "body", lambda body, call, shape: {**body, **_empty_city(shape, body)})


def _empty_city(shape: Shape, body: Fields) -> Fields:
    return {"city": ""} if "city" in shape["properties"] and body.get("city") is None else {}


# --- lists ---


@fault("lists", "Every page holds six records: size is ignored.")
def size_is_ignored(depot: "Depot") -> None:
    instead(depot, "window", lambda original, rows, page, size: original(rows, page, 6))


@fault("lists", "Each page but the first misses its first record.")
def record_between_pages_is_lost(depot: "Depot") -> None:
    after(depot, "window", lambda shown, rows, page, size: shown[1:] if page > 1 else shown)


@fault("lists", "The filter by status is ignored.")
def status_filter_is_ignored(depot: "Depot") -> None:
    _unfiltered(depot, "status")


@fault("lists", "Of several ratings that carriers are asked for by, only the last counts.")
def last_rating_wins(depot: "Depot") -> None:
    instead(depot, "is_rated", lambda original, row, ratings: original(row, ratings[-1:]))


@fault("lists", "A search finds every shipment, fragile or not.")
def search_finds_everything(depot: "Depot") -> None:
    instead(depot, "found_by", lambda original, call, wanted: original(call, {}))


@fault("lists", "Warehouses are sorted one way alone, whatever was asked for.")
def descending_sort_ascends(depot: "Depot") -> None:
    instead(depot, "ordered", lambda original, rows, sort: original(rows, sort.removeprefix("-")))


@fault("lists", "The filter by warehouse is ignored when the status is asked for, too.")
def warehouse_filter_yields_to_status(depot: "Depot") -> None:
    _unfiltered(depot, "warehouseId", "status")


def _unfiltered(depot: "Depot", name: str, beside: str = "status") -> None:
    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        return original(rows, **{k: v for k, v in wanted.items() if k != name or beside not in wanted})

    instead(depot, "filtered", filtered)


@fault("lists", "A list shows the newest three records of all, and calls them all there are.")
def list_ends_after_three(depot: "Depot") -> None:
    instead(depot, "page", lambda original, call, rows: original(call, rows[-3:]))


# --- update ---


@fault("update", "A PUT of a warehouse is answered as if it were done, and is not.")
def put_of_a_warehouse_is_not_stored(depot: "Depot") -> None:
    def replaced(original: Original, row: Row, shape: Shape, body: Fields) -> Any:
        copied = Row(row.id, row.tenant, row.serial, row.fields) if "area" in row.fields else row
        return original(copied, shape, body)

    instead(depot, "replaced", replaced)


@fault("update", "A PUT of a shipment keeps the note when none is given.")
def put_keeps_the_note(depot: "Depot") -> None:
    def replaced(original: Original, row: Row, shape: Shape, body: Fields) -> Any:
        kept = {"note": row.fields["note"]} if "note" in row.fields else {}
        return original(row, shape, {**kept, **body})

    instead(depot, "replaced", replaced)


@fault("update", "A PUT of a shipment moves bookedAt, which is readOnly.")
def put_moves_the_time_of_booking(depot: "Depot") -> None:
    def replaced(row: Row, *_: Any) -> Row:
        row.fields = {**row.fields, **({"bookedAt": depot.now()} if "bookedAt" in row.fields else {})}
        return row

    after(depot, "replaced", replaced)


@fault("update", "A PUT of a warehouse gives its name to every warehouse.")
def put_renames_every_warehouse(depot: "Depot") -> None:
    def replaced(row: Row, *_: Any) -> Row:
        for other in depot.warehouses.of(row.tenant) if "area" in row.fields else []:
            other.fields = {**other.fields, "name": row.fields["name"]}
        return row

    after(depot, "replaced", replaced)


@fault("update", "The settings of one warehouse are those of all.")
def settings_are_shared(depot: "Depot") -> None:
    def shared(reply: Reply, _call: Call) -> Reply:
        depot.settings = dict.fromkeys(depot.settings, reply.body)
        return reply

    after(depot, "replace_settings", shared)


@fault("update", "Settings are answered as if they were replaced, and are not.")
def settings_are_not_stored(depot: "Depot") -> None:
    def replace(original: Original, call: Call) -> Reply:
        kept = dict(depot.settings)
        reply: Reply = original(call)
        depot.settings = kept
        return reply

    instead(depot, "replace_settings", replace)


@fault("update", "A PUT of a shipment to an unknown warehouse is refused, and carried out.")
def refused_put_is_carried_out(depot: "Depot") -> None:
    def refer(original: Original, call: Call, body: Fields) -> None:
        try:
            original(call, body)
        except Refusal:
            if call.method == "PUT":
                row = depot.shipment(call)
                row.fields = {**row.fields, **{name: body[name] for name in body if name in row.fields}}
            raise

    instead(depot, "refer", refer)


@fault("update", "A second PUT of a carrier is answered 200, and changes nothing.")
def second_put_of_a_carrier_does_nothing(depot: "Depot") -> None:
    def replaced(original: Original, row: Row, shape: Shape, body: Fields) -> Any:
        return row if isinstance(row.id, str) else original(row, shape, body)

    instead(depot, "replaced", replaced)


# --- delete ---


@fault("update", "A PUT of a warehouse that changes nothing adds 1 to its capacity.")
def repeated_put_adds_up(depot: "Depot") -> None:
    def replaced(original: Original, row: Row, shape: Shape, body: Fields) -> Any:
        before = row.fields
        original(row, shape, body)
        if row.fields == before and before.get("capacity", 1000000) < 1000000:
            row.fields = {**before, "capacity": before["capacity"] + 1}
        return row

    instead(depot, "replaced", replaced)


@fault("delete", "A warehouse that has shipments is deleted, and they point at nothing.")
def warehouse_with_shipments_is_deleted(depot: "Depot") -> None:
    def delete(_original: Original, call: Call) -> Reply:
        row = depot.warehouse(call)
        reply = depot.told("warehouse", row)
        depot.remove_warehouse(row)
        return reply

    instead(depot, "delete_warehouse", delete)


@fault("delete", "Deleting a warehouse that has shipments is refused with 409, and carried out.")
def refused_delete_is_carried_out(depot: "Depot") -> None:
    def delete(original: Original, call: Call) -> Any:
        try:
            return original(call)
        except Refusal as refusal:
            if refusal.status == 409:
                depot.remove_warehouse(depot.warehouse(call))
            raise

    instead(depot, "delete_warehouse", delete)


@fault("delete", "Deleting a shipment removes the user's newest, and answers with the one asked for.")
def delete_removes_the_newest(depot: "Depot") -> None:
    def remove(original: Original, row: Row) -> None:
        original(depot.shipments.of(row.tenant)[-1])

    instead(depot.shipments, "remove", remove)


@fault("delete", "A deleted carrier is still in the list.")
def deleted_carrier_stays_in_the_list(depot: "Depot") -> None:
    haunting(depot.carriers)


@fault("delete", "A deleted shipment can still be read.")
def deleted_shipment_stays_readable(depot: "Depot") -> None:
    gone = ghosts(depot.shipments)

    def read(original: Original, call: Call) -> Any:
        row = gone.get((call.tenant, depot.number(call.values["shipmentId"])))
        return depot.told("shipment", row) if row else original(call)

    instead(depot, "read_shipment", read)


@fault("delete", "The settings of a deleted warehouse can still be read.")
def settings_outlive_their_warehouse(depot: "Depot") -> None:
    gone: dict[tuple[str, str], Fields] = {}

    def delete(original: Original, call: Call) -> Reply:
        left = depot.settings.get(depot.number(call.values["warehouseId"]) or 0)
        reply: Reply = original(call)
        gone[call.tenant, call.values["warehouseId"]] = left or {}
        return reply

    def read(original: Original, call: Call) -> Any:
        left = gone.get((call.tenant, call.values["warehouseId"]))
        return Reply(200, left) if left else original(call)

    instead(depot, "delete_warehouse", delete)
    instead(depot, "read_settings", read)


# --- actions ---


@fault("actions", "A dispatched shipment is answered as such, and still planned when it is read.")
def dispatch_is_not_kept(depot: "Depot") -> None:
    def moved(original: Original, row: Row, status: str) -> Any:
        copied = Row(row.id, row.tenant, row.serial, row.fields) if status == "dispatched" else row
        return original(copied, status)

    instead(depot, "moved", moved)


@fault("actions", "Cancelling a shipment does nothing: it is answered, and read, as planned.")
def cancel_does_nothing(depot: "Depot") -> None:
    def moved(original: Original, row: Row, status: str) -> Any:
        return row if status == "cancelled" else original(row, status)

    instead(depot, "moved", moved)


@fault("actions", "Cancelling a shipment cancels another planned one of the same user, if there is one.")
def cancel_hits_another(depot: "Depot") -> None:
    def moved(original: Original, row: Row, status: str) -> Any:
        others = [other for other in depot.shipments.of(row.tenant) if other is not row]
        planned = [other for other in others if other.fields["status"] == "planned"]
        return original(planned[0] if planned and status == "cancelled" else row, status)

    instead(depot, "moved", moved)


@fault("actions", "Dispatching a shipment that does not exist answers 200, with an invented one.")
def dispatch_works_on_nothing(depot: "Depot") -> None:
    def dispatch(original: Original, call: Call) -> Any:
        try:
            return original(call)
        except Refusal as refusal:
            number = depot.number(call.values["shipmentId"])
            if refusal.status == 404 and number:
                return depot.told("shipment", _invented(depot, call, number))
            raise

    instead(depot, "dispatch", dispatch)


def _invented(depot: "Depot", call: Call, number: int) -> Row:
    fields = {"warehouseId": 1, "description": "?", "status": "dispatched", "bookedAt": depot.now()}
    return Row(number, call.tenant, 0, fields)


# --- asynchronous creates ---


@fault("asynchronous", "An accepted report never becomes ready.")
def report_never_becomes_ready(depot: "Depot") -> None:
    def read(original: Original, call: Call) -> Any:
        row = depot.report(call)
        depot.waiting[row.id] = float("inf"), 2
        return original(call)

    instead(depot, "read_report", read)


@fault("asynchronous", "A report is of another kind than was ordered.")
def report_is_of_another_kind(depot: "Depot") -> None:
    storing(depot, "kind", lambda kind: "stock" if kind == "movements" else "movements")
