"""A refusal in the document's own words: which schema an error has, and how to fill it.

The schema is that of the operation's response for the status; where none is declared (405, unknown paths),
the one that most of the document's errors use.
"""

from collections import Counter
from functools import cache, cached_property
from html import escape
from typing import NamedTuple

from handlers.call import Json
from handlers.context import Context
from handlers.generic.made import Maker, fitted
from openapi import codec, media
from openapi.body_writer import Write, writing
from openapi.dialect import parts
from openapi.operation import Operation, Place, Response
from openapi.resources import ABSENT
from openapi.shape import Shape, shape
from openapi.source import join_pointer

_TITLES = ("error", "title", "message", "msg", "reason", "summary", "type", "name")
_DETAILS = (
    "details",
    "detail",
    "description",
    "message",
    "errormessage",
    "error_description",
    "info",
    "cause",
)
_STATUSES = ("status", "statuscode", "status_code", "code", "httpstatus", "errorcode")

_LISTS = (*_TITLES, *_DETAILS, "errors", "problems", "violations")


class ErrorBodies:
    """The error bodies of one document."""

    def __init__(self, context: Context, maker: Maker) -> None:
        self._context, self._maker = context, maker
        self._at = cache(self._declared)
        self._known: dict[tuple[str, int], bool] = {}

    def render(
        self, operation: Operation | None, status: int, error: str, details: str, accept: str = ""
    ) -> tuple[bytes, str]:
        """(body, Content-Type) of an error answer: in a type that the operation declares for the status, of
        several in the one that the Accept header wants most."""
        form = _wanted(self._at(operation.id if operation else None, status), accept)
        return form.write(self._fill(form, _Facts(status, error, details)), form.media_type)

    def has(self, operation: Operation, status: int) -> bool:
        """Whether a body was found that fits what the operation declares for a status; there is none where
        two branches of a `oneOf` admit the same."""
        key = operation.id, status
        if key not in self._known:
            form = _wanted(self._at(*key))
            body = self._fill(form, _Facts(status, "Error", ""))
            self._known[key] = form.pointer is None or self._context.responses.at(form.pointer).is_valid(body)
        return self._known[key]

    def _fill(self, form: "_Form", facts: "_Facts") -> Json:
        if form.pointer is None:
            said = {"error": facts.error, "details": facts.details}
            return _sentence(facts, form.media_type) if form.is_text else said
        schemas = self._context.responses
        schema = schemas.resolve(form.pointer)
        validator = schemas.at(form.pointer)
        of = shape(schemas.tree, schema)
        body = _sentence(facts, form.media_type) if form.is_text else _filled(of, facts)
        if isinstance(body, str):
            body = body[: _longest(schemas.tree, schema)]
        if validator.is_valid(body) or (form.is_text and "string" not in of.types):
            return body
        whole = self._maker.whole(form.pointer, "error")
        merged = {**whole, **body} if isinstance(whole, dict) and isinstance(body, dict) else whole
        found = fitted(merged, whole, validator)
        return whole if found is ABSENT else found

    def _declared(self, operation_id: str | None, status: int) -> dict[str, "_Form"]:
        """What an error with a status may look like, by media type; of an operation that declares nothing for
        it, what most errors of the document look like."""
        operation = self._context.operations.get(operation_id or "")
        declared = operation.response(status) if operation else None
        return self._forms(declared) or self._commonest

    def _forms(self, response: Response | None) -> dict[str, "_Form"]:
        found = (response.content if response else {}).items()
        return {
            name: self._form(name, place)
            for name, place in found
            if place.get("schema") is not None or media.kind(media.essence(name)) in _TEXTS
        }

    def _form(self, name: str, place: Place) -> "_Form":
        media_type = media.concrete(name, "", "application/json")
        kind = media.kind(media.essence(media_type))
        pointer = _schema_pointer(place) if place.get("schema") is not None else None
        return _Form(media_type, pointer, writing(self._context.responses.tree, place, kind), kind in _TEXTS)

    @cached_property
    def _commonest(self) -> dict[str, "_Form"]:
        """The JSON that most errors of the document are."""
        counted: Counter[tuple[str, str]] = Counter()
        places: dict[tuple[str, str], Place] = {}
        for operation in self._context.document.operations:
            for key, response in operation.responses.items():
                if (key[0] in "45" or key == "default") and (found := _error_content(response)):
                    name, place = found
                    counted[_schema_pointer(place), name] += 1
                    places[_schema_pointer(place), name] = place
        if not counted:
            return {}
        most = max(counted, key=lambda found: counted[found])
        return {most[1]: self._form(most[1], places[most])}


