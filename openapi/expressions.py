"""Runtime expressions (OpenAPI 3, Callback Object): parts of a request and of its answer, as text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from openapi import codec
from openapi.codec import Json
from openapi.source import look_up

_EMBEDDED = re.compile(r"\{(\$[^{}]+)\}")
_SOURCE = re.compile(r"\$(request|response)\.(header|query|path)\.(.+)\Z")
_BODY = re.compile(r"\$(request|response)\.body(?:#(.*))?\Z")


@dataclass(frozen=True, slots=True)
class Side:
    """A request, or its answer: header names in lower case; a body of None where there is none."""

    header: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)
    body: Json = None


@dataclass(frozen=True, slots=True)
class Exchanged:
    """A request that was answered."""

    url: str
    method: str
    status: int
    request: Side
    response: Side


def evaluate(expression: str, about: Exchanged) -> str | None:
    """The text of an expression: a whole one (`$request.body#/url`), or text with some in braces.

    None where a part of it names nothing.
    """
    if expression.startswith("$"):
        return _value(expression, about)
    values = {found: _value(found, about) for found in _EMBEDDED.findall(expression)}
    if None in values.values():
        return None
    return _EMBEDDED.sub(lambda found: values[found[1]] or "", expression)


def _value(expression: str, about: Exchanged) -> str | None:
    plain = {"$url": about.url, "$method": about.method, "$statusCode": str(about.status)}
    if expression in plain:
        return plain[expression]
    if found := _SOURCE.match(expression):
        side = about.request if found[1] == "request" else about.response
        name = found[3].lower() if found[2] == "header" else found[3]
        values: Mapping[str, str] = getattr(side, found[2])
        return values.get(name)
    if found := _BODY.match(expression):
        side = about.request if found[1] == "request" else about.response
        return _text(look_up(side.body, found[2]) if found[2] else side.body)
    return None


def _text(value: Json) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return codec.encode(value).decode()
