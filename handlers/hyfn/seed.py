"""Records to begin with, from a file that looks like the API's own lists.

`{"agents": [...], "knowledgeSources": [...], "jobs": [...], "workItems": [...], "invoices": [...]}`: each
record is what the API shows, as far as it matters; the rest is filled in as on create. An invoice only
fixes the id of a month (`{"id", "orgId", "month"}`): its lines follow the work items. A time may be
relative: `now-3h`, `now-2d`, or day 14 of the month before this one, `month-1/14T09:30`.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from handlers.call import Json
from handlers.hyfn import agents, invoices, jobs, knowledge, work_items
from handlers.hyfn.records import timestamp
from handlers.store.base import AlreadyExists, Store

Fresh = Callable[[str, dict[str, Json], str, datetime], dict[str, Json]]

FRESH: dict[str, Fresh] = {
    agents.TABLE: agents.fresh,
    knowledge.TABLE: knowledge.fresh,
    jobs.TABLE: jobs.fresh,
    work_items.TABLE: work_items.fresh,
}

_NAMESPACE = uuid.UUID("0b4a8a53-6a7e-4d0e-9d7f-3c1d5a0e7f12")
_AGO = re.compile(r"now-(\d{1,5})([mhd])\Z")
_IN_MONTH = re.compile(r"month-(\d{1,3})(?:/(\d{1,2})T(\d{2}):(\d{2}))?\Z")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class SeedError(ValueError):
    """A seed record that cannot be used: `pointer` is where it stands in the file."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


def records(data: Json, now: datetime) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """Every record of a seed as (pointer, table, complete value), oldest first within its table.

    Raises SeedError.
    """
    for table, listed in _tables(data):
        made = [
            (f"#/{table}/{index}", _complete(f"#/{table}/{index}", table, record, now))
            for index, record in listed
        ]
        for pointer, value in sorted(made, key=lambda pair: str(pair[1].get("createdAt", ""))):
            yield pointer, table, value


def plant(store: Store, planted: list[tuple[str, str, dict[str, Json]]], now: datetime) -> None:
    """Stores what `records` gave, in one transaction. Invoices come first, as work items are billed to them.

    Raises SeedError where an id comes twice, or a month of an organization.
    """
    with store.transaction():
        for pointer, table, value in sorted(planted, key=lambda record: record[1] != invoices.TABLE):
            try:
                _store(store, table, value, now)
            except AlreadyExists as error:
                raise SeedError(pointer, f"{str(error).rstrip('.')}, expected each once") from error


def _store(store: Store, table: str, value: dict[str, Json], now: datetime) -> None:
    if table == invoices.TABLE:
        invoices.open_with_id(store, value["orgId"], value["month"], value["id"], now)
        return
    record = store.insert(table, value["id"].lower(), value["orgId"], value)
    if table == work_items.TABLE:
        invoices.bill(store, record, now)


def _tables(data: Json) -> Iterator[tuple[str, Iterator[tuple[int, Json]]]]:
    if not isinstance(data, dict):
        raise SeedError("#", "expected an object with lists such as workItems")
    for table, listed in data.items():
        if table not in (*FRESH, invoices.TABLE):
            raise SeedError(
                f"#/{table}", f"{table} is no list of records; expected {', '.join((*FRESH, invoices.TABLE))}"
            )
        if not isinstance(listed, list):
            raise SeedError(f"#/{table}", "expected a list of records")
        yield table, enumerate(listed)


def _complete(pointer: str, table: str, record: Json, now: datetime) -> dict[str, Json]:
    """A record with relative times made absolute, and with what it leaves out filled in as on create."""
    if not isinstance(record, dict) or not isinstance(record.get("orgId"), str):
        raise SeedError(pointer, "expected an object with an orgId")
    written = {name: _absolute(f"{pointer}/{name}", name, value, now) for name, value in record.items()}
    if table != invoices.TABLE:
        value = {**FRESH[table](_id(pointer), written, written["orgId"], now), **written}
        if not invoices.is_month(str(value["createdAt"])[:7]):
            raise SeedError(f"{pointer}/createdAt", f"expected a time, got {value['createdAt']}")
        return value
    if not isinstance(written.get("id"), str) or not invoices.is_month(written.get("month")):
        raise SeedError(pointer, "expected an invoice with id, orgId and month, such as 2026-11 or month-1")
    return written


def _id(pointer: str) -> str:
    """The id of a record that has none: its place in the file gives it one."""
    return str(uuid.uuid5(_NAMESPACE, pointer))


def _absolute(pointer: str, name: str, value: Json, now: datetime) -> Json:
    if not isinstance(value, str) or not (name == "month" or name.endswith("At")):
        return value
    if found := _AGO.match(value):
        return timestamp(now - timedelta(**{_UNITS[found[2]]: int(found[1])}))
    if found := _IN_MONTH.match(value):
        return _in_month(pointer, found, now)
    return _in_utc(value)


def _in_utc(text: str) -> str:
    """A time with an offset as the same one in UTC; anything else as it is, for the schema to judge."""
    try:
        moment = datetime.fromisoformat(text)
        return timestamp(moment.astimezone(UTC)) if moment.tzinfo else text
    except (ValueError, OverflowError):
        return text


def _in_month(pointer: str, found: re.Match[str], now: datetime) -> str:
    months = now.year * 12 + now.month - 1 - int(found[1])
    year, month = divmod(months, 12)
    if found[2] is None:
        return f"{year:04}-{month + 1:02}"
    try:
        moment = datetime(year, month + 1, int(found[2]), int(found[3]), int(found[4]), tzinfo=UTC)
    except ValueError as error:
        raise SeedError(pointer, f"{found[0]} is no date: {error}") from error
    return timestamp(min(moment, now))
