"""Knowledge sources: pending until told otherwise."""

from typing import Any

import pytest

from handlers.problems import NotFound

BODY = {"type": "website", "source": "https://docs.example.com"}


def test_a_new_source_is_pending_with_nulls_for_what_is_unknown(domain: Any) -> None:
    """Nullable members are present and null."""
    made = domain("create_knowledge_source", {**BODY, "status": "completed"})

    assert "pending" == made["status"]
    assert (None, None, None) == (made["agentId"], made["lastSyncedAt"], made["metadata"])


def test_a_patch_changes_status_and_can_null_the_agent(domain: Any) -> None:
    """agentId may be set to null by PATCH; nothing else moves on its own."""
    made = domain("create_knowledge_source", {**BODY, "agentId": "6310db44-39c9-4e4d-8b67-83c45700e545"})
    changes = {"status": "completed", "agentId": None}
    updated = domain("update_knowledge_source", changes, knowledgeId=made["id"])

    assert {**made, **changes, "updatedAt": updated["updatedAt"]} == updated
    assert updated == domain("get_knowledge_source", knowledgeId=made["id"])


def test_a_deleted_source_is_gone(domain: Any) -> None:
    """GET, PATCH and a second DELETE find nothing, and neither does the list."""
    made = domain("create_knowledge_source", BODY)
    assert 204 == domain.reply("delete_knowledge_source", knowledgeId=made["id"]).status

    assert [] == domain("list_knowledge_sources")
    for name in ("get_knowledge_source", "delete_knowledge_source"):
        with pytest.raises(NotFound):
            domain(name, knowledgeId=made["id"])
