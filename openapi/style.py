"""The readers of parameters: from what was sent to a value, as `style`, `explode` and the types ask.

OpenAPI 3, "Style Values" and "Style Examples".
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, repeat
from typing import Any

from openapi import codec
from openapi.codec import Json
from openapi.form import Pairs, Undecodable, only_one, read_member, scalar, text_decoder
from openapi.operation import Parameter
from openapi.schema import Validator
from openapi.shape import Shape

Read = Callable[[list[str], Pairs], Json]
"""From the values under a parameter's name, and the query, to its value or ABSENT. Raises Undecodable."""

ABSENT: Any = object()
"""What a Read gives where nothing was sent."""

_SEPARATOR = {"spaceDelimited": re.compile(r"%20|\+| "), "pipeDelimited": re.compile(r"\||%7[Cc]")}


def reader(
    parameter: Parameter, shape: Shape, validator: Validator | None, foreign: Callable[[str], bool]
) -> Read:
    """The reader that the types ask for. Where plain text would do as well, one value is read as text."""
    read_text = _text_reader(parameter, shape, validator)
    if "object" in shape.types and (not shape.scalar or parameter.style == "deepObject"):
        read = _object_reader(parameter, shape, foreign)
    elif "array" in shape.types and (not shape.scalar or (parameter.style == "form" and parameter.explode)):
        read = _array_reader(parameter, shape)
    else:
        return read_text
    return (lambda raw, pairs: (read_text if len(raw) == 1 else read)(raw, pairs)) if shape.scalar else read


def _text_reader(parameter: Parameter, shape: Shape, validator: Validator | None) -> Read:
    decode = _decoder(parameter)
    prefix = _PREFIX.get(parameter.style, "").format(name=parameter.name)
    fits = validator.is_valid if validator and "string" in shape.types and len(shape.types) > 1 else None

    def read(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        text = decode(_unprefixed(only_one(raw), prefix))
        value = scalar(text, shape)
        if fits and value is not text and not fits(value) and fits(text):
            return text  # `12` under oneOf: an integer up to 10, or digits
        return value

    return read


_PREFIX = {"label": ".", "matrix": ";{name}="}


def _unprefixed(text: str, prefix: str) -> str:
    if not prefix:
        return text
    if text.startswith(prefix):
        return text[len(prefix) :]
    if text and text == prefix.removesuffix("="):
        return ""  # an empty matrix value has no equal sign (RFC 6570 section 3.2.7)
    raise Undecodable(f"expected {prefix!r} in front, got {codec.show(text)}")


def _decoder(parameter: Parameter) -> Callable[[str], str]:
    """How text is encoded: in the style `cookie` of OpenAPI 3.2 as in headers, not at all."""
    return text_decoder("header" if parameter.style == "cookie" else parameter.location)


def _array_reader(parameter: Parameter, shape: Shape) -> Read:
    first, others = shape.first_items(), shape.items()
    decode, is_deep = _decoder(parameter), parameter.style == "deepObject"

    def read(raw: list[str], pairs: Pairs) -> Json:
        if is_deep:  # no such thing in OpenAPI, but documents have it and mean `name[]=a&name[]=b`
            raw = [*raw, *(value for _, values in _bracketed(parameter.name, pairs) for value in values)]
        if not raw:
            return ABSENT
        items = zip(_parts(parameter, raw), chain(first, repeat(others)), strict=False)
        return [scalar(decode(part), item) for part, item in items]

    return read


def _parts(parameter: Parameter, raw: list[str]) -> list[str]:
    """The raw items of a list or of an object's flat form, split as the style says."""
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if style == "deepObject" or (explode and (style in ("form", "cookie") or len(raw) > 1)):
        return raw
    text = only_one(raw)
    if style in _SEPARATOR:
        return _SEPARATOR[style].split(text) if text else []
    if style == "matrix" and explode:
        return [_unprefixed(piece, f"{name}=") for piece in _unprefixed(text, ";").split(";")]
    text = _unprefixed(text, _PREFIX.get(style, "").format(name=name))
    return text.split("." if style == "label" and explode else ",") if text else []


def is_spread(parameter: Parameter, shape: Shape) -> bool:
    """Whether the members of an object come under their own names in the query."""
    spread = parameter.location == "query" and parameter.style == "form" and parameter.explode
    return spread and not parameter.content and "object" in shape.types and not shape.scalar


def _object_reader(parameter: Parameter, shape: Shape, foreign: Callable[[str], bool]) -> Read:
    decode, spread = _decoder(parameter), is_spread(parameter, shape)
    declared, other = shape.members(), shape.others()

    def members(raw: list[str], pairs: Pairs) -> Iterable[tuple[str, list[str]]]:
        if spread:
            return [(name, pairs[name]) for name in pairs if name in declared or not foreign(name)]
        if parameter.style == "deepObject":
            return _deep_members(parameter.name, raw, pairs)
        return [(decode(key), [text]) for key, text in _written_members(parameter, raw)] if raw else []

    def read(raw: list[str], pairs: Pairs) -> Json:
        found: dict[str, Json] = {}
        for name, values in members(raw, pairs):
            if name in found:
                raise Undecodable(f"{name}: expected one value, got several")
            found[name] = read_member(name, values, declared.get(name, other), decode)
        return found if found or (raw and not spread) else ABSENT

    return read


def _bracketed(name: str, pairs: Pairs) -> Iterator[tuple[str, list[str]]]:
    """What stands in the query as `name[member]=value`, by member."""
    for key, values in pairs.items():
        owner, member = owner_and_member(key)
        if owner == name:
            yield member, values


def owner_and_member(name: str) -> tuple[str | None, str]:
    """`color[R]` as (`color`, `R`); the owner is None where there are no such brackets."""
    owner, bracket, rest = name.partition("[")
    return (owner, rest[:-1]) if bracket and rest.endswith("]") else (None, "")


def _deep_members(name: str, raw: list[str], pairs: Pairs) -> Iterator[tuple[str, list[str]]]:
    if raw:
        raise Undecodable(f"expected members as {name}[member]=value, got {codec.show(raw[0])}")
    return _bracketed(name, pairs)


def _written_members(parameter: Parameter, raw: list[str]) -> Iterator[tuple[str, str]]:
    """The raw (key, value) pairs of an object that is written in one value."""
    style = parameter.style
    if not parameter.explode or style not in _ASSIGNED:
        flat = _parts(parameter, raw)
        if len(flat) % 2:
            raise Undecodable(f"expected pairs of name and value, got {len(flat)} parts")
        yield from zip(flat[::2], flat[1::2], strict=True)
        return
    prefix, separator = _ASSIGNED[style]
    text = _unprefixed(only_one(raw), prefix)
    for piece in text.split(separator) if text else ():
        key, equals, value = piece.partition("=")
        if not equals and style != "matrix":
            raise Undecodable(f"expected name=value, got {codec.show(piece)}")
        yield key, value


_ASSIGNED = {"label": (".", "."), "matrix": (";", ";"), "simple": ("", ",")}
"""What stands in front of an exploded object, and between its members."""
