"""Scheduled jobs.

The mock runs none of them: `nextRunAt` is when a job would run next, as seen when its schedule or its
status was last written, and `lastRunAt` stays null.
"""

from datetime import datetime

from cronsim import CronSim, CronSimError

from handlers.call import Call, Json, Reply, steady
from handlers.hyfn.records import arranged, changed, identified, new_id, owned, timestamp
from handlers.store.base import Record, Store

TABLE = "jobs"
_MEMBERS = (
    "id", "orgId", "agentId", "name", "description", "schedule", "status",
    "lastRunAt", "nextRunAt", "metadata", "createdAt", "updatedAt",
)  # fmt: skip


@steady
def list_jobs(call: Call) -> Reply:
    records = call.store.list(TABLE, call.caller.organization)
    return Reply({"jobs": [record.value for record in reversed(records)]})


def create_job(call: Call) -> Reply:
    organization = call.caller.organization
    value = fresh(new_id(call, TABLE), call.written, organization, call.now)
    record = call.store.insert(TABLE, value["id"], organization, value)
    return Reply({"job": record.value}, 201)


@steady
def get_job(call: Call) -> Reply:
    return Reply({"job": _owned(call).value})


def update_job(call: Call) -> Reply:
    record = _owned(call)
    changes = dict(call.written)
    after = {**record.value, **changes}
    if any(after.get(name) != record.value.get(name) for name in ("schedule", "status")):
        changes["nextRunAt"] = next_run(after, call.now)
    value = changed(record, changes, _MEMBERS, call.now)
    return Reply({"job": call.store.update(TABLE, record.id, value).value})


def delete_job(call: Call) -> Reply:
    call.store.remove(TABLE, _owned(call).id)
    return Reply(status=204)


def fresh(id_: str, body: dict[str, Json], organization: str, now: datetime) -> dict[str, Json]:
    """A new job's stored value."""
    start = identified(id_, organization, now)
    value = {"metadata": None, **body, **start, "status": "active"}
    times = {"lastRunAt": None, "nextRunAt": next_run(value, now), "updatedAt": start["createdAt"]}
    return arranged({**value, **times}, _MEMBERS)


def next_run(job: dict[str, Json], now: datetime) -> str | None:
    """When an active job fires next (its schedule read in UTC), or None: inactive, or a schedule that never
    fires."""
    schedule = job.get("schedule")
    if job["status"] != "active" or not isinstance(schedule, str):
        return None
    try:
        return timestamp(next(CronSim(schedule, now)))
    except (CronSimError, StopIteration):
        return None


def shown(_store: Store, record: Record) -> dict[str, Json]:
    """The job as the API shows it."""
    return record.value


def _owned(call: Call) -> Record:
    return owned(call, TABLE, "jobId", "Job")
