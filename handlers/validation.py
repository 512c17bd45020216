"""What comes in fits the document: parameters and body, decoded and checked."""

from collections.abc import Callable
from typing import Any

from handlers import exchange
from handlers.body import check_values, read_body
from handlers.call import NO_BODY, Json
from handlers.context import Context
from handlers.controls.prefer import CONTROL_PARAMETERS
from handlers.exchange import Exchange, cookies, header
from handlers.problems import BadPath, BadRequest, NotAcceptable, UnsupportedMediaType
from handlers.stage import ASGIApp, Stage
from openapi import codec, media
from openapi.body_reader import Reading, reading
from openapi.charset import UnknownCharset
from openapi.document import Document
from openapi.explain import Problem
from openapi.form import Pairs, Undecodable, split_query
from openapi.operation import Operation
from openapi.parameters import compile_parameters, known_query_names
from openapi.style import ABSENT

MAX_DEPTH = 128
"""Deepest nesting of a request body that is read: less than a store keeps, so that what is accepted can be
kept."""

LARGE = 64 * 1024
"""Bytes of a body above which the first problem has to do: to find all of a million takes ten seconds."""


class RequestStage(Stage):
    """Decodes and checks parameters and body; refuses with 400 (all problems at once), 406, 413 or 415."""

    def compile(self, operation: Operation, next_app: ASGIApp) -> ASGIApp:
        offered = tuple(dict.fromkeys(name for r in operation.responses.values() for name in r.content))
        parameters = _ParameterReader(operation, self.context)
        body = _BodyReader(operation, self.context) if operation.body else None

        async def run(scope: Any, receive: Any, send: Any) -> None:
            now = exchange.of(scope)
            accept = header(scope, b"accept")
            if accept and offered and accept != "*/*" and not media.acceptable(accept, offered):
                raise NotAcceptable(
                    f"header.accept: expected {' or '.join(offered)}, got {codec.show(accept)}"
                )
            problems: list[Problem] = []
            parameters.read(scope, now, problems)
            if body is not None:
                await body.read(scope, receive, now, problems)
            if problems:
                in_path = all(problem.place.startswith("path.") for problem in problems)
                raise (BadPath if in_path else BadRequest).listing(problems)
            await next_app(scope, receive, send)

        return run


class _ParameterReader:
    """The parameters of one operation."""

    def __init__(self, operation: Operation, context: Context) -> None:
        schemas = context.requests
        decoders = compile_parameters(operation.parameters, context.document, schemas)
        self.decoders = [(decoder, _sent(decoder.location, decoder.name)) for decoder in decoders]
        self.known = known_query_names(operation.parameters, schemas)
        self.free = CONTROL_PARAMETERS | _query_keys(context.document)

    def read(self, scope: Any, now: Exchange, problems: list[Problem]) -> None:
        """Fills `now.parameters` and adds to `problems`."""
        query = scope["query_string"]
        pairs = self._query(query.decode("latin-1"), problems) if query else {}
        for decoder, sent in self.decoders:
            value = decoder.decode(sent(scope, now, pairs), pairs, problems)
            if value is not ABSENT:
                now.parameters[decoder.name] = value

    def _query(self, query: str, problems: list[Problem]) -> dict[str, list[str]]:
        try:
            pairs = split_query(query)
        except Undecodable as error:
            problems.append(Problem("query", str(error)))
            return {}
        unknown = [name for name in pairs if not self.known(name) and name not in self.free]
        problems.extend(Problem(f"query.{name}", "no parameter of this operation") for name in unknown)
        return pairs


class _BodyReader:
    """The request body of one operation."""

    def __init__(self, operation: Operation, context: Context) -> None:
        assert operation.body is not None
        self.required = operation.body.required
        self.content = operation.body.content
        self.limit = context.settings.max_body
        schemas = context.requests
        self.tree = schemas.tree
        self.validators = {name: schemas.of_media(place) for name, place in self.content.items()}
        self.known: dict[str, tuple[str, Reading]] = {}

    async def read(self, scope: Any, receive: Any, now: Exchange, problems: list[Problem]) -> None:
        """Sets `now.body` and adds to `problems`. Raises UnsupportedMediaType or TooLarge."""
        raw = await read_body(scope, receive, self.limit)
        if not raw and not self._is_value(scope):
            if self.required:
                problems.append(Problem("body", "required, but the request has none"))
            return
        encoding = header(scope, b"content-encoding") or "identity"
        if encoding.lower() != "identity":
            raise UnsupportedMediaType(f"header.content-encoding: expected none, got {codec.show(encoding)}")
        content_type = header(scope, b"content-type") or ""
        now.media_type = media_type = media.essence(content_type)
        declared, how = self.known.get(media_type) or self._known(media_type)
        if media.is_json(media_type):
            check_values(raw)
        value = _decoded(how, raw, content_type, problems)
        if value is NO_BODY:
            return
        now.body = value
        validator = self.validators[declared]
        if validator is not None and how.judged and not validator().is_valid(value):
            find = validator().first_problem if len(raw) > LARGE else validator().problems
            problems.extend(find(value, "body"))

    def _is_value(self, scope: Any) -> bool:
        """Whether a body of no bytes is one, as its Content-Type says: a form of nothing; where there has to
        be a body, an empty file or text."""
        media_type = media.essence(header(scope, b"content-type") or "")
        if media.is_range(media_type) or media.match(media_type, self.content) is None:
            return False
        how = (self.known.get(media_type) or self._known(media_type))[1]
        return how.empty and (self.required or media_type == media.FORM)

    def _known(self, media_type: str) -> tuple[str, Reading]:
        """(what a media type is declared as, how its bodies are read). Raises UnsupportedMediaType."""
        declared = media.match(media_type, self.content)
        if declared is None:
            found = codec.show(media_type) if media_type else "no Content-Type"
            raise UnsupportedMediaType(
                f"header.content-type: expected {' or '.join(self.content)}, got {found}"
            )
        how = reading(self.tree, declared, self.content[declared], media_type, MAX_DEPTH)
        if len(self.known) < _MOST_KNOWN:
            self.known[media_type] = declared, how
        return declared, how


_MOST_KNOWN = 32
"""Media types whose reading is kept; under a declared range there is no end of them."""


def _decoded(how: Reading, raw: bytes, content_type: str, problems: list[Problem]) -> Json:
    """The value of a body, or NO_BODY with one more problem."""
    try:
        return how.decode(raw, content_type)
    except UnknownCharset as error:
        raise UnsupportedMediaType(f"header.content-type: {error}") from error
    except (codec.DecodeError, Undecodable) as error:
        problems.append(Problem("body", str(error)))
    return NO_BODY


Sent = Callable[[Any, Exchange, Pairs], list[str]]
"""The raw values that a request (its scope, its exchange, its query) carries for one parameter."""


def _sent(location: str, name: str) -> Sent:
    if location == "path":
        return lambda _scope, now, _pairs: _one(now.raw_path.get(name))
    if location == "query":
        return lambda _scope, _now, pairs: pairs.get(name, [])
    if location == "cookie":
        return lambda scope, _now, _pairs: cookies(scope).get(name, [])
    key = name.lower().encode()
    return lambda scope, _now, _pairs: _one(header(scope, key))


def _query_keys(document: Document) -> set[str]:
    """Names of API keys that travel in the query."""
    schemes = document.security_schemes.values()
    return {str(scheme.get("name")) for scheme in schemes if scheme.get("in") == "query"}


def _one(value: str | None) -> list[str]:
    return [] if value is None else [value]
