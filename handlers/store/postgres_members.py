"""What PostgreSQL is told of a value, so that it can find it: its plain members, as JSONB.

JSONB keeps neither the order of keys nor every text and number, so what a record holds is kept beside it as
the bytes of its JSON. A member that JSONB could not hold exactly is left out, and not asked for either.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers.store.base import Json, Member, Where
from openapi import codec

_LONGEST = 200
"""Characters of a text that is looked up by an index."""

_EXACT = 2**53
"""Below it, a number is the same whether it is written with a point or without."""


def members_of(table: str, value: Mapping[str, Json]) -> str:
    """The plain members of a value, and those of the objects in it, below the name of its table."""
    found = _plain_members(value)
    for name, member in value.items():
        if isinstance(member, dict) and _is_name(name):
            found[name] = _plain_members(member)
    return codec.encode({table: found}).decode()


def searched(table: str, where: Where | None) -> tuple[str | None, Where]:
    """What the members of a record must contain, None for anything; and what is left to look at."""
    told: dict[str, Json] = {}
    left: dict[Member, Json] = {}
    for member, value in (where or {}).items():
        path = (member,) if isinstance(member, str) else member
        if len(path) not in (1, 2) or path[0] in told or not _is_plain(value) or not all(map(_is_name, path)):
            left[member] = value
        else:
            told[path[0]] = value if len(path) == 1 else {path[1]: value}
    return (codec.encode({table: told}).decode() if told else None), left


def _plain_members(value: Mapping[str, Json]) -> dict[str, Json]:
    return {name: member for name, member in value.items() if _is_plain(member) and _is_name(name)}


def _is_plain(value: Json) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return len(value) <= _LONGEST and "\0" not in value
    return isinstance(value, (int, float)) and abs(value) < _EXACT


def _is_name(name: str) -> bool:
    return "\0" not in name
