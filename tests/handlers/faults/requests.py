"""Probes of faults in what is taken or refused: input, crashes."""

from collections.abc import Callable
from typing import Any

from tests.handlers.faults.probe import Probe
from tests.handlers.faults.served import AGENT, ITEM, SOURCE, UNKNOWN, Served

_LONG, _SHORTER = {"source": "x" * 256}, {"source": "x" * 255}
JOB = {"agentId": UNKNOWN, "name": "Daily", "schedule": "0 9 * * *"}


def posted(*sent: tuple[str, Any]) -> Callable[[Served], list[int]]:
    """The statuses of some creates."""
    return lambda mock: [mock.post(path, body).status for path, body in sent]


def patched(*bodies: Any) -> Callable[[Served], list[int]]:
    """The statuses of some updates of a knowledge source."""
    return lambda mock: [mock.patch(mock.source(), body).status for body in bodies]


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def _typed(mock: Served, media_type: str, body: bytes) -> int:
    return mock.patch(mock.agent(), body, headers={"content-type": media_type}).status


ACCEPTING = {
    "body_is_not_checked": Probe(
        [400, 400, 400], [201, 201, 201], posted(("/agents", {}), ("/agents", [1]), ("/work_items", "x"))
    ),
    "update_is_not_checked": Probe(
        [400, 400], [200, 400],
        lambda mock: [mock.patch(mock.agent(), {"name": 5}).status, mock.post("/agents", {"name": 5}).status],
    ),
    "required_is_not_checked": Probe(
        [400, 400], [201, 400],
        posted(("/agents", _without(AGENT, "name")), ("/agents", {**AGENT, "name": 5})),
    ),
    "type_is_not_checked": Probe(
        [400, 400, 400], [201, 201, 400],
        posted(("/agents", {**AGENT, "name": 5}), ("/work_items", {**ITEM, "metadata": []}), ("/agents", {})),
    ),
    "enum_is_not_checked": Probe(
        [400, 400], [201, 201],
        posted(("/agents", {**AGENT, "modelProvider": "x"}), ("/work_items", {**ITEM, "type": "x"})),
    ),
    "format_is_not_checked": Probe(
        [400, 400], [201, 400],
        posted(("/knowledge", {**SOURCE, "agentId": "x"}), ("/knowledge", {**SOURCE, "agentId": 5})),
    ),
    "pattern_is_not_checked": Probe([400], [201], posted(("/jobs", {**JOB, "schedule": "x"}))),
    "optional_property_is_not_checked": Probe(
        [400, 400], [201, 400],
        posted(("/agents", {**AGENT, "systemPrompt": 5}), ("/agents", {**AGENT, "name": 5})),
    ),
    "malformed_json_is_read_as_an_empty_object": Probe([400, 400], [200, 200], patched(b"{", b"nope")),
    "undecodable_text_is_repaired": Probe(
        [400, 400], [200, 400], patched(b'{"source":"\xff"}', b'{"source":"')
    ),
    "missing_body_is_read_as_an_empty_object": Probe([400], [200], patched(None)),
    "undeclared_media_type_is_read": Probe(
        [415, 415, 415], [200, 200, 200],
        lambda mock: [_typed(mock, kind, b'{"name":"x"}') for kind in ("text/plain", "application/xml", "x")],
    ),
}  # fmt: skip

DEMANDED = """
openapi: 3.1.0
info: {title: Bounds, version: '1'}
paths:
  /things:
    get:
      parameters:
      - {name: limit, in: query, schema: {type: integer, maximum: 10}}
      - {name: x-mode, in: header, schema: {type: string, enum: [a, b]}}
      responses: {'200': {description: ok}}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              additionalProperties: false
              properties: {name: {type: string, maxLength: 3}, size: {type: integer, maximum: 10}}
      responses: {'201': {description: ok}}
  /things/{letter}:
    get:
      parameters:
      - {name: letter, in: path, required: true, schema: {type: string, pattern: '^[a-z]$'}}
      responses: {'200': {description: ok}}
  /secret:
    get:
      security: [{key: []}]
      responses:
        '200': {description: ok}
        '401': {description: who, headers: {WWW-Authenticate: {required: true, schema: {type: string}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: x-key}}
"""
"""A document with the keywords that the bundled one does not have."""


def _query(mock: Served) -> list[int]:
    return [mock.get(f"/things?limit={limit}", at="").status for limit in ("11", "x")]


def _letters(mock: Served) -> list[int]:
    return [mock.get(f"/things/{letter}", at="").status for letter in ("a", "A")]


