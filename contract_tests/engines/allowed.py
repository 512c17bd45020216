"""Whether the document allows a request, whoever made it: its parameters and its body, by our own validators.

Credentials are not looked at. What OpenAPI does not forbid (an undeclared query parameter, a header) is
allowed.
"""

from functools import cache

from contract_tests.contract import Contract
from contract_tests.sent import Headers, Sent, joined
from openapi import codec
from openapi.body_reader import reading
from openapi.codec import Json
from openapi.explain import Problem
from openapi.form import Undecodable
from openapi.media import essence, kind, match
from openapi.operation import Body, Operation, Place
from openapi.parameters import Decoder, compile_parameters
from openapi.schema import SchemaError, Validator

_ADDED = {"user-agent", "host", "connection", "content-length", "accept-encoding"}
"""Headers that whoever sends a request adds on the way: what stands in it tells nothing of them."""


class CannotTell(Exception):
    """A request that we cannot judge, and why."""


class Allowed:
    """Judges requests by one document. Thread-safe."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._decoders = cache(self._compile)

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
        decoders, problems = self._decoders(operation.id), list[Problem]()
        try:
            sent = Sent(operation.path, path, headers)
        except Undecodable as error:
            return [Problem("query", str(error))]
        for decoder in decoders:
            decoder.decode(sent.values(decoder.location, decoder.name), sent.pairs, problems)
        return problems

    def _body(self, declared: Body, headers: Headers, raw: bytes) -> list[Problem]:
        if not raw:
            return [Problem("body", "required, but the request has none")] if declared.required else []
        content_type = next(iter(joined(headers, "content-type")), "")
        media_type = essence(content_type)
        name = match(media_type, declared.content)
        if name is None:
            return [Problem("header.content-type", f"{media_type or 'no media type'} is not declared")]
        try:
            value = self._decoded(raw, content_type, name, declared.content[name])
        except (codec.DecodeError, Undecodable) as error:
            return [Problem("body", str(error))]
        validator = self._validator(declared.content[name])
        return (
            [] if validator is None or validator.is_valid(value) else list(validator.problems(value, "body"))
        )

    def _decoded(self, raw: bytes, content_type: str, name: str, place: Place) -> Json:
        media_type = essence(content_type)
        if kind(media_type) in ("json", "form", "text"):
            how = reading(self._contract.requests.tree, name, place, media_type, codec.MAX_DEPTH)
            if how.judged:
                return how.decode(raw, content_type)
        raise CannotTell(f"a body of the type {media_type}")

    def _validator(self, place: Place) -> Validator | None:
        later = self._contract.requests.of_media(place)
        try:
            return later() if later else None
        except SchemaError as error:
            raise CannotTell(str(error)) from error

    def _compile(self, operation_id: str) -> tuple[Decoder, ...]:
        operation = self._contract.operations[operation_id]
        try:
            decoders = compile_parameters(
                operation.parameters, self._contract.document, self._contract.requests
            )
        except SchemaError as error:
            raise CannotTell(str(error)) from error
        kept = (each for each in decoders if each.location != "header" or each.name.lower() not in _ADDED)
        return tuple(kept)
