"""Knowledge sources: websites and documents.

Nothing is fetched: one stays `pending` until a PATCH says otherwise.
"""

from datetime import datetime

from handlers.call import Call, Json, Reply, steady
from handlers.hyfn.records import arranged, changed, identified, new_id, owned
from handlers.store.base import Record, Store

TABLE = "knowledgeSources"
_MEMBERS = (
    "id", "orgId", "agentId", "type", "source", "status", "lastSyncedAt",
    "metadata", "createdAt", "updatedAt",
)  # fmt: skip


@steady
def list_knowledge_sources(call: Call) -> Reply:
    records = call.store.list(TABLE, call.caller.organization)
    return Reply({"knowledgeSources": [record.value for record in reversed(records)]})


def create_knowledge_source(call: Call) -> Reply:
    organization = call.caller.organization
    value = fresh(new_id(call, TABLE), call.written, organization, call.now)
    record = call.store.insert(TABLE, value["id"], organization, value)
    return Reply({"knowledgeSource": record.value}, 201)


@steady
def get_knowledge_source(call: Call) -> Reply:
    return Reply({"knowledgeSource": _owned(call).value})


def update_knowledge_source(call: Call) -> Reply:
    record = _owned(call)
    value = changed(record, call.written, _MEMBERS, call.now)
    return Reply({"knowledgeSource": call.store.update(TABLE, record.id, value).value})


def delete_knowledge_source(call: Call) -> Reply:
    call.store.remove(TABLE, _owned(call).id)
    return Reply(status=204)


def fresh(id_: str, body: dict[str, Json], organization: str, now: datetime) -> dict[str, Json]:
    """A new knowledge source's stored value."""
    start = identified(id_, organization, now)
    defaults = {"agentId": None, "status": "pending", "lastSyncedAt": None, "metadata": None}
    value = {**defaults, **body, **start, "updatedAt": start["createdAt"]}
    return arranged(value, _MEMBERS)


def shown(_store: Store, record: Record) -> dict[str, Json]:
    """The knowledge source as the API shows it."""
    return record.value


def _owned(call: Call) -> Record:
    return owned(call, TABLE, "knowledgeId", "Knowledge source")
