"""Probes of faults in what comes back: shape, status, headers, methods."""

from openapi import codec
from tests.handlers.faults.probe import Probe
from tests.handlers.faults.served import AGENT, UNKNOWN, Served

_SEEDED = "/agents/6513270e-269e-4d37-b2a7-4de452e6b438"
"""An agent that is there from the start."""


def is_json(body: bytes) -> bool:
    try:
        codec.decode(body)
    except codec.DecodeError:
        return False
    return True


def _type_of_error(mock: Served) -> str:
    return type(mock.get(f"/agents/{UNKNOWN}").json).__name__


def _zones(mock: Served) -> list[bool]:
    """Whether each moment of an item ends with its zone."""
    item = mock.item(mock.agent())
    return [item[name].endswith("Z") for name in ("createdAt", "updatedAt")]


def _enum(mock: Served) -> list[str]:
    return [mock.item(mock.agent())["status"], mock.item(mock.work_item())["type"]]


SHAPE = {
    "required_property_is_missing": Probe(
        [True, True, True, True], [False, False, False, False],
        lambda mock: [
            "status" in mock.made("/agents", AGENT), "status" in mock.item(mock.agent()),
            "status" in mock.listed("/agents")[0], "timeSpent" in mock.item(mock.work_item()),
        ],
    ),
    "property_has_another_type": Probe(
        (str, str), (int, int),
        lambda mock: (
            type(mock.item(mock.agent())["updatedAt"]), type(mock.listed("/work_items")[0]["createdAt"])
        ),
    ),
    "property_is_null": Probe(
        False, True, lambda mock: mock.item(mock.agent())["updatedAt"] is None
    ),
    "moment_is_malformed": Probe(
        False, True, lambda mock: mock.item(mock.source())["updatedAt"] == "2026-13-45 25:61"
    ),
    "moment_has_no_zone": Probe([True, True], [True, False], _zones),
    "enum_member_is_undeclared": Probe(["active", "model_call"], ["undeclared", "undeclared"], _enum),
    "envelope_is_missing": Probe(
        [["agent"], ["agents"]], [False, False],
        lambda mock: [
            [*found] if isinstance(found := mock.get(path).json, dict) and len(found) == 1 else False
            for path in (_SEEDED, "/agents")
        ],
    ),
    "list_is_an_object": Probe(
        ["list", "dict"], ["dict", "dict"],
        lambda mock: [type(mock.get(path).json[name]).__name__
                      for path, name in (("/agents", "agents"), (mock.agent(), "agent"))],
    ),
    "json_is_truncated": Probe(True, False, lambda mock: is_json(mock.get("/agents").body)),
    "json_holds_nan": Probe(
        [True, False], [False, True], lambda mock: [is_json(b := mock.get(_SEEDED).body), b"NaN" in b]
    ),
    "json_is_not_utf_8": Probe(
        [True, False], [False, True], lambda mock: [is_json(b := mock.get("/agents").body), b"\xff" in b]
    ),
    "json_starts_with_a_byte_order_mark": Probe(
        b"{", b"\xef", lambda mock: mock.get("/agents").body[:1]
    ),
    "body_is_empty": Probe(
        (200, True), (200, False), lambda mock: ((a := mock.get("/agents")).status, bool(a.body))
    ),
    "error_has_another_shape": Probe("dict", "list", _type_of_error),
}  # fmt: skip


def _deleted(mock: Served) -> tuple[int, bool]:
    answer = mock.delete(mock.agent())
    return answer.status, bool(answer.body)


def _unknown(mock: Served) -> list[int]:
    paths = (f"/agents/{UNKNOWN}", f"/jobs/{UNKNOWN}")
    return [mock.ask(method, path).status for path in paths for method in ("GET", "DELETE")]


def _bad_input(mock: Served) -> list[int]:
    return [
        mock.post("/agents", {"name": 5}).status,
        mock.patch(mock.work_item(), {"description": 5}).status,
        mock.post("/agents", b"{").status,
    ]


def _bad_credentials(mock: Served) -> list[int]:
    wrong = {"x-api-key": "wrong", "x-org-id": "demo-org-123"}
    return [mock.get("/agents", who={}).status, mock.delete(mock.agent(), who=wrong).status]


