"""Probes of faults in what is remembered: reading, updating, deleting."""

import time
from collections.abc import Callable
from typing import Any

from tests.handlers.faults.probe import Probe
from tests.handlers.faults.served import SOURCE, Served


def _names(mock: Served) -> list[str]:
    return [item["name"] for item in mock.listed("/agents")]


def _renamed(mock: Served, name: str = "Bea") -> str:
    """The path of an agent that was called Ann and is now called Bea."""
    path = mock.agent()
    mock.patch(path, {"name": name})
    return path


def _read_twice(mock: Served) -> bool:
    path = mock.agent()
    first = mock.item(path)
    time.sleep(0.002)  # timestamps count milliseconds
    return bool(first == mock.item(path) == mock.item(path))


def _in_list(mock: Served) -> list[Any]:
    """Three agents: how often each is in the list."""
    made = [mock.agent(name=name) for name in ("A", "B", "C")]
    names = _names(mock)
    return [names.count(name) for name in ("A", "B", "C")] if made else []


def _orders(mock: Served) -> bool:
    mock.agent()
    mock.agent()
    return _names(mock) == _names(mock)


def _after_delete(mock: Served) -> list[Any]:
    """Whether a deleted item is listed, read, updated; what a second delete answers."""
    path = mock.agent(name="Gone")
    mock.delete(path)
    return [
        "Gone" in _names(mock), mock.get(path).status, mock.patch(path, {"name": "Back"}).status,
        mock.delete(path).status,
    ]  # fmt: skip


READING = {
    "read_moves_the_moment_of_the_update": Probe(True, False, _read_twice),
    "read_shows_the_item_before_the_update": Probe(
        ["Bea", ["Bea"]], ["Ann", ["Bea"]],
        lambda mock: [mock.item(_renamed(mock))["name"], [n for n in _names(mock) if n in ("Ann", "Bea")]],
    ),
    "read_leaves_out_a_property": Probe(
        [True, True], [False, True],
        lambda mock: ["updatedAt" in mock.item(mock.agent()), "updatedAt" in mock.listed("/agents")[0]],
    ),
    "read_shows_another_item": Probe("A", "B", lambda mock: mock.item(_two(mock))["name"]),
    "list_misses_the_newest_item": Probe([1, 1, 1], [1, 1, 0], _in_list),
    "list_is_empty": Probe([1, 1, 1], [0, 0, 0], _in_list),
    "list_is_as_it_was": Probe([1, 1, 1], [0, 0, 0], lambda mock: _in_list(mock) if _names(mock) else []),
    "list_holds_an_item_twice": Probe([1, 1, 1], [1, 1, 2], _in_list),
    "list_holds_deleted_items": Probe([False, 404, 404, 404], [True, 404, 404, 404], _after_delete),
    "list_items_lack_a_property": Probe(
        [True, True], [True, False],
        lambda mock: ["updatedAt" in mock.item(mock.agent()), "updatedAt" in mock.listed("/agents")[0]],
    ),
    "list_shows_items_before_the_update": Probe(
        ["Bea", ["Bea"]], ["Bea", ["Ann"]],
        lambda mock: [mock.item(_renamed(mock))["name"], [n for n in _names(mock) if n in ("Ann", "Bea")]],
    ),
    "list_changes_its_order": Probe(True, False, _orders),
}  # fmt: skip


def _two(mock: Served) -> str:
    first = mock.agent(name="A")
    mock.agent(name="B")
    return first


def _update(body: dict[str, Any]) -> Callable[[Served], tuple[Any, ...]]:
    """(name, prompt) as an update answers them, as a read shows them, and the name of another item."""

    def ask(mock: Served) -> tuple[Any, ...]:
        path, other = mock.agent(name="A"), mock.agent(name="B")
        answered = mock.patch(path, body).json["agent"]
        found = mock.item(path)
        shown = [[item["name"], item.get("systemPrompt")] for item in (answered, found)]
        return *shown, mock.item(other)["name"]

    return ask


def _stable(mock: Served) -> list[bool]:
    """Whether id and creation stay, and whether the moment of the update moves."""
    path = mock.agent()
    before = mock.item(path)
    time.sleep(0.002)
    mock.patch(path, {"name": "Bea"})
    after = mock.item(path)
    return [before[name] == after[name] for name in ("id", "createdAt", "updatedAt")]


def _refused(mock: Served) -> list[Any]:
    path, before = mock.source(), len(mock.listed("/knowledge"))
    update = mock.patch(path, {"source": "y", "status": "no"})
    create = mock.post("/knowledge", {"type": 1})
    return [
        [update.status, create.status],
        mock.item(path)["source"],
        len(mock.listed("/knowledge")) - before,
    ]


_NAME = _update({"name": "Z"})
_DONE = (["Z", "Be kind"], ["Z", "Be kind"], "B")
_REFUSED = [[400, 400], SOURCE["source"], 0]

UPDATING = {
    "update_is_not_stored": Probe(_DONE, (["Z", "Be kind"], ["A", "Be kind"], "B"), _NAME),
    "update_answers_the_item_before": Probe(_DONE, (["A", "Be kind"], ["Z", "Be kind"], "B"), _NAME),
    "update_resets_what_was_not_sent": Probe(_DONE, (["Z", None], ["Z", None], "B"), _NAME),
    "empty_update_resets_the_item": Probe(
        (["A", "Be kind"], ["A", "Be kind"], "B"), (["A", None], ["A", None], "B"), _update({})
    ),
    "update_changes_all_items": Probe(_DONE, (["Z", "Be kind"], ["Z", "Be kind"], "Z"), _NAME),
    "update_changes_another_item_too": Probe(_DONE, (["Z", "Be kind"], ["Z", "Be kind"], "Z"), _NAME),
    "update_changes_the_id": Probe([True, True, False], [False, True, False], _stable),
    "update_moves_the_moment_of_creation": Probe([True, True, False], [True, False, False], _stable),
    "update_leaves_the_moment_of_the_update": Probe([True, True, False], [True, True, True], _stable),
    "refused_update_is_stored": Probe(_REFUSED, [[400, 400], "y", 0], _refused),
    "refused_create_is_stored": Probe(_REFUSED, [[400, 400], SOURCE["source"], 1], _refused),
    "deleted_item_can_be_updated": Probe([False, 404, 404, 404], [False, 404, 200, 404], _after_delete),
}  # fmt: skip


def _deleting(mock: Served) -> list[Any]:
    """What a delete answers, and whether the item and the newest other one are there after it."""
    path, other = mock.agent(), mock.agent()
    return [mock.delete(path).status, mock.get(path).status, mock.get(other).status]


DELETING = {
    "delete_is_not_carried_out": Probe([204, 404, 200], [204, 200, 200], _deleting),
    "deleted_item_can_be_read": Probe([False, 404, 404, 404], [False, 200, 404, 404], _after_delete),
    "delete_removes_another_item_too": Probe([204, 404, 200], [204, 404, 404], _deleting),
    "second_delete_crashes": Probe([False, 404, 404, 404], [False, 404, 404, 500], _after_delete),
    "second_delete_answers_success": Probe([False, 404, 404, 404], [False, 404, 404, 204], _after_delete),
}  # fmt: skip

PROBES: dict[str, Probe] = {**READING, **UPDATING, **DELETING}
