"""A value that fits a schema: what the schema writes, else one that is made up.

Nothing here judges: of a written value only its type, `enum` and `required` are looked at, and
whoever needs certainty asks a validator afterwards. Without chance, a made-up value is the one that
openapi-sampler 1.7.10 makes (the library behind Redocly's samples) unless that would not fit: we
keep to `multipleOf`, `uniqueItems` and `maxItems`, write null only where nothing else is allowed,
and leave an optional property out where it would repeat the schema that it is a part of.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from random import Random
from typing import Any

from openapi.candidate import ABSENT, first_candidate
from openapi.codec import Json
from openapi.dialect import Schema
from openapi.intersection import NoValue, intersection, spread, types_of
from openapi.number import number
from openapi.text import text

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
        with suppress(NoValue):
            value = maker.value(schema, name)
            if maker.left > 0 or maker is makers[-1]:
                return value
    return _Maker(resolve, written, choose, 2, strict=False).needed(schema, name, frozenset())


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
            raise NoValue
        flat, opened = self._flat(schema, opened)
        if (found := first_candidate(flat, self.written, self._pick)) is not ABSENT:
            return deepcopy(found)
        if "const" in flat or "enum" in flat:
            raise NoValue
        for key in ("oneOf", "anyOf"):
            if key in flat:
                return self._branch(flat, key, name, opened)
        return self._typed(flat, name, opened)

    def needed(self, schema: Schema, name: str, opened: _Opened) -> Json:
        """The value, or None where nothing fits."""
        try:
            return self.value(schema, name, opened)
        except NoValue:
            return None

    def _branch(self, flat: dict[str, Any], key: str, name: str, opened: _Opened) -> Json:
        rest = {k: v for k, v in flat.items() if k != key}
        branches = list(flat[key])
        if self.choose:
            self.choose.shuffle(branches)
        for branch in branches:
            with suppress(NoValue):
                return self.value({"allOf": [rest, branch]}, name, opened)
        raise NoValue

    def _typed(self, flat: dict[str, Any], name: str, opened: _Opened) -> Json:
        types = types_of(flat)
        kind = next((kind for kind in types if kind != "null"), "null")
        try:
            if kind == "object":
                return self._object(flat, opened)
            return self._array(flat, opened) if kind == "array" else self._plain(kind, flat, name)
        except NoValue:
            if "null" in types:
                return None
            raise

    def _plain(self, kind: str, flat: dict[str, Any], name: str) -> Json:
        match kind:
            case "string":
                return text(flat, name, self.choose)
            case "integer" | "number":
                return number(flat, kind, self.choose)
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
                with suppress(NoValue):
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
            except NoValue:
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
        except NoValue:
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
        raise NoValue

    def _flat(self, schema: Schema, opened: _Opened) -> tuple[dict[str, Any], _Opened]:
        """`schema` with its `$ref` and `allOf` folded in, and the references that this opened."""
        if isinstance(schema, bool):
            if not schema:
                raise NoValue
            return {}, opened
        own = {key: value for key, value in schema.items() if key not in ("$ref", "allOf")}
        parts = list(schema.get("allOf", ()))
        if (reference := schema.get("$ref")) is not None:
            if reference in opened:
                raise NoValue
            opened = opened | {reference}
            parts.append(self.resolve(reference))
        whole = not self.written or (len(parts) == 1 and not own.keys() & _SHAPES)
        for part in parts:
            flat, opened = self._flat(part, opened)
            own = intersection(own, flat if whole else spread(flat))
        return own, opened

    def _may_add(self, opened: _Opened) -> bool:
        return self.left > 0 and len(opened) <= self.depth

    def _pick(self, options: Sequence[Json]) -> Json:
        return self.choose.choice(options) if self.choose else options[0]


_SHAPES = {"properties", "required", "additionalProperties", "oneOf", "anyOf"}
