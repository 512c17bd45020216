"""Objects that lack a member, or have one too many."""

from collections.abc import Iterator
from typing import Any

from openapi.codec import Json
from openapi.counted import counted
from openapi.example import sample
from openapi.misfits.here import Here, Misfit, Tried, is_count, of

_MOST = 200
_NEW = ("unexpectedProperty", "unexpected_property", "unexpected", "x1")
_BAD_NAMES = ("not a name!", "!", "", "é", "0", "A", "a", "x" * 300)


def without_required(here: Here, names: Any) -> Iterator[Misfit]:
    """Each required member left out, one at a time."""
    if isinstance(here.value, dict) and isinstance(names, list):
        for name in dict.fromkeys(name for name in names if name in here.value):
            yield of("required", [(_without(here.value, name), f"{name} is missing")], name)


def _without(value: dict[str, Json], *names: str) -> dict[str, Json]:
    return {key: part for key, part in value.items() if key not in names}


def with_unknown(here: Here, allowed: Any, keyword: str) -> Iterator[Misfit]:
    """A member that nobody declared, where none may be. What must fit a schema is broken where it stands."""
    if isinstance(here.value, dict) and allowed is False:
        known = {name for part in here.among for name in part.get("properties", ())} | here.value.keys()
        name = next((name for name in _NEW if name not in known), "")
        yield of(keyword, [({**here.value, name: "value"}, f"{name} is no property of it")], name)


def with_forbidden(here: Here, properties: Any) -> Iterator[Misfit]:
    """A member whose schema is `false`: that is what `readOnly` is in a request."""
    for name, schema in properties.items() if isinstance(properties, dict) else ():
        if schema is False and isinstance(here.value, dict) and name not in here.value:
            value = {**here.value, name: here.hidden(name)}
            yield Misfit("false", [(value, f"{name} may not be sent")], ("properties", name), name)


def too_few(here: Here, least: Any) -> Iterator[Misfit]:
    """Optional members left out, until one is missing."""
    if isinstance(here.value, dict) and is_count(least, _MOST) and least:
        needed = {name for part in here.among for name in part.get("required", ())}
        kept = [*(name for name in here.value if name in needed), *(n for n in here.value if n not in needed)]
        value = {name: here.value[name] for name in kept[: least - 1]}
        yield of(
            "minProperties",
            [(value, f"{counted(least - 1, 'property', 'properties')}, at least {least} needed")],
        )


def too_many(here: Here, most: Any) -> Iterator[Misfit]:
    """Members added, each allowed by itself, until there is one too many."""
    if isinstance(here.value, dict) and is_count(most, _MOST):
        yield of("maxProperties", _grown(here, most))


def _grown(here: Here, most: int) -> Iterator[Tried]:
    value = dict(here.value)
    for name, schema in _possible(here):
        if len(value) > most:
            break
        if name not in value:
            bigger = {**value, name: sample(schema, here.resolve, name=name)}
            value = bigger if len(bigger) > most or here.fits(bigger) else value
    if len(value) > most:
        yield value, f"{counted(len(value), 'property', 'properties')}, at most {most} allowed"


def _possible(here: Here) -> Iterator[tuple[str, Any]]:
    for part in here.among:
        yield from (
            (name, schema) for name, schema in part.get("properties", {}).items() if schema is not False
        )
    more = here.get("additionalProperties")
    if more is not False:
        schema = more if isinstance(more, dict) and more else {"type": "string"}
        yield from ((f"property{number}", schema) for number in range(1, _MOST + 2))


def without_dependent(here: Here, dependent: Any) -> Iterator[Misfit]:
    """A member without those that must come with it."""
    if isinstance(here.value, dict) and isinstance(dependent, dict):
        for name, others in dependent.items():
            for other in others if isinstance(others, list) else ():
                bare = {**_without(here.value, other), name: here.value.get(name, "value")}
                says = f"{name} comes without {other}"
                yield Misfit("dependentRequired", [(bare, says)], ("dependentRequired", name), other)


def misnamed(here: Here, _names: Any) -> Iterator[Misfit]:
    """A member whose name is not one that is allowed, with the value of another."""
    if isinstance(here.value, dict):
        part = next(iter(here.value.values()), "value")
        tried = [({**here.value, name: part}, f"{name!r} is no name for a property") for name in _BAD_NAMES]
        yield of("propertyNames", [(value, says) for value, says in tried if len(value) > len(here.value)])
