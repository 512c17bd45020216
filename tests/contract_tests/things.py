"""An API of things behind a key, with the transport in front of it: all in memory."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contract_tests.contract import Contract
from contract_tests.engines.allowed import Allowed
from contract_tests.exchange import Answer, Exchange, Request
from contract_tests.transport import Outgoing
from tests.contract_tests.answers import JSON, contract

KEY = "s3cret-key/of the tests"
THING: dict[str, Any] = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {"name": {"type": "string", "minLength": 1}, "size": {"type": "integer", "minimum": 0}},
}
STORED = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": {"type": "string"}, **THING["properties"]},
}


def comes(schema: Any, **more: Any) -> dict[str, Any]:
    return {"description": "", "content": {JSON: {"schema": schema}}, **more}


def things() -> Contract:
    """A collection and its items behind a key."""
    refused = comes({"type": "object", "required": ["error"]})
    refusals = dict.fromkeys(("400", "401", "404", "405"), refused)
    item = {"name": "thingId", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    one = {"200": comes(STORED), **refusals}
    paths: dict[str, dict[str, Any]] = {
        "/things": {
            "get": {"responses": {"200": comes({"type": "array", "items": STORED}), **refusals}},
            "post": {
                "requestBody": {"required": True, "content": {JSON: {"schema": THING}}},
                "responses": {"201": comes(STORED), **refusals, "415": refused},
            },
        },
        "/things/{thingId}": {
            "parameters": [item],
            "get": {"responses": one},
            "delete": {"responses": {"204": {"description": ""}, **refusals}},
        },
    }
    for methods in paths.values():
        for method in methods.keys() - {"parameters"}:
            methods[method]["security"] = [{"key": []}]
    return contract(paths, securitySchemes={"key": {"type": "apiKey", "in": "header", "name": "X-API-Key"}})


KEPT = things()
ALLOWED = Allowed(KEPT)


@dataclass
class Things:
    """The transport and the API behind it, in memory. `spoil` may give another answer than the right one."""

    spoil: Callable[[Outgoing, Answer], Answer | None] = lambda _sent, answer: answer
    before: Callable[[Outgoing], None] = lambda _sent: None
    sent: list[Outgoing] = field(default_factory=list)
    stored: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, outgoing: Outgoing) -> Exchange:
        with self.lock:
            self.before(outgoing)
            self.sent.append(outgoing)
            status, body, headers = self.answer(outgoing)
            data = b"" if body is None else json.dumps(body).encode()
            typed = {"content-type": JSON} if data else {}
            right = Answer(status, tuple({**typed, **headers}.items()), data)
            match = KEPT.match(outgoing.method, outgoing.path)
            request = Request(
                outgoing.method, f"http://t/api{outgoing.path}", outgoing.headers, outgoing.body
            )
            return Exchange(
                len(self.sent), request, self.spoil(outgoing, right), outgoing.identity,
                match.operation if match else None, fuzz=True, path=match.template if match else None,
            )  # fmt: skip

    def answer(self, sent: Outgoing) -> tuple[int, Any, dict[str, str]]:
        given = {name.lower(): value for name, value in sent.headers}
        if given.get("x-api-key") != KEY:
            return 401, {"error": "who are you"}, {}
        path = sent.path.partition("?")[0]
        match = KEPT.match(sent.method, path)
        if match is None:
            return 404, {"error": "no such path"}, {}
        if match.operation is None:
            return 405, {"error": "no such method"}, {"Allow": ", ".join(KEPT.paths[match.template])}
        if match.template == "/things":
            return self.create(sent) if sent.method == "POST" else (200, [*self.stored.values()], {})
        found = self.stored.get(match.values["thingId"])
        if found is None:
            return 404, {"error": "no such thing"}, {}
        if sent.method == "DELETE":
            return 204, self.stored.pop(found["id"]) and None, {}
        return 200, found, {}

    def create(self, sent: Outgoing) -> tuple[int, Any, dict[str, str]]:
        typed = {value.partition(";")[0] for name, value in sent.headers if name.lower() == "content-type"}
        if sent.body and typed != {JSON}:
            return 415, {"error": "not JSON"}, {}
        if ALLOWED.allows(sent.method, sent.path, sent.headers, sent.body):
            made = {"id": f"t{len(self.sent)}", **json.loads(sent.body or b"")}
            self.stored[made["id"]] = made
            return 201, made, {}
        return 400, {"error": "not valid"}, {}
