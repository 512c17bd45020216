"""What a callback or a webhook tells: a valid body that speaks of the thing that the answer was about."""

from typing import Any

from handlers.call import NO_BODY, Json
from handlers.generic.made import Maker, fitted
from openapi import codec, media
from openapi.body_writer import writing
from openapi.callbacks import Callback
from openapi.inference.naming import plain, singulars
from openapi.resources import ABSENT
from openapi.schema import Schemas
from openapi.source import join_pointer

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

    def encoded(self, callback: Callback, thing: Json, key: str) -> tuple[bytes, str | None]:
        """(body, Content-Type) of a request as its declared media type writes it."""
        body, name = self.body(callback, thing, key)
        if body is NO_BODY or name is None or callback.operation.body is None:
            return b"", None
        place = callback.operation.body.content[name]
        concrete = media.concrete(name, "", "application/json")
        return writing(self._schemas.tree, place, media.kind(media.essence(concrete)))(body, concrete)

    def body(self, callback: Callback, thing: Json, key: str) -> tuple[Json, str | None]:
        """(body, media type) of a request; `thing` is what it is about, if that is known."""
        content = callback.operation.body.content if callback.operation.body else {}
        name = media.preferred(content)
        if name is None:
            return NO_BODY, None
        place = content[name]
        if place.get("schema") is None:
            return self._maker.body(place, key), name
        pointer = join_pointer(place.pointer, "schema")
        whole = self._maker.made(place, f"{callback.name} {key}")
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
