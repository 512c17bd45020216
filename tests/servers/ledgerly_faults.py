"""What one request to Ledgerly can show to be wrong, from its shape to its caller."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.faults import Faults, after, answering, before, instead, showing, unasked
from tests.servers.service import Call, Refusal, Reply
from tests.servers.shapes import Shape
from tests.servers.tables import Row

if TYPE_CHECKING:
    from tests.servers.ledgerly import Ledgerly

FAULTS = Faults()
fault = FAULTS

Original = Callable[..., Any]

# --- shape ---


@fault("shape", "The last page of a list comes without next, which is required.")
def last_page_lacks_next(ledgerly: "Ledgerly") -> None:
    def listed(reply: Reply, _call: Call) -> Reply:
        reply.body = {name: item for name, item in reply.body.items() if name != "next" or item}
        return reply

    after(ledgerly, "list_invoices", listed)


@fault("shape", "The amount is sent as a number, not as a text.")
def amount_is_sent_as_a_number(ledgerly: "Ledgerly") -> None:
    showing(ledgerly, "amount", lambda shown: {**shown, "amount": float(shown["amount"])})


@fault("shape", "The time of creation is sent without T and without a zone, so it is no date-time.")
def created_at_is_no_date_time(ledgerly: "Ledgerly") -> None:
    showing(
        ledgerly, "createdAt", lambda shown: {**shown, "createdAt": shown["createdAt"][:19].replace("T", " ")}
    )


@fault("shape", "The secret of an invoice comes back, though it is writeOnly.")
def secret_comes_back(ledgerly: "Ledgerly") -> None:
    after(ledgerly, "show", lambda shown, row: dict(row.fields))


# --- statuses ---


@fault("statuses", "Deleting an invoice answers 200, where only 204 is documented.")
def delete_answers_200(ledgerly: "Ledgerly") -> None:
    answering(ledgerly, "delete_invoice", 200)


@fault("statuses", "Creating an invoice answers 202, which is not documented.")
def create_answers_202(ledgerly: "Ledgerly") -> None:
    answering(ledgerly, "create_invoice", 202)


# --- headers ---


@fault("headers", "The ETag of an invoice never changes.")
def etag_never_changes(ledgerly: "Ledgerly") -> None:
    instead(ledgerly, "etag", lambda original, row: f'"{row.serial:020x}"')


@fault("headers", "Reading an invoice gives no ETag.")
def read_gives_no_etag(ledgerly: "Ledgerly") -> None:
    def bare(reply: Reply, _call: Call) -> Reply:
        reply.headers.pop("ETag")
        return reply

    after(ledgerly, "read_invoice", bare)


@fault("headers", "The Location of a created invoice leads to an invoice that does not exist.")
def location_leads_nowhere(ledgerly: "Ledgerly") -> None:
    def misled(reply: Reply, _call: Call) -> Reply:
        reply.headers["Location"] = "/invoices/inv_000000000000"
        return reply

    after(ledgerly, "create_invoice", misled)


# --- methods ---


@fault("methods", "HEAD answers 404 where GET answers 200.")
def head_answers_another_status(ledgerly: "Ledgerly") -> None:
    def finished(reply: Reply, call: Call, _reply: Reply) -> Reply:
        return Reply(404) if call.method == "HEAD" and reply.status == 200 else reply

    after(ledgerly, "finished", finished)


# --- input ---


@fault("input", "Texts need not match their pattern.")
def pattern_is_not_checked(ledgerly: "Ledgerly") -> None:
    def check(original: Original, shape: Shape, value: Any) -> None:
        ledgerly.unchecked.add("pattern")
        try:
            original(shape, value)
        finally:
            ledgerly.unchecked.clear()

    instead(ledgerly, "check", check)


@fault("input", "Texts of any shortness are accepted: minLength is not checked.")
def min_length_is_not_checked(ledgerly: "Ledgerly") -> None:
    ledgerly.unchecked.add("minLength")


@fault("input", "Any text is an issuedAt: format date-time is not checked.")
def date_time_format_is_not_checked(ledgerly: "Ledgerly") -> None:
    unasked(ledgerly, "issuedAt")


@fault("input", "What stands inside of lines is not checked.")
def nested_properties_are_not_checked(ledgerly: "Ledgerly") -> None:
    unasked(ledgerly, "lines", list)


@fault("input", "An invoice without its required amount is accepted, and gets 0.00.")
def required_amount_may_be_missing(ledgerly: "Ledgerly") -> None:
    def received(value: Any, shape: Shape, _given: Any) -> Any:
        missing = isinstance(value, dict) and "amount" in shape.get("required", ()) and "amount" not in value
        return {**value, "amount": "0.00"} if missing else value

    after(ledgerly, "received", received)


@fault("input", "A PATCH with a body that is no JSON is taken for an empty object.")
def malformed_patch_is_taken_for_empty(ledgerly: "Ledgerly") -> None:
    def decoded(original: Original, call: Call, media_type: str) -> Any:
        try:
            return original(call, media_type)
        except Refusal as refusal:
            if call.method == "PATCH" and refusal.reason == "the body is no JSON":
                return {}
            raise

    instead(ledgerly, "decoded", decoded)


@fault("input", "Bytes that are no UTF-8 are replaced instead of refused.")
def undecodable_bytes_are_accepted(ledgerly: "Ledgerly") -> None:
    def mended(call: Call, _media_type: str) -> None:
        call.raw = call.raw.decode("utf-8", "replace").encode()

    before(ledgerly, "decoded", mended)


@fault("input", "JSON is accepted under any media type.")
def any_media_type_is_accepted(ledgerly: "Ledgerly") -> None:
    instead(ledgerly, "check_media_type", lambda original, call, media_type: None)


# --- crash ---


@fault("crash", "A cursor that the pattern does not allow answers 500.")
def bad_cursor_crashes(ledgerly: "Ledgerly") -> None:
    def look(name: str, shape: Shape, value: Any) -> None:
        if name == "cursor" and not value.startswith("after-"):
            raise RuntimeError("the cursor cannot be read")

    before(ledgerly, "check_parameter", look)


@fault("crash", "An id of another form than inv_... answers 500.")
def odd_id_crashes(ledgerly: "Ledgerly") -> None:
    def look(call: Call) -> None:
        if not call.values["invoiceId"].startswith("inv_"):
            raise RuntimeError("the id cannot be read")

    before(ledgerly, "invoice", look)


@fault("crash", "A filter that finds nothing answers 500.")
def empty_result_crashes(ledgerly: "Ledgerly") -> None:
    def found(rows: list[Row], asked: list[Row]) -> list[Row]:
        if asked and not rows:
            raise RuntimeError("there is no first invoice")
        return rows

    instead(ledgerly, "filtered", lambda original, rows, **wanted: found(original(rows, **wanted), rows))


# --- auth ---


@fault("auth", "Only the key is checked: any account, or none, is taken for the key's own.")
def only_the_key_is_checked(ledgerly: "Ledgerly") -> None:
    _accepting(ledgerly, lambda given, own: given["x-api-key"] == own["x-api-key"])


@fault("auth", "Only the account is checked: any key, or none, will do.")
def only_the_account_is_checked(ledgerly: "Ledgerly") -> None:
    _accepting(ledgerly, lambda given, own: given["x-account-id"] == own["x-account-id"])


@fault("auth", "An empty key is accepted.")
def empty_key_is_accepted(ledgerly: "Ledgerly") -> None:
    _accepting(
        ledgerly, lambda given, own: given["x-account-id"] == own["x-account-id"] and given["x-api-key"] == ""
    )


@fault("auth", "A key with more behind it is accepted.")
def longer_key_is_accepted(ledgerly: "Ledgerly") -> None:
    def alike(given: dict[str, str | None], own: dict[str, str]) -> bool:
        begins = (given["x-api-key"] or "").startswith(own["x-api-key"])
        return begins and given["x-account-id"] == own["x-account-id"]

    _accepting(ledgerly, alike)


def _accepting(ledgerly: "Ledgerly", alike: Callable[[dict[str, str | None], dict[str, str]], bool]) -> None:
    def caller(original: Original, call: Call) -> str:
        given = {name: call.header(name) for name in ledgerly.CREDENTIALS[0]}
        found = [own["x-account-id"] for own in ledgerly.CREDENTIALS if alike(given, own)]
        return found[0] if found else original(call)

    instead(ledgerly, "caller", caller)
