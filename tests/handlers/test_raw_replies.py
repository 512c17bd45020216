"""Between a function and the wire: it gets decoded values, and what breaks the document never leaves."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from handlers.app import create_app
from handlers.call import NO_BODY, Call, Reply
from handlers.domain import Domain
from handlers.store.tiny import TinyStore
from openapi.document import load
from tests.handlers.raw import DOCUMENTS
from tests.running import Answer

Ask = Callable[..., Answer]
RATE = {"X-Rate": "10"}


@pytest.fixture
def answered_by(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Call], Reply]], Ask]:
    """Puts a function behind `POST /thing`, in this process; the result asks it."""

    def behind(function: Callable[[Call], Reply]) -> Ask:
        monkeypatch.setattr(Domain, "of", staticmethod(lambda _: Domain({"answer": function})))
        app = create_app(load(DOCUMENTS / "replies.yaml"), TinyStore())
        return lambda query=b"", body=b"": asyncio.run(_ask(app, query, body))

    return behind


async def _ask(app: Any, query: bytes, body: bytes) -> Answer:
    """One request as an ASGI server passes it on."""
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    headers = [(b"content-type", b"application/json")]
    where = {"path": "/thing", "raw_path": b"/thing", "query_string": query, "root_path": ""}
    await app({"type": "http", "method": "POST", "headers": headers, **where}, receive, send)
    names = {name.decode(): value.decode() for name, value in said[0]["headers"]}
    return Answer(said[0]["status"], names, b"".join(message.get("body", b"") for message in said[1:]))


GIVEN: dict[str, tuple[bytes, bytes, dict[str, Any], Any]] = {
    "defaults of the query": (b"", b"", {"limit": 20, "flag": False}, NO_BODY),
    "what was sent": (b"limit=7&flag=true&text=a", b"", {"limit": 7, "flag": True, "text": "a"}, NO_BODY),
    "a body as it was sent": (b"", b"{}", {"limit": 20, "flag": False}, {}),
    "the last of repeated keys": (b"", b'{"a":1,"a":2}', {"limit": 20, "flag": False}, {"a": 2}),
}


@pytest.mark.parametrize(("query", "body", "parameters", "value"), GIVEN.values(), ids=GIVEN.keys())
def test_what_a_function_gets(
    answered_by: Callable[..., Ask], query: bytes, body: bytes, parameters: dict[str, Any], value: Any
) -> None:
    """Decoded values, with the defaults of query parameters; those of headers and bodies are left to it."""
    calls: list[Call] = []

    def answer(call: Call) -> Reply:
        calls.append(call)
        return Reply(status=204)

    assert 204 == answered_by(answer)(query, body).status
    assert [(parameters, value)] == [(call.parameters, call.body) for call in calls]


KEPT = {
    "all that is declared": (Reply({"id": 1}, headers=RATE), 200),
    "an optional header": (Reply({"id": 1}, headers={**RATE, "Location": "/thing/1"}), 200),
    "a header name in other letters": (Reply({"id": 1}, headers={"x-rate": "0"}), 200),
    "more than is declared": (Reply({"id": 1, "more": 2}, headers={**RATE, "X-More": "a"}), 200),
    "an integer of 400 digits": (Reply({"id": int("9" * 400)}, headers=RATE), 200),
    "no body where there is none": (Reply(status=204), 204),
}


@pytest.mark.parametrize(("reply", "status"), KEPT.values(), ids=KEPT.keys())
def test_an_answer_that_fits_leaves(answered_by: Callable[..., Ask], reply: Reply, status: int) -> None:
    """What the document declares is sent as it is."""
    answer = answered_by(lambda _: reply)()
    assert status == answer.status
    assert b"" == answer.body if reply.body is NO_BODY else reply.body == answer.json


BROKEN = {
    "a status that is not declared": (Reply({"id": 1}, 202), "202 is not declared"),
    "a member of another type": (Reply({"id": "1"}, headers=RATE), "body.id"),
    "a member that is missing": (Reply({}, headers=RATE), "body.id"),
    "a writeOnly member": (Reply({"id": 1, "secret": "open sesame"}, headers=RATE), "body.secret"),
    "no body": (Reply(headers=RATE), "body"),
    "a body where there is none": (Reply({"id": 1}, 204), "body"),
    "null where there is no body": (Reply(None, 204), "body"),
    "a header that is missing": (Reply({"id": 1}), "header.X-Rate"),
    "a header of another type": (Reply({"id": 1}, headers={"X-Rate": "ten"}), "header.X-Rate"),
    "a header out of range": (Reply({"id": 1}, headers={"X-Rate": "-1"}), "header.X-Rate"),
    "a header that is no reference": (
        Reply({"id": 1}, headers={**RATE, "Location": "a b"}),
        "header.Location",
    ),
    "a body that JSON cannot say": (Reply({"id": 1, "at": object()}, headers=RATE), ""),
    "NaN": (Reply({"id": float("nan")}, headers=RATE), "body.id"),
    "a header of two lines": (Reply({"id": 1}, headers={**RATE, "X-More": "a\r\nb: c"}), "header.X-More"),
    "a header beyond Latin-1": (Reply({"id": 1}, headers={**RATE, "X-More": "€"}), "header.X-More"),
}


@pytest.mark.parametrize(("reply", "place"), BROKEN.values(), ids=BROKEN.keys())
def test_an_answer_that_breaks_the_document_never_leaves(
    answered_by: Callable[..., Ask], reply: Reply, place: str
) -> None:
    """A function's mistake is a 500 in the document's own words that says where; its answer is kept back."""
    answer = answered_by(lambda _: reply)()
    assert (500, "500") == (answer.status, answer.json["code"])
    assert place in answer.json["details"]
    assert b"open sesame" not in answer.body


def test_a_function_that_breaks_is_a_500(answered_by: Callable[..., Ask]) -> None:
    """Whatever a function raises, the client reads an error of the document, without a traceback."""
    answer = answered_by(lambda _: Reply(1 // 0))()
    assert (500, "ZeroDivisionError: integer division or modulo by zero") == (
        answer.status,
        answer.json["details"],
    )
