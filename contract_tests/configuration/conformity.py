"""Does a configuration fit its schema? The first thing that is wrong, in words for a person.

The schema is the one that editors get; what of JSON Schema it uses is what is understood here.
"""

import json
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from contract_tests.configuration.lines import Keys

SCHEMA_TEXT = (Path(__file__).parent / "schema.json").read_text("utf-8")
SCHEMA: dict[str, Any] = json.loads(SCHEMA_TEXT)

_WORDS = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "a table",
}  # fmt: skip

Problem = tuple[Keys, str]


def first_problem(settings: Any) -> Problem | None:
    """(where, what is wrong), or None."""
    return next(_problems(settings, SCHEMA, ()), None)


def _problems(value: Any, schema: Mapping[str, Any] | bool, keys: Keys) -> Iterator[Problem]:
    if isinstance(schema, bool):
        return
    schema = _resolved(schema)
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield keys, f"{_name(keys)}: found {_found(value)}, expected {' or '.join(_WORDS[k] for k in kinds)}"
    elif isinstance(value, dict):
        yield from _in_table(value, schema, keys)
    elif isinstance(value, list):
        for item in value:
            yield from _problems(item, schema.get("items", True), keys)
    elif (wrong := _wrong(value, schema)) is not None:
        yield keys, f"{_name(keys)}: found {_found(value)}, expected {wrong}"


def _in_table(value: Mapping[str, Any], schema: Mapping[str, Any], keys: Keys) -> Iterator[Problem]:
    known = schema.get("properties", {})
    more = schema.get("additionalProperties", True)
    for name, each in value.items():
        if name not in known and more is False:
            yield (*keys, name), f"{name!r} is not known{_nearest(name, known)}"
        else:
            yield from _problems(each, known.get(name, more), (*keys, name))
    for name in schema.get("required", ()):
        if name not in value:
            yield keys, f"{_name(keys)}: {name} is missing"


def _resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with what it refers to."""
    name = schema.get("$ref", "").removeprefix("#/$defs/")
    return {**SCHEMA["$defs"][name], **schema} if name else schema


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    types = {"string": str, "integer": int, "number": (int, float), "array": list, "object": dict}
    return isinstance(value, types.get(kind, ()))  # type: ignore[arg-type]


def _wrong(value: Any, schema: Mapping[str, Any]) -> str | None:
    """What a text or a number should have been instead, or None."""
    if "enum" in schema and value not in schema["enum"]:
        return f"one of {', '.join(schema['enum'])}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return str(schema["description"]).rstrip(".")
    if len(value) < schema.get("minLength", 0) if isinstance(value, str) else False:
        return "some text"
    if value < schema.get("minimum", value):
        return f"at least {schema['minimum']}"
    return f"at most {schema['maximum']}" if value > schema.get("maximum", value) else None


def _found(value: Any) -> str:
    kinds = {dict: "a table", list: "a list", bool: str(value).lower(), str: repr(value), int: str(value)}
    return kinds.get(type(value), str(value))


def _name(keys: Keys) -> str:
    return ".".join(keys) or "the file"


def _nearest(name: str, known: Mapping[str, Any]) -> str:
    found = get_close_matches(name, known, 1, 0.5)
    return f", did you mean {found[0]}?" if found else f", expected some of {', '.join(known)}"
