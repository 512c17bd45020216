"""What a callback or a webhook tells: a valid body that speaks of the thing that the answer was about."""

from typing import Any
from urllib.parse import urlencode

from handlers.call import NO_BODY, Json
from handlers.generic.made import Maker, fitted
from openapi import codec, media
from openapi.callbacks import Callback
from openapi.inference.naming import plain, singulars
from openapi.resources import ABSENT
from openapi.schema import Schemas
from openapi.source import join_pointer

_FORM = "application/x-www-form-urlencoded"
_HOLDERS = {
    "data",
    "item",
    "object",
    "resource",
    "payload",
    "record",
    "body",
    "result",
    "entity",
    "attributes",
}
"""Members of a message that hold the thing it is about."""

_DEEPEST = 3


class Messages:
    """Makes the bodies. `schemas` are those of answers: what a server sends may hold what is read-only."""

    def __init__(self, schemas: Schemas, maker: Maker) -> None:
        self._schemas, self._maker = schemas, maker

    def body(self, callback: Callback, thing: Json, key: str) -> tuple[Json, str | None]:
        """(body, media type) of a request; `thing` is what it is about, if that is known."""
        content = callback.operation.body.content if callback.operation.body else {}
        name = media.preferred(content)
        if name is None:
            return NO_BODY, None
        place = content[name]
        if place.get("schema") is None:
            return place.get("example", {}), name
        pointer = join_pointer(place.pointer, "schema")
        whole = self._maker.whole(pointer, f"{callback.name} {key}")
        if not isinstance(thing, dict):
            return whole, name
        words = {word for each in (callback.operation.path.split("/")) for word in singulars(each)}
        validator = self._schemas.at(pointer)
        for exactly in (True, False):
            about = _about(whole, thing, words, exactly)
            if validator.is_valid(about):
                return about, name
        found = fitted(about, whole, validator)
        return (whole if found is ABSENT else found), name

    def headers(self, callback: Callback) -> dict[str, str]:
        """The headers that a request must have, made up."""
        wanted = [
            each for each in callback.operation.parameters if each.location == "header" and each.required
        ]
        made = {
            each.name: self._maker.whole(each.schema.pointer, each.name) for each in wanted if each.schema
        }
        return {name: text for name, value in made.items() if (text := _plain(value)).isprintable()}


def encoded(body: Json, media_type: str | None) -> bytes | None:
    """The bytes of a body; None for a type that nobody here can write."""
    if body is NO_BODY or media_type is None:
        return b""
    essence = media.essence(media_type)
    if media.is_json(essence) or essence == "*/*":
        return codec.encode(body)
    if essence == _FORM and isinstance(body, dict):
        return urlencode({name: _plain(value) for name, value in body.items()}).encode()
    return body.encode() if isinstance(body, str) else None


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else codec.encode(value).decode()


def _about(value: Json, thing: dict[str, Any], words: set[str], exactly: bool, depth: int = 0) -> Json:
    """A made-up message that speaks of the thing: in the member that holds it, else in the message itself.

    `exactly`: the thing as it is; else only the values of members that have its names.
    """
    if not isinstance(value, dict) or depth > _DEEPEST:
        return value
    holder = next((name for name in value if _holds(name, value[name], words)), None)
    if holder is None:
        if exactly and thing.keys() <= value.keys():
            return thing
        return {name: _known(name, each, thing, words) for name, each in value.items()}
    inner = _about(value[holder], thing, words, exactly, depth + 1)
    own = {name: each for name, each in value.items() if name not in ("id", "type")}
    return {**value, **{name: _known(name, each, thing, words) for name, each in own.items()}, holder: inner}


def _holds(name: str, value: Json, words: set[str]) -> bool:
    named = plain(name) in _HOLDERS or not singulars(name).isdisjoint(words)
    return named and isinstance(value, dict)


def _known(name: str, value: Json, thing: dict[str, Any], words: set[str]) -> Json:
    """What the thing has under a name; `petId` of a pet is its `id`."""
    if name in thing:
        return thing[name]
    if "id" in thing and any(plain(name) == f"{word}id" for word in words):
        return thing["id"]
    return value
