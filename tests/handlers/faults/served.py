"""A mock with a fault inside the test's own process: requests go through the whole app, but no socket."""

import asyncio
import json
from typing import Any

from handlers.app import App, create_app
from handlers.log import RequestLog
from handlers.settings import Settings
from handlers.store.tiny import TinyStore
from openapi.document import Document, load
from tests.running import DEMO, OTHER, Answer

HYFN = load()
BASE = "/api/public"

AGENT = {"name": "Ann", "modelProvider": "openai", "modelName": "gpt-4", "systemPrompt": "Be kind"}
SOURCE = {"type": "website", "source": "https://docs.example.com"}
ITEM = {"type": "model_call", "timeSpent": "0.5", "description": "A chat"}
UNKNOWN = "11111111-2222-4333-8444-555555555555"


class Faults(RequestLog):
    """Keeps what the mock itself got wrong."""

    def __init__(self) -> None:
        super().__init__(None)
        self.found: list[str] = []

    def fault(self, text: str) -> None:
        self.found.append(text)


class Served:
    """An app, and HTTP without a network. `own`: where the mock's own errors are kept."""

    def __init__(self, fault: str | None = None, document: Document = HYFN) -> None:
        store = TinyStore()
        self.own = Faults()
        self.app: App = create_app(document, store, Settings(fault=fault), self.own)
        self.app.domain.plant(self.app.context, self.app.context.clock.now())

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        who: dict[str, str] = DEMO,
        at: str = BASE,
    ) -> Answer:
        """The answer to a request. `body`: bytes as they are, anything else as JSON."""
        payload = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        given = {"host": "localhost", **who}
        if payload:
            given |= {"content-type": "application/json", "content-length": str(len(payload))}
        given |= headers or {}
        return asyncio.run(self._ask(method, at + path, payload, given))

    async def _ask(self, method: str, target: str, payload: bytes, given: dict[str, str]) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "root_path": "",
            "query_string": query.encode(), "client": ("127.0.0.1", 1), "http_version": "1.1",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in given.items()],
        }  # fmt: skip
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": payload, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], headers, b"".join(part["body"] for part in sent[1:]))

    # What most probes do.

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask("POST", path, body, **more)

    def patch(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask("PATCH", path, body, **more)

    def delete(self, path: str, **more: Any) -> Answer:
        return self.ask("DELETE", path, **more)

    def item(self, path: str, **more: Any) -> Any:
        """The item that a read answers."""
        return next(iter(self.get(path, **more).json.values()))

    def listed(self, path: str, **more: Any) -> list[Any]:
        """The items that a list answers."""
        found: list[Any] = next(iter(self.get(path, **more).json.values()))
        return found

    def made(self, path: str, body: dict[str, Any], **more: Any) -> Any:
        """The item that a create answers."""
        return next(iter(self.post(path, body, **more).json.values()))

    def agent(self, **members: Any) -> str:
        """The path of a new agent."""
        return f"/agents/{self.made('/agents', {**AGENT, **members})['id']}"

    def source(self, **members: Any) -> str:
        """The path of a new knowledge source."""
        return f"/knowledge/{self.made('/knowledge', {**SOURCE, **members})['id']}"

    def work_item(self, **members: Any) -> str:
        """The path of a new work item."""
        return f"/work_items/{self.made('/work_items', {**ITEM, **members})['id']}"

    def of_other(self, **members: Any) -> str:
        """The path of a new agent of the other organization."""
        return f"/agents/{self.made('/agents', {**AGENT, **members}, who=OTHER)['id']}"
