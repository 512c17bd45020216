"""Invoices, read-only: one per organization and calendar month (UTC), following that month's work items.

Each billable work item is one line: hours x 10.00. The current month's invoice is pending and moves with
its work items; once the month is over it is paid, and nothing changes it any more.
"""

import re
import uuid
from datetime import UTC, datetime
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from handlers.call import Call, Json, Reply
from handlers.hyfn.records import owned, timestamp
from handlers.store.base import AlreadyExists, Record, Store

TABLE = "invoices"
LINES = "lineItems"
UNIT_PRICE = Decimal("10.00")

_EXACT = Context(prec=20_000_000, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)
"""Decimal arithmetic without a practical limit on digits: the longest text that a client can send stays
exact."""

_NAMESPACE = uuid.UUID("c1b6f1e0-5d0c-5c1e-9a53-8f6a2b7d4e10")
_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")
_PLAIN_DECIMAL = re.compile(r"[0-9]+(?:\.[0-9]+)?\Z")
_LABELS = {
    "model_call": "Model call",
    "knowledge_call": "Knowledge call",
    "skill_call": "Skill call",
    "job_task": "Job task",
}


def list_invoices(call: Call) -> Reply:
    _open(call.store, call.caller.organization, month_of(call.now), call.now)
    records = call.store.list(TABLE, call.caller.organization)
    newest_first = sorted(records, key=lambda record: str(record.value["month"]), reverse=True)
    return Reply({"invoices": [shown(record, call.now) for record in newest_first]})


def get_invoice(call: Call) -> Reply:
    _open(call.store, call.caller.organization, month_of(call.now), call.now)
    record = owned(call, TABLE, "invoiceId", "Invoice")
    lines = call.store.list(LINES, record.owner, {"invoiceId": record.id})
    return Reply({"invoice": shown(record, call.now), "lineItems": [line.value for line in reversed(lines)]})


def month_of(moment: datetime) -> str:
    """The calendar month in UTC, as `2026-11`."""
    return moment.astimezone(UTC).isoformat()[:7]


def is_month(text: object) -> bool:
    """Whether it is a month as invoices keep it. The year 9999 has no end that a calendar could name."""
    return isinstance(text, str) and bool(_MONTH.match(text)) and "0001" <= text[:4] <= "9998"


def bill(store: Store, item: Record, now: datetime) -> None:
    """Adds the line of a new work item to its month's invoice; text that is no plain decimal makes none."""
    hours = str(item.value.get("timeSpent"))
    if not _PLAIN_DECIMAL.match(hours):
        return
    invoice = _open(store, item.owner, str(item.value["createdAt"])[:7], now)
    quantity = _rounded(Decimal(hours), 4)
    line = {
        "id": line_id(item.id),
        "invoiceId": invoice.id,
        "workTaskId": item.id,
        "description": _wording(item),
        "quantity": str(quantity),
        "unitPrice": str(UNIT_PRICE),
        "amount": str(_rounded(_EXACT.multiply(quantity, UNIT_PRICE), 2)),
    }
    store.insert(LINES, line["id"], item.owner, line)
    _move(store, invoice, Decimal(line["amount"]), now)


def reword(store: Store, item: Record, now: datetime) -> None:
    """Carries a new description of a work item over to its line, while the invoice is open."""
    line = _open_line(store, item, now)
    if line is not None and line.value["description"] != _wording(item):
        store.update(LINES, line.id, {**line.value, "description": _wording(item)})
        _move(store, _invoice_of(store, line), Decimal(0), now)


def strike(store: Store, item: Record, now: datetime) -> None:
    """Takes the line of a deleted work item off, while the invoice is open."""
    line = _open_line(store, item, now)
    if line is not None:
        store.remove(LINES, line.id)
        _move(store, _invoice_of(store, line), -Decimal(str(line.value["amount"])), now)


@lru_cache(maxsize=256)
def invoice_id(organization: str, month: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"invoice {month} {organization}"))


