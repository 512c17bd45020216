"""Parameters from text to values: location, style, explode and type, compiled once per operation.

OpenAPI 3, "Style Values" and "Style Examples". What is strict here is strict on purpose: a scalar that comes
twice, `007` for an integer, `NaN` for a number, a percent sign that escapes nothing are problems, no guesses.
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

Read = Callable[[list[str], Pairs], Json]
"""From the values under a parameter's name, and the query, to its value or ABSENT. Raises Undecodable."""

ABSENT: Any = object()

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IGNORED_HEADERS = {"accept", "content-type", "authorization"}  # OpenAPI 3, Parameter Object, "name"
_SEPARATOR = {"spaceDelimited": re.compile(r"%20|\+| "), "pipeDelimited": re.compile(r"\||%7[Cc]")}


class Undecodable(ValueError):
    """Text that cannot be the value of a parameter; the message says why."""


def percent_decode(text: str, plus: bool = False) -> str:
    """Text of a URL component, strictly (RFC 3986 section 2.1; UTF-8). `plus`: a plus sign is a space.

    `text` is as it came: one character per byte (latin-1), so that unencoded UTF-8 is understood as well.
    Raises Undecodable.
    """
    if "%" not in text and text.isascii() and not (plus and "+" in text):
        return text
    if _BAD_PERCENT.search(text):
        raise Undecodable("a percent sign without two hexadecimal digits")
    try:
        return unquote_to_bytes((text.replace("+", " ") if plus else text).encode("latin-1")).decode()
    except UnicodeError:
        raise Undecodable("bytes that are not UTF-8") from None


def split_query(query: str) -> dict[str, list[str]]:
    """A raw query string as raw values by decoded name. Raises Undecodable for a name that cannot be decoded.

    Empty parts, as in `a=1&&b=2`, are skipped (https://url.spec.whatwg.org/#urlencoded-parsing).
    """
    pairs: dict[str, list[str]] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        pairs.setdefault(percent_decode(name, plus=True), []).append(value)
    return pairs


def read_form(text: str, shape: Shape) -> dict[str, Json]:
    """A body of the type `application/x-www-form-urlencoded` as an object of that shape.

    Lists come as repeated names. Raises Undecodable.
    """
    pairs = split_query(text.encode().decode("latin-1"))
    decode = _text_decoder("query")
    return {name: _member(name, values, shape.member(name), decode) for name, values in pairs.items()}


def _member(name: str, raw: list[str], shape: Shape, decode: Callable[[str], str]) -> Json:
    """One member of an object: a list comes as repeated names, anything else once."""
    if "array" in shape.types and (len(raw) > 1 or not shape.scalar):
        items = shape.items()
        return [scalar(decode(text), items) for text in raw]
    if len(raw) > 1:
        raise Undecodable(f"{name}: expected one value, got {len(raw)}")
    return scalar(decode(raw[0]), shape)


@dataclass(frozen=True, slots=True)
class Decoder:
    """One parameter, compiled. `place` is what problems call it: `query.limit`.

    `may_be_empty`: `allowEmptyValue`, so that nothing after the equal sign fits whatever the schema.
    """

    name: str
    location: str
    place: str
    required: bool
    default: Json
    read: Read
    validator: Validator | None
    may_be_empty: bool = False

    def decode(self, raw: list[str], pairs: Pairs, problems: list[Problem]) -> Json:
        """The value, else the default, else ABSENT; what is wrong is added to `problems`.

        `raw`: the values sent under this name; `pairs`: the whole query.
        """
        try:
            value = self.read(raw, pairs)
        except Undecodable as error:
            problems.append(Problem(self.place, str(error)))
            return ABSENT
        if value is ABSENT:
            if self.required:
                problems.append(Problem(self.place, "required, but missing"))
            return self.default
        if self.validator is None or self.validator.is_valid(value) or (self.may_be_empty and raw == [""]):
            return value
        problems.extend(self.validator.problems(value, self.place))
        return value


def compile_parameters(
    parameters: Iterable[Parameter], document: Document, schemas: Schemas
) -> tuple[Decoder, ...]:
    """The decoders of an operation's parameters.

    Left out: header parameters that OpenAPI ignores, and the query as one value (`in: querystring` of 3.2).
    """
    listed = tuple(parameters)
    kept = [p for p in listed if not (p.location == "header" and p.name.lower() in _IGNORED_HEADERS)]
    return tuple(_compile(p, listed, document, schemas) for p in kept if p.location != "querystring")


def known_query_names(parameters: Iterable[Parameter], schemas: Schemas) -> Callable[[str], bool]:
    """Whether a query name belongs to one of the parameters, as a member of an object too."""
    names: set[str] = set()
    deep: set[str] = set()
    open_ended = False
    for parameter in parameters:
        shape = _shape(parameter, schemas)
        if parameter.location == "querystring":
            open_ended = True
        elif _is_spread(parameter, shape):
            names |= shape.properties.keys()
            open_ended = open_ended or shape.open
        elif parameter.location == "query":
            names.add(parameter.name)
            deep |= {parameter.name} if parameter.style == "deepObject" else set()

    def known(name: str) -> bool:
        return open_ended or name in names or _owner_and_member(name)[0] in deep

    return known


def _is_spread(parameter: Parameter, shape: Shape) -> bool:
    """Whether the members of an object come under their own names in the query."""
    spread = parameter.location == "query" and parameter.style == "form" and parameter.explode
    return spread and not parameter.content and "object" in shape.types and not shape.scalar


