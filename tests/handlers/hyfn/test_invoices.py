"""Invoices: one per month, following the work items until the month is over."""

from datetime import UTC, datetime
from typing import Any

import pytest

from handlers.problems import OtherOrganization


def lines(domain: Any, number: int = 0) -> Any:
    return whole(domain, number)["lineItems"]


def whole(domain: Any, number: int = 0) -> Any:
    return domain("get_invoice", invoiceId=domain("list_invoices")[number]["id"])


def test_the_current_months_invoice_exists_when_empty(domain: Any) -> None:
    """It is pending, 0.00, from the first of the month to the first of the next."""
    (invoice,) = domain("list_invoices")

    assert ("0.00", "pending", "usd", None) == tuple(
        invoice[name] for name in ("amount", "status", "currency", "paidAt")
    )
    assert ("2026-11-01T00:00:00.000Z", "2026-12-01T00:00:00.000Z") == (
        invoice["periodStart"],
        invoice["periodEnd"],
    )
    assert [] == lines(domain)


@pytest.mark.parametrize(
    ("hours", "quantity", "amount"),
    [
        ("0.5", "0.5000", "5.00"),
        ("2.5", "2.5000", "25.00"),
        ("0.00005", "0.0001", "0.00"),
        ("0.00004", "0.0000", "0.00"),
        ("0.12345", "0.1235", "1.24"),
        ("0.0005", "0.0005", "0.01"),
        ("007", "7.0000", "70.00"),
        ("9" * 400, "9" * 400 + ".0000", "9" * 400 + "0.00"),
    ],
)
def test_lines_are_exact_decimals_rounded_half_up(
    domain: Any, bill: Any, hours: str, quantity: str, amount: str
) -> None:
    """Quantity to four places, amount to two: quantity x 10.00."""
    item = bill(hours)
    (line,) = lines(domain)

    assert (quantity, "10.00", amount, item["id"]) == (
        line["quantity"], line["unitPrice"], line["amount"], line["workTaskId"],
    )  # fmt: skip
    assert amount == domain("list_invoices")[0]["amount"]


@pytest.mark.parametrize("hours", ["", "half", "1e3", "-1", ".5", "5.", "1,5", " 1", "1\n", "٣", "NaN"])
def test_text_that_is_no_plain_decimal_makes_no_line(domain: Any, bill: Any, hours: str) -> None:
    """The work item is there, the invoice does not know it."""
    bill(hours)

    assert [] == lines(domain)


def test_the_total_is_the_sum_and_follows_deletion(domain: Any, bill: Any) -> None:
    """0.1 + 0.2 hours are exactly 3.00; deleting takes a line off."""
    first = bill("0.1")
    bill("0.2")
    assert "3.00" == whole(domain)["invoice"]["amount"]

    domain.reply("delete_work_item", workItemId=first["id"])
    assert ("2.00", 1) == (whole(domain)["invoice"]["amount"], len(lines(domain)))


def test_updated_at_moves_only_when_lines_do(domain: Any, bill: Any) -> None:
    """Not on a read, not on metadata, not on text that bills nothing; on a new description it does."""
    item = bill("1", description="a")
    seen = [whole(domain)["invoice"]["updatedAt"]]
    for change in ({"metadata": {"a": 1}}, {"description": "a"}, {"description": "b"}):
        domain.later(minutes=1)
        domain("update_work_item", change, workItemId=item["id"])
        seen.append(whole(domain)["invoice"]["updatedAt"])
    domain.later(minutes=1)
    bill("nothing")
    seen.append(whole(domain)["invoice"]["updatedAt"])

    assert ["10:00", "10:00", "10:00", "10:03", "10:03"] == [moment[11:16] for moment in seen]
    assert "b - 1 hour" == lines(domain)[0]["description"]


def test_once_the_month_is_over_an_invoice_is_paid_and_frozen(domain: Any, bill: Any) -> None:
    """Later edits and deletions of its work items change nothing; the new month has its own invoice."""
    item = bill("1", description="a")
    before = whole(domain)
    domain.now = datetime(2026, 12, 1, tzinfo=UTC)
    domain("update_work_item", {"description": "b"}, workItemId=item["id"])
    domain.reply("delete_work_item", workItemId=item["id"])
    current, past = domain("list_invoices")

    assert ("pending", "0.00") == (current["status"], current["amount"])
    assert ("paid", "10.00", "2026-12-01T00:00:00.000Z") == (past["status"], past["amount"], past["paidAt"])
    assert (before["invoice"]["id"], before["invoice"]["updatedAt"]) == (past["id"], past["updatedAt"])
    assert before["lineItems"] == lines(domain, 1)


def test_an_invoice_that_was_seen_empty_is_still_there_next_month(domain: Any) -> None:
    """It is paid with 0.00."""
    seen = domain("list_invoices")[0]["id"]
    domain.now = datetime(2027, 1, 15, tzinfo=UTC)

    assert [("pending", "2027-01"), ("paid", "2026-11")] == [
        (invoice["status"], invoice["periodStart"][:7]) for invoice in domain("list_invoices")
    ]
    assert seen == domain("list_invoices")[1]["id"]


def test_ids_depend_on_organization_month_and_work_item_alone(domain: Any, bill: Any) -> None:
    """UUIDs of version 5, other ones for another organization, whose invoice is refused."""
    bill("1")
    mine = whole(domain)
    (theirs,) = domain("list_invoices", organization="globex")

    assert ["5", "5"] == [mine["invoice"]["id"][14], mine["lineItems"][0]["id"][14]]
    assert mine["invoice"]["id"] != theirs["id"]
    assert "0.00" == theirs["amount"]
    with pytest.raises(OtherOrganization):
        domain("get_invoice", invoiceId=theirs["id"])
