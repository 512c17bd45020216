# ruff: noqa: A001, A002  (an id is called id here, as in the contract)
"""Which records of a table hold what: a filtered list costs what it returns, not what is stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping

from handlers.store.base import Json, Member, Where
from handlers.store.order import Rising
from handlers.store.snapshot import Row

Wanted = Mapping[Member, Hashable]
"""A `where` whose values went through `key_of`."""

_Key = tuple[str | None, Member | None, Hashable]
"""Owner (None: everyone's), member (None: every record), key of its value."""

_NONE = Rising()
_ABSENT = object()


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


def wanted(where: Where | None) -> Wanted:
    return {member: key_of(value) for member, value in where.items()} if where else {}


def fits(value: Mapping[str, Json], where: Wanted) -> bool:
    return all(_key_at(value, member) == key for member, key in where.items())


class Index:
    """The records of one table by owner, and by each member that anybody has asked for, oldest first.

    A record is known by its seq here, which tells its place, too. Every record stands under its owner
    and under None, so a list of everyone's records is found as directly as one owner's. An index by a
    member is made when it is first looked for: that costs the table once, and from then on nothing.
    """

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._ids = {row["seq"]: id for id, row in rows.items() if "aside" not in row}
        self._rows = rows
        self._members: list[Member] = []
        self._seqs: dict[_Key, Rising] = {}
        self._make(None)

    def add(self, id: str, row: Row) -> None:
        self._ids[row["seq"]] = id
        for key in self._keys(row):
            if key not in self._seqs:
                self._seqs[key] = Rising()
            self._seqs[key].add(row["seq"])

    def drop(self, row: Row) -> None:
        """Forgets what `add` was told."""
        del self._ids[row["seq"]]
        for key in self._keys(row):
            self._take(key, row["seq"])

    def change(self, old: Row, new: Row) -> None:
        """The row of an id is another one; whose it is and its seq are as before."""
        if all(_key_at(old["value"], m) == _key_at(new["value"], m) for m in self._members):
            return
        before, after = set(self._keys(old)), set(self._keys(new))
        for key in before - after:
            self._take(key, old["seq"])
        for key in after - before:
            if key not in self._seqs:
                self._seqs[key] = Rising()
            self._seqs[key].add(old["seq"])

    def find(self, owner: str | None, where: Wanted) -> Rising:
        """Seqs among which all that fit are: exactly those where `where` has one member at most."""
        for member in where:
            if member not in self._members:
                self._make(member)
        if not where:
            return self._seqs.get((owner, None, None), _NONE)
        found = [self._seqs.get((owner, member, key), _NONE) for member, key in where.items()]
        return min(found, key=len)

    def ids(self, seqs: Iterator[int]) -> Iterator[str]:
        return map(self._ids.__getitem__, seqs)

    def _make(self, member: Member | None) -> None:
        """Looks through the table once."""
        found: defaultdict[_Key, list[int]] = defaultdict(list)
        for seq, id in self._ids.items():
            row = self._rows[id]
            key = None if member is None else _key_at(row["value"], member)
            if key is not _ABSENT:
                found[row["owner"], member, key].append(seq)
                found[None, member, key].append(seq)
        self._seqs |= {key: Rising(seqs) for key, seqs in found.items()}
        if member is not None:
            self._members.append(member)

    def _keys(self, row: Row) -> list[_Key]:
        owner, value = row["owner"], row["value"]
        keys: list[_Key] = [(owner, None, None), (None, None, None)]
        for member in self._members:
            key = _key_at(value, member)
            if key is not _ABSENT:
                keys += [(owner, member, key), (None, member, key)]
        return keys

    def _take(self, key: _Key, seq: int) -> None:
        seqs = self._seqs[key]
        seqs.remove(seq)
        if not seqs:
            del self._seqs[key]


def _key_at(value: Mapping[str, Json], member: Member) -> Hashable:
    """The key of what a member holds, _ABSENT where it is not there."""
    if isinstance(member, str):
        return key_of(value[member]) if member in value else _ABSENT
    found: Json = value
    for name in member:
        if not isinstance(found, dict) or name not in found:
            return _ABSENT
        found = found[name]
    return key_of(found)
