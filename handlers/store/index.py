# ruff: noqa: A002  (an id is called id here, as in the contract)
"""Which records of a table hold what: a filtered list costs what it returns, not what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping

from handlers.store.base import Json
from handlers.store.snapshot import Row

Wanted = Mapping[str, Hashable]
"""A `where` whose values went through `key_of`."""

_Key = tuple[str | None, str | None, Hashable]
"""Owner (None: everyone's), member (None: every record), key of its value."""

_NO_IDS: dict[str, None] = {}


def key_of(value: Json) -> Hashable:
    """A hashable that is equal for equal JSON values only: to Python, True equals 1."""
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, list):
        return "list", *map(key_of, value)
    if isinstance(value, dict):
        return "dict", frozenset((name, key_of(member)) for name, member in value.items())
    key: Hashable = value
    return key


def wanted(where: Mapping[str, Json] | None) -> Wanted:
    return {member: key_of(value) for member, value in where.items()} if where else {}


def fits(value: Mapping[str, Json], where: Wanted) -> bool:
    return all(name in value and key_of(value[name]) == key for name, key in where.items())


class Index:
    """The ids of one table by owner, and by each of `members` of the value.

    Every record stands under its owner and under None, so a list of everyone's records is found
    as directly as one owner's.
    """

    def __init__(self, members: Iterable[str] = ()) -> None:
        self._members = tuple(members)
        self._ids: defaultdict[_Key, dict[str, None]] = defaultdict(dict)

    def move(self, id: str, old: Row | None, new: Row | None) -> None:
        """Takes the place of a record from where `old` has it to where `new` has it; None: nowhere."""
        before = self._keys(old) if old is not None else ()
        after = self._keys(new) if new is not None else ()
        if before == after:
            return
        for key in before:
            ids = self._ids[key]
            del ids[id]
            if not ids:
                del self._ids[key]
        for key in after:
            self._ids[key][id] = None

    def find(self, owner: str | None, where: Wanted) -> Collection[str]:
        """Ids among which all that fit are: the owner's, or fewer by an indexed member."""
        best: Collection[str] = self._ids.get((owner, None, None), _NO_IDS)
        for name in self._members:
            if name in where:
                ids = self._ids.get((owner, name, where[name]), _NO_IDS)
                best = ids if len(ids) < len(best) else best
        return best

    def _keys(self, row: Row) -> list[_Key]:
        owner, value = row["owner"], row["value"]
        keys: list[_Key] = [(owner, None, None), (None, None, None)]
        for name in self._members:
            if name in value:
                key = key_of(value[name])
                keys += [(owner, name, key), (None, name, key)]
        return keys
