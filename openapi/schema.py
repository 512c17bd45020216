"""Compiled validators: one registry per direction, each schema compiled when it is first asked for.

jsonschema-rs compiles a 13 MB document whole in 2.7 GB; compiled one by one through a shared registry, the same
schemas take 150 MB (facts: `validator_map_for` compiles every sub-schema, a `$ref` into a registry only its own).
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from openapi.codec import Json, show
from openapi.dialect import Direction
from openapi.document import Document, Place
from openapi.explain import Problem, explain
from openapi.source import join_pointer, look_up

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
        """Every way in which `value` does not fit; `place` is what to call its root (`body`, `query.limit`)."""
        try:
            for error in self._compiled.iter_errors(value):
                yield from explain(error, place)
        except jsonschema_rs.ValidationError:
            raise
        except ValueError as error:
            yield Problem(place, str(error).lower())


class Schemas:
    """The validators of one document in one direction."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self._base = f"urn:openapi:{direction}"
        self._direction = direction
        self._document = document
        self.at = cache(self._compile)

    @property
    def tree(self) -> dict[str, Any]:
        """The document with its schemas in this direction's dialect; made once."""
        return self._registered()[0]

    def validator(self, place: Place) -> Validator:
        """The validator of the schema that stands at `place`. Raises SchemaError."""
        return self.at(place.pointer)

    def of_media(self, media_object: Place) -> Callable[[], Validator] | None:
        """The validator of a Media Type Object's schema, compiled when first called for; None where there is no schema."""
        if media_object.get("schema") is None:
            return None
        pointer = join_pointer(media_object.pointer, "schema")
        return lambda: self.at(pointer)

    def compile_all(self) -> None:
        """Compiles the schema of every component, so that a mistake in one shows now. Raises SchemaError."""
        for name in (self.tree.get("components") or {}).get("schemas") or ():
            self.at(join_pointer("#/components/schemas", name))
        for operation in self._document.operations:
            bodies = [operation.body.content] if operation.body else []
            for content in [*bodies, *(response.content for response in operation.responses.values())]:
                for place in content.values():
                    if later := self.of_media(place):
                        later()

    def _compile(self, pointer: str) -> Validator:
        reference = self._base + "#" + quote(pointer.removeprefix("#"), safe=_SAFE)
        try:
            compiled = jsonschema_rs.Draft202012Validator(
                {"$ref": reference},
                registry=self._registered()[1],
                validate_formats=True,
                offline=True,
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            raise self._culprit(pointer) or SchemaError(pointer, str(error).split("\n", 1)[0]) from error
        return Validator(compiled)

    def _culprit(self, pointer: str) -> SchemaError | None:
        """What breaks the rules of schemas in the one asked for, or in a component that it may refer to."""
        meta = jsonschema_rs.Draft202012Validator({"$ref": _META_SCHEMA}, offline=True)
        names = (self.tree.get("components") or {}).get("schemas") or ()
        for place in (pointer, *(join_pointer("#/components/schemas", name) for name in names)):
            for wrong in meta.iter_errors(look_up(self.tree, place)):
                keyword = wrong.instance_path[-1] if wrong.instance_path else "a schema"
                sentence = f"{show(wrong.instance)} found, which is no value for {keyword}"
                return SchemaError(join_pointer(place, *wrong.instance_path), sentence)
        return None

    def _registered(self) -> tuple[dict[str, Any], jsonschema_rs.Registry]:
        if not hasattr(self, "_registry"):
            tree = self._document.schemas(self._direction)
            registry = jsonschema_rs.Registry([(self._base, tree)], draft=jsonschema_rs.Draft202012)
            self._registry = tree, registry
        return self._registry
