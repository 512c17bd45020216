"""A value that fits a schema: what the schema writes, else one that is made up.

Nothing here judges: of a written value only its type, `enum` and `required` are looked at, and
whoever needs certainty asks a validator afterwards. Without chance, a made-up value is the one that
openapi-sampler 1.7.10 makes (the library behind Redocly's samples) unless that would not fit: we
keep to `multipleOf`, `uniqueItems` and `maxItems`, write null only where nothing else is allowed,
and leave an optional property out where it would repeat the schema that it is a part of.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from copy import deepcopy
from fractions import Fraction
from math import ceil, floor
from random import Random
from typing import Any

from openapi.codec import Json
from openapi.dialect import Schema
from openapi.pattern import text

_ABSENT = object()
_MOST_VALUES = 2_000
_HOPELESS = 20_000
_LONGEST = 10_000

_Opened = frozenset[str]


def sample(
    schema: Schema,
    resolve: Callable[[str], Schema],
    *,
    name: str = "",
    written: bool = True,
    choose: Random | None = None,
) -> Json:
    """A JSON value that fits `schema` (JSON Schema 2020-12), new at every call.

    resolve: gives the schema that a `$ref` names; what it raises is passed on.
    name: the property that holds the value; a made-up uuid is derived from it.
    written: take `example`, `examples` and `default` where the schema has them.
    choose: makes every choice, the same ones for the same seed; without it nothing varies.

    Not looked at: `not`, `contains`, `patternProperties`, `propertyNames`, `if`, dependencies, and
    whether a value for one branch of `oneOf` fits another one too. A `pattern` that is not simple
    (see `openapi.pattern.matching`) is not kept. Where nothing at all fits, None stands.
    """
    makers = [_Maker(resolve, written, choose, depth) for depth in (8, 4, 2, 0)]
    for maker in makers:
        with suppress(_NoValue):
            value = maker.value(schema, name)
            if maker.left > 0 or maker is makers[-1]:
                return value
    return _Maker(resolve, written, choose, 2, strict=False).needed(schema, name, frozenset())


class _NoValue(Exception):
    """Nothing fits here, or only something that goes on for ever."""


class _Maker:
    """Makes the values inside one sample. `left` is how many it may still make.

    `opened` holds the references that lead to the place of a value. Below `depth` of them, and when
    none are left, only what is required is made. `strict` gives up where a required value cannot be
    made; else None stands for it.
    """

    def __init__(
        self,
        resolve: Callable[[str], Schema],
        written: bool,
        choose: Random | None,
        depth: int,
        strict: bool = True,
    ) -> None:
        self.resolve, self.written, self.choose = resolve, written, choose
        self.depth, self.strict, self.left = depth, strict, _MOST_VALUES

    def value(self, schema: Schema, name: str = "", opened: _Opened = frozenset()) -> Json:
        self.left -= 1
        if self.left < -_HOPELESS:
            raise _NoValue
        flat, opened = self._flat(schema, opened)
        if (found := self._fixed(flat)) is not _ABSENT:
            return deepcopy(found)
        if "const" in flat or "enum" in flat:
            raise _NoValue
        for key in ("oneOf", "anyOf"):
            if key in flat:
                return self._branch(flat, key, name, opened)
        return self._typed(flat, name, opened)

    def needed(self, schema: Schema, name: str, opened: _Opened) -> Json:
        """The value, or None where nothing fits."""
        try:
            return self.value(schema, name, opened)
        except _NoValue:
            return None

    def _fixed(self, schema: dict[str, Any]) -> Json:
        """What the schema itself says the value is: the first that can be meant."""
        could_be = (found for found in self._candidates(schema) if _could_be(found, schema))
        return next(could_be, _ABSENT)

    def _candidates(self, schema: dict[str, Any]) -> Iterator[Json]:
        if self.written and "example" in schema:
            yield schema["example"]
        if "const" in schema:
            yield schema["const"]
        if self.written and (examples := schema.get("examples")) and isinstance(examples, list):
            yield self._pick(examples)
        if enum := schema.get("enum"):
            yield self._enum(enum)
            yield from enum
        if self.written and "default" in schema:
            yield schema["default"]

    def _enum(self, members: list[Json]) -> Json:
        return self._pick([member for member in members if member is not None] or members)

    def _branch(self, flat: dict[str, Any], key: str, name: str, opened: _Opened) -> Json:
        rest = {k: v for k, v in flat.items() if k != key}
        branches = list(flat[key])
        if self.choose:
            self.choose.shuffle(branches)
        for branch in branches:
            with suppress(_NoValue):
                return self.value({"allOf": [rest, branch]}, name, opened)
        raise _NoValue

    def _typed(self, flat: dict[str, Any], name: str, opened: _Opened) -> Json:
        types = _types(flat)
        kind = next((kind for kind in types if kind != "null"), "null")
        try:
            if kind == "object":
                return self._object(flat, opened)
            return self._array(flat, opened) if kind == "array" else self._plain(kind, flat, name)
        except _NoValue:
            if "null" in types:
                return None
            raise

    def _plain(self, kind: str, flat: dict[str, Any], name: str) -> Json:
        match kind:
            case "string":
                return text(flat, name, self.choose)
            case "integer" | "number":
                return _number(flat, kind, self.choose)
            case "boolean":
                return self._pick([True, False])
        return None

    def _object(self, flat: dict[str, Any], opened: _Opened) -> dict[str, Json]:
        required, made = set(flat.get("required", ())), {}
        room = flat.get("maxProperties", _LONGEST) - len(required)
        make = self.value if self.strict else self.needed
        allowed = {k: v for k, v in flat.get("properties", {}).items() if v is not False}
        for key, schema in allowed.items():
            if key in required:
                made[key] = make(schema, key, opened)
            elif room > 0 and self._may_add(opened):
                with suppress(_NoValue):
                    made[key] = self.value(schema, key, opened)
                    room -= 1
        return made | self._more(flat, opened, required - flat.get("properties", {}).keys(), made)

    def _more(
        self, flat: dict[str, Any], opened: _Opened, missing: set[str], made: dict[str, Json]
    ) -> dict[str, Json]:
        """Those that only `required`, `minProperties` or `additionalProperties` ask for."""
        schema = flat.get("additionalProperties", True)
        shown = 2 if isinstance(schema, dict) and schema and self._may_add(opened) else 0
        shown = min(shown, flat.get("maxProperties", _LONGEST) - len(made) - len(missing))
        least = flat.get("minProperties", 0) - len(made) - len(missing)
        invented = [f"property{n}" for n in range(1, 1 + max(shown, min(least, _LONGEST), 0))]
        found = {}
        for place, key in enumerate([*sorted(missing), *invented]):
            try:
                found[key] = self.value(schema, "", opened)
            except _NoValue:
                if self.strict and place < len(missing) + least:
                    raise
        return found

    def _array(self, flat: dict[str, Any], opened: _Opened) -> list[Json]:
        least, most = flat.get("minItems", 0), flat.get("maxItems", _LONGEST)
        prefix, items = flat.get("prefixItems", []), flat.get("items", True)
        usual = max(len(prefix), 1 if "items" in flat else 0) if self._may_add(opened) else 0
        if usual and "items" in flat:
            usual = self._pick(range(usual, usual + 3))
        made: list[Json] = []
        try:
            for place in range(min(max(least, usual), most, _LONGEST)):
                schema = prefix[place] if place < len(prefix) else items
                made.append(self._item(schema, opened, made if flat.get("uniqueItems") else []))
        except _NoValue:
            if len(made) < least:
                raise
        return made

    def _item(self, schema: Schema, opened: _Opened, others: list[Json]) -> Json:
        """A value unlike `others`: the usual one, else one of those that chance makes."""
        value = self.value(schema, "", opened)
        for seed in range(50):
            if value not in others:
                return value
            maker = _Maker(self.resolve, False, self.choose or Random(seed), self.depth)  # noqa: S311
            value = maker.value(schema, "", opened)
        raise _NoValue

    def _flat(self, schema: Schema, opened: _Opened) -> tuple[dict[str, Any], _Opened]:
        """`schema` with its `$ref` and `allOf` folded in, and the references that this opened."""
        if isinstance(schema, bool):
            if not schema:
                raise _NoValue
            return {}, opened
        own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
        parts = list(schema.get("allOf", ()))
        if (reference := schema.get("$ref")) is not None:
            if reference in opened:
                raise _NoValue
            opened = opened | {reference}
            parts.append(self.resolve(reference))
        whole = not self.written or (len(parts) == 1 and not own.keys() & _SHAPES)
        for part in parts:
            flat, opened = self._flat(part, opened)
            own = _merged(own, flat if whole else _spread(flat))
        return own, opened

    def _may_add(self, opened: _Opened) -> bool:
        return self.left > 0 and len(opened) <= self.depth

    def _pick(self, options: Sequence[Json]) -> Json:
        return self.choose.choice(options) if self.choose else options[0]


_NAMES: dict[type, set[str]] = {
    bool: {"boolean"},
    int: {"integer", "number"},
    float: {"integer", "number"},
    str: {"string"},
    list: {"array"},
    dict: {"object"},
    type(None): {"null"},
}


def _could_be(value: Json, schema: dict[str, Any]) -> bool:
    """Whether a written value is at all what the schema asks for; many documents are careless."""
    if "type" in schema and not _NAMES.get(type(value), set()) & {*_types(schema)}:
        return False
    if isinstance(value, dict) and not value.keys() >= {*schema.get("required", ())}:
        return False
    return bool(value in schema.get("enum", [value]))


# Several schemas as one.

_SHAPES = {"properties", "required", "additionalProperties", "oneOf", "anyOf"}

_SIGNS = {
    "object": {"properties", "required", "additionalProperties", "minProperties"},
    "array": {"items", "prefixItems", "minItems"},
    "string": {"format", "pattern", "minLength", "maxLength"},
    "number": {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"},
}


def _types(schema: dict[str, Any]) -> list[str]:
    """The types that a schema writes, else the one that its keywords speak of."""
    written = schema.get("type")
    if isinstance(written, list):
        return written
    implied = (kind for kind, keywords in _SIGNS.items() if keywords & schema.keys())
    return [written or next(implied, "null")]


def _merged(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """One schema for what fits both; where only one can be kept, that of `first`."""
    merged = {**first, **second, **first}
    for key in first.keys() & second.keys() & _COMBINED.keys():
        merged[key] = _COMBINED[key](first[key], second[key])
    if closed := _closed(first, second) | _closed(second, first):
        merged["properties"] = merged["properties"] | closed
    return merged


def _closed(schema: dict[str, Any], other: dict[str, Any]) -> dict[str, Schema]:
    """The properties of `other` that `schema` has no place for."""
    if schema.get("additionalProperties") is not False or "patternProperties" in schema:
        return {}
    known = schema.get("properties", {})
    return {key: False for key in other.get("properties", {}) if key not in known}


def _spread(schema: dict[str, Any]) -> dict[str, Any]:
    """An example of a whole object as examples of its properties, so that it can be merged."""
    example = schema.get("example")
    if not isinstance(example, dict):
        return schema
    rest = {key: value for key, value in schema.items() if key != "example"}
    return rest | {"properties": {key: {"example": value} for key, value in example.items()}}


def _both(first: Schema, second: Schema) -> Schema:
    return False if first is False or second is False else {"allOf": [first, second]}


def _both_properties(first: dict[str, Schema], second: dict[str, Schema]) -> dict[str, Schema]:
    shared = {key: _both(first[key], second[key]) for key in first if key in second}
    return {**first, **second, **shared}


def _both_types(first: str | list[str], second: str | list[str]) -> list[str]:
    return _shared(_widened(first), _widened(second))


def _widened(written: str | list[str]) -> list[str]:
    types = _types({"type": written})
    return [*types, "integer"] if "number" in types else types


def _shared(first: list[Json], second: list[Json]) -> list[Json]:
    shared = [member for member in first if member in second]
    if not shared:
        raise _NoValue
    return shared


def _each_with_each(first: list[Schema], second: list[Schema]) -> list[Schema]:
    return [{"allOf": [ours, theirs]} for ours in first for theirs in second]


_COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "type": _both_types,
    "enum": _shared,
    "properties": _both_properties,
    "required": lambda first, second: [*first, *second],
    "items": _both,
    "additionalProperties": _both,
    "oneOf": _each_with_each,
    "anyOf": _each_with_each,
    "multipleOf": max,
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"), min),
}


# Numbers.

_STORED = {-(2**31), 2**31 - 1, -(2**63), 2**63 - 1}
"""Bounds that only say how an integer is stored: nobody means them as values to show."""

_End = tuple[Fraction, bool] | None
"""Where the numbers end, if they do, and whether the end itself is left out."""


def _number(schema: dict[str, Any], kind: str, choose: Random | None) -> int | float:
    """The lowest number allowed, else the highest, else zero; with `choose` any of them."""
    low, high = _end(schema, "minimum", 1), _end(schema, "maximum", -1)
    if low is high is None and schema.get("format") in ("float", "double") and not choose:
        return 0.1
    origin, step = _grid(schema, kind, low, high, 1000 if choose else 8)
    first = _steps(low[0] - origin, step, low[1]) if low else None
    last = -_steps(origin - high[0], step, high[1]) if high else None
    found = origin + _place(first, last, choose) * step
    return int(found) if found.denominator == 1 else float(found)


def _end(schema: dict[str, Any], key: str, sign: int) -> _End:
    ends = [
        (Fraction(str(schema[name])), exclusive)
        for name, exclusive in ((key, False), (f"exclusive{key.title()}", True))
        if name in schema and schema[name] not in _STORED
    ]
    return max(ends, key=lambda end: (end[0] * sign, end[1]), default=None)


def _grid(schema: dict[str, Any], kind: str, low: _End, high: _End, parts: int) -> tuple[Fraction, Fraction]:
    """One place where a number could be, and how far it is from there to the next."""
    if kind == "integer" or "multipleOf" in schema:
        step = Fraction(str(schema.get("multipleOf", 1)))
        return Fraction(0), Fraction(step.numerator) if kind == "integer" else step
    span = (high[0] - low[0]) / parts if low and high else Fraction(0)
    return (low or high or (Fraction(0), False))[0], span or Fraction(1)


def _steps(distance: Fraction, step: Fraction, exclusive: bool) -> int:
    return floor(distance / step) + 1 if exclusive else ceil(distance / step)


def _place(first: int | None, last: int | None, choose: Random | None) -> int:
    if choose is None:
        return first if first is not None else last or 0
    low = first if first is not None else 0 if last is None else min(0, last - 1000)
    return choose.randint(low, max(low, last if last is not None else low + 1000))
