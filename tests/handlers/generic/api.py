"""A mock in this process, of a document written down in a test."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from handlers.app import App, create_app
from handlers.settings import Settings
from handlers.store.tiny import TinyStore
from openapi import codec
from openapi.document import Document, load
from openapi.source import parse

JSON = "application/json"
TEXT = {"type": "string"}
WHOLE = {"type": "integer"}
NO_BODY: Any = object()


@dataclass(frozen=True)
class Answered:
    """One answer; header names in lower case."""

    status: int
    headers: dict[str, str]
    json: Any
    raw: bytes = b""


@dataclass
class Api:
    """A mock that is asked without a socket."""

    app: App
    answers: list[Answered] = field(default_factory=list)

    def ask(
        self, method: str, path: str, body: Any = NO_BODY, headers: Mapping[str, str] | None = None
    ) -> Answered:
        """The answer to a request; a body is sent as JSON, bytes as they are. Fails on any 5xx."""
        raw = b"" if body is NO_BODY else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(method, path, raw, {**({"content-type": JSON} if raw else {}), **(headers or {})})

    def send(self, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> Answered:
        """The answer to a request with these bytes. Fails on any 5xx."""
        answer = asyncio.run(self._send(method, path, raw, {"host": "mock.test", **headers}))
        assert answer.status < 500, answer
        return answer

    async def _send(self, method: str, path: str, raw: bytes, headers: Mapping[str, str]) -> Answered:
        parts = urlsplit(path)
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
            "method": method, "path": parts.path, "raw_path": parts.path.encode(), "root_path": "",
            "query_string": parts.query.encode(), "client": ("127.0.0.1", 1), "server": ("mock.test", 80),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        if raw:
            scope["headers"].append((b"content-length", str(len(raw)).encode()))  # type: ignore[attr-defined]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": raw, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        data = b"".join(each.get("body", b"") for each in sent[1:])
        told = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
        is_json = data and re.search("[/+]json$", told.get("content-type", "").partition(";")[0])
        shown = codec.decode(data) if is_json else data or None
        self.answers.append(Answered(sent[0]["status"], told, shown, data))
        return self.answers[-1]


def serving(document: Document, **settings: Any) -> Api:
    return Api(create_app(document, TinyStore(None), Settings(**settings)))


def api(
    paths: Mapping[str, Any],
    schemas: Mapping[str, Any] | None = None,
    clock: datetime | None = None,
    **components: Any,
) -> Api:
    """The mock of a document with these paths and schemas."""
    data = {
        "openapi": "3.1.0",
        "info": {"title": "Made up", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas or {}, **components},
    }
    return serving(Document(parse("made.json", json.dumps(data).encode())), clock=clock)


def served(path: Path) -> Api:
    """The mock of a document in a file, whoever asks."""
    return serving(load(path), auth="off")


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def thing(required: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    """The schema of an object."""
    return {"type": "object", "properties": properties, "required": list(required)}


def content(schema: Any, **more: Any) -> dict[str, Any]:
    return {"content": {JSON: {"schema": schema, **more}}}


def answer(schema: Any = None, **more: Any) -> dict[str, Any]:
    """A Response Object with a JSON body of a schema, or without a body."""
    return {"description": "", **({} if schema is None else content(schema)), **more}


def path_parameter(name: str, schema: Any = None) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema or TEXT}


def query(name: str, schema: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema or TEXT, **more}


GONE = {"404": answer(), "400": answer()}


def crud(
    path: str, item: Any, body: Any = None, *, listed: Any = None, own: Any = None, name: str = "id",
    parents: tuple[str, ...] = (), listing: Mapping[str, Any] | None = None, create: int = 201,
) -> dict[str, Any]:  # fmt: skip
    """The paths of a resource with all that can be done to it. `listed`: the schema of the list's body."""
    above = [path_parameter(each) for each in parents]
    sent = {"requestBody": {"required": True, **content(body or item)}}
    return {
        path: {
            "parameters": above,
            "get": {
                "responses": {"200": answer(listed or {"type": "array", "items": item}), **GONE},
                **(listing or {}),
            },
            "post": {**sent, "responses": {str(create): answer(item), **GONE, "409": answer()}},
        },
        f"{path}/{{{name}}}": {
            "parameters": [*above, path_parameter(name, own)],
            "get": {"responses": {"200": answer(item), **GONE}},
            "put": {**sent, "responses": {"200": answer(item), **GONE}},
            "patch": {
                "requestBody": content({**(body or item), "required": []}),
                "responses": {"200": answer(item), **GONE},
            },
            "delete": {"responses": {"204": answer(), **GONE}},
        },
    }
