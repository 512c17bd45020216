"""Seeds: the bundled one is believable, and a file of one's own is checked."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from handlers.clock import Clock
from handlers.context import Context
from handlers.domain import Domain
from handlers.hyfn import ENTITIES, seed
from handlers.hyfn.invoices import shown
from handlers.settings import DEMO_IDENTITIES, Settings
from handlers.store.tiny import TinyStore
from openapi.document import load

MOMENTS = [
    datetime(2026, 11, 23, 10, tzinfo=UTC),
    datetime(2024, 3, 1, 0, 0, 1, tzinfo=UTC),
    datetime(2027, 1, 31, 23, tzinfo=UTC),
]


@pytest.fixture(scope="module")
def context() -> Context:
    return Context(load(), Settings(), TinyStore(), Clock())


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_the_bundled_seed_is_valid_at_any_time_of_the_year(context: Context, now: datetime) -> None:
    """Each organization has everything, three months are billed and paid, nothing lies in the future."""
    context.store.clear()
    domain = Domain.of(context.document)
    domain.plant(context, now)

    for identity in DEMO_IDENTITIES:
        for table in ENTITIES:
            records = context.store.list(table, identity.organization)
            assert records, (table, identity)
            assert all(domain.fits(context)(table, record) for record in records)
            stamps = [str(record.value["createdAt"]) for record in records if "createdAt" in record.value]
            assert sorted(stamps) == stamps
            assert all(stamp <= now.isoformat() + "Z" for stamp in stamps)
        paid = [
            shown(record, now)
            for record in context.store.list("invoices", identity.organization)
            if shown(record, now)["status"] == "paid"
        ]
        assert len(paid) >= 3
        for invoice in paid:
            billed = context.store.list("lineItems", identity.organization, {"invoiceId": invoice["id"]})
            assert (
                Decimal(invoice["amount"]) == sum(Decimal(str(line.value["amount"])) for line in billed) > 0
            )


def test_relative_times_are_counted_from_now() -> None:
    """`now-2d` is two days ago, `month-1/14T09:30` the 14th of last month; later than now is now."""
    now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    data = {
        "workItems": [
            {"orgId": "a", "type": "model_call", "timeSpent": "1", "createdAt": text}
            for text in ("month-1/14T09:30", "now-2d", "month-0/28T00:00")
        ]
    }
    stamps = [value["createdAt"] for _, _, value in seed.records(data, now)]

    assert ["2025-12-14T09:30:00.000Z", "2026-01-03T12:00:00.000Z", "2026-01-05T12:00:00.000Z"] == stamps
    assert now - timedelta(days=2) == datetime.fromisoformat(stamps[1])


@pytest.mark.parametrize(
    ("data", "pointer", "part"),
    [
        ([], "#", "expected an object"),
        ({"workitems": []}, "#/workitems", "no list of records"),
        ({"agents": {}}, "#/agents", "expected a list"),
        ({"agents": [{"name": "x"}]}, "#/agents/0", "orgId"),
        ({"invoices": [{"orgId": "a", "id": "b", "month": "2026-13"}]}, "#/invoices/0", "month"),
        ({"invoices": [{"orgId": "a", "id": "b", "month": "9999-12"}]}, "#/invoices/0", "month"),
        ({"invoices": [{"orgId": "a", "id": "b"}]}, "#/invoices/0", "month"),
        (
            {"agents": [{"orgId": "a", "createdAt": "month-1/31T00:00"}]},
            "#/agents/0/createdAt",
            "is no date",
        ),
    ],
)
def test_a_bad_seed_is_named_by_its_place(data: Any, pointer: str, part: str) -> None:
    """The pointer of the record, and what was expected there."""
    with pytest.raises(seed.SeedError) as caught:
        list(seed.records(data, datetime(2026, 12, 5, tzinfo=UTC)))

    assert pointer == caught.value.pointer
    assert part in str(caught.value)
