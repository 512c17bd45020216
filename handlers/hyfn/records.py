"""What the resources of this API have in common: an id, an organization, timestamps, and who may see them."""

from datetime import datetime

from handlers.call import Call, Json
from handlers.problems import NotFound, OtherOrganization
from handlers.store.base import Record


def owned(call: Call, table: str, parameter: str, noun: str) -> Record:
    """The caller's record whose id a path parameter gives. Raises NotFound, OtherOrganization."""
    record = call.store.get(
        table, call.parameters[parameter].lower()
    )  # RFC 9562: UUIDs are read in either case
    if record is None:
        raise NotFound(f"{noun} not found")
    if record.owner != call.caller.organization:
        raise OtherOrganization(f"{noun} not found")
    return record


def new_id(call: Call, table: str) -> str:
    """The id of the caller's next record: of the seed, and of how many records there were before."""
    return call.numbers.uuid(table, call.caller.organization, call.store.next_seq)


def identified(id_: str, organization: str, now: datetime) -> dict[str, Json]:
    """The first members of every new record."""
    return {"id": id_, "orgId": organization, "createdAt": timestamp(now)}


def timestamp(moment: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _fixed(record: Record) -> dict[str, Json]:
    """What no request changes, whatever a document lets it send."""
    return {name: record.value[name] for name in ("id", "orgId", "createdAt")}


def arranged(value: dict[str, Json], order: tuple[str, ...]) -> dict[str, Json]:
    """`value` in the order in which the document has its members; what `order` does not know comes last."""
    return {name: value[name] for name in (*order, *value) if name in value}


def changed(
    record: Record, changes: dict[str, Json], order: tuple[str, ...], now: datetime
) -> dict[str, Json]:
    """The value after a PATCH; `updatedAt` moves only when something is different."""
    value = arranged({**record.value, **changes, **_fixed(record)}, order)
    if repr(value) != repr(record.value):  # unlike ==, tells 1 from true and from 1.0
        value["updatedAt"] = timestamp(now)
    return value