_TEXTS = ("text", "bytes")
"""Kinds of media types in which an error is a sentence."""


class _Form(NamedTuple):
    """How an error is written in one media type. `is_text`: as a sentence, whatever the schema says."""

    media_type: str
    pointer: str | None
    write: Write
    is_text: bool


_UNDECLARED = _Form("application/json", None, lambda value, name: (codec.encode(value), name), False)


def _wanted(offered: dict[str, _Form], accept: str = "") -> _Form:
    """The form that an Accept header wants most; JSON where it does not matter."""
    name = media.chosen(accept, tuple(offered)) or media.preferred(offered)
    return offered[name] if name else _UNDECLARED


def _sentence(facts: "_Facts", media_type: str) -> str:
    text = ": ".join(filter(None, (facts.error, facts.details)))
    return escape(text) if media.essence(media_type) == "text/html" else text


def _longest(tree: Json, schema: Json) -> int | None:
    """How long a text may be."""
    found = [part.get("maxLength") for part in parts(tree, schema)]
    return min((limit for limit in found if isinstance(limit, int)), default=None)


def _error_content(response: Response) -> tuple[str, Place] | None:
    for name, place in response.content.items():
        if media.is_json(media.essence(name)) and place.get("schema") is not None:
            return name, place
    return None


def _schema_pointer(media_object: Place) -> str:
    """Where the schema stands: the component it refers to, so that uses of one component count together."""
    schema = media_object.value["schema"]
    reference = schema.get("$ref") if isinstance(schema, dict) else None
    if isinstance(reference, str) and reference.startswith("#"):
        return reference
    return join_pointer(media_object.pointer, "schema")


class _Facts(NamedTuple):
    """What an error has to tell."""

    status: int
    error: str
    details: str


def _filled(of: Shape, facts: _Facts, depth: int = 0) -> Json:
    """An object (or list of one, or text) of shape `of` that tells the facts in the members made for them."""
    if "object" in of.types and of.properties:
        made = {name: _member(name, of.member(name), facts, depth) for name in of.properties}
        known = {name: value for name, value in made.items() if value is not None}
        return _with_details(known, facts.error, facts.details)
    if "array" in of.types and not of.scalar and depth < _DEEPEST:
        return [_filled(of.items(), facts, depth + 1)]
    return ": ".join(filter(None, (facts.error, facts.details))) if "string" in of.types else {}


_DEEPEST = 3


def _with_details(known: dict[str, Json], error: str, details: str) -> dict[str, Json]:
    """`known` with the details in it: in a member of their own, in a second title, or behind the title."""
    titles = [name for name, value in known.items() if value == error]
    if not details or (titles and details in known.values()):
        return known
    spare = [name for name in titles if name.lower() in _DETAILS]
    if spare and len(titles) > 1:
        return {**known, spare[0]: details}
    return {
        name: f"{error}: {details}" if value in (error, details) else value for name, value in known.items()
    }


def _member(name: str, of: Shape, facts: _Facts, depth: int) -> Json:
    """The value of one member, or None where it is not about any of the facts."""
    plain = name.lower()
    if plain in _STATUSES and "integer" in of.types and "string" not in of.types:
        return facts.status
    if plain in ("status", "code") and of.types == {"string"}:
        return str(facts.status)
    if plain in _TITLES and "string" in of.types:
        return facts.error
    if plain in _DETAILS and "string" in of.types:
        return facts.details or facts.error
    nested = plain in _LISTS and not of.scalar and depth < _DEEPEST
    return _filled(of, facts, depth + 1) if nested else None
