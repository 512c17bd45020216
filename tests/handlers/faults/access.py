"""Probes of faults in who may do what: credentials, organizations."""

from collections.abc import Callable
from typing import Any

from tests.handlers.faults.probe import Probe
from tests.handlers.faults.served import AGENT, Served
from tests.running import DEMO, OTHER

KEY, ORGANIZATION = DEMO["x-api-key"], DEMO["x-org-id"]


def with_key(key: str) -> dict[str, str]:
    return {**DEMO, "x-api-key": key}


def let_in(*senders: dict[str, str]) -> Callable[[Served], list[int]]:
    """The statuses of a list for some credentials."""
    return lambda mock: [mock.get("/agents", who=who).status for who in senders]


def _each_operation(mock: Served) -> list[int]:
    """list, create, read, update, delete without credentials."""
    path = mock.agent()
    answers = [
        mock.get("/agents", who={}), mock.post("/agents", AGENT, who={}), mock.get(path, who={}),
        mock.patch(path, {"name": "Bea"}, who={}), mock.delete(path, who={}),
    ]  # fmt: skip
    return [answer.status for answer in answers]


_KEYS = let_in(
    with_key("wrong"), with_key(KEY[:-1]), with_key(KEY + "x"), with_key("x" + KEY), with_key(KEY.upper())
)

_SOME = let_in(
    {"x-api-key": KEY}, {"x-org-id": ORGANIZATION}, {"x-api-key": KEY, "x-org-id": ""},
    {"x-api-key": "", "x-org-id": ORGANIZATION}, {"x-api-key": KEY, "x-org-id": "wrong"}, {},
)  # fmt: skip


def _unauthorized_write(mock: Served) -> list[Any]:
    path, before = mock.agent(), len(mock.listed("/agents"))
    refused = [
        mock.patch(path, {"name": "Bea"}, who=with_key("wrong")).status,
        mock.post("/agents", AGENT, who={}).status,
    ]
    return [refused, mock.item(path)["name"], len(mock.listed("/agents")) - before]


_FIVE = [401] * 5

AUTH = {
    "no_credentials_are_asked_for": Probe(_FIVE, [200, 201, 200, 200, 204], _each_operation),
    "reading_needs_no_credentials": Probe(_FIVE, [401, 401, 200, 401, 401], _each_operation),
    "listing_needs_no_credentials": Probe(_FIVE, [200, 401, 401, 401, 401], _each_operation),
    "updating_needs_no_credentials": Probe(_FIVE, [401, 401, 401, 200, 401], _each_operation),
    "deleting_needs_no_credentials": Probe(_FIVE, [401, 401, 401, 401, 204], _each_operation),
    "any_key_is_accepted": Probe(_FIVE, [200] * 5, _KEYS),
    "beginning_of_the_key_is_accepted": Probe(_FIVE, [401, 200, 401, 401, 401], _KEYS),
    "longer_key_is_accepted": Probe(_FIVE, [401, 401, 200, 401, 401], _KEYS),
    "end_of_a_longer_key_is_accepted": Probe(_FIVE, [401, 401, 401, 200, 401], _KEYS),
    "key_in_another_case_is_accepted": Probe(_FIVE, [401, 401, 401, 401, 200], _KEYS),
    "only_the_first_scheme_is_checked": Probe([401] * 6, [200, 401, 200, 401, 200, 401], _SOME),
    "missing_credential_is_forgiven": Probe([401] * 6, [200, 200, 200, 200, 401, 401], _SOME),
    "empty_credential_is_forgiven": Probe([401] * 6, [401, 401, 200, 200, 401, 401], _SOME),
    "any_organization_is_accepted_with_a_known_key": Probe(
        [401, 401, 401], [200, 200, 401],
        let_in({**DEMO, "x-org-id": "demo-org-456"}, {**DEMO, "x-org-id": "new"}, with_key("wrong")),
    ),
    "unauthorized_write_is_carried_out": Probe(
        [[401, 401], "Ann", 0], [[401, 401], "Bea", 1], _unauthorized_write
    ),
}  # fmt: skip


def _of_another(mock: Served) -> list[int]:
    """read, update, delete of another organization's item."""
    path = mock.of_other()
    answers = [mock.get(path), mock.patch(path, {"name": "Bea"}), mock.delete(path)]
    return [answer.status for answer in answers]


def _stays(mock: Served) -> list[Any]:
    """What an update and a delete leave of another organization's items."""
    changed, deleted = mock.of_other(), mock.of_other()
    statuses = [mock.patch(changed, {"name": "Bea"}).status, mock.delete(deleted).status]
    return [statuses, mock.item(changed, who=OTHER)["name"], mock.get(deleted, who=OTHER).status]


def _whose(mock: Served) -> list[int]:
    path = mock.agent()
    return [mock.get(path).status, mock.get(path, who=OTHER).status]


def _owners(mock: Served) -> set[str]:
    mock.of_other()
    return {item["orgId"] for item in mock.listed("/agents")} & {"demo-org-123", "demo-org-456"}


def _believed(mock: Served) -> list[Any]:
    made = mock.made("/agents", {**AGENT, "orgId": OTHER["x-org-id"]})
    return [made["orgId"], mock.get(f"/agents/{made['id']}", who=OTHER).status]


TENANCY = {
    "item_of_another_organization_is_read": Probe([403] * 3, [200, 403, 403], _of_another),
    "item_of_another_organization_is_updated": Probe([403] * 3, [403, 200, 403], _of_another),
    "item_of_another_organization_is_deleted": Probe([403] * 3, [403, 403, 204], _of_another),
    "list_holds_items_of_all_organizations": Probe(
        {"demo-org-123"}, {"demo-org-123", "demo-org-456"}, _owners
    ),
    "refused_update_of_another_organization_is_carried_out": Probe(
        [[403, 403], "Ann", 200], [[403, 403], "Bea", 200], _stays
    ),
    "refused_delete_of_another_organization_is_carried_out": Probe(
        [[403, 403], "Ann", 200], [[403, 403], "Ann", 404], _stays
    ),
    "create_is_stored_for_another_organization": Probe([200, 403], [403, 200], _whose),
    "create_names_another_organization": Probe(
        ["demo-org-123", [200, 403]], ["demo-org-456", [200, 403]],
        lambda mock: [mock.item(mock.agent())["orgId"], _whose(mock)],
    ),
    "create_believes_the_organization_in_the_body": Probe(
        ["demo-org-123", 403], ["demo-org-456", 200], _believed
    ),
}  # fmt: skip

PROBES: dict[str, Probe] = {**AUTH, **TENANCY}
