"""A refusal in the document's own words: which schema an error has, and how to fill it.

The schema is that of the operation's response for the status; where none is declared (405, unknown paths),
the one that most of the document's errors use.
"""

from collections import Counter
from functools import cache, cached_property
from typing import NamedTuple

from handlers.call import Json
from handlers.context import Context
from handlers.generic.made import Maker, fitted
from openapi import media
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
        self._at = cache(self._place)
        self._known: dict[tuple[str, int], bool] = {}

    def render(self, operation: Operation | None, status: int, error: str, details: str) -> tuple[Json, str]:
        """(body, media type) of an error answer."""
        pointer, media_type = self._at(operation.id if operation else None, status)
        if pointer is None:
            return {"error": error, "details": details}, media_type
        return self._fill(pointer, _Facts(status, error, details)), media_type

    def has(self, operation: Operation, status: int) -> bool:
        """Whether a body was found that fits what the operation declares for a status; there is none where
        two branches of a `oneOf` admit the same."""
        key = operation.id, status
        if key not in self._known:
            pointer, _ = self._at(*key)
            found = pointer is None or self._context.responses.at(pointer).is_valid(
                self._fill(pointer, _Facts(status, "Error", ""))
            )
            self._known[key] = found
        return self._known[key]

    def _fill(self, pointer: str, facts: "_Facts") -> Json:
        schemas = self._context.responses
        schema = schemas.resolve(pointer)
        validator = schemas.at(pointer)
        body = _filled(shape(schemas.tree, schema), facts)
        if validator.is_valid(body):
            return body
        whole = self._maker.whole(pointer, "error")
        merged = {**whole, **body} if isinstance(whole, dict) and isinstance(body, dict) else whole
        found = fitted(merged, whole, validator)
        return whole if found is ABSENT else found

    def _place(self, operation_id: str | None, status: int) -> tuple[str | None, str]:
        """(pointer of the schema or None, media type) for an operation's status."""
        operation = self._context.operations.get(operation_id or "")
        declared = operation.response(status) if operation else None
        return _error_content(declared) or self._commonest or (None, "application/json")

    @cached_property
    def _commonest(self) -> tuple[str, str] | None:
        counted: Counter[tuple[str, str]] = Counter()
        for operation in self._context.document.operations:
            for key, response in operation.responses.items():
                if (key[0] in "45" or key == "default") and (found := _error_content(response)):
                    counted[found] += 1
        return max(counted, key=lambda found: counted[found]) if counted else None


def _error_content(response: Response | None) -> tuple[str, str] | None:
    for name, place in (response.content if response else {}).items():
        if media.is_json(media.essence(name)) and place.get("schema") is not None:
            return _schema_pointer(place), name
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