STATUS = {
    "create_answers_200": Probe(
        (201, True), (200, True),
        lambda mock: ((a := mock.post("/agents", AGENT)).status, "agent" in a.json),
    ),
    "read_answers_203": Probe(200, 203, lambda mock: mock.get(mock.source()).status),
    "update_answers_204": Probe(
        (200, True), (204, False),
        lambda mock: ((a := mock.patch(mock.agent(), {"name": "Bea"})).status, bool(a.body)),
    ),
    "delete_answers_200_with_a_body": Probe((204, False), (200, True), _deleted),
    "unknown_id_answers_400": Probe([404] * 4, [400] * 4, _unknown),
    "unknown_id_answers_success": Probe([404] * 4, [200, 204, 200, 204], _unknown),
    "bad_input_answers_422": Probe([400] * 3, [422] * 3, _bad_input),
    "bad_input_answers_404": Probe([400] * 3, [404] * 3, _bad_input),
    "bad_input_answers_200": Probe([400] * 3, [200] * 3, _bad_input),
    "bad_credentials_answer_400": Probe([401] * 2, [400] * 2, _bad_credentials),
    "bad_credentials_answer_404": Probe([401] * 2, [404] * 2, _bad_credentials),
}  # fmt: skip


def _types(mock: Served) -> list[str | None]:
    answers = (mock.get("/agents"), mock.post("/agents", AGENT), mock.get(f"/agents/{UNKNOWN}"))
    return [answer.headers.get("content-type") for answer in answers]


def _allow(mock: Served) -> list[str | None]:
    answers = [mock.ask("PUT", "/agents", {}), mock.ask("POST", mock.agent())]
    assert [405, 405] == [answer.status for answer in answers]
    return [answer.headers.get("allow") for answer in answers]


_JSON, _HTML = "application/json", "text/html; charset=utf-8"
_ALLOW = ["GET, POST, HEAD", "GET, PATCH, DELETE, HEAD"]

HEADERS = {
    "content_type_is_another": Probe([_JSON] * 3, [_HTML, _HTML, _JSON], _types),
    "content_type_is_missing": Probe([_JSON] * 3, [None, None, _JSON], _types),
    "refusal_is_a_page": Probe([_JSON] * 3, [_JSON, _JSON, _HTML], _types),
    "allow_is_missing": Probe(_ALLOW, [None, None], _allow),
    "allow_is_incomplete": Probe(_ALLOW, ["GET", "GET"], _allow),
}  # fmt: skip


def _undocumented(mock: Served) -> list[int]:
    return [mock.ask("PUT", "/agents", {}).status, mock.ask("PURGE", mock.agent()).status]


def _put(mock: Served) -> tuple[int, str]:
    path = mock.agent()
    return mock.ask("PUT", path, {"name": "Bea"}).status, mock.item(path)["name"]


def _head(mock: Served) -> tuple[int, str | None, bytes]:
    answer = mock.ask("HEAD", mock.agent())
    return answer.status, answer.headers.get("content-type"), answer.body


METHODS = {
    "undocumented_method_answers_200": Probe([405, 405], [200, 200], _undocumented),
    "undocumented_method_acts_as_get": Probe(
        [405, 405], [200, "Ann"],
        lambda mock: [mock.ask("PUT", "/agents", {}).status,
                      (a := mock.ask("PURGE", mock.agent())).json.get("agent", {}).get("name", a.status)],
    ),
    "undocumented_method_answers_500": Probe([405, 405], [500, 500], _undocumented),
    "undocumented_put_acts_as_patch": Probe((405, "Ann"), (200, "Bea"), _put),
    "head_answers_another_status": Probe((200, _JSON, b""), (204, _JSON, b""), _head),
    "head_answers_404": Probe((200, _JSON, b""), (404, _JSON, b""), _head),
    "head_has_another_content_type": Probe((200, _JSON, b""), (200, "text/plain", b""), _head),
}  # fmt: skip

PROBES: dict[str, Probe] = {**SHAPE, **STATUS, **HEADERS, **METHODS}
