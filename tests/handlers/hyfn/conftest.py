"""The domain without a server: functions called by name, a store in memory, a clock that a test sets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.call import NO_BODY, Call, Caller, Reply
from handlers.clock import Clock
from handlers.context import Context
from handlers.hyfn import HANDLERS
from handlers.imported import snake_case
from handlers.resolve import declared_members
from handlers.settings import Settings
from handlers.store.tiny import TinyStore
from openapi.document import load

DOCUMENT = load()


class Domain:
    """Calls handlers as the server would."""

    def __init__(self) -> None:
        self.store = TinyStore()
        self.now = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
        context = Context(DOCUMENT, Settings(), self.store, Clock())
        self.declared = {snake_case(o.id): declared_members(o, context) for o in DOCUMENT.operations}

    def reply(self, name: str, body: Any = NO_BODY, organization: str = "acme", **parameters: str) -> Reply:
        sent = body if isinstance(body, dict) else {}
        written = {member: sent[member] for member in self.declared[name] if member in sent}
        call = Call(name, parameters, body, written, Caller(organization), self.now, self.store)
        return HANDLERS[name](call)

    def __call__(self, name: str, body: Any = NO_BODY, organization: str = "acme", **parameters: str) -> Any:
        """The body of the reply; of an envelope with one member, that member."""
        told = self.reply(name, body, organization, **parameters).body
        return next(iter(told.values())) if isinstance(told, dict) and len(told) == 1 else told

    def later(self, **units: float) -> None:
        self.now += timedelta(**units)


@pytest.fixture
def domain() -> Domain:
    return Domain()


@pytest.fixture
def bill(domain: Domain) -> Callable[..., Any]:
    """Creates a work item of so many hours."""

    def create(hours: str, **more: Any) -> Any:
        return domain("create_work_item", {"type": "model_call", "timeSpent": hours, **more})

    return create
