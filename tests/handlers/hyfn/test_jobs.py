"""Jobs: when they would run next."""

from typing import Any

import pytest

AGENT = "6310db44-39c9-4e4d-8b67-83c45700e545"


def body(schedule: str) -> dict[str, Any]:
    return {"agentId": AGENT, "name": "Report", "schedule": schedule}


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ("0 9 * * *", "2026-11-24T09:00:00.000Z"),
        ("*/15 * * * *", "2026-11-23T10:15:00.000Z"),
        ("0 0 29 2 *", "2028-02-29T00:00:00.000Z"),
        ("30 9 * * 7", "2026-11-29T09:30:00.000Z"),
        ("0 0 31 2 *", None),
        ("9-5 * * * *", None),
    ],
    ids=["daily", "every quarter", "leap day", "Sunday as 7", "never", "backwards"],
)
def test_next_run_at_follows_the_schedule_in_utc(domain: Any, schedule: str, expected: str | None) -> None:
    """A schedule that never fires has none."""
    made = domain("create_job", body(schedule))

    assert (expected, None, "active") == (made["nextRunAt"], made["lastRunAt"], made["status"])


def test_an_inactive_job_runs_never_and_an_active_one_again(domain: Any) -> None:
    """Status decides with the schedule; an update of neither leaves the time alone."""
    made = domain("create_job", body("0 9 * * *"))
    stopped = domain("update_job", {"status": "inactive"}, jobId=made["id"])
    domain.later(days=3)
    renamed = domain("update_job", {"name": "Digest"}, jobId=made["id"])
    started = domain("update_job", {"status": "active"}, jobId=made["id"])

    assert [None, None] == [stopped["nextRunAt"], renamed["nextRunAt"]]
    assert "2026-11-27T09:00:00.000Z" == started["nextRunAt"]
    assert started == domain("get_job", jobId=made["id"])


def test_a_deleted_job_is_gone(domain: Any) -> None:
    """The list is empty again."""
    made = domain("create_job", body("0 9 * * *"))

    assert 204 == domain.reply("delete_job", jobId=made["id"]).status
    assert [] == domain("list_jobs")