def _secret(mock: Served) -> tuple[int, bool]:
    answer = mock.get("/secret", at="", who={})
    return answer.status, "www-authenticate" in answer.headers


def _things(body: Any) -> Callable[[Served], int]:
    return lambda mock: mock.post("/things", body, at="").status


ELSEWHERE = {
    "length_is_not_checked": Probe(400, 201, _things({"name": "long"})),
    "bounds_are_not_checked": Probe(400, 201, _things({"size": 11})),
    "further_property_is_accepted": Probe(400, 201, _things({"more": 1})),
    "query_parameter_is_not_checked": Probe([400, 400], [200, 400], _query),
    "path_parameter_is_not_checked": Probe([200, 400], [200, 200], _letters),
    "challenge_is_missing": Probe((401, True), (401, False), _secret),
    "header_parameter_is_not_checked": Probe(
        400, 200, lambda mock: mock.get("/things", headers={"x-mode": "c"}, at="").status
    ),
}
"""Probes that ask a mock of DEMANDED."""

REFUSING = {
    "optional_property_is_demanded": Probe(
        [201, 201], [400, 201], posted(("/agents", AGENT), ("/agents", {**AGENT, "providerConfig": {}}))
    ),
    "null_is_refused": Probe([200, 200], [400, 200], patched({"agentId": None}, {"source": "x"})),
    "last_enum_member_is_refused": Probe(
        [201, 201], [400, 201],
        posted(("/agents", {**AGENT, "modelProvider": "snowflake_cortex"}), ("/agents", AGENT)),
    ),
    "update_demands_what_create_demands": Probe(
        [200, 200], [400, 200], patched({"status": "failed"}, SOURCE)
    ),
    "empty_update_is_refused": Probe([200, 200], [400, 200], patched({}, {"source": "x"})),
    "non_ascii_text_is_refused": Probe(
        [200, 200], [400, 200], patched({"metadata": {"a": "é"}}, {"source": "e"})
    ),
    "empty_text_is_refused": Probe([200, 200], [400, 200], patched({"source": ""}, {"source": " "})),
    "long_text_is_refused": Probe([200, 200], [400, 200], patched(_LONG, _SHORTER)),
}  # fmt: skip

CRASH = {
    "non_ascii_text_crashes": Probe([200, 200], [500, 200], patched({"source": "é"}, {"source": "e"})),
    "rare_character_crashes": Probe(
        [200, 200], [500, 200], patched({"source": "\U0001f600"}, {"source": "é"})
    ),
    "nul_crashes": Probe([200, 200], [500, 200], patched({"source": "a\0b"}, {"source": "é"})),
    "large_integer_crashes": Probe(
        [200, 200], [500, 200], patched({"metadata": {"n": [2**63]}}, {"metadata": {"n": 2**62}})
    ),
    "empty_text_crashes": Probe([200, 200], [500, 200], patched({"source": ""}, {})),
    "long_text_crashes": Probe([200, 200], [500, 200], patched(_LONG, _SHORTER)),
    "empty_update_crashes": Probe([200, 200], [500, 200], patched({}, {"source": "x"})),
    "unknown_id_crashes": Probe(
        [404, 404, 400], [500, 500, 400],
        lambda mock: [mock.get(f"/agents/{UNKNOWN}").status, mock.delete(f"/jobs/{UNKNOWN}").status,
                      mock.get("/agents/x").status],
    ),
    "malformed_id_crashes": Probe(
        [400, 404, 400], [500, 404, 400],
        lambda mock: [mock.get("/agents/x").status, mock.get(f"/agents/{UNKNOWN}").status,
                      mock.post("/agents", {}).status],
    ),
    "malformed_json_crashes": Probe([400, 400, 400], [500, 400, 400], patched(b"{", b'"\xff"', [])),
    "undecodable_text_crashes": Probe([400, 400, 400], [400, 500, 400], patched(b"{", b'"\xff"', [])),
    "body_that_is_no_object_crashes": Probe([400, 400, 400], [400, 500, 500], patched(b"{", [], b"5")),
    "missing_body_crashes": Probe([400, 400], [500, 400], patched(None, b"{")),
    "forbidden_null_crashes": Probe([400, 200], [500, 200], patched({"source": None}, {"agentId": None})),
    "undeclared_media_type_crashes": Probe(
        [415, 200], [500, 200],
        lambda mock: [_typed(mock, kind, b"{}") for kind in ("text/plain", "application/json")],
    ),
}  # fmt: skip

PROBES: dict[str, Probe] = {**ACCEPTING, **REFUSING, **CRASH}
