"""Parameters from text to values: location, style, explode and type, compiled once per operation.

OpenAPI 3, "Style Values" and "Style Examples". What is strict here is strict on purpose: a scalar that comes twice, `007` for
an integer, `NaN` for a number, a percent sign that escapes nothing are problems, not guesses.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any
from urllib.parse import unquote_to_bytes

from openapi import codec
from openapi.codec import Json
from openapi.document import Document, Parameter
from openapi.explain import Problem
from openapi.media import essence, is_json
from openapi.schema import Schemas, Validator
from openapi.shape import Shape, shape_of
from openapi.source import join_pointer

Pairs = Mapping[str, list[str]]
"""Raw (still percent-encoded) values by decoded name, in the order sent."""

ABSENT: Any = object()

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}  # OpenAPI 3, Parameter Object, "name"
_DELIMITER = {"spaceDelimited": re.compile(r"%20|\+| "), "pipeDelimited": re.compile(r"\||%7[Cc]")}
_DEEP = re.compile(r"(.+?)\[(.+)\]\Z")


class Undecodable(ValueError):
    """Text that cannot be the value of a parameter; the message says why."""


def percent_decode(text: str, plus: bool = False) -> str:
    """Text of a URL component, strictly (RFC 3986 section 2.1; UTF-8). `plus`: a plus sign is a space, as in queries."""
    if "%" not in text and not (plus and "+" in text):
        return text
    if _BAD_PERCENT.search(text):
        raise Undecodable("a percent sign without two hexadecimal digits")
    try:
        return unquote_to_bytes(text.replace("+", " ") if plus else text).decode()
    except UnicodeDecodeError:
        raise Undecodable("percent-encoded bytes that are not UTF-8") from None


def split_query(query: str) -> dict[str, list[str]]:
    """A raw query string as raw values by decoded name. Raises Undecodable for a name that cannot be decoded."""
    pairs: dict[str, list[str]] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.setdefault(percent_decode(name, plus=True), []).append(value)
    return pairs


def read_form(text: str, shape: Shape) -> dict[str, Json]:
    """A body of the type `application/x-www-form-urlencoded` as an object of that shape; lists come as repeated names.

    Raises Undecodable.
    """
    pairs = split_query(text)
    return {name: _form_member(name, values, shape.member(name)) for name, values in pairs.items()}


def _form_member(name: str, raw: list[str], shape: Shape) -> Json:
    texts = [percent_decode(text, plus=True) for text in raw]
    if "array" in shape.types and not shape.scalar:
        return [scalar(text, shape.items()) for text in texts]
    if len(texts) > 1:
        raise Undecodable(f"{name}: expected one value, got {len(texts)}")
    return scalar(texts[0], shape)


@dataclass(frozen=True, slots=True)
class Decoder:
    """One parameter, compiled. `place` is what problems call it: `query.limit`."""

    name: str
    location: str
    place: str
    required: bool
    default: Json
    read: Callable[[list[str], Pairs], Json]
    validator: Validator | None

    def decode(self, raw: list[str], pairs: Pairs, problems: list[Problem]) -> Json:
        """The value, or ABSENT; what is wrong is added to `problems`. `raw`: the values sent under this name."""
        try:
            value = self.read(raw, pairs)
        except Undecodable as error:
            problems.append(Problem(self.place, str(error)))
            return ABSENT
        if value is ABSENT:
            if self.required:
                problems.append(Problem(self.place, "required, but missing"))
            return self.default
        if self.validator is not None and not self.validator.is_valid(value):
            problems.extend(self.validator.problems(value, self.place))
        return value


def compile_parameters(
    parameters: Iterable[Parameter], document: Document, schemas: Schemas
) -> tuple[Decoder, ...]:
    """The decoders of an operation's parameters. Header parameters that OpenAPI ignores are left out."""
    kept = [p for p in parameters if not (p.location == "header" and p.name.lower() in _IGNORED_HEADERS)]
    return tuple(_compile(parameter, document, schemas) for parameter in kept)


def known_query_names(parameters: Iterable[Parameter], schemas: Schemas) -> Callable[[str], bool]:
    """Whether a query name belongs to one of the parameters (members of form and deepObject objects included)."""
    names: set[str] = set()
    deep: set[str] = set()
    open_ended = False
    for parameter in (p for p in parameters if p.location == "query"):
        shape = _shape(parameter, schemas)
        names.add(parameter.name)
        if parameter.style == "deepObject":
            deep.add(parameter.name)
        elif shape and "object" in shape.types and parameter.explode:
            names |= shape.properties.keys()
            open_ended = open_ended or shape.open

    def known(name: str) -> bool:
        nested = _DEEP.match(name)
        return open_ended or name in names or bool(nested and nested[1] in deep)

    return known


def _compile(parameter: Parameter, document: Document, schemas: Schemas) -> Decoder:
    shape = _shape(parameter, schemas)
    pointer = join_pointer(parameter.place.pointer, "schema")
    validator = schemas.at(pointer) if shape else None
    if parameter.content:
        media_type, place = next(iter(parameter.content.items()))
        read = _read_content(media_type)
        has_schema = document.child(place, "schema").value is not None
        validator = schemas.at(join_pointer(place.pointer, "schema")) if has_schema else None
    else:
        read = _reader(parameter, shape or Shape.anything())
    default = shape.default if shape and parameter.location == "query" and shape.has_default else ABSENT
    place_name = f"{parameter.location}.{parameter.name}"
    return Decoder(
        parameter.name, parameter.location, place_name, parameter.required, default, read, validator
    )


