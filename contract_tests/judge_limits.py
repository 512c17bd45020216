"""Where openapi-core, the second judge, is known to differ from what the standards say, or from what we
read in them. A disagreement outside this table is a fault of ours."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from contract_tests.complaints import ANY_SERVER, BODILESS, Complaint
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from openapi import codec
from openapi.codec import Json
from openapi.media import is_json, match
from openapi.operation import Response
from openapi.source import look_up

_NAMED = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_DATA = {
    "example",
    "examples",
    "default",
    "enum",
    "const",
    "required",
    "discriminator",
    "xml",
    "externalDocs",
}
_COMBINED = {
    "oneOf",
    "anyOf",
    "allOf",
    "not",
    "if",
    "contains",
    "unevaluatedProperties",
    "unevaluatedItems",
    "other",
}
"""Keywords that break where another one inside them is judged differently."""

_NEW = {
    "const", "patternProperties", "propertyNames", "contains", "if", "prefixItems", "dependentRequired",
    "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "contentSchema",
}  # fmt: skip
"""Keywords of JSON Schema 2020-12 that OpenAPI 3.0 does not have."""


_MOST_REFERENCES = 50


class Doubt:
    """An answer that the two judges see differently, and what can be known of it."""

    def __init__(self, contract: Contract, exchange: Exchange) -> None:
        assert exchange.operation is not None and exchange.answer is not None
        self._data = contract.document.data
        self.answer, self.method = exchange.answer, exchange.request.method
        self.response: Response | None = exchange.operation.response(exchange.answer.status)
        self.keys = tuple(exchange.operation.place.get("responses", {}))
        self.old = str(self._data.get("openapi", "")).startswith("3.0")

    @cached_property
    def keywords(self) -> Mapping[str, list[Any]]:
        """The keywords of the schema of the body, with their values, as the document writes them."""
        found: dict[str, list[Any]] = {}
        _collect(self._data, self.schema, found, set())
        return found

    @property
    def schema(self) -> Any:
        """The schema of the body as the document writes it."""
        content = self.response.content if self.response else {}
        declared = match(self.answer.media_type, content)
        return content[declared].get("schema") if declared is not None else None

    @property
    def has_siblings(self) -> bool:
        """Whether that schema, or one that it only refers to, refers to another and says more beside."""
        schema, seen = self.schema, 0
        while isinstance(schema, dict) and "$ref" in schema and seen < _MOST_REFERENCES:
            if len(schema) > 1:
                return True
            schema, seen = look_up(self._data, schema["$ref"]), seen + 1
        return False

    @cached_property
    def values(self) -> list[Json]:
        """Every value in the body, itself included; none where it cannot be read."""
        try:
            return list(_values(json.loads(self.answer.body)))
        except (ValueError, RecursionError):
            return []

    def blames(self, complaint: Complaint, *keywords: str) -> bool:
        """Whether one of the keywords is broken, or stands inside one that is broken and judges by it."""
        if complaint.kind != "body":
            return False
        inside = complaint.keywords & _COMBINED and self.keywords.keys() & set(keywords)
        return bool(complaint.keywords & set(keywords) or inside)


@dataclass(frozen=True, slots=True)
class Limit:
    """A known limit. `explains`: whether it can be the reason of one complaint of either judge."""

    sentence: str
    explains: Callable[[Doubt, Complaint], bool]


def limit_of(doubt: Doubt, complaints: list[Complaint]) -> str | None:
    """The name of the first limit among those that explain every complaint of the judge that has some; None
    where one complaint has no explanation."""
    names = [
        next((name for name, limit in LIMITS.items() if limit.explains(doubt, each)), None)
        for each in complaints
    ]
    return names[0] if names and None not in names else None


def _loosely(doubt: Doubt, complaint: Complaint) -> bool:
    try:
        codec.decode(doubt.answer.body)
    except codec.DecodeError:
        return complaint.kind == "body" and is_json(doubt.answer.media_type)
    return False


def _repeated(doubt: Doubt, complaint: Complaint) -> bool:
    def note(pairs: list[tuple[str, Json]]) -> None:
        seen.append(len({name for name, _ in pairs}) < len(pairs))

    seen: list[bool] = []
    try:
        json.loads(doubt.answer.body, object_pairs_hook=note)
    except (ValueError, RecursionError):
        return False
    return complaint.kind == "body" and any(seen)


def _no_body(doubt: Doubt, complaint: Complaint) -> bool:
    empty = doubt.method == "HEAD" or doubt.answer.status in BODILESS
    undeclared = doubt.response is not None and not doubt.response.content
    return complaint.kind in ("body", "media type") and (empty or undeclared)


def _is_whole(value: Json) -> bool:
    return isinstance(value, float) and math.isfinite(value) and value.is_integer()


def _int_bounds(doubt: Doubt, complaint: Complaint) -> bool:
    ranged = {"int32", "int64"} & {
        value for value in doubt.keywords.get("format", ()) if isinstance(value, str)
    }
    big = any(isinstance(value, float) and abs(value) >= 2**31 for value in doubt.values)
    return bool(ranged) and big and doubt.blames(complaint, "minimum", "maximum", "format")


def _write_only(doubt: Doubt, complaint: Complaint) -> bool:
    hidden = True in doubt.keywords.get("writeOnly", ())
    return hidden and doubt.blames(complaint, "writeOnly", "required", "falseSchema", "properties")


def _spelling(doubt: Doubt, complaint: Complaint) -> bool:
    return complaint.kind == "status" and any(str(key)[1:] == "xx" for key in doubt.keys)


def _ranges(doubt: Doubt, complaint: Complaint) -> bool:
    return (
        complaint.kind == "media type" and any("*" in name for name in doubt.response.content)
        if doubt.response
        else False
    )


LIMITS: dict[str, Limit] = {
    "no_body_is_looked_at": Limit(
        "It does not look at a body where none is declared, as under 204, and wants one of HEAD.", _no_body
    ),
    "json_is_read_loosely": Limit(
        "It takes NaN, Infinity, a byte order mark and lone surrogates, which are no JSON (RFC 8259).",
        _loosely,
    ),
    "repeated_keys_are_taken": Limit(
        "It takes an object with the same key twice, and so the last value.", _repeated
    ),
    "only_json_is_read": Limit(
        "It compares XML, CSV and the like with their schema as bytes or as another value.",
        lambda doubt, complaint: complaint.kind == "body" and not is_json(doubt.answer.media_type),
    ),
    "media_ranges_differ": Limit(
        "It takes application/*+json as a range, which it is not (RFC 9110).", _ranges
    ),
    "small_letters_are_no_range": Limit("It does not read 4xx as the range 4XX.", _spelling),
    "statuses_of_any_server": Limit(
        "It wants a document to declare 405, 413, 429 and 5xx, which any server may answer.",
        lambda doubt, complaint: complaint.kind == "status" and doubt.answer.status in ANY_SERVER,
    ),
    "headers_are_cast": Limit(
        "It casts the values of headers as Python does: 1_0 is an integer, nan a number, yes is true.",
        lambda _doubt, complaint: complaint.kind == "header",
    ),
    "integers_have_no_point": Limit(
        "In OpenAPI 3.0 it takes 1.0 for no integer; as JSON numbers 1.0 and 1 are the same.",
        lambda doubt, complaint: (
            doubt.old and any(map(_is_whole, doubt.values)) and doubt.blames(complaint, "type")
        ),
    ),
    "multiples_are_divided": Limit(
        "It finds multiples by dividing floats, so that 19.99 is no multiple of 0.01.",
        lambda doubt, complaint: doubt.blames(complaint, "multipleOf"),
    ),
    "null_wants_a_type": Limit(
        "In OpenAPI 3.0 it reads `nullable` beside `type` alone, and never together with `enum`.",
        lambda doubt, complaint: (
            doubt.old and "nullable" in doubt.keywords and None in doubt.values and complaint.kind == "body"
        ),
    ),
    "discriminators_judge": Limit(
        "It takes a discriminator for a rule; it is a hint, which the schemas beside it judge.",
        lambda doubt, complaint: "discriminator" in doubt.keywords and complaint.kind == "body",
    ),
    "formats_differ": Limit(
        "It does not know some formats (uri, hostname, decimal), and reads others in its own way.",
        lambda doubt, complaint: (
            doubt.blames(complaint, "format")
            or ("decimal" in doubt.keywords.get("format", ()) and doubt.blames(complaint, "pattern"))
        ),
    ),
    "patterns_are_python": Limit(
        "It reads patterns as Python's: $ fits before a line end, \\d and \\w fit letters beyond ASCII.",
        lambda doubt, complaint: doubt.blames(complaint, "pattern"),
    ),
    "int_formats_bound_integers_alone": Limit(
        "It does not apply int32 and int64 to numbers that are written with a point or an exponent.",
        _int_bounds,
    ),
    "write_only_is_not_read": Limit(
        "It hides writeOnly properties in OpenAPI 3.0 alone, and not where they stand behind a reference.",
        _write_only,
    ),
    "siblings_of_a_reference_are_lost": Limit(
        "It reads nothing beside a $ref at the root of a body's schema, as was right before OpenAPI 3.1.",
        lambda doubt, complaint: not doubt.old and doubt.has_siblings and complaint.kind == "body",
    ),
    "old_documents_have_new_keywords": Limit(
        "In OpenAPI 3.0 it leaves out the keywords that came with 3.1; who writes them means them.",
        lambda doubt, complaint: (
            doubt.old and bool(doubt.keywords.keys() & _NEW) and complaint.kind == "body"
        ),
    ),
}
"""By name. Each has a test that shows the disagreement."""


def _collect(data: Any, schema: Any, found: dict[str, list[Any]], seen: set[int]) -> None:
    """Adds the keywords of a schema, and of all schemas that it uses."""
    if not isinstance(schema, dict) or id(schema) in seen:
        return
    seen.add(id(schema))
    for key, value in schema.items():
        found.setdefault(key, []).append(value)
        if key == "$ref" and isinstance(value, str):
            _collect(data, look_up(data, value), found, seen)
        for inner in _inner(key, value):
            _collect(data, inner, found, seen)


def _inner(key: str, value: Any) -> Iterator[Any]:
    """The schemas inside a keyword."""
    if key in _NAMED and isinstance(value, dict):
        yield from value.values()
    elif key not in _DATA and isinstance(value, list):
        yield from value
    elif key not in _DATA and key not in _NAMED:
        yield value


def _values(value: Json) -> Iterator[Json]:
    yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _values(inner)
