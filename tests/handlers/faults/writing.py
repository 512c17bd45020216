"""Probes of faults in what is stored of what was sent: writing, creating."""

from collections.abc import Callable
from typing import Any

from tests.handlers.faults.probe import Probe
from tests.handlers.faults.served import AGENT, ITEM, UNKNOWN, Served


def kept(*values: Any, name: str = "systemPrompt") -> Callable[[Served], list[Any]]:
    """What a read shows of a property after it was created, then of what it was updated to."""

    def ask(mock: Served) -> list[Any]:
        path = mock.agent(**{name: values[0]})
        found = [mock.item(path).get(name)]
        for value in values[1:]:
            mock.patch(path, {name: value})
            found.append(mock.item(path).get(name))
        return found

    return ask


def free(value: Any) -> Callable[[Served], Any]:
    """What a read shows of a value within a free object."""
    return lambda mock: mock.item(mock.agent(providerConfig={"a": value}))["providerConfig"]


def _more_and_less(mock: Served) -> list[bool]:
    made = mock.made("/agents", {**AGENT, "providerConfig": {"a": 1}})
    return ["providerConfig" in made, "providerConfig" in mock.item(f"/agents/{made['id']}")]


def _updated_to(body: dict[str, Any]) -> Callable[[Served], dict[str, Any]]:
    """What a read shows of some properties of a knowledge source after an update with them."""

    def ask(mock: Served) -> dict[str, Any]:
        path = mock.source(metadata={"a": 1})
        mock.patch(path, body)
        return {name: mock.item(path)[name] for name in body}

    return ask


_E = "e\u0301"
_LONG = "x" * 300

_JOB = {"agentId": UNKNOWN, "name": "Daily", "schedule": "0 9 * * *"}

WRITING = {
    "create_ignores_a_property": Probe([True, True], [False, False], _more_and_less),
    "update_ignores_a_property": Probe(
        {"source": "y", "metadata": {"b": 2}}, {"source": "y", "metadata": {"a": 1}},
        _updated_to({"source": "y", "metadata": {"b": 2}}),
    ),
    "create_answers_more_than_it_stores": Probe([True, True], [True, False], _more_and_less),
    "create_answers_less_than_it_stores": Probe([True, True], [False, True], _more_and_less),
    "text_is_trimmed": Probe([" a ", " b"], ["a", "b"], kept(" a ", " b")),
    "text_is_in_lower_case": Probe(["AbC", "D"], ["abc", "d"], kept("AbC", "D")),
    "text_is_cut_at_100_characters": Probe([_LONG], [_LONG[:100]], kept(_LONG)),
    "text_is_cut_at_255_characters": Probe([_LONG], [_LONG[:255]], kept(_LONG)),
    "text_is_cut_at_nul": Probe(["a\0b"], ["a"], kept("a\0b")),
    "text_is_normalized": Probe([_E, _E], ["\u00e9", "\u00e9"], kept(_E, _E)),
    "rare_character_is_replaced": Probe(["\U0001f600é"], ["?é"], kept("\U0001f600é")),
    "empty_text_becomes_null": Probe(["", "b"], [None, "b"], kept("", "b")),
    "null_becomes_empty_text": Probe({"agentId": None}, {"agentId": ""}, _updated_to({"agentId": None})),
    "null_is_ignored": Probe(
        None, UNKNOWN,
        lambda mock: mock.item(_with_agent_taken(mock))["agentId"],
    ),
    "empty_value_is_ignored": Probe(["a", "", "c"], ["a", "a", "c"], kept("a", "", "c")),
    "number_is_rounded": Probe({"a": [1.5]}, {"a": [2.0]}, free([1.5])),
    "large_integer_loses_digits": Probe({"a": 2**53 + 1}, {"a": 2**53}, free(2**53 + 1)),
    "integer_is_cut_to_32_bits": Probe({"a": 2**31}, {"a": 2**31 - 1}, free(2**31)),
    "last_enum_member_becomes_the_first": Probe(
        ["snowflake_cortex", "openai"], ["openai", "openai"],
        kept("snowflake_cortex", "openai", name="modelProvider"),
    ),
    "null_within_an_object_is_dropped": Probe({"a": {"b": None}}, {"a": {}}, free({"b": None})),
    "object_within_an_object_is_flattened": Probe({"a": {"b": 1}}, {"a.b": 1}, free({"b": 1})),
}  # fmt: skip


def _with_agent_taken(mock: Served) -> str:
    path = mock.source(agentId=UNKNOWN)
    mock.patch(path, {"agentId": None})
    return path


def _ids(mock: Served) -> list[int]:
    """How many ids three creates give, and how much the list grows."""
    before = len(mock.listed("/work_items"))
    ids = {mock.made("/work_items", ITEM)["id"] for _ in range(3)}
    return [len(ids), len(mock.listed("/work_items")) - before]


def _own_id(mock: Served) -> list[Any]:
    chosen = "aaaaaaaa-2222-4333-8444-555555555555"
    return [
        mock.made("/agents", {**AGENT, "id": chosen})["id"] == chosen,
        mock.get(f"/agents/{chosen}").status,
    ]


def _servers_own(mock: Served) -> list[bool]:
    sent = {"createdAt": "2001-01-01T00:00:00Z", "status": "inactive"}
    made = mock.made("/agents", {**AGENT, **sent})
    path = f"/agents/{made['id']}"
    mock.patch(path, {"deletedAt": None, "createdAt": "2002-01-01T00:00:00Z"})
    found = mock.item(path)
    return [made["createdAt"][:4] == "2001", made["status"] == "inactive", found["createdAt"][:4] == "2002"]


CREATING = {
    "create_is_not_stored": Probe(
        (201, 200), (201, 404),
        lambda mock: (
            (a := mock.post("/jobs", _JOB)).status, mock.get(f"/jobs/{a.json['job']['id']}").status
        ),
    ),
    "ids_repeat": Probe([3, 3], [1, 1], _ids),
    "client_chooses_the_id": Probe([False, 404], [True, 200], _own_id),
    "client_sets_what_is_the_servers": Probe([False, False, False], [True, True, True], _servers_own),
    "default_is_not_applied": Probe(
        [False, True], [None, True],
        lambda mock: [
            mock.item(mock.work_item(**more)).get("humanInLoop") for more in ({}, {"humanInLoop": True})
        ],
    ),
    "default_overrides_what_was_sent": Probe(
        True, False, lambda mock: mock.item(mock.work_item(humanInLoop=True))["humanInLoop"]
    ),
}  # fmt: skip

PROBES: dict[str, Probe] = {**WRITING, **CREATING}
