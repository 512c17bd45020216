"""AI agents. Deleting one is soft: it keeps its record and leaves lists and GET."""

from datetime import datetime

from handlers.call import Call, Json, Reply, steady
from handlers.hyfn.records import arranged, changed, identified, new_id, owned, timestamp
from handlers.problems import NotFound
from handlers.store.base import Record, Store

TABLE = "agents"
_MEMBERS = (
    "id", "orgId", "name", "modelProvider", "modelName", "systemPrompt", "providerConfig",
    "status", "deletedAt", "createdAt", "updatedAt",
)  # fmt: skip


@steady
def list_agents(call: Call) -> Reply:
    records = call.store.list(TABLE, call.caller.organization, {"deletedAt": None})
    return Reply({"agents": [shown(call.store, record) for record in reversed(records)]})


def create_agent(call: Call) -> Reply:
    organization = call.caller.organization
    value = fresh(new_id(call, TABLE), call.written, organization, call.now)
    record = call.store.insert(TABLE, value["id"], organization, value)
    return Reply({"agent": shown(call.store, record)}, 201)


@steady
def get_agent(call: Call) -> Reply:
    return Reply({"agent": shown(call.store, _live(call))})


def update_agent(call: Call) -> Reply:
    record = _live(call)
    value = changed(record, call.written, _MEMBERS, call.now)
    return Reply({"agent": shown(call.store, call.store.update(TABLE, record.id, value))})


def delete_agent(call: Call) -> Reply:
    record = _live(call)
    call.store.update(TABLE, record.id, {**record.value, "deletedAt": timestamp(call.now)})
    return Reply(status=204)


def fresh(id_: str, body: dict[str, Json], organization: str, now: datetime) -> dict[str, Json]:
    """A new agent's stored value."""
    start = identified(id_, organization, now)
    rest = {"status": "active", "deletedAt": None, "updatedAt": start["createdAt"]}
    return arranged({**body, **start, **rest}, _MEMBERS)


def shown(store: Store, record: Record) -> dict[str, Json]:
    """The agent as the API shows it: `tasksCompleted` counts its organization's work items."""
    return {**record.value, "tasksCompleted": store.count("workItems", record.owner, {"agentId": record.id})}


def _live(call: Call) -> Record:
    record = owned(call, TABLE, "agentId", "Agent")
    if record.value["deletedAt"] is not None:
        raise NotFound("Agent not found")
    return record