def _shape(parameter: Parameter, schemas: Schemas) -> Shape | None:
    if parameter.schema is None:
        return None
    return shape_of(schemas.tree, join_pointer(parameter.place.pointer, "schema"))


def _read_content(media_type: str) -> Callable[[list[str], Pairs], Json]:
    def read(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        text = percent_decode(_only(raw), plus=True)
        if not is_json(essence(media_type)):
            return text
        try:
            return codec.decode(text.encode())
        except codec.DecodeError as error:
            raise Undecodable(str(error)) from error

    return read


def _reader(parameter: Parameter, shape: Shape) -> Callable[[list[str], Pairs], Json]:
    if "object" in shape.types and not shape.scalar:
        return _object_reader(parameter, shape)
    if "array" in shape.types and not shape.scalar:
        return _array_reader(parameter, shape)
    decode = _text_decoder(parameter.location)
    prefix = _PREFIX.get(parameter.style, "").format(name=parameter.name)

    def read_scalar(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        return scalar(decode(_unprefixed(_only(raw), prefix)), shape)

    return read_scalar


_PREFIX = {"label": ".", "matrix": ";{name}="}


def scalar(text: str, shape: Shape) -> Json:
    """`text` as the first type of the shape that it spells exactly; left as text when it spells none."""
    types = shape.types
    if "integer" in types and _INTEGER.match(text) and len(text) < _MOST_DIGITS:
        return int(text)
    if "number" in types and _NUMBER.match(text):
        number = float(text)
        if abs(number) != float("inf"):
            return number
    if "boolean" in types and text in ("true", "false"):
        return text == "true"
    return text


_MOST_DIGITS = 4300  # more, and Python refuses to convert (sys.set_int_max_str_digits)


def _only(raw: list[str]) -> str:
    if len(raw) > 1:
        raise Undecodable(f"expected one value, got {len(raw)}")
    return raw[0]


def _unprefixed(text: str, prefix: str) -> str:
    if not text.startswith(prefix):
        raise Undecodable(f"expected {prefix!r} in front, got {codec.show(text)}")
    return text[len(prefix) :]


def _text_decoder(location: str) -> Callable[[str], str]:
    """How text of a location is encoded: percent in paths, form encoding in queries, as it is in headers and cookies."""
    if location == "query":
        return lambda text: percent_decode(text, plus=True)
    return percent_decode if location in ("path", "cookie") else str.strip


def _array_reader(parameter: Parameter, shape: Shape) -> Callable[[list[str], Pairs], Json]:
    first, others = shape.first_items(), shape.items()
    decode = _text_decoder(parameter.location)

    def read(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        shapes = chain(first, repeat(others))
        return [scalar(decode(part), item) for part, item in zip(_parts(parameter, raw), shapes, strict=False)]

    return read


def _parts(parameter: Parameter, raw: list[str]) -> list[str]:
    """The raw items of a list or of an object's flat form, split as the style says."""
    name, style = parameter.name, parameter.style
    if style == "form" and parameter.explode:
        return raw
    text = _only(raw)
    if style in _DELIMITER:
        return _DELIMITER[style].split(text)
    if style == "label":
        return _unprefixed(text, ".").split("." if parameter.explode else ",")
    if style == "matrix":
        pieces = _unprefixed(text, ";").split(";") if parameter.explode else [_unprefixed(text, ";")]
        values = [_unprefixed(piece, f"{name}=") for piece in pieces]
        return values if parameter.explode else values[0].split(",")
    return text.split(",") if text else []


def _object_reader(parameter: Parameter, shape: Shape) -> Callable[[list[str], Pairs], Json]:
    decode = _text_decoder(parameter.location)

    def read(raw: list[str], pairs: Pairs) -> Json:
        found = {
            decode(key): scalar(decode(text), shape.member(key))
            for key, text in _members(parameter, shape, raw, pairs)
        }
        return found if found or (raw and parameter.location != "query") else ABSENT

    return read


def _members(parameter: Parameter, shape: Shape, raw: list[str], pairs: Pairs) -> Iterator[tuple[str, str]]:
    """The raw (key, value) pairs of an object parameter."""
    if parameter.style == "deepObject":
        for name, values in pairs.items():
            nested = _DEEP.match(name)
            if nested and nested[1] == parameter.name:
                yield nested[2], _only(values)
    elif parameter.style == "form" and parameter.explode:
        for name in pairs.keys() & shape.properties.keys():
            yield name, _only(pairs[name])
    elif raw and parameter.explode:
        separator, prefix = {"label": (".", "."), "matrix": (";", ";")}.get(parameter.style, (",", ""))
        for piece in _unprefixed(_only(raw), prefix).split(separator):
            key, _, value = piece.partition("=")
            yield key, value
    elif raw:
        flat = _parts(parameter, raw)
        if len(flat) % 2:
            raise Undecodable(f"expected pairs of name and value, got {len(flat)} parts")
        yield from zip(flat[::2], flat[1::2], strict=True)
