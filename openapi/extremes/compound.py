"""Lists and objects at the edges: empty, full, only what is required, anything inside free ones."""

from collections.abc import Iterator
from random import Random
from typing import Any

from openapi import codec
from openapi.codec import Json
from openapi.example import sample
from openapi.extremes.extent import Extent, Extreme

_MOST_ITEMS = 1_000
_MOST_UNIQUE = 50
_TRIES = 4
_MOST_MEMBERS = 200
_NESTED = {"level": {"list": [1, 2.5, "text", True, {"deeper": {"deepest": []}}], "object": {}}}
_NUMBERS = {
    "integers": [2**31, 2**53 + 1, 2**63, 10**30, -(2**53) - 1],
    "decimals": [0.1, 0.07, 0.125, 0.1234567890123456],
    "zero": 0,
}
_NAMES = ("", "a b", "aB", "a.b", "a/b~c", "$x", "é日本", "0", "__proto__")


def of_list(extent: Extent) -> Iterator[Extreme]:
    least, most = extent.least("minItems"), extent.most("maxItems")
    if least:
        yield from _sized(extent, "fewest", least, "the fewest items allowed", "minItems")
    else:
        yield Extreme("empty", [], "the empty list")
    if most:
        yield from _sized(extent, "most", most, "the most items allowed", "maxItems")
    yield from _sized(extent, "single", 1, "one item", "")
    yield from _unsorted(extent)
    if True not in extent.all("uniqueItems"):
        items = extent.value if isinstance(extent.value, list) else []
        yield from (Extreme("duplicates", [item, item], "one item twice") for item in items[:1])


def _sized(extent: Extent, kind: str, size: int, says: str, keyword: str) -> Iterator[Extreme]:
    """A list of `size` items, like those that are there where they may repeat."""
    unique = True in extent.all("uniqueItems")
    if size > (_MOST_UNIQUE if unique else _MOST_ITEMS):
        return
    items = extent.value if isinstance(extent.value, list) else []
    value = items[:size]
    if len(value) < size and items and not unique:
        value = (items * (size // len(items) + 1))[:size]
    if len(value) < size:
        made = sample(_all(extent, minItems=size), extent.resolve, written=False)
        value = made[:size] if isinstance(made, list) else value
    if len(value) == size:
        yield Extreme(kind, value, says, keyword)


def _unsorted(extent: Extent) -> Iterator[Extreme]:
    """Different items in an order that is neither that of their values nor its reverse."""
    for attempt in range(_TRIES):
        chance = Random(attempt)  # noqa: S311 - the same ones each time
        made = sample(_all(extent, minItems=3), extent.resolve, written=False, choose=chance)
        known = {codec.encode(item): item for item in made} if isinstance(made, list) else {}
        if len(known) > 2:
            low, middle, high = (known[key] for key in sorted(known)[:3])
            yield Extreme("unsorted", [middle, high, low], "different items in no order")
            return


def _all(extent: Extent, **more: Any) -> dict[str, Any]:
    """One schema of all schema objects, with one keyword more."""
    left_out = {"$ref", "allOf", "anyOf", "oneOf", *more}
    parts = [{key: part for key, part in rule.value.items() if key not in left_out} for rule in extent.rules]
    return {"allOf": [more, *parts]}


def of_object(extent: Extent) -> Iterator[Extreme]:
    value = extent.value if isinstance(extent.value, dict) else {}
    yield Extreme("empty", {}, "the empty object")
    required = {name for names in extent.all("required") for name in names}
    if required and value.keys() - required:
        yield Extreme(
            "required_only", {key: value[key] for key in value if key in required}, "no optional property"
        )
    yield from _counted(extent, value, required)
    declared = [name for properties in extent.all("properties") for name in properties]
    if not declared:
        yield from _open(extent, value)


def _counted(extent: Extent, value: dict[str, Json], required: set[str]) -> Iterator[Extreme]:
    least, most = extent.least("minProperties"), extent.most("maxProperties")
    if 0 < least < len(value):
        kept = sorted(value, key=lambda name: name not in required)[:least]
        few = {name: value[name] for name in value if name in kept}
        yield Extreme("fewest_properties", few, "the fewest properties allowed", "minProperties")
    if most and len(value) < most <= _MOST_MEMBERS:
        part = next(iter(value.values()), "text")
        added = {f"property{number}": part for number in range(1, most + 1)}
        full = dict([*value.items(), *((key, added[key]) for key in added if key not in value)][:most])
        yield Extreme("most_properties", full, "the most properties allowed", "maxProperties")


def _open(extent: Extent, value: dict[str, Json]) -> Iterator[Extreme]:
    """Members of any name; and where nothing is said of them, of any kind."""
    schema = extent.first("additionalProperties")
    if isinstance(schema, dict) and schema:
        part = next(iter(value.values()), None) if value else sample(schema, extent.resolve)
        yield Extreme("unusual_names", dict.fromkeys(_NAMES, part), "names with signs in them")
        return
    yield Extreme("nested", _NESTED, "objects and lists inside each other")
    yield Extreme("null_inside", {"null": None, "list": [None], "object": {"null": None}}, "nulls inside")
    yield Extreme("numbers_inside", _NUMBERS, "numbers inside, up to more than 64 bits hold")
    yield Extreme("unusual_names", dict.fromkeys(_NAMES, "text"), "names with signs in them")
