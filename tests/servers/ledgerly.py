"""Invoices (ledgerly.yaml): `data` envelopes, cursors, filters, ETags, Idempotency-Key, PATCH and PUT.

`python -m tests.servers.ledgerly [FAULT]` prints its address and serves.
"""

import hashlib
import re
import secrets
import string
from typing import Any, ClassVar

from tests.servers.ledgerly_records_faults import FAULTS
from tests.servers.service import Call, Refusal, Reply, Service
from tests.servers.serving import by_hand
from tests.servers.shapes import Shape, filled, optional
from tests.servers.tables import Row, Table

KEYS = {"acct-Meadow-01": "LqKeyOfMeadow7", "acct-Harbour-02": "TzKeyOfHarbour9"}

CUSTOMER: Shape = {"type": "string", "minLength": 1, "maxLength": 40}
CURRENCY: Shape = {"type": "string", "enum": ["EUR", "USD", "GBP"]}
STATUS: Shape = {"type": "string", "enum": ["draft", "open", "paid"]}
LINE: Shape = {
    "type": "object",
    "additionalProperties": False,
    "required": ["text", "cents"],
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 40},
        "cents": {"type": "integer", "minimum": 0, "maximum": 10**9},
    },
}
INVOICE: Shape = {
    "type": "object",
    "additionalProperties": False,
    "required": ["customer", "amount"],
    "properties": {
        "customer": CUSTOMER,
        "amount": {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,8})\.[0-9]{2}$"},
        "currency": {**CURRENCY, "default": "EUR"},
        "status": {**STATUS, "default": "draft"},
        "memo": {"type": ["string", "null"], "maxLength": 100, "default": None},
        "dueOn": {"type": ["string", "null"], "format": "date", "default": None},
        "issuedAt": {"type": "string", "format": "date-time"},
        "reference": {"type": "string", "pattern": "^[A-Za-z0-9/-]{1,20}$"},
        "reminders": {"type": "integer", "minimum": 0, "maximum": 10, "default": 3},
        "lines": {"type": "array", "maxItems": 5, "items": LINE, "default": []},
        "secret": {"type": "string", "minLength": 8, "maxLength": 64},
    },
}
LIMIT: Shape = {"type": "integer", "minimum": 1, "maximum": 100, "default": 4}
CURSOR: Shape = {"type": "string", "pattern": "^after-[0-9]{1,12}$", "default": "after-0"}
KEY: Shape = {"type": "string", "pattern": "^[!-~]{1,64}$"}
CODES = {400: "invalid", 401: "unknown_caller", 404: "not_found", 409: "key_reused", 412: "outdated"}


