"""Billable work items.

Once written, only `description` and `metadata` change; each feeds its organization's invoice.
"""

from datetime import datetime

from handlers.call import Call, Json, Reply, steady
from handlers.hyfn import invoices
from handlers.hyfn.records import arranged, identified, new_id, owned
from handlers.store.base import Record, Store

TABLE = "workItems"
_MEMBERS = (
    "id", "orgId", "agentId", "jobId", "type", "description", "timeSpent",
    "humanInLoop", "metadata", "createdAt",
)  # fmt: skip


@steady
def list_work_items(call: Call) -> Reply:
    records = call.store.list(TABLE, call.caller.organization)
    return Reply({"workItems": [record.value for record in reversed(records)]})


def create_work_item(call: Call) -> Reply:
    organization = call.caller.organization
    value = fresh(new_id(call, TABLE), call.written, organization, call.now)
    record = call.store.insert(TABLE, value["id"], organization, value)
    invoices.bill(call.store, record, call.now)
    return Reply({"workItem": record.value}, 201)


@steady
def get_work_item(call: Call) -> Reply:
    return Reply({"workItem": _owned(call).value})


def update_work_item(call: Call) -> Reply:
    before = _owned(call)
    value = arranged({**before.value, **call.written}, _MEMBERS)
    record = call.store.update(TABLE, before.id, value)
    invoices.reword(call.store, record, call.now)
    return Reply({"workItem": record.value})


def delete_work_item(call: Call) -> Reply:
    record = _owned(call)
    call.store.remove(TABLE, record.id)
    invoices.strike(call.store, record, call.now)
    return Reply(status=204)


def fresh(id_: str, body: dict[str, Json], organization: str, now: datetime) -> dict[str, Json]:
    """A new work item's stored value. `timeSpent` keeps its exact text."""
    defaults = {"agentId": None, "jobId": None, "humanInLoop": False, "metadata": None}
    return arranged({**defaults, **body, **identified(id_, organization, now)}, _MEMBERS)


def shown(_store: Store, record: Record) -> dict[str, Json]:
    """The work item as the API shows it."""
    return record.value


def _owned(call: Call) -> Record:
    return owned(call, TABLE, "workItemId", "Work item")
