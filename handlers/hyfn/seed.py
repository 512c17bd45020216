"""Records to begin with, from a file that looks like the API's own lists.

`{"agents": [...], "knowledgeSources": [...], "jobs": [...], "workItems": [...], "invoices": [...]}`: each
record is what the API shows, as far as it matters; the rest is filled in as on create. An invoice only
fixes the id of a month (`{"id", "orgId", "month"}`): its lines follow the work items. A time may be
relative: `now-3h`, `now-2d`, or day 14 of the month before this one, `month-1/14T09:30`.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from handlers.call import Json
from handlers.hyfn import agents, invoices, jobs, knowledge, work_items
from handlers.hyfn.records import timestamp
from handlers.store.base import Store

Fresh = Callable[[dict[str, Json], str, datetime], dict[str, Json]]

FRESH: dict[str, Fresh] = {
    agents.TABLE: agents.fresh,
    knowledge.TABLE: knowledge.fresh,
    jobs.TABLE: jobs.fresh,
    work_items.TABLE: work_items.fresh,
}

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


def plant(store: Store, planted: list[tuple[str, dict[str, Json]]], now: datetime) -> None:
    """Stores complete records (table, value) in one transaction; invoices first, as work items are billed
    to them."""
    with store.transaction():
        for table, value in sorted(planted, key=lambda pair: pair[0] != invoices.TABLE):
            if table == invoices.TABLE:
                invoices.open_with_id(store, value["orgId"], value["month"], value["id"], now)
            else:
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
    if table == invoices.TABLE:
        if not isinstance(written.get("id"), str) or not re.fullmatch(
            r"\d{4}-\d{2}", str(written.get("month"))
        ):
            raise SeedError(
                pointer, "expected an invoice with id, orgId and month, such as 2026-11 or month-1"
            )
        return written
    try:
        return {**FRESH[table](written, written["orgId"], now), **written}
    except KeyError as error:
        raise SeedError(pointer, f"required, but missing: {error.args[0]}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise SeedError(pointer, f"a member of the record has a wrong type: {error}") from error


def _absolute(pointer: str, name: str, value: Json, now: datetime) -> Json:
    if not isinstance(value, str) or not (name == "month" or name.endswith("At")):
        return value
    if found := _AGO.match(value):
        return timestamp(now - timedelta(**{_UNITS[found[2]]: int(found[1])}))
    if found := _IN_MONTH.match(value):
        return _in_month(pointer, found, now)
    return value


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
