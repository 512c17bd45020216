"""Parameters from text to values: location, style, explode and type, compiled once per operation.

`style.py` reads, `schema.py` judges, and here both become one Decoder. What is strict is strict on purpose:
a scalar that comes twice is a problem, no guess.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from openapi import codec
from openapi.codec import Json
from openapi.document import Document
from openapi.explain import Problem
from openapi.form import Pairs, Undecodable, only_one, read_member, text_decoder
from openapi.media import FORM, essence, is_json
from openapi.operation import Parameter
from openapi.schema import Schemas, Validator
from openapi.shape import Shape, shape_of
from openapi.source import join_pointer
from openapi.style import ABSENT, Read, is_spread, owner_and_member, reader

_IGNORED_HEADERS = {"accept", "content-type", "authorization"}  # OpenAPI 3, Parameter Object, "name"


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
    """The decoders of an operation's parameters, without the header parameters that OpenAPI ignores."""
    listed = tuple(parameters)
    kept = [p for p in listed if not (p.location == "header" and p.name.lower() in _IGNORED_HEADERS)]
    return tuple(_compile(p, listed, document, schemas) for p in kept)


def known_query_names(parameters: Iterable[Parameter], schemas: Schemas) -> Callable[[str], bool]:
    """Whether a query name belongs to one of the parameters, as a member of an object too."""
    names: set[str] = set()
    deep: set[str] = set()
    open_ended = False
    for parameter in parameters:
        shape = _shape(parameter, schemas)
        if parameter.location == "querystring":
            open_ended = True
        elif is_spread(parameter, shape):
            names |= shape.properties.keys()
            open_ended = open_ended or shape.open
        elif parameter.location == "query":
            names.add(parameter.name)
            deep |= {parameter.name} if parameter.style == "deepObject" else set()

    def known(name: str) -> bool:
        return open_ended or name in names or owner_and_member(name)[0] in deep

    return known


def _compile(
    parameter: Parameter, listed: tuple[Parameter, ...], document: Document, schemas: Schemas
) -> Decoder:
    media_type, described = next(iter(parameter.content.items()), ("", parameter.place))
    written = described.get("schema") is not None
    validator = schemas.at(join_pointer(described.pointer, "schema")) if written else None
    shape = _shape(parameter, schemas)
    if parameter.location == "querystring":
        described_shape = shape_of(schemas.tree, join_pointer(described.pointer, "schema"))
        read = _whole_query_reader(media_type, described_shape, _query_keys(document))
    elif parameter.content:
        read = _content_reader(media_type, text_decoder(parameter.location))
    else:
        read = reader(parameter, shape, validator, _foreign(parameter, listed, document, schemas))
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
    if not is_spread(parameter, shape) or shape.additional in (None, False):
        return lambda _name: True
    keys = _query_keys(document)
    others = known_query_names([p for p in listed if p is not parameter], schemas)
    return lambda name: name in keys or others(name)


def _query_keys(document: Document) -> set[str]:
    """Names of the API keys that travel in the query."""
    schemes = document.security_schemes.values()
    return {str(scheme.get("name")) for scheme in schemes if scheme.get("in") == "query"}


def _whole_query_reader(media_type: str, shape: Shape, keys: set[str]) -> Read:
    """The query as one value of a media type (`in: querystring` of OpenAPI 3.2), API keys apart."""
    decode = text_decoder("query")

    def read(_raw: list[str], pairs: Pairs) -> Json:
        own = {name: values for name, values in pairs.items() if name not in keys}
        if not own:
            return ABSENT
        if essence(media_type) == FORM:
            return {
                name: read_member(name, values, shape.member(name), decode) for name, values in own.items()
            }
        parts = [
            name + (f"={decode(value)}" if value else "") for name, values in own.items() for value in values
        ]
        return _parsed("&".join(parts), media_type)

    return read


def _content_reader(media_type: str, decode: Callable[[str], str]) -> Read:
    def read(raw: list[str], _pairs: Pairs) -> Json:
        if not raw:
            return ABSENT
        return _parsed(decode(only_one(raw)), media_type)

    return read


def _parsed(text: str, media_type: str) -> Json:
    """The value of a text of a media type. Raises Undecodable."""
    if not is_json(essence(media_type)):
        return text
    try:
        return codec.decode(text.encode())
    except codec.DecodeError as error:
        raise Undecodable(str(error)) from error
