"""Branches of `oneOf` that admit the same: no value that fits one of them fits one alone.

Who writes `oneOf: [NotFound, Conflict]` with two schemas that differ in their descriptions means either; as
JSON Schema, nothing can be answered. That is the document's fault, and no server's.
"""

import json
from typing import Any

from openapi.kinds import members
from openapi.source import look_up

_TOLD = frozenset({
    "title", "summary", "description", "default", "example", "examples", "deprecated", "externalDocs", "xml",
    "discriminator", "$comment",
})  # fmt: skip
"""Keywords that tell, and judge nothing."""

_FURTHEST = 8
"""References from one to the next that are followed."""


def twins(document: Any, branches: list[Any]) -> set[int]:
    """The places of the branches that say the same as one before them, whatever they tell besides."""
    first: dict[str, int] = {}
    for at, branch in enumerate(branches):
        first.setdefault(json.dumps(_bare(_meant(document, branch)), sort_keys=True, default=str), at)
    return set(range(len(branches))) - set(first.values())


def _meant(document: Any, schema: Any) -> Any:
    """What a schema that only refers to another one refers to."""
    for _ in range(_FURTHEST):
        if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str) or len(schema) > 1:
            break
        schema = look_up(document, schema["$ref"])
    return schema


def _bare(value: Any, kind: str = "schema") -> Any:
    """A schema without what judges nothing, in it and in the schemas inside it."""
    if not isinstance(value, (dict, list)):
        return value
    made = {key: _bare(part, inner) if inner else part for key, part, inner in members(kind, value)}
    if kind == "schema":
        return {key: part for key, part in made.items() if key not in _TOLD and not str(key).startswith("x-")}
    return made
