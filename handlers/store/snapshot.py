# ruff: noqa: A001  (an id is called id here, as in the contract)
"""The whole state of a store as one JSON value, and back.

    {"version": 1, "next_seq": 8,
     "tables": {"agents": {"a1": {"owner": "org-1", "seq": 7, "value": {...}}}}}

A record that is set aside has `"aside": true` besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from handlers.store.base import BadSnapshot, Json, copy_json
from openapi.codec import show

Row = dict[str, Json]
"""What stands in a table under an id: owner, seq, value, and `aside` when set aside."""

Tables = Mapping[str, Mapping[str, Row]]

VERSION = 1


def write(tables: Tables, next_seq: int) -> dict[str, Json]:
    """The snapshot, oldest record first in each table."""
    return {
        "version": VERSION,
        "next_seq": next_seq,
        "tables": {name: _in_order(rows) for name, rows in tables.items()},
    }


def read(snapshot: Json) -> tuple[Tables, int]:
    """The tables and next_seq of `snapshot`, copied. Raises BadSnapshot with one sentence."""
    members = _object(snapshot, "the snapshot", {"version", "next_seq", "tables"})
    if members["version"] != VERSION:
        _refuse("version", members["version"], str(VERSION))
    tables = {
        name: {id: _row(row, f"{name}.{id}") for id, row in _object(rows, name).items()}
        for name, rows in _object(members["tables"], "tables").items()
    }
    _check_seqs(tables, _number(members["next_seq"], "next_seq"))
    return tables, members["next_seq"]


def copy_row(row: Row) -> Row:
    return {**row, "value": copy_json(row["value"])}


def _in_order(rows: Mapping[str, Row]) -> dict[str, Row]:
    return {id: copy_row(row) for id, row in sorted(rows.items(), key=lambda item: item[1]["seq"])}


def _row(row: Json, at: str) -> Row:
    members = _object(row, at, {"owner", "seq", "value"}, {"aside"})
    if type(members["owner"]) is not str:
        _refuse(f"{at}.owner", members["owner"], "a string")
    if members.get("aside", True) is not True:
        _refuse(f"{at}.aside", members["aside"], "true, or no such member")
    _number(members["seq"], f"{at}.seq")
    _object(members["value"], f"{at}.value")
    try:
        return copy_row(members)
    except (TypeError, ValueError) as error:
        raise BadSnapshot(f"In a snapshot, {at} cannot be stored: {error}.") from error


def _check_seqs(tables: Tables, next_seq: int) -> None:
    """Order is read from seq alone: no two records may share one, none may be after the next."""
    seen: dict[int, str] = {}
    for at, seq in _seqs(tables):
        if seq in seen:
            raise BadSnapshot(f"In a snapshot, {at} has the seq {seq} of {seen[seq]}.")
        if seq >= next_seq:
            _refuse(f"{at}.seq", seq, f"less than next_seq, which is {next_seq}")
        seen[seq] = at


def _seqs(tables: Tables) -> Iterator[tuple[str, int]]:
    for name, rows in tables.items():
        for id, row in rows.items():
            yield f"{name}.{id}", row["seq"]


def _object(
    value: Json, at: str, must: set[str] | None = None, may: set[str] | None = None
) -> dict[str, Json]:
    """`value`, an object; if `must` is given, of all these members and perhaps those of `may`."""
    if type(value) is not dict or not all(type(name) is str for name in value):
        _refuse(at, value, "an object")
    if must is not None and not must <= value.keys() <= must | (may or set()):
        _refuse(at, sorted(value), f"an object of {', '.join(sorted(must))}")
    members: dict[str, Json] = value
    return members


def _number(value: Json, at: str) -> int:
    if type(value) is not int or value < 1:
        _refuse(at, value, "a whole number from 1")
    number: int = value
    return number


def _refuse(at: str, got: Json, wanted: str) -> None:
    raise BadSnapshot(f"In a snapshot, {at} must be {wanted}, and is {show(got)}.")
