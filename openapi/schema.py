"""Compiled validators: each schema is compiled when it is first asked for, with what it refers to.

jsonschema-rs compiles a 13 MB document whole in 2.7 GB; compiled one by one, each through a registry of what
it needs, the same schemas take less than 150 MB. What is no schema is taken out (`mending.py`).
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from openapi.codec import Json
from openapi.dialect import Direction, Schema
from openapi.document import Document
from openapi.explain import Breach, Problem, breaches, explain
from openapi.mending import mend, schemas
from openapi.operation import Place
from openapi.regex import GAVE_UP, PATTERNS
from openapi.source import join_pointer, locate, look_up, split_pointer

_SAFE = "/~!$&'()*+,;=:@"

_MOST_MENDED = 100
"""Times that one schema is tried again without what was wrong in it."""

_SLOW = "a pattern took too long on a text, which is therefore taken for one that does not fit"


class SchemaError(Exception):
    """A schema of the document that cannot be compiled: where it stands, and why."""

    def __init__(self, pointer: str, message: str) -> None:
        self.pointer, self.message = pointer, message
        super().__init__(f"{pointer}: {message}")


class Validator:
    """One schema, ready to judge values. Thread-safe."""

    def __init__(
        self, compiled: jsonschema_rs.Draft202012Validator, gave_up: Callable[[], None] = lambda: None
    ) -> None:
        """`gave_up` is called where a pattern took too long."""
        self._compiled, self._gave_up = compiled, gave_up

    def is_valid(self, value: Json) -> bool:
        """Whether `value` fits; the fast question, to be asked first."""
        try:
            return self._compiled.is_valid(value)
        except ValueError:  # nested deeper, or an integer longer, than the engine can hold
            return False

    def problems(self, value: Json, place: str) -> Iterator[Problem]:
        """Every way in which `value` does not fit, each once; `place` is what to call its root (`body`).

        The engine finds all of them before the first comes out: about 10 us each.
        """
        told: set[Problem] = set()
        try:
            for error in self._compiled.iter_errors(value):
                if error.message.startswith(GAVE_UP):
                    self._gave_up()
                found = [problem for problem in explain(error, place) if problem not in told]
                told.update(found)
                yield from found
        except ValueError as error:
            yield Problem(place, str(error).lower())

    def breaches(self, value: Json) -> set[tuple[tuple[str | int, ...], str]]:
        """(path in the value, keyword) of every rule that `value` breaks, those of each branch of anyOf and
        oneOf among them; of a missing property `required NAME`, at what it is missing in."""
        found: set[tuple[tuple[str | int, ...], str]] = set()
        try:
            waiting = list(self._compiled.iter_errors(value))
        except ValueError:
            return found
        while waiting:
            error = waiting.pop()
            kind: Any = error.kind
            waiting += [inner for branch in getattr(kind, "context", None) or () for inner in branch]
            keyword = f"required {kind.property}" if kind.name == "required" else str(kind.name)
            found.add((tuple(error.instance_path), keyword))
        return found

    def misfits(self, value: Json) -> list[Breach]:
        """Where `value` does not fit, for programs; empty where it fits, or where nobody can tell."""
        try:
            return [found for error in self._compiled.iter_errors(value) for found in breaches(error)]
        except ValueError:
            return []

    def first_problem(self, value: Json, place: str) -> list[Problem]:
        """What `problems` begins with, found without looking further; empty where `value` fits."""
        try:
            self._compiled.validate(value)
        except jsonschema_rs.ValidationError as error:
            return list(explain(error, place))
        except ValueError as error:
            return [Problem(place, str(error).lower())]
        return []


def of_schema(schema: dict[str, Any]) -> Validator:
    """The validator of a schema that belongs to no document, in JSON Schema 2020-12."""
    return Validator(jsonschema_rs.Draft202012Validator(schema, validate_formats=True, offline=True))


class Schemas:
    """The validators of one document in one direction. `twins_are_one`: see `for_direction`.

    `at` gives the one of the schema at a JSON pointer, compiled once, and raises SchemaError.
    """

    def __init__(self, document: Document, direction: Direction, twins_are_one: bool = False) -> None:
        self._twins_are_one = twins_are_one
        self._base = f"urn:openapi:{direction}"
        self._direction = direction
        self._document = document
        self.at = cache(self._compile)
        self._targets = cache(self._references_of)

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The document with its schemas in this direction's dialect; made once."""
        return self._document.schemas(self._direction, self._twins_are_one)

    def validator(self, place: Place) -> Validator:
        """The validator of the schema that stands at `place`. Raises SchemaError."""
        return self.at(place.pointer)

    def of(self, schema: Schema) -> Validator:
        """The validator of a schema in this direction's dialect that stands nowhere in the document itself;
        its references lead there. Compiled at every call. Raises SchemaError."""
        if isinstance(schema, dict) and schema.keys() == {"$ref"}:
            return self.at(schema["$ref"])
        led = [str(part["$ref"]) for _, part in schemas("#", schema) if "$ref" in part]
        return self._made(_absolute(schema, self._base), [self._named(pointer) for pointer in led])

    def resolve(self, reference: str) -> Any:
        """What a local `$ref` names, in this direction's dialect; None where it names nothing."""
        return look_up(self.tree, reference)

    def of_media(self, media_object: Place) -> Callable[[], Validator] | None:
        """The validator of a Media Type Object's schema, compiled when first called for; None without one.

        `itemSchema` is the schema of each item of a list (OpenAPI 3.2, "Sequential Media Types").
        """
        if media_object.get("schema") is None:
            if media_object.get("itemSchema") is None:
                return None
            at = join_pointer(media_object.pointer, "itemSchema")
            return cache(lambda: self.of({"type": "array", "items": {"$ref": self._named(at)}}))
        pointer = join_pointer(media_object.pointer, "schema")
        return lambda: self.at(pointer)

    def compile_all(self) -> None:
        """Compiles the schemas of all components and of this direction's bodies: a mistake in one shows now.

        Raises SchemaError.
        """
        for pointer in self._components():
            self.at(pointer)
        for operation in self._document.operations:
            bodies = [operation.body] if operation.body else []
            for message in bodies if self._direction == "request" else operation.responses.values():
                for place in message.content.values():
                    if later := self.of_media(place):
                        later()

    def _components(self) -> Iterator[str]:
        """The pointer of each schema that is a component."""
        names = look_up(self.tree, "#/components/schemas")
        return (
            join_pointer("#/components/schemas", name) for name in (names if isinstance(names, dict) else ())
        )

    def _compile(self, pointer: str) -> Validator:
        named = self._named(pointer)
        if named != pointer:
            return self.at(named)
        if not _has_place(self.tree, pointer):
            return self._made(True, ())  # what is nowhere asks for nothing
        reference = self._base + "#" + quote(pointer.removeprefix("#"), safe=_SAFE)
        return self._made({"$ref": reference}, (pointer,))

    def _made(self, schema: Schema, pointers: Iterable[str]) -> Validator:
        """The validator of a schema with absolute references. `pointers`: where they lead."""
        place = next(iter(pointers), "#")
        for _ in range(_MOST_MENDED):
            try:
                registry = jsonschema_rs.Registry(
                    [(self._base, self._part(pointers))], draft=jsonschema_rs.Draft202012
                )
                compiled = jsonschema_rs.Draft202012Validator(
                    schema, registry=registry, validate_formats=True, offline=True,
                    pattern_options=PATTERNS,
                )  # fmt: skip
                return Validator(compiled, lambda: self._document.report(place, _SLOW))
            except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
                if not self._mend(pointers):
                    raise SchemaError(place, str(error).split("\n", 1)[0]) from error
        raise SchemaError(place, f"more than {_MOST_MENDED} mistakes")

    def _part(self, pointers: Iterable[str]) -> dict[str, Any]:
        """The tree without all that schemas do not refer to: no schema costs more than what it says."""
        made: dict[str, Any] = {}
        for place, schema in sorted(self._closure(pointers).items(), key=lambda pair: len(pair[0])):
            *above, last = split_pointer(place) or [""]
            node: Any = made
            for token in above:
                node = node[int(token)] if isinstance(node, list) else node.setdefault(token, {})
            if isinstance(node, dict):
                node.setdefault(last, schema)  # else it came with what it lies inside
        return made

    def _closure(self, pointers: Iterable[str]) -> dict[str, Any]:
        """Schemas and all that they refer to, by pointer."""
        found: dict[str, Any] = {}
        waiting = list(pointers)
        while waiting:
            place = waiting.pop()
            if place not in found:
                found[place] = look_up(self.tree, place)
                waiting += self._targets(place)
        return found

    def _named(self, pointer: str) -> str:
        """Where the schema itself stands when at `pointer` there is only a `$ref`: it is compiled once."""
        seen: set[str] = set()
        while pointer not in seen:
            seen.add(pointer)
            schema = look_up(self.tree, pointer)
            lone = isinstance(schema, dict) and schema.keys() == {"$ref"}
            pointer = locate(self.tree, schema["$ref"] if lone else pointer) or pointer
        return pointer

    def _references_of(self, pointer: str) -> list[str]:
        """Where the references in the schema at a pointer lead; those that lead nowhere are taken out."""
        found = []
        for place, schema in schemas(pointer, look_up(self.tree, pointer)):
            reference = schema.get("$ref")
            if isinstance(reference, str):
                target = locate(self.tree, reference)
                if target is None:
                    del schema["$ref"]
                    self._document.report(place, f"$ref: {reference} names nothing, and is left out")
                else:
                    found.append("#" + target.removeprefix("#"))
        return found

    def _mend(self, pointers: Iterable[str]) -> bool:
        """Takes out what is no schema in those asked for and in what they refer to; whether any was."""
        cut = [mend(self._document, self.tree, place) for place in self._closure(pointers)]
        return any(cut)


def _has_place(tree: Json, pointer: str) -> bool:
    """Whether something stands at a pointer, or could."""
    above, _, token = pointer.rpartition("/")
    holder = look_up(tree, above)
    return isinstance(holder, dict) or (
        isinstance(holder, list) and token.isdecimal() and int(token) < len(holder)
    )


def _absolute(value: Json, base: str) -> Json:
    """A schema whose references say which document they are into."""
    if isinstance(value, list):
        return [_absolute(part, base) for part in value]
    if not isinstance(value, dict):
        return value
    made = {key: _absolute(part, base) for key, part in value.items()}
    reference = value.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        made["$ref"] = base + "#" + quote(unquote(reference.removeprefix("#")), safe=_SAFE)
    return made
