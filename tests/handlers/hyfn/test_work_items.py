"""Work items: what is kept as sent, and what never changes."""

from typing import Any


def test_the_text_of_time_spent_is_kept_to_the_letter(bill: Any, domain: Any) -> None:
    """Any text is stored as sent, number or not."""
    for text in ("0.5", "0.50", "00.5", "1e3", "", "half an hour", "٣"):
        made = bill(text)
        assert text == made["timeSpent"] == domain("get_work_item", workItemId=made["id"])["timeSpent"]


def test_absent_members_are_null_or_have_their_default(bill: Any) -> None:
    """humanInLoop is false; nullable members are null; description is left out."""
    made = bill("1")

    assert {"agentId": None, "jobId": None, "humanInLoop": False, "metadata": None} == {
        name: made[name] for name in ("agentId", "jobId", "humanInLoop", "metadata")
    }
    assert "description" not in made


def test_only_description_and_metadata_change(bill: Any, domain: Any) -> None:
    """Everything else in a PATCH is ignored; a new value of metadata replaces the old one."""
    made = bill("1", description="a", metadata={"old": 1})
    sent = {
        "description": "b",
        "metadata": {"new": 10**30},
        "timeSpent": "9",
        "type": "job_task",
        "orgId": "x",
    }
    updated = domain("update_work_item", sent, workItemId=made["id"])

    assert {**made, "description": "b", "metadata": {"new": 10**30}} == updated
    assert list(made) == list(updated)


def test_references_may_dangle(bill: Any) -> None:
    """An agent that does not exist is stored unchecked."""
    assert (
        "11111111-1111-4111-8111-111111111111"
        == bill("1", agentId="11111111-1111-4111-8111-111111111111")["agentId"]
    )
