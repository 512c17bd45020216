"""Whether the document allows a request, whoever made it: its parameters and its body, by our own validators.

Credentials are not looked at. What OpenAPI does not forbid (an undeclared query parameter, a header) is
allowed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from contract_tests.contract import Contract
from openapi import codec
from openapi.codec import Json
from openapi.explain import Problem
from openapi.form import Pairs, Undecodable, read_form, split_query
from openapi.media import essence, is_json, match
from openapi.operation import Body, Operation, Place
from openapi.parameters import Decoder, compile_parameters
from openapi.schema import SchemaError, Validator
from openapi.shape import shape_of
from openapi.source import join_pointer

Headers = tuple[tuple[str, str], ...]

_FORM = "application/x-www-form-urlencoded"


_ADDED = {"user-agent", "host", "connection", "content-length", "accept-encoding"}
"""Headers that whoever sends a request adds on the way: what stands in it tells nothing of them."""


class CannotTell(Exception):
    """A request that we cannot judge, and why."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """What judges the requests of one operation."""

    decoders: tuple[Decoder, ...]
    pattern: re.Pattern[str]
    names: tuple[str, ...]


class Allowed:
    """Judges requests by one document. Thread-safe."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._readers = cache(self._compile)

    def problems(self, method: str, path: str, headers: Headers, body: bytes | None) -> list[Problem]:
        """What is wrong with a request; nothing where the document allows it. `path`: raw, below the base
        path.

        Raises CannotTell, for a method that is not declared too.
        """
        found = self._contract.match(method, path)
        if found is None or found.operation is None:
            raise CannotTell("no operation of the document")
        operation = found.operation
        problems = self._parameters(operation, path, headers)
        if operation.body is not None:
            problems += self._body(operation.body, headers, body or b"")
        return problems

    def allows(self, method: str, path: str, headers: Headers, body: bytes | None) -> bool:
        """Whether there is nothing wrong with a request, as far as we can tell."""
        try:
            return not self.problems(method, path, headers, body)
        except CannotTell:
            return False

    def _parameters(self, operation: Operation, path: str, headers: Headers) -> list[Problem]:
        reader, problems = self._readers(operation.id), list[Problem]()
        plain, _, query = path.partition("?")
        try:
            pairs: Pairs = split_query(query)
        except Undecodable as error:
            return [Problem("query", str(error))]
        fitting = reader.pattern.fullmatch(plain)
        inside = dict(zip(reader.names, fitting.groups(), strict=True)) if fitting else {}
        sent: dict[str, Callable[[str], list[str]]] = {
            "path": lambda name: [inside[name]] if name in inside else [],
            "query": lambda name: pairs.get(name, []),
            "header": lambda name: _joined(headers, name),
            "cookie": lambda name: _cookies(headers, name),
        }
        for decoder in reader.decoders:
            decoder.decode(sent[decoder.location](decoder.name), pairs, problems)
        return problems

    def _body(self, declared: Body, headers: Headers, raw: bytes) -> list[Problem]:
        if not raw:
            return [Problem("body", "required, but the request has none")] if declared.required else []
        media_type = essence(next(iter(_joined(headers, "content-type")), ""))
        name = match(media_type, declared.content)
        if name is None:
            return [Problem("header.content-type", f"{media_type or 'no media type'} is not declared")]
        try:
            value = self._decoded(raw, media_type, declared.content[name])
        except (codec.DecodeError, Undecodable, UnicodeDecodeError) as error:
            return [Problem("body", str(error))]
        validator = self._validator(declared.content[name])
        return (
            [] if validator is None or validator.is_valid(value) else list(validator.problems(value, "body"))
        )

    def _decoded(self, raw: bytes, media_type: str, place: Place) -> Json:
        if is_json(media_type):
            return codec.decode(raw)
        if media_type == _FORM:
            schemas = self._contract.requests
            return read_form(raw.decode(), shape_of(schemas.tree, join_pointer(place.pointer, "schema")))
        if media_type.startswith("text/"):
            return raw.decode()
        raise CannotTell(f"a body of the type {media_type}")

    def _validator(self, place: Place) -> Validator | None:
        later = self._contract.requests.of_media(place)
        try:
            return later() if later else None
        except SchemaError as error:
            raise CannotTell(str(error)) from error

    def _compile(self, operation_id: str) -> _Reader:
        operation = self._contract.operations[operation_id]
        if any(parameter.location == "querystring" for parameter in operation.parameters):
            raise CannotTell("the whole query is one value")
        try:
            decoders = compile_parameters(
                operation.parameters, self._contract.document, self._contract.requests
            )
        except SchemaError as error:
            raise CannotTell(str(error)) from error
        kept = (each for each in decoders if each.location != "header" or each.name.lower() not in _ADDED)
        return _Reader(tuple(kept), *_template(operation.path))


@cache
def _template(path: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """The pattern of a path, and the names of what it captures, raw."""
    pieces = re.split(r"({[^}]*})", path)
    text = "".join("([^/]*)" if piece.startswith("{") else re.escape(piece) for piece in pieces)
    return re.compile(text), tuple(piece[1:-1] for piece in pieces if piece.startswith("{"))


def _joined(headers: Headers, name: str) -> list[str]:
    """The value of a header, if it is there; several lines are one list (RFC 9110 section 5.3)."""
    values = [value for each, value in headers if each.lower() == name.lower()]
    return [", ".join(values)] if values else []


def _cookies(headers: Headers, name: str) -> list[str]:
    lines = (value for each, value in headers if each.lower() == "cookie")
    pairs = (piece.strip().partition("=") for line in lines for piece in line.split(";"))
    return [value for each, _, value in pairs if each == name]
