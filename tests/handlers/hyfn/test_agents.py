"""Agents: soft deletion, counting, updates."""

from typing import Any

import pytest

from handlers.problems import NotFound, OtherOrganization

BODY = {"name": "Sales Assistant", "modelProvider": "openai", "modelName": "gpt-4"}


@pytest.fixture
def agent(domain: Any) -> Any:
    return domain("create_agent", BODY)


def test_a_new_agent_is_active_and_has_done_nothing(agent: Any) -> None:
    """Create gives status active, no deletion time, zero tasks, equal timestamps."""
    assert ("active", None, 0) == (agent["status"], agent["deletedAt"], agent["tasksCompleted"])
    assert agent["createdAt"] == agent["updatedAt"] == "2026-11-23T10:00:00.000Z"
    assert "systemPrompt" not in agent


def test_what_create_does_not_know_is_not_stored(domain: Any) -> None:
    """A status or an id sent on create is ignored."""
    made = domain("create_agent", {**BODY, "status": "inactive", "id": "mine", "orgId": "globex"})

    assert "active" == made["status"]
    assert "mine" != made["id"]
    assert "acme" == made["orgId"]


def test_a_deleted_agent_is_gone_from_lists_and_get_but_keeps_its_record(domain: Any, agent: Any) -> None:
    """Deletion is soft: a timestamp in the store, absence everywhere else."""
    assert 204 == domain.reply("delete_agent", agentId=agent["id"]).status

    assert [] == domain("list_agents")
    for name in ("get_agent", "delete_agent"):
        with pytest.raises(NotFound):
            domain(name, agentId=agent["id"])
    with pytest.raises(NotFound):
        domain("update_agent", {"name": "x"}, agentId=agent["id"])
    assert "2026-11-23T10:00:00.000Z" == domain.store.get("agents", agent["id"]).value["deletedAt"]


def test_tasks_completed_counts_the_agents_work_items(domain: Any, agent: Any, bill: Any) -> None:
    """It follows creation and deletion of work items of its own organization only."""
    first = bill("1", agentId=agent["id"])
    bill("1", agentId=agent["id"])
    bill("1")
    domain(
        "create_work_item",
        {"type": "job_task", "timeSpent": "1", "agentId": agent["id"]},
        organization="globex",
    )
    assert 2 == domain("get_agent", agentId=agent["id"])["tasksCompleted"]

    domain.reply("delete_work_item", workItemId=first["id"])
    assert [1] == [listed["tasksCompleted"] for listed in domain("list_agents")]


def test_an_update_changes_what_it_names_and_moves_updated_at(domain: Any, agent: Any) -> None:
    """Everything else stays, also the creation time."""
    domain.later(seconds=5)
    updated = domain("update_agent", {"status": "inactive", "name": "Bot"}, agentId=agent["id"])

    assert {**agent, "status": "inactive", "name": "Bot", "updatedAt": "2026-11-23T10:00:05.000Z"} == updated


@pytest.mark.parametrize("changes", [{}, {"name": "Sales Assistant"}], ids=["nothing", "the same value"])
def test_an_update_without_a_change_moves_nothing(domain: Any, agent: Any, changes: Any) -> None:
    """updatedAt tells of changes, not of requests."""
    domain.later(hours=1)

    assert agent == domain("update_agent", changes, agentId=agent["id"])


def test_true_is_not_one(domain: Any, agent: Any) -> None:
    """A value that Python thinks equal but JSON does not is stored."""
    domain("update_agent", {"providerConfig": {"stream": 1}}, agentId=agent["id"])
    updated = domain("update_agent", {"providerConfig": {"stream": True}}, agentId=agent["id"])

    assert updated["providerConfig"]["stream"] is True


def test_another_organizations_agent_is_refused_and_unchanged(domain: Any, agent: Any) -> None:
    """No verb of another organization reaches it."""
    for name, body in (("get_agent", None), ("update_agent", {"name": "x"}), ("delete_agent", None)):
        with pytest.raises(OtherOrganization):
            domain(name, body, organization="globex", agentId=agent["id"])

    assert [] == domain("list_agents", organization="globex")
    assert agent == domain("get_agent", agentId=agent["id"])


def test_lists_are_newest_first_and_ids_read_in_either_case(domain: Any, agent: Any) -> None:
    """Order by creation, descending; a UUID in capitals is the same UUID."""
    second = domain("create_agent", BODY)

    assert [second["id"], agent["id"]] == [listed["id"] for listed in domain("list_agents")]
    assert agent == domain("get_agent", agentId=agent["id"].upper())
