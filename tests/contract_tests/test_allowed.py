"""Requests judged by the document, as they are on the wire."""

from typing import Any

import pytest

from contract_tests.contract import Contract
from contract_tests.engines.allowed import Allowed, CannotTell
from tests.contract_tests.answers import JSON, contract

FORM = "application/x-www-form-urlencoded"


def parameter(name: str, where: str, schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "in": where, "required": where == "path", "schema": schema, **more}


def kept() -> Contract:
    thing = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
    media = {name: {"schema": thing} for name in (JSON, FORM, "application/xml")}
    body = {"required": True, "content": media}
    parameters = [
        parameter("id", "path", {"type": "array", "items": {"type": "integer"}}),
        parameter("q", "query", {"type": "integer"}),
        parameter("X-H", "header", {"type": "array", "items": {"type": "integer"}}),
        parameter("c", "cookie", {"type": "boolean"}),
    ]
    text = {"content": {"text/plain": {"schema": {"type": "string", "maxLength": 2}}}}
    whole = {"name": "w", "in": "querystring", "content": {JSON: {"schema": {}}}}
    broken = {"content": {JSON: {"schema": {"type": "nonsense"}}}}
    return contract(
        {
            "/a/{id}": {"parameters": parameters, "get": {}, "put": {"requestBody": body}},
            "/text": {
                "post": {"requestBody": text}, "put": {"requestBody": broken}, "get": {"parameters": [whole]},
            },
        },
        "3.2.0",
    )  # fmt: skip


ALLOWED = Allowed(kept())


@pytest.mark.parametrize(
    ("request_", "problems"),
    [
        (("GET", "/a/1,2"), []),
        (("GET", "/a/1%2C2"), ['path.id[0]: expected an integer, got "1,2"']),
        (("GET", "/a/x?q=a&unknown=1"),
         ['path.id[0]: expected an integer, got "x"', 'query.q: expected an integer, got "a"']),
        (("GET", "/a/1?q=%31&q"), ["query.q: expected one value, got 2"]),
        (("GET", "/a/1?%zz=1"), ["query: a percent sign without two hexadecimal digits"]),
        (("GET", "/a/1", (("x-h", "1"), ("X-H", "2"), ("Cookie", "b=1; c=true"))), []),
        (("GET", "/a/1", (("x-h", "1,a"), ("Cookie", "c=1"))),
         ['header.X-H[1]: expected an integer, got "a"', 'cookie.c: expected true or false, got "1"']),
        (("PUT", "/a/1", (("content-type", JSON),), b'{"n":1}'), []),
        (("PUT", "/a/1", (("Content-Type", JSON),), b'{"n":"1"}'), ['body.n: expected an integer, got "1"']),
        (("PUT", "/a/1", (("Content-Type", JSON),), b"{"),
         ["body: not valid JSON: input data was truncated"]),
        (("PUT", "/a/1", (("Content-Type", FORM),), b"n=1"), []),
        (("PUT", "/a/1", (("Content-Type", FORM),), b"n=a"), ['body.n: expected an integer, got "a"']),
        (("PUT", "/a/1"), ["body: required, but the request has none"]),
        (("PUT", "/a/1", (), b"1"), ["header.content-type: no media type is not declared"]),
        (("PUT", "/a/1", (("Content-Type", "text/plain"),), b"1"),
         ["header.content-type: text/plain is not declared"]),
        (("GET", "/text?%7B%22a%22%3A1%7D"), []),
        (("GET", "/text?%7B"), ["querystring.w: not valid JSON: input data was truncated"]),
        (("POST", "/text", (), None), []),
        (("POST", "/text", (("Content-Type", "text/plain"),), b"a"), []),
        (("POST", "/text", (("Content-Type", "text/plain"),), b"abc"),
         ['body: expected at most 2 characters, got "abc"']),
    ],
)  # fmt: skip
def test_a_request_is_judged_as_it_was_sent(request_: tuple[Any, ...], problems: list[str]) -> None:
    rest: tuple[Any, ...] = ((), None)
    method, path, headers, body = request_ + rest[len(request_) - 2 :]
    found = [str(problem) for problem in ALLOWED.problems(method, path, headers, body)]
    assert problems == found
    assert (not problems) is ALLOWED.allows(method, path, headers, body)


@pytest.mark.parametrize(
    ("method", "path", "media_type", "why"),
    [
        ("TRACE", "/a/1", JSON, "no operation of the document"),
        ("GET", "/b", JSON, "no operation of the document"),
        ("PUT", "/a/1", "application/xml", "a body of the type application/xml"),
    ],
)
def test_what_cannot_be_judged_is_said(method: str, path: str, media_type: str, why: str) -> None:
    headers = (("Content-Type", media_type),)
    with pytest.raises(CannotTell) as told:
        ALLOWED.problems(method, path, headers, b"1")
    assert str(told.value).startswith(why)
    assert not ALLOWED.allows(method, path, headers, b"1")