def _compile(
    parameter: Parameter, listed: tuple[Parameter, ...], document: Document, schemas: Schemas
) -> Decoder:
    media_type, described = next(iter(parameter.content.items()), ("", parameter.place))
    written = described.get("schema") is not None
    validator = schemas.at(join_pointer(described.pointer, "schema")) if written else None
    shape = _shape(parameter, schemas)
    if parameter.content:
        read = _content_reader(media_type, _text_decoder(parameter.location))
    else:
        read = _reader(parameter, shape, validator, _foreign(parameter, listed, document, schemas))
    return Decoder(
        name=parameter.name,
        location=parameter.location,
        place=f"{parameter.location}.{parameter.name}",
        required=parameter.required,
        default=shape.default if parameter.location == "query" and shape.has_default else ABSENT,
        read=read,
        validator=validator,
        may_be_empty=parameter.place.get("allowEmptyValue") is True,
    )


def _shape(parameter: Parameter, schemas: Schemas) -> Shape:
    schema = parameter.schema
    return shape_of(schemas.tree, schema.pointer) if schema else Shape.anything()


def _foreign(
    parameter: Parameter, listed: tuple[Parameter, ...], document: Document, schemas: Schemas
) -> Callable[[str], bool]:
    """Whether a query name that an object does not declare is no member of it.

    It is one where the schema says something about additional properties, unless another parameter or an API
    key has that name.
    """
    shape = _shape(parameter, schemas)
    if not _is_spread(parameter, shape) or shape.additional in (None, False):
        return lambda _name: True
    schemes = document.security_schemes.values()
    keys = {scheme.get("name") for scheme in schemes if scheme.get("in") == "query"}
    others = known_query_names([p for p in listed if p is not parameter], schemas)
    return lambda name: name in keys or others(name)


def _content_reader(media_type: str, decode: Callable[[str], str]) -> Read:
    def read(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        text = decode(_only(raw))
        if not is_json(essence(media_type)):
            return text
        try:
            return codec.decode(text.encode())
        except codec.DecodeError as error:
            raise Undecodable(str(error)) from error

    return read


def _reader(
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
    decode = _text_decoder(parameter.location)
    prefix = _PREFIX.get(parameter.style, "").format(name=parameter.name)
    fits = validator.is_valid if validator and "string" in shape.types and len(shape.types) > 1 else None

    def read(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        text = decode(_unprefixed(_only(raw), prefix))
        value = scalar(text, shape)
        if fits and value is not text and not fits(value) and fits(text):
            return text  # `12` under oneOf: an integer up to 10, or digits
        return value

    return read


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
    if text.startswith(prefix):
        return text[len(prefix) :]
    if text and text == prefix.removesuffix("="):
        return ""  # an empty matrix value has no equal sign (RFC 6570 section 3.2.7)
    raise Undecodable(f"expected {prefix!r} in front, got {codec.show(text)}")


def _text_decoder(location: str) -> Callable[[str], str]:
    """How text is encoded: percent in paths and cookies, as in forms in queries, not at all in headers."""
    if location == "query":
        return lambda text: percent_decode(text, plus=True)
    return percent_decode if location in ("path", "cookie") else str.strip


def _array_reader(parameter: Parameter, shape: Shape) -> Read:
    first, others = shape.first_items(), shape.items()
    decode, is_deep = _text_decoder(parameter.location), parameter.style == "deepObject"

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
    text = _only(raw)
    if style in _SEPARATOR:
        return _SEPARATOR[style].split(text) if text else []
    if style == "matrix" and explode:
        return [_unprefixed(piece, f"{name}=") for piece in _unprefixed(text, ";").split(";")]
    text = _unprefixed(text, _PREFIX.get(style, "").format(name=name))
    return text.split("." if style == "label" and explode else ",") if text else []


def _object_reader(parameter: Parameter, shape: Shape, foreign: Callable[[str], bool]) -> Read:
    decode, is_spread = _text_decoder(parameter.location), _is_spread(parameter, shape)
    declared, other = shape.members(), shape.others()

    def members(raw: list[str], pairs: Pairs) -> Iterable[tuple[str, list[str]]]:
        if is_spread:
            return [(name, pairs[name]) for name in pairs if name in declared or not foreign(name)]
        if parameter.style == "deepObject":
            return _deep_members(parameter.name, raw, pairs)
        return [(decode(key), [text]) for key, text in _written_members(parameter, raw)] if raw else []

    def read(raw: list[str], pairs: Pairs) -> Json:
        found: dict[str, Json] = {}
        for name, values in members(raw, pairs):
            if name in found:
                raise Undecodable(f"{name}: expected one value, got several")
            found[name] = _member(name, values, declared.get(name, other), decode)
        return found if found or (raw and not is_spread) else ABSENT

    return read


def _bracketed(name: str, pairs: Pairs) -> Iterator[tuple[str, list[str]]]:
    """What stands in the query as `name[member]=value`, by member."""
    for key, values in pairs.items():
        owner, member = _owner_and_member(key)
        if owner == name:
            yield member, values


def _owner_and_member(name: str) -> tuple[str | None, str]:
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
    text = _unprefixed(_only(raw), prefix)
    for piece in text.split(separator) if text else ():
        key, equals, value = piece.partition("=")
        if not equals and style != "matrix":
            raise Undecodable(f"expected name=value, got {codec.show(piece)}")
        yield key, value


_ASSIGNED = {"label": (".", "."), "matrix": (";", ";"), "simple": ("", ",")}
"""What stands in front of an exploded object, and between its members."""
