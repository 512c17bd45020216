"""Answers and requests without a server, for tests of those who judge them."""

import json
from collections.abc import Mapping
from typing import Any

from contract_tests.contract import Contract
from contract_tests.exchange import ONE, Answer, Exchange, Request
from contract_tests.relay import Passed
from contract_tests.transport import Outgoing
from openapi.document import Document
from openapi.source import parse

JSON = "application/json"
BASE = "http://target.example/api"


def contract(paths: Mapping[str, Any], version: str = "3.0.3", **components: Any) -> Contract:
    """The contract of a document with these paths and components."""
    data = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": paths,
        "components": components,
    }
    return Contract(Document(parse("d.json", json.dumps(data).encode())))


def answering(schema: Any, version: str = "3.0.3", **schemas: Any) -> Contract:
    """The contract of `GET /x`, whose 200 is JSON of a schema."""
    response = {"description": "", "content": {JSON: {"schema": schema}}}
    return contract({"/x": {"get": {"responses": {"200": response}}}}, version, schemas=schemas)


def answered(
    kept: Contract, body: Any = None, *, status: int = 200, media_type: str | None = JSON,
    raw: bytes | None = None, headers: Mapping[str, str] | None = None, method: str = "GET", path: str = "/x",
) -> Exchange:  # fmt: skip
    """The exchange in which this came; `body` as JSON, `raw` as bytes."""
    match = kept.match(method, path)
    data = (
        raw
        if raw is not None
        else b""
        if body is None and status in (204, 304)
        else json.dumps(body).encode()
    )
    given = {**({"content-type": media_type} if media_type else {}), **(headers or {})}
    answer = Answer(status, tuple(given.items()), data)
    operation = match.operation if match else None
    template = match.template if match else None
    return Exchange(1, Request(method, BASE + path), answer, operation=operation, path=template)


def passed(
    kept: Contract, method: str, path: str, status: int = 200, *, body: Any = None, raw: bytes | None = None,
    headers: Mapping[str, str] | None = None, identity: str = ONE, answer: Any = None,
    answer_headers: Mapping[str, str] | None = None,
) -> Passed:  # fmt: skip
    """A request that went through the relay, and its JSON answer."""
    sent = raw if raw is not None else json.dumps(body).encode() if body is not None else None
    given = {**({"Content-Type": JSON} if sent is not None else {}), **(headers or {})}
    outgoing = Outgoing(method, path, tuple(given.items()), sent, identity, fuzz=True)
    match = kept.match(method, path)
    came = Answer(
        status,
        tuple({"content-type": JSON, **(answer_headers or {})}.items()),
        json.dumps(answer or {}).encode(),
    )
    exchange = Exchange(
        1, Request(method, BASE + path, outgoing.headers, sent), came, identity,
        match.operation if match else None, fuzz=True, path=match.template if match else None,
    )  # fmt: skip
    return Passed(outgoing, exchange)
