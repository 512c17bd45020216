"""What a schema asks of an object by its members: conditions, dependencies, and names by patterns."""

from typing import Any

from openapi.dialect import Schema
from openapi.regex import matches


def conditions(flat: dict[str, Any]) -> list[Schema]:
    """What a schema with `if` comes to where that fits, and where not."""
    rest = {key: value for key, value in flat.items() if key not in ("if", "then", "else")}
    return [
        {"allOf": [rest, flat["if"], flat.get("then", True)]},
        {"allOf": [rest, flat.get("else", True), {"not": flat["if"]}]},
    ]


def asked_for(schema: Schema) -> list[str]:
    """The properties that a schema requires, in one of its branches."""
    if not isinstance(schema, dict):
        return []
    branches = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, ())]
    return [*schema.get("required", ()), *(name for part in branches for name in asked_for(part))]


def with_dependents(flat: dict[str, Any]) -> dict[str, Any]:
    """The schema with what its properties ask of the whole, each of them there or not."""
    rest = {key: value for key, value in flat.items() if key != "dependentSchemas"}
    return {"allOf": [rest, *flat["dependentSchemas"].values()]}


def with_needed(names: set[str], needs: dict[str, list[str]]) -> set[str]:
    """The names, with those that they need beside them."""
    waiting, found = list(names), set(names)
    while waiting:
        for other in needs.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def named(flat: dict[str, Any], name: str) -> Schema:
    """The schema of a property: its own, with those of the patterns that its name matches."""
    by_pattern = flat.get("patternProperties", {})
    patterns = [schema for pattern, schema in by_pattern.items() if matches(pattern, name)]
    if name in flat.get("properties", {}):
        own: Schema = flat["properties"][name]
        return {"allOf": [own, *patterns]} if patterns else own
    if patterns:
        return {"allOf": patterns}
    other: Schema = flat.get("additionalProperties", flat.get("unevaluatedProperties", True))
    return other
