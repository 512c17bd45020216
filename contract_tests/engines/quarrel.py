"""An answer that the two judges see differently, and what can be known of it."""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from contract_tests.contract import Contract
from contract_tests.engines.complaints import Complaint
from contract_tests.exchange import Exchange
from openapi.codec import Json
from openapi.media import match
from openapi.operation import Response
from openapi.source import look_up
from openapi.twins import twins

_NAMED = {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"}
_DATA = {
    "example", "examples", "default", "enum", "const", "required", "discriminator", "xml", "externalDocs",
}  # fmt: skip
_COMBINED = {
    "oneOf", "anyOf", "allOf", "not", "if", "contains", "unevaluatedProperties", "unevaluatedItems", "other",
}  # fmt: skip
"""Keywords that break where another one inside them is judged differently."""

_MOST_REFERENCES = 50


class Quarrel:
    """One answer, seen by the document."""

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

    def twins(self, branches: list[Any]) -> bool:
        """Whether some branches of a `oneOf` say the same."""
        return bool(twins(self._data, branches))

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
