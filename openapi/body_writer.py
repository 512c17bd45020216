"""Bodies out: from values to the bytes of a media type; the inverse of `body_reader.py`."""

import csv
import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from openapi import codec, media
from openapi.codec import Json
from openapi.form_fields import Field, Fields
from openapi.multipart import Part, join
from openapi.operation import Place
from openapi.source import join_pointer
from openapi.xml_plan import element_of
from openapi.xml_values import encode_xml

Write = Callable[[Json, str], tuple[bytes, str]]
"""From a value and the media type it goes out as, to (body, Content-Type)."""

_EVENT = ("event", "id", "retry", "comment")


def writing(tree: Json, place: Place, kind: media.Kind) -> Write:
    """How values under a Media Type Object are written. `tree`: the document with its schemas as those of the
    direction in which they go."""
    make = _MAKERS.get(kind)
    return make(tree, place) if make else _OTHERS[kind]


def _json(value: Json, name: str) -> tuple[bytes, str]:
    return codec.encode(value), name


def _text(value: Json, name: str) -> tuple[bytes, str]:
    if isinstance(value, str):
        return value.encode("utf-8", "replace"), name
    if media.essence(name) == "text/csv" and isinstance(value, list):
        return _csv(value).encode("utf-8", "replace"), name
    return codec.encode(value), name


def _bytes(value: Json, name: str) -> tuple[bytes, str]:
    """A text of one letter per byte; one that is none of those is text."""
    if not isinstance(value, str):
        return b"", name
    try:
        return value.encode("latin-1"), name
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace"), name


def _sequence(value: Json, name: str) -> tuple[bytes, str]:
    """JSON Lines, RFC 7464 records or server-sent events; a text is one already."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace"), name
    values = value if isinstance(value, list) else [value]
    essence = media.essence(name)
    if essence == "text/event-stream":
        return "".join(map(_event, values)).encode("utf-8", "replace"), name
    before = b"\x1e" if essence == "application/json-seq" else b""
    return b"".join(before + codec.encode(each) + b"\n" for each in values), name


def _event(value: Json) -> str:
    """One event (https://html.spec.whatwg.org/#parsing-an-event-stream)."""
    told = value if isinstance(value, dict) and "data" in value else {"data": value}
    data = told["data"] if isinstance(told["data"], str) else codec.encode(told["data"]).decode()
    own = {"": told.get("comment"), **{key: told.get(key) for key in _EVENT[:3]}}
    lines = [f"{key}: {str(text).splitlines()[0]}" for key, text in own.items() if text not in (None, "")]
    return "\n".join([*lines, *(f"data: {line}" for line in data.split("\n"))]).replace("\r", "") + "\n\n"


def _csv(values: list[Json]) -> str:
    """A table with the names of all members in its first line."""
    rows = [each if isinstance(each, dict) else {"value": each} for each in values]
    out = io.StringIO()
    table = csv.DictWriter(out, list(dict.fromkeys(name for row in rows for name in row)))
    table.writeheader()
    table.writerows({name: _plain(each) for name, each in row.items()} for row in rows)
    return out.getvalue()


def _xml(tree: Json, place: Place) -> Write:
    element = element_of(tree, join_pointer(place.pointer, "schema"))

    def write(value: Json, name: str) -> tuple[bytes, str]:
        if isinstance(value, str) and value.lstrip().startswith("<"):
            return value.encode("utf-8", "replace"), name  # written by hand
        return encode_xml(value, element), name

    return write


def _form(tree: Json, place: Place) -> Write:
    fields = Fields(tree, place)

    def write(value: Json, name: str) -> tuple[bytes, str]:
        return urlencode(_pairs(value, fields), errors="replace").encode(), name

    return write


def _pairs(value: Json, fields: Fields) -> list[tuple[str, str]]:
    members = value.items() if isinstance(value, dict) else ()
    return [
        (key, _plain(item))
        for key, each in members
        for item in (each if isinstance(each, list) and fields.field(key).is_list else [each])
    ]


def _multipart(tree: Json, place: Place) -> Write:
    fields = Fields(tree, place)

    def write(value: Json, name: str) -> tuple[bytes, str]:
        members = value.items() if isinstance(value, dict) else ()
        parts = [part for key, each in members for part in _parts(fields.field(key), each)]
        body, boundary = join(parts)
        return body, f"{media.essence(name)}; boundary={boundary}"

    return write


def _parts(field: Field, value: Json) -> list[Part]:
    """The parts of one member; each item of a list has its own."""
    return [_part(field, each) for each in (value if isinstance(value, list) and field.is_list else [value])]


def _part(field: Field, value: Json) -> Part:
    named = next((each for each in field.allowed if not media.is_range(each)), None)
    if field.binary:
        return Part(field.name, _bytes(value, "")[0], named or "application/octet-stream", field.name)
    if isinstance(value, (dict, list)):
        return Part(field.name, codec.encode(value), named or "application/json")
    return Part(field.name, _plain(value).encode("utf-8", "replace"), named)


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else codec.encode(value).decode()


_MAKERS: dict[str, Callable[[Any, Place], Write]] = {"xml": _xml, "form": _form, "multipart": _multipart}
_OTHERS: dict[str, Write] = {"json": _json, "text": _text, "bytes": _bytes, "sequence": _sequence}
