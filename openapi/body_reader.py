"""Bodies in: from bytes to the value that a declared media type and its schema say they spell."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from openapi import codec, media, yaml_text
from openapi.charset import charset, decoded
from openapi.codec import Json
from openapi.form import Undecodable, scalar
from openapi.form_fields import Fields, is_binary
from openapi.limits import TooMuch
from openapi.multipart import split
from openapi.operation import Place
from openapi.shape import Shape, shape
from openapi.source import join_pointer, look_up
from openapi.xml_plan import element_of
from openapi.xml_values import decode_xml

Decode = Callable[[bytes, str], Json]
"""From a body and its Content-Type to its value; raises codec.DecodeError, Undecodable, UnknownCharset."""

MOST_LINES = 100_000
"""Values of one sequence."""

LONGEST_YAML = 256 * 1024
"""Characters: YAML is slow to read."""

_YAML = {
    "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml", "application/apply-patch+yaml",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """How bodies are read. `judged`: whether the schema speaks of the value that is read; of a body of bytes
    under the schema of an object it does not. `empty`: whether nothing is a value, as of a file, a text or a
    form without members."""

    decode: Decode
    judged: bool = True
    empty: bool = False


def reading(tree: Json, declared: str, place: Place, actual: str, deepest: int) -> Reading:
    """How a body of the type `actual` (an essence) is read, that falls under a declared media type or range.

    tree: the document with its schemas as those of requests; place: the Media Type Object. Bytes become
    text of one letter per byte.
    """
    kind = media.kind(actual)
    is_json = kind == "json" and not (media.is_range(declared) and _binary(tree, place))
    if is_json or (place.get("schema") is None and kind == "json"):
        return Reading(lambda raw, _type: codec.decode(raw, deepest))
    if kind == "sequence":
        return Reading(lambda raw, type_: _lines(decoded(raw, type_), deepest), actual != "text/event-stream")
    of = _shape(tree, place)
    if kind in ("bytes", "json") or _binary(tree, place):
        return Reading(lambda raw, _type: raw.decode("latin-1"), "string" in of.types, kind != "json")
    if actual in _YAML and not of.scalar:
        return Reading(lambda raw, type_: _yaml(decoded(raw, type_), deepest))
    if kind == "text":
        return Reading(lambda raw, type_: scalar(decoded(raw, type_), of), of.scalar, True)
    return Reading(_STRUCTURED[kind](tree, place, deepest), empty=kind == "form")


def _form(tree: Json, place: Place, _deepest: int) -> Decode:
    fields = Fields(tree, place)
    return lambda raw, type_: fields.of_text(decoded(raw, type_))


def _multipart(tree: Json, place: Place, _deepest: int) -> Decode:
    fields = Fields(tree, place)
    return lambda raw, type_: fields.of_parts(split(raw, media.parameter(type_, "boundary")))


def _xml(tree: Json, place: Place, deepest: int) -> Decode:
    element = element_of(tree, join_pointer(place.pointer, "schema"))
    if element.shape.types == {"string"} and not element.named:

        def text(raw: bytes, type_: str) -> Json:
            decode_xml(raw, element, deepest, charset(type_))
            return decoded(raw, type_)

        return text  # the document itself is the text
    return lambda raw, type_: decode_xml(raw, element, deepest, charset(type_))


_STRUCTURED: dict[str, Callable[[Json, Place, int], Decode]] = {
    "form": _form,
    "multipart": _multipart,
    "xml": _xml,
}


def _yaml(text: str, deepest: int) -> Json:
    if len(text) > LONGEST_YAML:
        raise Undecodable(f"more than {LONGEST_YAML} characters of YAML")
    try:
        value = yaml_text.load(text)
    except (yaml_text.Malformed, TooMuch) as error:
        raise Undecodable(f"not valid YAML: {error}") from None
    if codec.depth(value) > deepest:
        raise Undecodable(f"nested deeper than {deepest} levels")
    return value


def _lines(text: str, deepest: int) -> list[Json]:
    lines = [line for line in text.replace("\x1e", "").split("\n", MOST_LINES + 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise Undecodable(f"more than {MOST_LINES} lines")
    return [codec.decode(line.encode(), deepest) for line in lines]


def _binary(tree: Json, place: Place) -> bool:
    return place.get("schema") is not None and is_binary(tree, _schema(tree, place))


def _shape(tree: Json, place: Place) -> Shape:
    return shape(tree, _schema(tree, place))


def _schema(tree: Json, place: Place) -> Any:
    return look_up(tree, join_pointer(place.pointer, "schema")) if place.get("schema") is not None else True
