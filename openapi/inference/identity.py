"""How an item is named: which property holds the parameter of its path, and who chooses it.

The ladder of names finds it in 82 % of the cases in the wild (facts: corpus.md section 2).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal

from openapi.dialect import Schema
from openapi.inference.envelopes import Thing
from openapi.inference.naming import plain
from openapi.inference.view import Members, View
from openapi.operation import Parameter
from openapi.resources import ABSENT, Id

_GENERIC = {"", "id", "ids", "identifier", "uuid", "uid", "guid", "key", "number", "no", "ref"}
"""Ends of parameters that say no more than: the one that names it."""

_TAILS = (
    "identifier", "uuid", "guid", "uid", "sid", "id", "name", "slug", "key", "code", "number", "ref",
)  # fmt: skip

_SIGNS = ("pattern", "minimum", "maximum", "minLength", "maxLength")
"""Keywords that tell values of one kind from others."""

_NAMERS = ("key", "code", "slug", "handle", "number", "sid", "ref")

_ABOUT = {"metadata", "meta"}
"""Members in which an item tells of itself (https://kubernetes.io/docs/concepts/overview/working-with-objects/)."""

_SPELLED = ("slug", "permalink")
"""Ends of names of ids that are made from a text of the item, as its title."""

_OR = re.compile(r"_or_|-or-|Or(?=[A-Z])")
"""Between two ways to name an item: `id_or_name`."""

Given = Literal["server", "either", "client"]


def find_id(
    parameter: Parameter,
    view: View,
    item: Schema | None,
    thing: Thing,
    value: Schema | None,
    alone: bool = True,
) -> tuple[str | None, str]:
    """The property of the item that holds the parameter, and why; None where the body does not hold it.

    `value`: the schema of the parameter. `alone`: whether it names the item without the parameter before it
    (`/repos/{owner}/{repo}`): then an `id` of another name may be it.
    """
    members = view.members(item).properties
    if not members:
        return None, f"the document shows no properties that could hold {{{parameter.name}}}"
    for name, why in _ladder(parameter.name, list(members), thing, alone):
        if _fits(view, members[name], value):
            return name, why
    if twin := _twin(view, members, value):
        return twin, f"`{twin}` for {{{parameter.name}}}: it has the schema of the parameter"
    return None, f"no property has the name and the type of {{{parameter.name}}}"


def who_gives(name: str | None, create: Members | None, put_creates: bool) -> Given:
    """Who chooses the id. `create`: the members of the create body, or None where there is none."""
    if put_creates:
        return "client"
    schema = create.properties.get(name, False) if create and name else False
    if create is None or schema is False:
        return "server"
    return "client" if name in create.required else "either"


def find_inside(parameter: Parameter, view: View, item: Schema | None, value: Schema | None) -> str | None:
    """The member that tells of the item itself and holds the parameter under its own name (`metadata`, with
    the `name` that `{name}` asks for); None where there is no such one."""
    members = view.members(item).properties
    for name in (each for each in members if plain(each) in _ABOUT):
        own = view.members(members[name]).properties.get(parameter.name, False)
        if _fits(view, own, value):
            return name
    return None


def make_id(
    parameter: Parameter,
    name: str | None,
    given: Given,
    why: str,
    created: bool,
    inside: tuple[str, ...] = (),
) -> Id:
    """The Id, with the whole reason. `created`: whether an operation creates items."""
    chosen = {
        "server": "the create body does not hold it, so the server chooses it",
        "either": "the create body may hold it",
        "client": "the client chooses it",
    }
    said = chosen[given] if created else "nothing here creates one, so the server chooses it"
    moves = given == "server" and plain(name or "").endswith(_SPELLED)
    return Id(parameter, name, given, f"{why}; {said}", moves, inside)


def without_tail(parameter: str) -> str:
    """What a parameter names: `pet` of `petId`, `pet_name` and `pet`; empty of `id`, and of `id_or_name`."""
    if _OR.search(parameter):
        return ""
    word = plain(parameter)
    tail = next((tail for tail in _TAILS if word.endswith(tail)), "")
    return word.removesuffix(tail)


def _ladder(parameter: str, names: list[str], thing: Thing, alone: bool) -> Iterator[tuple[str, str]]:
    """Properties that may hold the parameter, the likeliest first, and why each."""
    if parameter in names:
        yield parameter, f"`{parameter}` has the name of the parameter"
    by_plain = {plain(name): name for name in reversed(names)}
    for word in (plain(parameter), *map(plain, _OR.split(parameter))):
        for rung, why in _rungs(word, thing, alone):
            if rung in by_plain:
                yield by_plain[rung], f"`{by_plain[rung]}` for {{{parameter}}}: {why}"


def _rungs(word: str, thing: Thing, alone: bool) -> Iterator[tuple[str, str]]:
    yield word, "the parameter without case and punctuation"
    tails = _without_thing(word, thing)
    yield from ((tail, "the parameter without the thing") for tail in tails if tail not in _GENERIC)
    if alone:
        yield from ((usual, "the usual one") for usual in ("id", "uuid", "guid"))
    yield from ((tail, "the parameter without the thing") for tail in tails)
    ends = (word, "id") if alone else (word,)
    yield from ((name + end, "the thing and the parameter") for name in sorted(thing.names) for end in ends)


def _without_thing(word: str, thing: Thing) -> list[str]:
    """The parameter without a name of the thing in front, the shortest rest first."""
    return sorted((word.removeprefix(name) for name in thing.names if word.startswith(name)), key=len)


def _twin(view: View, members: Mapping[str, Schema], value: Schema | None) -> str | None:
    """The property whose values are those of the parameter: the only one of its pattern, else one that is
    called `key`, `code` or `number` and has the same bounds."""
    signs = tuple(view.says(value, sign) for sign in _SIGNS)
    if not isinstance(value, dict) or all(sign is ABSENT for sign in signs):
        return None
    alike = [
        name
        for name, schema in members.items()
        if schema is not False
        and view.types(schema) == view.types(value)
        and tuple(view.says(schema, sign) for sign in _SIGNS) == signs
    ]
    if view.says(value, "pattern") is not ABSENT and len(alike) == 1:
        return alike[0]
    return next((name for name in alike if plain(name) in _NAMERS), None)


def _fits(view: View, schema: Schema, value: Schema | None) -> bool:
    """Whether a property may hold what the parameter says: scalars, compared as text; a uuid is no
    integer."""
    if schema is False or not view.is_scalar(schema):
        return False
    if view.says(value, "format") == "uuid":
        return "string" in view.types(schema)
    return view.types(schema) - {"null"} != {"boolean"}
