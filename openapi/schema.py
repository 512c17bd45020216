"""Compiled validators: one registry per direction, each schema compiled when it is first asked for.

jsonschema-rs compiles a 13 MB document whole in 2.7 GB; compiled one by one through a shared registry, the
same schemas take 150 MB (facts: `validator_map_for` compiles every sub-schema, a `$ref` into a registry only
its own).
"""

from collections.abc import Callable, Iterator
from functools import cache, cached_property
from typing import Any
from urllib.parse import quote, unquote

import jsonschema_rs

from openapi.codec import Json, show
from openapi.dialect import Direction, Schema
from openapi.document import Document
from openapi.explain import Breach, Problem, breaches, explain
from openapi.operation import Place
from openapi.source import join_pointer, locate, look_up

_SAFE = "/~!$&'()*+,;=:@"

_META_SCHEMA = "https://json-schema.org/draft/2020-12/schema"


class SchemaError(Exception):
    """A schema of the document that cannot be compiled: where it stands, and why."""

    def __init__(self, pointer: str, message: str) -> None:
        self.pointer, self.message = pointer, message
        super().__init__(f"{pointer}: {message}")


class Validator:
    """One schema, ready to judge values. Thread-safe."""

    def __init__(self, compiled: jsonschema_rs.Draft202012Validator) -> None:
        self._compiled = compiled

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
                found = [problem for problem in explain(error, place) if problem not in told]
                told.update(found)
                yield from found
        except ValueError as error:
            yield Problem(place, str(error).lower())

    def breaches(self, value: Json) -> list[Breach]:
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


class Schemas:
    """The validators of one document in one direction.

    `at` gives the one of the schema at a JSON pointer, compiled once, and raises SchemaError.
    """

    def __init__(self, document: Document, direction: Direction) -> None:
        self._base = f"urn:openapi:{direction}"
        self._direction = direction
        self._document = document
        self.at = cache(self._compile)

    @cached_property
    def tree(self) -> dict[str, Any]:
        """The document with its schemas in this direction's dialect; made once."""
        return self._document.schemas(self._direction)

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        return jsonschema_rs.Registry([(self._base, self.tree)], draft=jsonschema_rs.Draft202012)

    def validator(self, place: Place) -> Validator:
        """The validator of the schema that stands at `place`. Raises SchemaError."""
        return self.at(place.pointer)

    def of(self, schema: Schema) -> Validator:
        """The validator of a schema in this direction's dialect that stands nowhere in the document itself;
        its references lead there. Compiled at every call. Raises SchemaError."""
        if isinstance(schema, dict) and schema.keys() == {"$ref"}:
            return self.at(schema["$ref"])
        return self._made(_absolute(schema, self._base), "#")

    def resolve(self, reference: str) -> Any:
        """What a local `$ref` names, in this direction's dialect; None where it names nothing."""
        return look_up(self.tree, reference)

    def of_media(self, media_object: Place) -> Callable[[], Validator] | None:
        """The validator of a Media Type Object's schema, compiled when first called for; None without one."""
        if media_object.get("schema") is None:
            return None
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
        reference = self._base + "#" + quote(pointer.removeprefix("#"), safe=_SAFE)
        return self._made({"$ref": reference}, pointer)

    def _made(self, schema: Schema, pointer: str) -> Validator:
        """The validator of a schema with absolute references; `pointer`: where to look for what is wrong."""
        try:
            compiled = jsonschema_rs.Draft202012Validator(
                schema, registry=self._registry, validate_formats=True, offline=True
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise self._culprit(pointer) or SchemaError(pointer, str(error).split("\n", 1)[0]) from error
        return Validator(compiled)

    def _named(self, pointer: str) -> str:
        """Where the schema itself stands when at `pointer` there is only a `$ref`: it is compiled once."""
        seen: set[str] = set()
        while pointer not in seen:
            seen.add(pointer)
            schema = look_up(self.tree, pointer)
            lone = isinstance(schema, dict) and schema.keys() == {"$ref"}
            pointer = locate(self.tree, schema["$ref"] if lone else pointer) or pointer
        return pointer

    def _culprit(self, pointer: str) -> SchemaError | None:
        """What breaks the rules of schemas in the one asked for, or in a component that it may refer to."""
        meta = jsonschema_rs.Draft202012Validator({"$ref": _META_SCHEMA}, offline=True)
        for place in (pointer, *self._components()):
            for wrong in meta.iter_errors(look_up(self.tree, place)):
                keyword = wrong.instance_path[-1] if wrong.instance_path else "a schema"
                sentence = f"{show(wrong.instance)} found, which is no value for {keyword}"
                return SchemaError(join_pointer(place, *wrong.instance_path), sentence)
            for foreign, reference in _references(place, look_up(self.tree, place)):
                if not reference.startswith("#"):
                    sentence = f"$ref: {reference} is in another file, expected one in this document (#/...)"
                    return SchemaError(foreign, sentence)
        return None


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


def _references(pointer: str, value: Json) -> Iterator[tuple[str, str]]:
    """Every `$ref` in a schema: where it stands, and what it says."""
    if isinstance(value, dict) and isinstance(value.get("$ref"), str):
        yield pointer, value["$ref"]
    if isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _references(join_pointer(pointer, key), part)
