"""What is wrong with a value, in a sentence: the place, what was expected, what was found.

One sentence per JSON Schema keyword, so that `body.timeSpent: expected a string, got 0.5` is all that a
person has to read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openapi.codec import show

EngineError = Any
"""An error as jsonschema-rs yields it: `kind`, `instance`, `instance_path`, `message`.

The library's one address is `schema.py`.
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """`place` in dotted form (`body.items[3].name`) and `message`, the rule that is broken there. `path`: the
    part of the value that it is about; of a missing property, what it is missing in."""

    place: str
    message: str
    path: tuple[str | int, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def explain(error: EngineError, root: str) -> Iterator[Problem]:
    """The problems that one error of the schema engine stands for. `root` names the whole value."""
    kind: Any = error.kind
    place, path = root + path_text(error.instance_path), tuple(error.instance_path)
    if kind.name == "required":
        yield Problem(f"{place}.{kind.property}", "required, but missing", path)
    elif kind.name in ("additionalProperties", "unevaluatedProperties"):
        yield from (
            Problem(f"{place}.{name}", "no such property is allowed here", (*path, name))
            for name in kind.unexpected
        )
    elif kind.name in ("anyOf", "oneOf") and (branch := _only_branch(kind)):
        for inner in branch:
            yield from explain(inner, root)
    else:
        yield Problem(place, _SENTENCES.get(kind.name, _other)(kind, error), path)


@dataclass(frozen=True, slots=True)
class Breach:
    """Where a value breaks a rule, for programs: the path of the value, the keyword, and the names of the
    properties that are missing, or there though they may not be."""

    path: tuple[str | int, ...]
    keyword: str
    names: tuple[str, ...] = ()


def breaches(error: EngineError) -> Iterator[Breach]:
    """The breaches that one error of the schema engine stands for."""
    kind: Any = error.kind
    path = tuple(error.instance_path)
    if kind.name == "required":
        yield Breach(path, kind.name, (kind.property,))
    elif kind.name in ("additionalProperties", "unevaluatedProperties"):
        yield Breach(path, kind.name, tuple(kind.unexpected))
    elif kind.name in ("anyOf", "oneOf") and (branch := _only_branch(kind)):
        for inner in branch:
            yield from breaches(inner)
    else:
        yield Breach(path, kind.name)


def path_text(path: list[str | int]) -> str:
    """`["items", 3, "name"]` as `.items[3].name`."""
    return "".join(f"[{token}]" if isinstance(token, int) else f".{token}" for token in path)


def _only_branch(kind: Any) -> list[EngineError] | None:
    """Of `anyOf: [schema, null]` and the like: the errors of the one branch that was meant, if one can be."""
    branches = getattr(kind, "context", None) or []
    root = min((len(error.instance_path) for branch in branches for error in branch), default=0)
    meant = [branch for branch in branches if not any(_is_other_type(error, root) for error in branch)]
    return meant[0] if len(meant) == 1 else None


def _is_other_type(error: EngineError, root: int) -> bool:
    """Whether the whole value (at the depth `root`) is of another type than the branch is for."""
    return error.kind.name == "type" and len(error.instance_path) == root


def _type(kind: Any, error: EngineError) -> str:
    names = [_A.get(name, name) for name in kind.types if name != "null"] + ["null"] * ("null" in kind.types)
    return f"expected {' or '.join(names)}, got {_got(error)}"


_A = {
    "string": "a string", "integer": "an integer", "number": "a number",
    "boolean": "true or false", "array": "a list", "object": "an object",
}  # fmt: skip


def _got(error: EngineError) -> str:
    return show(error.instance)


def _enum(kind: Any, error: EngineError) -> str:
    return f"expected one of {', '.join(show(option) for option in kind.options)}, got {_got(error)}"


def _format(kind: Any, error: EngineError) -> str:
    article = "an" if kind.format[:1] in "aeio" else "a"
    return f"expected {article} {kind.format}, got {_got(error)}"


def _bound(words: str, one: str = "", more: str = "") -> Callable[[Any, EngineError], str]:
    """The sentence of a limit; `one`, `more`: what is counted."""

    def sentence(kind: Any, error: EngineError) -> str:
        counted = f" {one if kind.limit == 1 else more}" if one else ""
        return f"expected {words} {show(kind.limit)}{counted}, got {_got(error)}"

    return sentence


def _other(_kind: Any, error: EngineError) -> str:
    message: str = error.message
    return message if len(message) <= 200 else message[:199] + "…"


def _false(_kind: Any, error: EngineError) -> str:
    if error.schema_path[-1:] == ["additionalProperties"]:
        return "no property is allowed here"
    return "nothing may stand here"  # and what does is not told: it may be a writeOnly secret


def _none_fits(kind: Any, error: EngineError) -> str:
    return f"fits none of the {len(kind.context)} allowed forms, got {_got(error)}"


def _several_fit(kind: Any, error: EngineError) -> str:
    return f"fits more than one of the {len(kind.context)} forms of which only one may fit, got {_got(error)}"


def _text_like(kind: Any) -> str:
    """The text that a pattern asks for. The engine does not say which, where it gave up trying."""
    pattern = getattr(kind, "pattern", None)
    return "text that the pattern can be tried on" if pattern is None else f"text like {_pattern(pattern)}"


def _pattern(pattern: str) -> str:
    """A pattern, cut where nobody would read on."""
    return pattern if len(pattern) <= _LONGEST_PATTERN else pattern[:_LONGEST_PATTERN] + "…"


_LONGEST_PATTERN = 60

_SENTENCES: dict[str, Callable[[Any, EngineError], str]] = {
    "type": _type,
    "enum": _enum,
    "const": lambda kind, error: f"expected {show(kind.expected_value)}, got {_got(error)}",
    "format": _format,
    "pattern": lambda kind, error: f"expected {_text_like(kind)}, got {_got(error)}",
    "minLength": _bound("at least", "character", "characters"),
    "maxLength": _bound("at most", "character", "characters"),
    "minimum": _bound("at least"),
    "maximum": _bound("at most"),
    "exclusiveMinimum": _bound("more than"),
    "exclusiveMaximum": _bound("less than"),
    "minItems": _bound("at least", "item", "items"),
    "maxItems": _bound("at most", "item", "items"),
    "minProperties": _bound("at least", "property", "properties"),
    "maxProperties": _bound("at most", "property", "properties"),
    "multipleOf": lambda kind, error: f"expected a multiple of {show(kind.multiple_of)}, got {_got(error)}",
    "uniqueItems": lambda _kind, error: f"expected no item twice, got {_got(error)}",
    "contains": lambda _kind, error: f"its items are not those that it must contain, got {_got(error)}",
    "not": lambda _kind, error: f"fits what it must not fit, got {_got(error)}",
    "falseSchema": _false,
    "anyOf": _none_fits,
    "oneOf": lambda kind, error: (
        _several_fit if type(kind).__name__ == "OneOfMultipleValid" else _none_fits
    )(kind, error),
}
