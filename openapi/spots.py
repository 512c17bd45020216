"""The places inside a valid instance, and the schema objects that judge what stands there.

Both `violations.py` and `boundaries.py` go from spot to spot, and put another value where the valid one
stood.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from openapi.codec import Json
from openapi.example import sample
from openapi.operation import Place
from openapi.regex import matches
from openapi.resources import ABSENT
from openapi.schema import SchemaError, Schemas
from openapi.source import join_pointer

Path = tuple[str | int, ...]
"""Where in an instance: names of members and numbers of items."""

Judge = Callable[[Json], bool]
"""Whether a value fits the whole schema."""

DEEPEST = 6
"""Longest path that is looked at."""

_MOST_SPOTS = 300


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an instance that fits, and the schema objects (each with its pointer) that `value` fits
    there.

    `whole`: the instance given, or that with one optional part more, so that there is something at `path`.
    `given`: whether `path` leads to something in the instance given, or just one step beyond it.
    `opened`: the pointers of the schema objects on the way here.
    """

    path: Path
    value: Json
    whole: Json
    rules: tuple[Place, ...]
    given: bool = True
    added: bool = False
    opened: frozenset[str] = frozenset()


def placed(instance: Json, path: Path, value: Json) -> Json:
    """`instance` with `value` at `path`; ABSENT takes away what stands there. What is not changed is shared.

    An item one beyond the end of a list is appended. Raises LookupError where the path leads nowhere.
    """
    if not path:
        return value
    token, rest = path[0], path[1:]
    if isinstance(instance, list):
        items = list(instance)
        items[int(token) : int(token) + 1] = _inner(instance, int(token), rest, value)
        return items
    if not isinstance(instance, dict):
        raise LookupError(f"nothing stands below {token!r}")
    members = {key: part for key, part in instance.items() if rest or value is not ABSENT or key != token}
    for part in _inner(instance, token, rest, value):
        members[str(token)] = part
    return members


def _inner(instance: Json, token: Any, rest: Path, value: Json) -> list[Json]:
    """What comes to stand at `token`: one value, or none."""
    if rest:
        return [placed(instance[token], rest, value)]
    return [] if value is ABSENT else [value]


def spots(schema: Place, schemas: Schemas, valid: Json, judge: Judge) -> Iterator[Spot]:
    """Every spot of `valid`, level by level: members, the first of equal items, each item of a tuple.

    Optional members that `valid` lacks come as well, made up, where `judge` allows them. A schema inside
    itself is gone through once. At most 300, and none below `DEEPEST`.
    """
    reader = _Reader(schemas, judge)
    waiting = deque([Spot((), valid, valid, tuple(reader.rules([schema], valid)))])
    for _ in range(_MOST_SPOTS):
        if not waiting:
            return
        spot = waiting.popleft()
        yield spot
        if len(spot.path) < DEEPEST:
            waiting += reader.below(spot)


class _Reader:
    def __init__(self, schemas: Schemas, judge: Judge) -> None:
        self.schemas, self.judge, self.resolve = schemas, judge, schemas.resolve

    def rules(self, places: Iterable[Place], value: Json) -> Iterator[Place]:
        """The schema objects that judge `value`, through `$ref`, `allOf` and the branches that it takes."""
        waiting, seen = deque(places), set()
        while waiting:
            place = waiting.popleft()
            if isinstance(place.value, dict) and place.pointer not in seen:
                seen.add(place.pointer)
                yield place
                waiting += self._beside(place, value)

    def _beside(self, place: Place, value: Json) -> Iterator[Place]:
        schema = place.value
        if isinstance(reference := schema.get("$ref"), str):
            yield Place(_pointer(reference), self.resolve(reference))
        yield from _branches(place, "allOf")
        for keyword in ("anyOf", "oneOf"):
            yield from (branch for branch in _branches(place, keyword) if self._takes(branch, value))
        if "if" in schema:
            condition = _inside(place, "if")
            yield _inside(place, "then" if self._takes(condition, value) else "else")
        dependent = _map(schema, "dependentSchemas").keys()
        if isinstance(value, dict):
            yield from (_inside(place, "dependentSchemas", name) for name in dependent if name in value)

    def _takes(self, branch: Place, value: Json) -> bool:
        try:
            return self.schemas.validator(branch).is_valid(value)
        except SchemaError:
            return False

    def below(self, spot: Spot) -> Iterator[Spot]:
        opened = spot.opened | {rule.pointer for rule in spot.rules}
        for token, places in _members(spot) if isinstance(spot.value, dict) else _items(spot):
            fresh = [place for place in places if place.pointer not in opened]
            path = (*spot.path, token)
            value, whole, added = self._here(spot, path, fresh)
            if value is not ABSENT:
                rules = (rule for rule in self.rules(fresh, value) if rule.pointer not in opened)
                given = spot.given and not spot.added
                yield Spot(path, value, whole, tuple(rules), given, added, opened)

    def _here(self, spot: Spot, path: Path, places: list[Place]) -> tuple[Json, Json, bool]:
        """The value at `path`, the whole with it, and whether it is made up: for nothing, and for a null."""
        value = _at(spot.value, path[-1])
        if value is not ABSENT and value is not None:
            return value, spot.whole, False
        made, whole = self._made(spot, path, places)
        if made is ABSENT or (made is None and value is None):
            return value, spot.whole, False
        return made, whole, True

    def _made(self, spot: Spot, path: Path, places: list[Place]) -> tuple[Json, Json]:
        """A value for a part that is not there, and the whole with it; ABSENT where none fits."""
        name = str(path[-1])
        for written in (True, False) if places else ():
            every = {"allOf": [place.value for place in places]}
            value = sample(every, self.resolve, name=name, written=written)
            whole = placed(spot.whole, path, value)
            if self.judge(whole):
                return value, whole
        return ABSENT, ABSENT


