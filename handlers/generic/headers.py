"""The headers that a success declares, with values that fit."""

import hashlib
import re

from handlers.call import Json
from handlers.generic.made import Maker
from openapi import codec
from openapi.operation import Response
from openapi.schema import Schemas
from openapi.source import join_pointer

_UNSENDABLE = re.compile(r"[\0\r\n]|[^\0-\xff]")


def declared_headers(
    response: Response | None, known: dict[str, str], schemas: Schemas, maker: Maker
) -> dict[str, str]:
    """Each declared header: as it is `known` (by lower-case name), else made up."""
    made: dict[str, str] = {}
    for name, place in (response.headers if response else {}).items():
        if name.lower() == "content-type":
            continue
        text = known.get(name.lower())
        if text is None:
            text = _written(_value(place.value, join_pointer(place.pointer, "schema"), schemas, maker, name))
        if not text and place.get("required") is True:
            text = name  # where anything fits, something has to be there
        if text and not _UNSENDABLE.search(text):
            made[name] = text
    return made


def _value(place: Json, pointer: str, schemas: Schemas, maker: Maker, name: str) -> Json:
    if isinstance(place, dict) and "example" in place:
        return place["example"]
    return maker.whole(pointer, f"header {name}") if schemas.resolve(pointer) is not None else name


def _written(value: Json) -> str | None:
    """A value in style `simple` (OpenAPI 3, Header Object)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(filter(None, map(_written, value)))
    if isinstance(value, dict):
        return ",".join(f"{key},{_written(part)}" for key, part in value.items())
    return None if value is None else str(value)


def etag(item: Json) -> str:
    """A strong entity tag (RFC 9110 section 8.8.3): another one for every other content."""
    return f'"{hashlib.sha256(codec.encode(item)).hexdigest()[:20]}"'


def names_tag(condition: str, tag: str) -> bool:
    """Whether an If-Match or If-None-Match names an entity tag (RFC 9110 sections 13.1.1 and 13.1.2)."""
    names = [part.strip() for part in condition.split(",")]
    return "*" in names or tag in (name.removeprefix("W/") for name in names)