class Ledgerly(Service):
    """Invoices: `data` envelopes, cursors, ETags, Idempotency-Key."""

    ROUTES: ClassVar = {
        "/invoices": {"GET": "list_invoices", "POST": "create_invoice"},
        "/invoices/{invoiceId}": {
            "GET": "read_invoice",
            "PATCH": "change_invoice",
            "PUT": "replace_invoice",
            "DELETE": "delete_invoice",
        },
    }
    BREAKS: ClassVar = FAULTS
    FAULTS: ClassVar = FAULTS.sentences
    CREDENTIALS: ClassVar = tuple(
        {"x-api-key": key, "x-account-id": account} for account, key in KEYS.items()
    )

    def open(self) -> None:
        self.invoices = Table()
        self.keys: dict[tuple[str, str], tuple[Any, Row]] = {}

    # --- operations ---

    def list_invoices(self, call: Call) -> Reply:
        asked = self.query(
            call, limit=LIMIT, cursor=CURSOR, status=STATUS, currency=CURRENCY, customer=CUSTOMER
        )
        limit, place = asked.pop("limit"), int(asked.pop("cursor").removeprefix("after-"))
        rows = self.filtered(self.invoices.of(call.tenant), **asked)
        shown, following = self.window(rows, limit, place)
        return Reply(200, {"data": [self.show(row) for row in shown], "next": following, "total": len(rows)})

    def create_invoice(self, call: Call) -> Reply:
        key = call.header("idempotency-key")
        if key is not None:
            self.check_parameter("Idempotency-Key", KEY, key)
        body = self.body(call, INVOICE)
        row = self.known(call, key, body) or self.add(call, key, body)
        location = f"{self.BASE}/invoices/{row.id}"
        return Reply(201, {"data": self.show(row)}, {"Location": location, "ETag": self.etag(row)})

    def read_invoice(self, call: Call) -> Reply:
        row = self.invoice(call)
        if self.same(call.header("if-none-match"), row, weak=True):
            return Reply(304, headers={"ETag": self.etag(row)})
        return self.answered(row)

    def change_invoice(self, call: Call) -> Reply:
        row = self.invoice(call)
        body = self.body(call, optional(INVOICE))
        self.unchanged(call, row)
        return self.answered(self.changed(row, {**row.fields, **body}))

    def replace_invoice(self, call: Call) -> Reply:
        row = self.invoice(call)
        body = self.body(call, INVOICE)
        self.unchanged(call, row)
        return self.answered(self.changed(row, {**self.kept(row), **filled(INVOICE, body)}))

    def delete_invoice(self, call: Call) -> Reply:
        row = self.invoice(call)
        self.unchanged(call, row)
        self.removed(row)
        return Reply(204)

    # --- records ---

    def invoice(self, call: Call) -> Row:
        row = self.invoices.find(call.tenant, call.values["invoiceId"])
        if row is None:
            raise Refusal(404, "the account has no such invoice")
        return row

    def add(self, call: Call, key: str | None, body: dict[str, Any]) -> Row:
        """A new invoice; the key remembers it."""
        fields = self.made(call, body)
        row = self.invoices.add(call.tenant, fields["id"], fields)
        if key is not None:
            self.keys[call.tenant, key] = body, row
        return row

    def known(self, call: Call, key: str | None, body: dict[str, Any]) -> Row | None:
        """The invoice that this key made. Refuses another body."""
        first, row = self.keys.get((call.tenant, key or ""), (None, None))
        if row and first != body:
            raise Refusal(409, "the key was used with another body")
        return row

    def made(self, call: Call, body: dict[str, Any]) -> dict[str, Any]:
        """The properties of a new invoice."""
        now = self.now()
        identifier = "inv_" + "".join(
            secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12)
        )
        own = {"id": identifier, "accountId": call.tenant, "createdAt": now, "updatedAt": now}
        return {**own, **filled(INVOICE, body)}

    def kept(self, row: Row) -> dict[str, Any]:
        """What a replacement leaves as it is."""
        return {name: row.fields[name] for name in ("id", "accountId", "createdAt", "updatedAt")}

    def changed(self, row: Row, fields: dict[str, Any]) -> Row:
        """The row with new properties. Its time moves when anything did."""
        if fields != row.fields:
            row.fields = {**fields, "updatedAt": self.now()}
        return row

    def removed(self, row: Row) -> None:
        """Without the row, and without the memory of its key."""
        self.invoices.remove(row)
        self.keys = {key: made for key, made in self.keys.items() if made[1] is not row}

    def window(self, rows: list[Row], limit: int, place: int) -> tuple[list[Row], str | None]:
        """The rows behind a place in the order of making, and the cursor that goes on."""
        behind = [row for row in rows if row.serial > place]
        more = len(behind) > limit
        return behind[:limit], f"after-{behind[limit - 1].serial}" if more else None

    # --- answers and conditions ---

    def show(self, row: Row) -> dict[str, Any]:
        """An invoice as the account sees it."""
        return {name: value for name, value in row.fields.items() if name != "secret"}

    def answered(self, row: Row) -> Reply:
        return Reply(200, {"data": self.show(row)}, {"ETag": self.etag(row)})

    def etag(self, row: Row) -> str:
        """Another one whenever updatedAt is."""
        digest = hashlib.sha256(f"{row.id} {row.fields['updatedAt']}".encode())
        return f'"{digest.hexdigest()[:20]}"'

    def unchanged(self, call: Call, row: Row) -> None:
        """Refuses with 412 what is meant for another state (RFC 9110 section 13.1.1)."""
        condition = call.header("if-match")
        if condition is not None and not self.same(condition, row):
            raise Refusal(412, "the invoice has changed")

    def same(self, condition: str | None, row: Row, weak: bool = False) -> bool:
        """Whether one of the entity tags is the row's (RFC 9110 section 8.8.3.2)."""
        tags = re.findall(r'(W/)?("[^"]*")', condition or "")
        mine = self.etag(row)
        return condition == "*" or any(tag == mine and (weak or not mark) for mark, tag in tags)

    def caller(self, call: Call) -> str:
        """Both headers, exactly."""
        account = call.header("x-account-id") or ""
        if account not in KEYS or call.header("x-api-key") != KEYS[account]:
            raise Refusal(401, "the key or the account is missing or wrong")
        return account

    def refused(self, refusal: Refusal) -> Reply:
        error = {"code": CODES.get(refusal.status, "refused"), "message": refusal.reason}
        return Reply(refusal.status, {"error": error}, refusal.headers)


SERVICE = Ledgerly

if __name__ == "__main__":
    by_hand(Ledgerly)