def _at(value: Json, token: str | int) -> Json:
    try:
        return value[token]
    except LookupError:
        return ABSENT


def _members(spot: Spot) -> Iterator[tuple[str | int, list[Place]]]:
    """The members of an object, there or declared, with the schemas that each must fit."""
    declared = dict.fromkeys(
        name
        for rule in spot.rules
        for name, schema in _map(rule.value, "properties").items()
        if schema is not False
    )
    names = list(dict.fromkeys([*spot.value, *declared]))
    if not names:
        names = [f"property{number}" for number in (1,) if any(_more(rule, "x") for rule in spot.rules)]
    for name in names:
        yield name, [place for rule in spot.rules for place in member_places(rule, name)]


def member_places(rule: Place, name: str) -> Iterator[Place]:
    """The schemas that one schema object has for a member of that name."""
    if name in _map(rule.value, "properties"):
        yield _inside(rule, "properties", name)
    for pattern in _map(rule.value, "patternProperties"):
        if matches(pattern, name):
            yield _inside(rule, "patternProperties", pattern)
    yield from _more(rule, name)


def _more(rule: Place, name: str) -> list[Place]:
    """What is written for members that have no schema of their own."""
    known = name in _map(rule.value, "properties")
    if known or any(matches(pattern, name) for pattern in _map(rule.value, "patternProperties")):
        return []
    keywords = ("additionalProperties", "unevaluatedProperties")
    return [_inside(rule, keyword) for keyword in keywords if isinstance(rule.value.get(keyword), dict)]


def _items(spot: Spot) -> Iterator[tuple[str | int, list[Place]]]:
    """Each item that has a place of its own, and the first of the others."""
    if not isinstance(spot.value, list):
        return
    own = max((len(_list(rule.value, "prefixItems")) for rule in spot.rules), default=0)
    for number in range(own + 1):
        if number <= len(spot.value):
            yield number, [place for rule in spot.rules for place in _item_places(rule, number)]


def _item_places(rule: Place, number: int) -> Iterator[Place]:
    if number < len(_list(rule.value, "prefixItems")):
        yield _inside(rule, "prefixItems", number)
    elif isinstance(rule.value.get("items"), dict):
        yield _inside(rule, "items")


def _inside(place: Place, *tokens: str | int) -> Place:
    value = place.value
    for token in tokens:
        value = value.get(token) if isinstance(value, dict) else value[token]
    return Place(join_pointer(place.pointer, *tokens), value)


def _branches(place: Place, keyword: str) -> Iterator[Place]:
    return (_inside(place, keyword, number) for number in range(len(_list(place.value, keyword))))


def _pointer(reference: str) -> str:
    """A reference as a plain pointer: `#/a%20b` names what stands at `#/a b`."""
    return unquote(reference) if "%" in reference else reference


def _map(schema: dict[str, Any], keyword: str) -> dict[str, Any]:
    found = schema.get(keyword)
    return found if isinstance(found, dict) else {}


def _list(schema: dict[str, Any], keyword: str) -> list[Any]:
    found = schema.get(keyword)
    return found if isinstance(found, list) else []
