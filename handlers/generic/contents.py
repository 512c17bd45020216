"""Bytes that are sent are the bytes that come back: files, images, whatever no schema speaks of.

They are kept by the path that they were sent to, and by the item that they belong to: what is sent with
`POST /files` or to `PUT /files/{id}/content` is what `GET /files/{id}/download` answers.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from handlers.call import Call, Handler, Json, Reply
from handlers.generic.naming import joined, text_of
from handlers.problems import NotFound
from openapi import media
from openapi.form_fields import is_binary
from openapi.operation import Operation, Place
from openapi.schema import Schemas
from openapi.shape import shape
from openapi.source import join_pointer, look_up

_CONTENTS = "(contents)"
_VARIABLE = re.compile(r"\{([^{}]+)\}")


def with_contents(
    operation: Operation, handler: Handler, requests: Schemas, responses: Schemas, beside: Iterable[Operation]
) -> Handler:
    """A function that keeps and gives bytes around another one; the same where no bytes are declared.

    beside: the operations with the same path, where no record stands for what is there: then it is there as
    long as its bytes are.
    """
    if operation.method == "DELETE":
        return _forgetting(operation, handler, _is_alone(operation, beside, requests))
    if operation.method == "GET":
        fits = _fits(operation, responses)
        if fits is None:
            return handler
        return _giving(operation, handler, fits, _is_alone(operation, beside, requests))
    find = _finder(operation, requests)
    return _keeping(operation, handler, find) if find else handler


def _is_alone(operation: Operation, beside: Iterable[Operation], requests: Schemas) -> bool:
    """Whether bytes are all that is at a path, and are sent there."""
    return operation.path.endswith("}") and any(_finder(each, requests) for each in beside)


def _keeping(operation: Operation, handler: Handler, find: Callable[[Json], str | None]) -> Handler:
    def answer(call: Call) -> Reply:
        reply = handler(call)
        sent = find(call.body)
        if sent is not None and 200 <= reply.status < 300:
            own = () if reply.about is None else (reply.about,)
            raw = isinstance(call.body, str)
            value = {"data": sent, "media_type": call.media_type if raw else None}
            for steps in _places((*_steps(operation, call), *own), operation, bool(own)):
                _store(call, steps, value)
        return reply

    return answer


def _giving(operation: Operation, handler: Handler, fits: Callable[[Json], bool], alone: bool) -> Handler:
    strict = alone and _can_lack(operation)

    def answer(call: Call) -> Reply:
        reply = handler(call)
        if not 200 <= reply.status < 300:
            return reply
        for steps in _places(_steps(operation, call), operation, False):
            found = call.store.get(_CONTENTS, joined(call.caller.organization, *steps))
            if found is not None and fits(found.value["data"]):
                return replace(reply, body=found.value["data"], media_type=found.value["media_type"])
        if strict:
            raise NotFound(f"nothing was sent to {call.url} yet")
        return reply

    return answer


def _forgetting(operation: Operation, handler: Handler, alone: bool) -> Handler:
    strict = alone and _can_lack(operation)

    def answer(call: Call) -> Reply:
        reply = handler(call)
        own = (call.caller.organization, *_steps(operation, call))
        removed = call.store.remove(_CONTENTS, joined(*own))
        for record in call.store.list(_CONTENTS, call.caller.organization):
            if record.id.startswith(joined(*own)[:-1] + ","):  # below it
                call.store.remove(_CONTENTS, record.id)
        if strict and not removed:
            raise NotFound(f"nothing is at {call.url}")
        return reply

    return answer


def _can_lack(operation: Operation) -> bool:
    """Whether the document says how to tell that nothing is there."""
    return any(operation.response(status) for status in (404, 410))


def _store(call: Call, steps: tuple[str, ...], value: dict[str, Json]) -> None:
    key = joined(call.caller.organization, *steps)
    if call.store.get(_CONTENTS, key) is None:
        call.store.insert(_CONTENTS, key, call.caller.organization, value)
    else:
        call.store.update(_CONTENTS, key, value)


def _steps(operation: Operation, call: Call) -> tuple[str, ...]:
    """The path of a request, whatever its parameters are called and however they are encoded."""
    return tuple(
        _VARIABLE.sub(lambda found: text_of(call.parameters.get(found[1])), step)
        for step in operation.path.strip("/").split("/")
    )


def _places(steps: tuple[str, ...], operation: Operation, made: bool) -> list[tuple[str, ...]]:
    """The path itself; and of a path below an item, `/files/7/content`, that of the item."""
    *above, last = operation.path.strip("/").split("/")
    below = not made and len(above) > 1 and "{" not in last and "{" in above[-1]
    return [steps, steps[:-1]] if below else [steps]


def _fits(operation: Operation, responses: Schemas) -> Callable[[Json], bool] | None:
    """What tells whether bytes may be answered; None where the success is none."""
    response = operation.response(operation.success or 200)
    name = media.preferred(response.content) if response else None
    if response is None or name is None or not _is_bytes(name, response.content[name], responses):
        return None
    later = responses.of_media(response.content[name])
    return lambda body: later is None or later().is_valid(body)


def _finder(operation: Operation, requests: Schemas) -> Callable[[Json], str | None] | None:
    """What finds the bytes in a request body; None where none are declared."""
    content = operation.body.content if operation.body else {}
    raw = any(_is_bytes(name, place, requests) for name, place in content.items())
    files = [
        file
        for name, place in content.items()
        if media.kind(media.essence(name)) == "multipart"
        for file in _files(place, requests)
    ]

    def find(body: Json) -> str | None:
        if isinstance(body, str):
            return body if raw else None
        sent = (body[name] for name in files if name in body) if isinstance(body, dict) else ()
        return next((each for each in sent if isinstance(each, str)), None)

    return find if raw or files else None


def _is_bytes(name: str, place: Place, schemas: Schemas) -> bool:
    kind = media.kind(media.essence(name))
    if place.get("schema") is None:
        return kind == "bytes" and not media.is_range(name)
    schema = look_up(schemas.tree, join_pointer(place.pointer, "schema"))
    if kind == "json":
        return False
    return is_binary(schemas.tree, schema) or (
        kind == "bytes" and not media.is_range(name) and "string" in shape(schemas.tree, schema).types
    )


def _files(place: Place, schemas: Schemas) -> list[str]:
    """The names of the members that are files."""
    found = shape(schemas.tree, look_up(schemas.tree, join_pointer(place.pointer, "schema"))).properties
    return [name for name, schema in found.items() if is_binary(schemas.tree, schema)]