def line_id(work_item_id: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"line {work_item_id}"))


def shown(record: Record, now: datetime) -> dict[str, Json]:
    """The invoice as the API shows it at a moment: pending within its month, paid from its end on."""
    value = record.value
    start, end = _period(str(value["month"]))
    paid = value["month"] < month_of(now)
    stripe = f"inv_{record.id.replace('-', '')[:16]}"
    return {
        "id": record.id,
        "orgId": record.owner,
        "amount": value["amount"],
        "currency": "usd",
        "status": "paid" if paid else "pending",
        "stripeInvoiceId": stripe if paid else None,
        "stripeInvoiceUrl": f"https://invoice.stripe.com/i/{stripe}" if paid else None,
        "periodStart": timestamp(start),
        "periodEnd": timestamp(end),
        "paidAt": timestamp(end) if paid else None,
        "createdAt": timestamp(start),
        "updatedAt": value["updatedAt"],
    }


def settled(_store: Store, record: Record) -> dict[str, Json]:
    """The invoice as the API shows it once its month is over. Raises ValueError for what is no invoice."""
    if not is_month(record.value.get("month")):
        raise ValueError("an invoice without a month")
    Decimal(record.value["amount"])
    return shown(record, _period(record.value["month"])[1])


def line_shown(_store: Store, record: Record) -> dict[str, Json]:
    """The line item as the API shows it."""
    return record.value


def open_with_id(store: Store, organization: str, month: str, id_: str, now: datetime) -> Record:
    """A month's invoice under a given id (seeds use it). Raises AlreadyExists where the month has one."""
    if store.count(TABLE, organization, {"month": month}):
        raise AlreadyExists(f"{organization} has an invoice for {month}")
    updated = min(timestamp(_period(month)[0]), timestamp(now))
    return store.insert(TABLE, id_, organization, {"month": month, "amount": "0.00", "updatedAt": updated})


def _open(store: Store, organization: str, month: str, now: datetime) -> Record:
    """The organization's invoice for a month; made empty where there is none yet."""
    usual = invoice_id(organization, month)
    found = store.get(TABLE, usual)
    if found is not None and found.value["month"] == month:
        return found
    given = store.list(TABLE, organization, {"month": month})  # under an id that a seed chose
    return given[0] if given else open_with_id(store, organization, month, usual, now)


def _open_line(store: Store, item: Record, now: datetime) -> Record | None:
    """The line of a work item whose month is not over."""
    return store.get(LINES, line_id(item.id)) if str(item.value["createdAt"])[:7] == month_of(now) else None


def _invoice_of(store: Store, line: Record) -> Record:
    invoice = store.get(TABLE, str(line.value["invoiceId"]))
    assert invoice is not None
    return invoice


def _move(store: Store, invoice: Record, by: Decimal, now: datetime) -> None:
    """Adds to the total of an invoice whose lines changed. A past month (seeds) is stamped with its end."""
    total = _EXACT.add(Decimal(invoice.value["amount"]), by)
    moment = min(now, _period(str(invoice.value["month"]))[1])
    store.update(TABLE, invoice.id, {**invoice.value, "amount": str(total), "updatedAt": timestamp(moment)})


def _wording(item: Record) -> str:
    what = item.value.get("description") or _LABELS.get(str(item.value.get("type")), "Work")
    hours = item.value.get("timeSpent")
    return f"{what} - {hours} hour" + ("" if hours == "1" else "s")


@lru_cache(maxsize=64)
def _period(month: str) -> tuple[datetime, datetime]:
    """The first instant of a month, and that of the next."""
    year, number = int(month[:4]), int(month[5:7])
    following = (year + 1, 1) if number == 12 else (year, number + 1)
    return datetime(year, number, 1, tzinfo=UTC), datetime(*following, 1, tzinfo=UTC)


def _rounded(amount: Decimal, places: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-places), context=_EXACT)
