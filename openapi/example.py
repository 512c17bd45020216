"""A value that fits a schema: what the schema writes, else one that is made up.

Nothing here judges: of a written value only its type, `enum` and `required` are looked at, and
whoever needs certainty asks a validator afterwards. Without chance, a made-up value is the one that
openapi-sampler 1.7.10 makes (the library behind Redocly's samples) unless that would not fit: we
keep to `multipleOf`, `uniqueItems` and `maxItems`, write null only where nothing else is allowed,
and leave an optional property out where it would repeat the schema that it is a part of.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from copy import deepcopy
from random import Random
from typing import Any

from openapi import codec
from openapi.candidate import ABSENT, first_candidate
from openapi.codec import Json
from openapi.content import encoded, holds_json
from openapi.dialect import Schema
from openapi.intersection import NoValue, intersection, spread, types_of
from openapi.number import number
from openapi.objects import asked_for, conditions, named, with_dependents, with_needed
from openapi.text import text

_MOST_VALUES = 2_000
_HOPELESS = 20_000
_LONGEST = 10_000

_TRIES = 20

_Opened = frozenset[str]

Fits = Callable[[Schema, Json], bool]
"""Whether a value fits a schema."""


def sample(
    schema: Schema,
    resolve: Callable[[str], Schema],
    *,
    name: str = "",
    written: bool = True,
    choose: Random | None = None,
    fits: Fits | None = None,
) -> Json:
    """A JSON value that fits `schema` (JSON Schema 2020-12), new at every call.

    resolve: gives the schema that a `$ref` names; what it raises is passed on.
    name: the property that holds the value; a made-up uuid is derived from it.
    written: take `example`, `examples` and `default` where the schema has them.
    choose: makes every choice, the same ones for the same seed; without it nothing varies.

    fits: judges a value by a schema; without it nobody looks at `not`, and at whether a value for one branch
    of `oneOf` fits another one too.

    A `pattern` that is not simple (see `openapi.pattern.matching`) is not kept. Where nothing at all fits,
    None stands.
    """
    makers = [_Maker(resolve, written, choose, depth, fits=fits) for depth in (8, 4, 2, 0)]
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
        fits: Fits | None = None,
    ) -> None:
        self.resolve, self.written, self.choose = resolve, written, choose
        self.depth, self.strict, self.left = depth, strict, _MOST_VALUES
        self.fits = fits

    def value(self, schema: Schema, name: str = "", opened: _Opened = frozenset()) -> Json:
        self.left -= 1
        if self.left < -_HOPELESS:
            raise NoValue
        flat, opened = self._flat(schema, opened)
        if self.fits and "not" in flat:
            return self._unlike(flat, name, opened)
        if (found := first_candidate(flat, self.written, self._pick)) is not ABSENT:
            return deepcopy(found)
        if "const" in flat or "enum" in flat:
            raise NoValue
        if "if" in flat:
            return self._first(conditions(flat), name, opened)
        for key in ("oneOf", "anyOf"):
            if key in flat:
                return self._branch(flat, key, name, opened)
        return self._typed(flat, name, opened)

    def _unlike(self, flat: dict[str, Any], name: str, opened: _Opened) -> Json:
        """A value that does not fit `not`: the usual one, else one without something that it asks for, else
        one that chance makes."""
        rest, wrong = {k: v for k, v in flat.items() if k != "not"}, flat["not"]
        free = set(asked_for(wrong)) - set(rest.get("required", ()))
        lacking = [{"properties": {each: False}} for each in sorted(free)]
        for more in ({}, *lacking):
            with suppress(NoValue):
                value = self.value({"allOf": [rest, more]}, name, opened)
                if self.fits and not self.fits(wrong, value):
                    return value
        for seed in range(_TRIES):
            maker = _Maker(self.resolve, False, self.choose or Random(seed), self.depth, fits=self.fits)  # noqa: S311
            with suppress(NoValue):
                value = maker.value(rest, name, opened)
                if self.fits and not self.fits(wrong, value):
                    return value
        raise NoValue

    def _first(self, schemas: Iterable[Schema], name: str, opened: _Opened) -> Json:
        """A value for the first of them that has one."""
        for schema in schemas:
            with suppress(NoValue):
                return self.value(schema, name, opened)
        raise NoValue

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
        whole: Iterable[Schema] = ({"allOf": [rest, branch]} for branch in branches)
        if key == "oneOf" and self.fits and len(branches) > 1:
            return self._only(list(whole), branches, name, opened)
        return self._first(whole, name, opened)

    def _only(self, schemas: list[Schema], branches: list[Schema], name: str, opened: _Opened) -> Json:
        """A value that fits one of the branches alone; where none is found, one that fits some."""
        some: Json = ABSENT
        for depth in (self.depth, len(opened) - 1):  # with as much in it as usual, then with the least
            for schema in schemas:
                maker = _Maker(self.resolve, self.written, self.choose, depth, self.strict, self.fits)
                maker.left = self.left
                with suppress(NoValue):
                    value = maker.value(schema, name, opened)
                    if sum(1 for branch in branches if self.fits and self.fits(branch, value)) == 1:
                        return value
                    some = value if some is ABSENT else some
        if some is ABSENT:
            raise NoValue
        return some

    def _typed(self, flat: dict[str, Any], name: str, opened: _Opened) -> Json:
        types = types_of(flat)
        kind = next((kind for kind in types if kind != "null"), "null")
        try:
            if kind == "object":
                return self._object(flat, opened)
            if kind == "string" and flat.keys() & _CONTENT and "pattern" not in flat:
                return self._content(flat, name, opened)
            return self._array(flat, opened) if kind == "array" else self._plain(kind, flat, name)
        except NoValue:
            if "null" in types:
                return None
            raise

    def _content(self, flat: dict[str, Any], name: str, opened: _Opened) -> str:
        """A text that holds something else; any text, where that has no room."""
        held = plain = text(flat, name, self.choose)
        if holds_json(flat):
            held = codec.encode(
                self.value(flat.get("contentSchema", {"type": "object"}), "", opened)
            ).decode()
        made = encoded(held, flat)
        return made if flat.get("minLength", 0) <= len(made) <= flat.get("maxLength", _LONGEST) else plain

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
        if "dependentSchemas" in flat:
            flat, opened = self._flat(with_dependents(flat), opened)
        made: dict[str, Json] = {}
        required = with_needed(set(flat.get("required", ())), flat.get("dependentRequired", {}))
        room = flat.get("maxProperties", _LONGEST) - len(required)
        make = self.value if self.strict else self.needed
        allowed = {k: named(flat, k) for k, v in flat.get("properties", {}).items() if v is not False}
        for key, schema in allowed.items():
            if key in required:
                made[key] = make(schema, key, opened)
            elif room > 0 and self._may_add(opened):
                with suppress(NoValue):
                    made[key] = self.value(schema, key, opened)
                    room -= 1
        made |= self._more(flat, opened, required - flat.get("properties", {}).keys(), made)
        return self._completed(flat, made, opened)

    def _completed(self, flat: dict[str, Any], made: dict[str, Json], opened: _Opened) -> dict[str, Json]:
        """With what its members need beside them (`dependentRequired`), or without those members."""
        needs = flat.get("dependentRequired", {})
        for key in [key for key in made if key in needs]:
            try:
                for other in with_needed({key}, needs) - made.keys():
                    made[other] = self.value(named(flat, other), other, opened)
            except NoValue:
                made.pop(key)
        return made

    def _more(
        self, flat: dict[str, Any], opened: _Opened, missing: set[str], made: dict[str, Json]
    ) -> dict[str, Json]:
        """Those that only `required`, `minProperties` or `additionalProperties` ask for."""
        schema = flat.get("additionalProperties", flat.get("unevaluatedProperties", True))
        shown = 2 if isinstance(schema, dict) and schema and self._may_add(opened) else 0
        shown = min(shown, flat.get("maxProperties", _LONGEST) - len(made) - len(missing))
        least = flat.get("minProperties", 0) - len(made) - len(missing)
        invented = self._invented(flat, max(shown, min(least, _LONGEST), 0), {*missing, *made}, opened)
        found = {}
        for place, key in enumerate([*sorted(missing), *invented]):
            try:
                found[key] = self.value(named(flat, key), "", opened)
            except NoValue:
                if self.strict and place < len(missing) + least:
                    raise
        return found

    def _invented(self, flat: dict[str, Any], count: int, taken: set[str], opened: _Opened) -> list[str]:
        """New names of properties, as `propertyNames` and `patternProperties` want them."""
        closed = flat.get("additionalProperties", flat.get("unevaluatedProperties", True)) is False
        patterns = list(flat.get("patternProperties", ())) if closed else []
        if "propertyNames" not in flat and not patterns:
            return [f"property{n}" for n in range(1, 1 + count)]
        pattern = {"pattern": patterns[0]} if patterns else {}
        wanted = {"allOf": [flat.get("propertyNames", True), {"type": "string", **pattern}]}
        found: dict[str, None] = {}
        for seed in range(count * _TRIES):
            chance = Random(seed) if seed else None  # noqa: S311
            maker = _Maker(self.resolve, self.written and not seed, chance, self.depth)
            name = maker.value(wanted, "", opened)
            if name not in taken:
                found[str(name)] = None
            if len(found) == count:
                break
        return list(found)

    def _array(self, flat: dict[str, Any], opened: _Opened) -> list[Json]:
        least, most = flat.get("minItems", 0), flat.get("maxItems", _LONGEST)
        prefix, items = flat.get("prefixItems", []), flat.get("items", True)
        usual = max(len(prefix), 1 if "items" in flat else 0) if self._may_add(opened) else 0
        if usual and "items" in flat:
            usual = self._pick(range(usual, usual + 3))
        made: list[Json] = []
        if "contains" in flat and not prefix:
            both = {"allOf": [items, flat["contains"]]}
            for _ in range(flat.get("minContains", 1)):
                made.append(self._item(both, opened, made if flat.get("uniqueItems") else []))
        try:
            for place in range(len(made), min(max(least, usual), most, _LONGEST)):
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


_CONTENT = {"contentEncoding", "contentMediaType"}
_SHAPES = {"properties", "required", "additionalProperties", "oneOf", "anyOf"}
