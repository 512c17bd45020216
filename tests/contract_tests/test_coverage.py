"""How much of a contract exchanges have seen."""

import json
import time
from pathlib import Path
from typing import Any

from contract_tests.contract import Contract
from contract_tests.coverage import Coverage
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.question import read_document

BASE = "http://127.0.0.1:1/api"

DOCUMENT = """
openapi: 3.1.0
info: {title: Things, version: "1"}
paths:
  /things:
    post:
      operationId: create
      parameters:
        - {name: dry, in: query, schema: {type: boolean}}
        - {name: x-trace, in: header, schema: {type: string, maxLength: 3}}
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/Thing"}
          text/csv: {schema: {type: string}}
      responses:
        "201": {description: made, content: {application/json: {schema: {}}}}
        4XX: {description: no, content: {application/problem+json: {schema: {}}}}
        default: {description: else}
  /things/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
    get:
      operationId: read
      responses:
        "200": {description: one}
        "404": {description: none}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string, maxLength: 3}
        tags: {type: array, maxItems: 2, items: {enum: [a, b]}}
"""


def contract(folder: Path) -> Contract:
    (folder / "things.yaml").write_text(DOCUMENT)
    return Contract(read_document(folder / "things.yaml"))


def exchange(
    contract: Contract, method: str, path: str, status: int, body: Any = None, **more: Any
) -> Exchange:
    match = contract.match(method, path)
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    headers = (("Content-Type", more.get("kind", "application/json")), *more.get("headers", ()))
    came = (("Content-Type", "application/json"),)
    return Exchange(
        1, Request(method, BASE + path, headers if raw else headers[1:], raw), Answer(status, came, b"{}"),
        operation=match.operation if match else None, path=match.template if match else None,
    )  # fmt: skip


def covered(folder: Path, *asked: tuple[Any, ...], **more: Any) -> dict[str, Any]:
    known = contract(folder)
    return Coverage(known, BASE, [exchange(known, *each, **more) for each in asked]).data


def test_nothing_is_seen_of_a_contract_that_nobody_asks(tmp_path: Path) -> None:
    found = covered(tmp_path)
    assert {
        "operations": [0, 2], "statuses": [0, 5], "parameters": [0, 3],
        "keywords_satisfied": [0, 10], "keywords_violated": [0, 10],
    } == found["totals"]  # fmt: skip
    assert ["POST", "/things", 0] == [found["operations"][0][name] for name in ("method", "path", "asked")]


def test_statuses_are_counted_as_they_are_declared_and_as_they_came(tmp_path: Path) -> None:
    asked = [("POST", "/things", status, {"name": "n"}) for status in (201, 400, 422, 503)]
    found = covered(tmp_path, *asked, ("GET", "/things/1", 418))
    assert {"201": 1, "4XX": 2, "default": 1, "400": 1, "422": 1, "503": 1} == found["operations"][0][
        "statuses"
    ]
    assert [] == found["operations"][0]["undeclared"]
    assert {"200": 0, "404": 0, "418": 1} == found["operations"][1]["statuses"]
    assert ["418"] == found["operations"][1]["undeclared"]
    assert [3, 5] == found["totals"]["statuses"]


def test_parameters_and_media_types_that_were_sent_are_counted(tmp_path: Path) -> None:
    found = covered(
        tmp_path, ("POST", "/things?dry=true", 201, {"name": "n"}), headers=(("X-Trace", "t"),)
    )["operations"][0]  # fmt: skip
    assert {"query dry": 1, "header x-trace": 1} == found["parameters"]
    assert {"application/json": 1, "text/csv": 0} == found["request_media_types"]
    assert {"application/json": 1, "application/problem+json": 0} == found["response_media_types"]


def test_an_undeclared_media_type_is_counted_as_itself(tmp_path: Path) -> None:
    found = covered(tmp_path, ("POST", "/things", 415, b"<a/>"), kind="application/xml")["operations"][0]
    assert {"application/json": 0, "text/csv": 0, "application/xml": 1} == found["request_media_types"]


def test_rules_are_kept_by_what_is_accepted(tmp_path: Path) -> None:
    found = covered(tmp_path, ("POST", "/things", 201, {"name": "n"}))
    assert {"satisfied": 4, "violated": 0, "of": 9} == found["operations"][0]["keywords"]
    whole = covered(tmp_path, ("POST", "/things", 201, {"name": "n", "tags": ["a"]}))
    assert {"satisfied": 7, "violated": 0, "of": 9} == whole["operations"][0]["keywords"]


def test_rules_are_broken_by_what_is_refused(tmp_path: Path) -> None:
    found = covered(
        tmp_path, ("POST", "/things", 400, {"name": "long"}), ("POST", "/things", 400, {"tags": ["c"]})
    )
    assert {"satisfied": 0, "violated": 3, "of": 9} == found["operations"][0]["keywords"]
    assert {"of": 1, "satisfied": 0, "violated": 1} == found["keywords"]["required"]
    assert {"of": 2, "satisfied": 0, "violated": 1} == found["keywords"]["maxLength"]


def test_what_is_refused_for_something_else_tells_nothing(tmp_path: Path) -> None:
    asked = [("POST", "/things", status, {"name": "long"}) for status in (401, 403, 404, 409, 500)]
    assert [0, 10] == covered(tmp_path, *asked)["totals"]["keywords_violated"]


def test_what_is_accepted_although_it_is_wrong_is_not_kept(tmp_path: Path) -> None:
    found = covered(tmp_path, ("POST", "/things", 201, {"name": "long"}))
    assert {"of": 2, "satisfied": 0, "violated": 0} == found["keywords"]["maxLength"]


def test_a_404_may_speak_of_what_is_in_the_path(tmp_path: Path) -> None:
    found = covered(tmp_path, ("GET", "/things/nobody", 404))
    assert {"of": 1, "satisfied": 0, "violated": 1} == found["keywords"]["format"]


def test_bodies_that_are_no_json_tell_nothing(tmp_path: Path) -> None:
    assert [0, 10] == covered(tmp_path, ("POST", "/things", 400, b"{"))["totals"]["keywords_violated"]


def test_thousands_of_exchanges_are_looked_at_in_no_time(tmp_path: Path) -> None:
    known = contract(tmp_path)
    asked = [
        exchange(known, "POST", "/things?dry=true", 201 if n % 2 else 400, {"name": f"{n}"})
        for n in range(5_000)
    ]
    started = time.process_time()
    assert 5_000 == Coverage(known, BASE, asked).data["operations"][0]["asked"]
    assert 0.5 > time.process_time() - started
