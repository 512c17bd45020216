"""Values of another type, beyond an `enum`, or for the wrong number of branches."""

from collections.abc import Iterator
from typing import Any

from openapi.codec import Json, show
from openapi.exact import is_number
from openapi.example import sample
from openapi.intersection import types_of
from openapi.misfits.here import Here, Misfit, Tried, of, shown

_A = {
    "string": "a string", "integer": "an integer", "number": "a number", "boolean": "true or false",
    "array": "a list", "object": "an object", "null": "null",
}  # fmt: skip

# Two values of wrong types, the first of which nobody takes for the right one by converting it.
_WRONG: dict[str, list[list[Tried]]] = {
    "string": [
        [(["text"], "a list"), ({"text": "text"}, "an object")],
        [(12345, "a number"), (True, "true")],
    ],
    "integer": [[("abc", "a string"), ([1], "a list")], [(0.5, "a fraction"), ({"a": 1}, "an object")]],
    "number": [[("abc", "a string"), ([1], "a list")], [({"a": 1}, "an object"), (True, "true")]],
    "boolean": [[("abc", "a string"), ([True], "a list")], [(2, "a number"), ({"a": True}, "an object")]],
    "array": [[({"unexpected": "object"}, "an object"), (12345, "a number")], [("abc", "a string")]],
    "object": [[("abc", "a string"), (12345, "a number")], [(["abc"], "a list")]],
    "null": [[("abc", "a string"), (12345, "a number")]],
}


def of_another_type(here: Here, _types: Any) -> Iterator[Misfit]:
    """Up to two other types; what is right as text, and null."""
    types = [name for name in types_of(here.schema) if name in _A]
    meant = next((name for name in types if name != "null"), "null")
    expected = " or ".join(_A[name] for name in types)
    for values in _WRONG[meant]:
        tried = [*_nearly(here.value, meant, values), *values]
        yield of("type", [(value, f"{name}, expected {expected}") for value, name in tried])
    if isinstance(here.value, bool) or is_number(here.value):
        yield of("type", [(show(here.value), f"{show(here.value)} in quotes, expected {expected}")])
    yield of("type", [(None, f"null, expected {expected}")])


def _nearly(value: Json, meant: str, values: list[Tried]) -> list[Tried]:
    """What looks most like a valid value, to be tried before these."""
    first = values[0][0]
    if meant == "integer" and first == 0.5:
        return _near(value)
    if meant == "object" and isinstance(first, list) and isinstance(value, dict):
        return [([value], "a list with it in")]
    if meant == "array" and isinstance(first, str) and isinstance(value, list):
        return [(item, "an item that is in no list") for item in value[:1] if not isinstance(item, list)]
    return []


def _near(value: Json) -> list[Tried]:
    """A fraction beside a valid integer, so that it stays within the bounds."""
    if not is_number(value) or abs(value) > 2**50:
        return []
    return [(value + 0.5, "a fraction"), (value - 0.5, "a fraction")]


def beyond_enum(_here: Here, members: Any) -> Iterator[Misfit]:
    """Another value of the same type."""
    if isinstance(members, list):
        yield of(
            "enum", [(value, f"{shown(value)} is none of the values listed") for value in _others(members)]
        )


def beyond_const(_here: Here, only: Any) -> Iterator[Misfit]:
    yield of("const", [(value, f"{shown(value)}, only {shown(only)} allowed") for value in _others([only])])


def _others(members: list[Json]) -> Iterator[Json]:
    """Values like `members`, and none of them."""
    for member in members:
        yield from (other for other in _like(member, members) if other not in members)


def _like(member: Json, members: list[Json]) -> list[Json]:
    if isinstance(member, bool):
        return [not member]
    if isinstance(member, str):
        wrong = [member + "x", "x" + member[1:], member[:-1] + "x", member[:-1], "unknown"]
        return [member.swapcase(), *wrong]  # nobody who knows the members takes more than this
    if is_number(member):
        numbers = [number for number in members if is_number(number)]
        return [max(numbers) + 1, min(numbers) - 1]
    return [[*member, "unknown"]] if isinstance(member, list) else []


def what_must_not_fit(here: Here, forbidden: Any) -> Iterator[Misfit]:
    """What `not` describes, as it is or added to the object that stands there."""
    found = sample(forbidden, here.resolve, written=False) if isinstance(forbidden, dict) else None
    both = [{**here.value, **found}] if isinstance(here.value, dict) and isinstance(found, dict) else []
    again = [] if isinstance(here.value, dict) else [here.made((), **forbidden)] if forbidden else []
    yield of("not", [(value, "fits what is not allowed") for value in [*both, *again, found]])


def of_no_branch(here: Here, branches: Any, keyword: str) -> Iterator[Misfit]:
    """An object without what each branch requires; then a value of a type that no branch is for."""
    if isinstance(branches, list):
        says = f"fits none of the {len(branches)} forms"
        yield of(keyword, [(value, says) for value in _stripped(here, branches)])


def _stripped(here: Here, branches: list[Any]) -> Iterator[Json]:
    if isinstance(here.value, dict):
        asked = {
            name for branch in branches if isinstance(branch, dict) for name in branch.get("required", ())
        }
        kept = {name for part in here.among if part not in branches for name in part.get("required", ())}
        yield {name: value for name, value in here.value.items() if name not in asked - kept}
        yield {name: value for name, value in here.value.items() if name in kept}
    yield from () if any("type" in part for part in here.among) else ("abc", 12345, [], {}, True)


def of_two_branches(here: Here, branches: Any) -> Iterator[Misfit]:
    """What fits more than one branch of `oneOf`: an object with the members of another, too."""
    if isinstance(branches, list):
        yield of("oneOf", [(value, "fits more than one form") for value in _doubled(here, branches)])


def _doubled(here: Here, branches: list[Any]) -> Iterator[Json]:
    for branch in branches:
        other = sample(branch, here.resolve, written=False)
        if isinstance(other, dict) and isinstance(here.value, dict):
            yield {**other, **here.value}
            yield {**here.value, **other}
        else:
            yield other
