"""Schemas that judge less than the document says."""

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from handlers.context import Context
from openapi.document import Document
from openapi.operation import Operation
from openapi.schema import Schemas, Validator
from openapi.source import join_pointer, look_up

Change = Callable[[dict[str, Any]], None]
"""Takes something out of one schema object, in place."""

Roots = Callable[[Document], Iterable[str]]
"""The pointers of the schemas that a fault does not look at; all inside them follows."""

_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
_VALUES = ("enum", "const", "default", "example", "examples", "required")


class Loosened(Schemas):
    """The request schemas of a document, some of them changed."""

    def __init__(self, document: Document, roots: Roots, change: Change) -> None:
        super().__init__(document, "request")
        self._given, self._roots, self._change = document, roots, change

    @cached_property
    def tree(self) -> dict[str, Any]:
        tree = deepcopy(self._given.schemas("request"))
        for schema in reached(tree, self._roots(self._given)):
            self._change(schema)
        return tree


class Unjudged(Schemas):
    """Schemas that everything fits."""

    def __init__(self, document: Document) -> None:
        super().__init__(document, "response")
        self.at = cache(lambda _pointer: _ANYTHING)


class _Anything(Validator):
    """Fits."""

    def __init__(self) -> None:
        """There is nothing to compile."""

    def is_valid(self, _value: Any) -> bool:
        return True

    def problems(self, _value: Any, _place: str) -> Iterator[Any]:
        return iter(())


_ANYTHING = _Anything()


@dataclass
class UnjudgedAnswers(Context):
    """A context in which every answer fits: what a fault stored may be shown."""

    @cached_property
    def responses(self) -> Schemas:
        return Unjudged(self.document)


@dataclass
class LoosenedRequests(Context):
    """A context in which requests are judged by loosened schemas."""

    roots: Roots
    change: Change

    @cached_property
    def requests(self) -> Schemas:
        return Loosened(self.document, self.roots, self.change)


def bodies(document: Document) -> Iterator[str]:
    """The pointers of the schemas of all request bodies."""
    for operation in document.operations:
        yield from body_of(operation)


def body_of(operation: Operation) -> Iterator[str]:
    """The pointers of the schemas of one operation's request body."""
    for place in operation.body.content.values() if operation.body else ():
        if place.get("schema") is not None:
            yield join_pointer(place.pointer, "schema")


def parameters(location: str) -> Roots:
    """The pointers of the schemas of all parameters in a location."""

    def roots(document: Document) -> Iterator[str]:
        for operation in document.operations:
            for parameter in operation.parameters:
                if parameter.location == location and parameter.schema is not None:
                    yield parameter.schema.pointer

    return roots


def without(*keywords: str) -> Change:
    """Takes keywords out of a schema."""

    def change(schema: dict[str, Any]) -> None:
        for keyword in keywords:
            schema.pop(keyword, None)

    return change


def changes_anything(document: Document, roots: Roots, change: Change) -> bool:
    """Whether a loosened schema is any different."""
    return Loosened(document, roots, change).tree != document.schemas("request")


def reached(tree: dict[str, Any], roots: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Every schema object at some pointers of a tree, inside them, and behind their references, each once."""
    waiting: list[Any] = [look_up(tree, pointer) for pointer in roots]
    seen: set[int] = set()
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, dict) and id(schema) not in seen:
            seen.add(id(schema))
            waiting += [look_up(tree, schema["$ref"])] if "$ref" in schema else []
            waiting += _inside(schema)
            yield schema


def _inside(schema: dict[str, Any]) -> Iterator[Any]:
    for key, value in schema.items():
        if key in _VALUES or key.startswith("x-"):
            continue
        if key in _NAMED and isinstance(value, dict):
            yield from value.values()
        elif isinstance(value, list):
            yield from value
        else:
            yield value
