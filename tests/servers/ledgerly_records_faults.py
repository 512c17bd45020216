"""What Ledgerly can remember wrongly: tenancy, write fidelity, lists, update, delete, idempotency.

It takes more than one request to see these.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.faults import after, before, haunting, instead, storing, unasked
from tests.servers.ledgerly_faults import FAULTS
from tests.servers.service import Call, Refusal, Reply
from tests.servers.tables import Row

if TYPE_CHECKING:
    from tests.servers.ledgerly import Ledgerly

__all__ = ["FAULTS"]

fault = FAULTS

Fields = dict[str, Any]
Original = Callable[..., Any]

# --- tenancy ---


@fault("tenancy", "The total of a list counts the invoices of every account.")
def total_counts_other_accounts(ledgerly: "Ledgerly") -> None:
    _total(ledgerly, lambda reply, call: len(ledgerly.invoices.rows))


def _total(ledgerly: "Ledgerly", count: Callable[[Reply, Call], int]) -> None:
    def listed(reply: Reply, call: Call) -> Reply:
        reply.body["total"] = count(reply, call)
        return reply

    after(ledgerly, "list_invoices", listed)


@fault("tenancy", "The filter by customer finds invoices of other accounts, too.")
def customer_filter_reaches_other_accounts(ledgerly: "Ledgerly") -> None:
    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        everyone = list(ledgerly.invoices.rows.values())
        return original(everyone if "customer" in wanted else rows, **wanted)

    instead(ledgerly, "filtered", filtered)


@fault("tenancy", "An invoice of another account can be changed with PATCH.")
def invoice_of_another_can_be_patched(ledgerly: "Ledgerly") -> None:
    _whoever(ledgerly, "change_invoice")


@fault("tenancy", "An invoice of another account can be replaced with PUT.")
def invoice_of_another_can_be_replaced(ledgerly: "Ledgerly") -> None:
    _whoever(ledgerly, "replace_invoice")


def _whoever(ledgerly: "Ledgerly", method: str) -> None:
    """From now on `method` acts as the account that the invoice belongs to."""

    def act(call: Call) -> None:
        row = ledgerly.invoices.anyone(call.values["invoiceId"])
        call.tenant = row.tenant if row else call.tenant

    before(ledgerly, method, act)


@fault("tenancy", "Deleting an invoice of another account answers 404, and is carried out.")
def refused_delete_of_another_is_carried_out(ledgerly: "Ledgerly") -> None:
    def act(call: Call) -> None:
        row = ledgerly.invoices.anyone(call.values["invoiceId"])
        if row and row.tenant != call.tenant:
            ledgerly.removed(row)

    before(ledgerly, "delete_invoice", act)


@fault("tenancy", "PATCH tells an invoice of another account (400) from one that does not exist (404).")
def invoice_of_another_is_told_apart(ledgerly: "Ledgerly") -> None:
    def act(call: Call) -> None:
        row = ledgerly.invoices.anyone(call.values["invoiceId"])
        if row and row.tenant != call.tenant:
            raise Refusal(400, "the invoice is not yours")

    before(ledgerly, "change_invoice", act)


@fault("tenancy", "Deleting an invoice of another account answers 401, deleting none 404.")
def invoice_of_another_is_given_away(ledgerly: "Ledgerly") -> None:
    def act(call: Call) -> None:
        row = ledgerly.invoices.anyone(call.values["invoiceId"])
        if row and row.tenant != call.tenant:
            raise Refusal(401, "the invoice is not yours")

    before(ledgerly, "delete_invoice", act)


# --- write fidelity ---


@fault("write fidelity", "The customer is kept in small letters.")
def customer_is_lower_cased(ledgerly: "Ledgerly") -> None:
    storing(ledgerly, "customer", str.lower)


@fault("write fidelity", "A memo is cut after 50 characters.")
def memo_is_cut(ledgerly: "Ledgerly") -> None:
    storing(ledgerly, "memo", lambda text: text[:50])


@fault("write fidelity", "An amount loses its cents.")
def amount_loses_its_cents(ledgerly: "Ledgerly") -> None:
    storing(ledgerly, "amount", lambda text: text.partition(".")[0] + ".00")


@fault("write fidelity", "An issuedAt is kept without its fraction of a second and its zone's own writing.")
def issued_at_is_rewritten(ledgerly: "Ledgerly") -> None:
    storing(ledgerly, "issuedAt", lambda text: text[:19].upper() + "Z")


@fault("write fidelity", "Lines are kept in reverse order.")
def lines_are_reversed(ledgerly: "Ledgerly") -> None:
    storing(ledgerly, "lines", lambda lines: lines[::-1])


@fault("write fidelity", "Without reminders an invoice gets none, though the default is 3.")
def default_of_reminders_is_zero(ledgerly: "Ledgerly") -> None:
    after(ledgerly, "made", lambda made, call, body: {**made, "reminders": body.get("reminders", 0)})


@fault("write fidelity", "The day that an invoice is due is in the answer to its making, and not kept.")
def due_on_is_not_kept(ledgerly: "Ledgerly") -> None:
    def created(reply: Reply, _call: Call) -> Reply:
        row = ledgerly.invoices.anyone(reply.body["data"]["id"])
        if row:
            row.fields = {**row.fields, "dueOn": None}
        return reply

    after(ledgerly, "create_invoice", created)


@fault("write fidelity", "A caller can say in the body which account an invoice is of.")
def account_is_taken_from_the_body(ledgerly: "Ledgerly") -> None:
    unasked(ledgerly, "accountId")
    after(
        ledgerly, "made", lambda made, call, body: {**made, **{k: body[k] for k in body if k == "accountId"}}
    )


# --- lists ---


@fault("lists", "The last page cannot be reached: next is null one page too early.")
def last_page_is_missing(ledgerly: "Ledgerly") -> None:
    def window(original: Original, rows: list[Row], limit: int, place: int) -> Any:
        shown, following = original(rows, limit, place)
        behind = [row for row in rows if row.serial > place]
        return shown, following if len(behind) > 2 * limit else None

    instead(ledgerly, "window", window)


@fault("lists", "The next of the last page leads back to the first.")
def last_page_leads_to_the_first(ledgerly: "Ledgerly") -> None:
    after(ledgerly, "window", lambda found, rows, *_: (found[0], found[1] or ((rows and "after-0") or None)))


@fault("lists", "The order of a list is turned round with every request.")
def order_is_not_stable(ledgerly: "Ledgerly") -> None:
    turns: list[bool] = []

    def listed(reply: Reply, _call: Call) -> Reply:
        turns.append(True)
        reply.body["data"] = reply.body["data"][:: 1 if len(turns) % 2 else -1]
        return reply

    after(ledgerly, "list_invoices", listed)


@fault("lists", "The filter by customer finds every customer whose name begins so.")
def customer_filter_finds_beginnings(ledgerly: "Ledgerly") -> None:
    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        start = wanted.pop("customer", "")
        return [row for row in original(rows, **wanted) if row.fields["customer"].startswith(start)]

    instead(ledgerly, "filtered", filtered)


@fault("lists", "With a filter by status, the filter by currency is ignored.")
def second_filter_is_ignored(ledgerly: "Ledgerly") -> None:
    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        return original(
            rows, **{k: v for k, v in wanted.items() if k != "currency" or "status" not in wanted}
        )

    instead(ledgerly, "filtered", filtered)


@fault("lists", "The total of a list is one too many.")
def total_is_one_too_many(ledgerly: "Ledgerly") -> None:
    _total(ledgerly, lambda reply, call: int(reply.body["total"]) + 1)


@fault("lists", "A page has as many invoices as there are: limit is ignored.")
def limit_is_ignored(ledgerly: "Ledgerly") -> None:
    instead(ledgerly, "window", lambda original, rows, limit, place: original(rows, 10**9, place))


# --- update ---


@fault("update", "PUT keeps what is left out, as PATCH does.")
def put_keeps_what_is_left_out(ledgerly: "Ledgerly") -> None:
    def replaced(original: Original, call: Call) -> Reply:
        row = ledgerly.invoice(call)
        old, given = row.fields, ledgerly.decoded(call, "application/json")
        original(call)
        if isinstance(given, dict):
            row.fields = {**old, **given, "updatedAt": row.fields["updatedAt"]}
        return ledgerly.answered(row)

    instead(ledgerly, "replace_invoice", replaced)


@fault("update", "A PATCH answers with the memo as it was before.")
def patch_answers_with_the_old_memo(ledgerly: "Ledgerly") -> None:
    def patched(original: Original, call: Call) -> Reply:
        old = ledgerly.invoice(call).fields["memo"]
        reply: Reply = original(call)
        reply.body["data"]["memo"] = old
        return reply

    instead(ledgerly, "change_invoice", patched)


@fault("update", "A PATCH with memo null leaves the memo as it was.")
def null_does_not_clear_the_memo(ledgerly: "Ledgerly") -> None:
    def changed(original: Original, row: Row, fields: Fields) -> Row:
        kept = {"memo": row.fields["memo"]} if fields["memo"] is None else {}
        result: Row = original(row, {**fields, **kept})
        return result

    instead(ledgerly, "changed", changed)


@fault("update", "Every PUT gives the invoice a new id.")
def put_gives_a_new_id(ledgerly: "Ledgerly") -> None:
    def replaced(reply: Reply, call: Call) -> Reply:
        row = ledgerly.invoice(call)
        ledgerly.invoices.remove(row)
        row.id = row.id[:4] + row.id[:3:-1]
        row.fields = {**row.fields, "id": row.id}
        ledgerly.invoices.rows[row.tenant, row.id] = row
        return ledgerly.answered(row)

    after(ledgerly, "replace_invoice", replaced)


@fault("update", "If-Match is ignored: an outdated write is carried out.")
def if_match_is_ignored(ledgerly: "Ledgerly") -> None:
    instead(ledgerly, "unchanged", lambda original, call, row: None)


@fault("update", "An outdated PATCH is answered 412, and carried out.")
def outdated_patch_is_carried_out(ledgerly: "Ledgerly") -> None:
    def unchanged(original: Original, call: Call, row: Row) -> None:
        try:
            original(call, row)
        except Refusal:
            given = ledgerly.decoded(call, "application/json") if call.method == "PATCH" else {}
            ledgerly.changed(row, {**row.fields, **given})
            raise

    instead(ledgerly, "unchanged", unchanged)


@fault("update", "If-None-Match is ignored: what the caller has is sent again.")
def if_none_match_is_ignored(ledgerly: "Ledgerly") -> None:
    instead(ledgerly, "same", lambda original, tag, row, weak=False: not weak and original(tag, row))


# --- delete ---


@fault("crash", "Deleting an invoice a second time answers 500.")
def second_delete_crashes(ledgerly: "Ledgerly") -> None:
    gone: set[str] = set()
    before(ledgerly, "removed", lambda row: gone.add(row.id))

    def look(call: Call) -> None:
        if call.values["invoiceId"] in gone:
            raise RuntimeError("there is nothing to delete")

    before(ledgerly, "delete_invoice", look)


@fault("delete", "A deleted invoice comes back when it is changed with PATCH.")
def deleted_invoice_can_be_patched(ledgerly: "Ledgerly") -> None:
    gone: dict[str, Row] = {}
    before(ledgerly, "removed", lambda row: gone.update({row.id: row}))

    def act(call: Call) -> None:
        row = gone.pop(call.values["invoiceId"], None)
        if row:
            ledgerly.invoices.rows[row.tenant, row.id] = row

    before(ledgerly, "change_invoice", act)


@fault("update", "PUT with the current ETag is refused with 412.")
def current_etag_is_refused(ledgerly: "Ledgerly") -> None:
    def act(call: Call) -> None:
        condition = call.header("if-match")
        if condition and ledgerly.same(condition, ledgerly.invoice(call)):
            raise Refusal(412, "the invoice has changed")

    before(ledgerly, "replace_invoice", act)


@fault("delete", "A filter still finds a deleted invoice.")
def deleted_invoice_is_found_by_a_filter(ledgerly: "Ledgerly") -> None:
    haunting(ledgerly.invoices)
    shown = ledgerly.invoices.rows

    def filtered(original: Original, rows: list[Row], **wanted: Any) -> Any:
        return original([row for row in rows if wanted or (row.tenant, row.id) in shown], **wanted)

    instead(ledgerly, "filtered", filtered)


# --- idempotency ---


@fault("idempotency", "An Idempotency-Key is ignored: every request makes an invoice.")
def idempotency_key_is_ignored(ledgerly: "Ledgerly") -> None:
    instead(ledgerly, "known", lambda original, call, key, body: None)


@fault("idempotency", "An Idempotency-Key of another account gives that account's invoice.")
def idempotency_key_is_shared(ledgerly: "Ledgerly") -> None:
    def known(original: Original, call: Call, key: str | None, body: Fields) -> Any:
        everyone = {tenant: Call("", "", "", call.headers, b"", {}, tenant) for tenant, _ in ledgerly.keys}
        found = [original(other, key, body) for tenant, other in everyone.items() if tenant != call.tenant]
        return next((row for row in found if row), None) or original(call, key, body)

    instead(ledgerly, "known", known)


@fault(
    "idempotency", "An Idempotency-Key with another body gives the first invoice, where 409 is documented."
)
def idempotency_key_takes_another_body(ledgerly: "Ledgerly") -> None:
    def known(original: Original, call: Call, key: str | None, body: Fields) -> Any:
        return ledgerly.keys.get((call.tenant, key or ""), (None, None))[1]

    instead(ledgerly, "known", known)
