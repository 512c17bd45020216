"""What one request to the depot can show to be wrong, from its shape to its caller."""

import base64
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.servers.faults import Faults, after, answering, before, instead, showing
from tests.servers.service import Call, Refusal, Reply
from tests.servers.shapes import Shape

if TYPE_CHECKING:
    from tests.servers.depot import Depot

FAULTS = Faults()
fault = FAULTS

Original = Callable[..., Any]

# --- shape ---


@fault("shape", "The total of a list is sent as text.")
def total_is_sent_as_text(depot: "Depot") -> None:
    def page(reply: Reply, *_: Any) -> Reply:
        reply.body["total"] = str(reply.body["total"])
        return reply

    after(depot, "page", page)


@fault("shape", "A carrier comes without its envelope.")
def carrier_comes_without_its_envelope(depot: "Depot") -> None:
    def told(reply: Reply, thing: str, *_: Any) -> Reply:
        reply.body = reply.body.get("carrier", reply.body)
        return reply

    after(depot, "told", told)


@fault("shape", "The status of a cancelled shipment is spelled canceled, which is not in the enum.")
def status_is_outside_its_enum(depot: "Depot") -> None:
    showing(depot, "status", lambda shown: {**shown, "status": shown["status"].replace("ll", "l")})


# --- statuses ---


@fault("statuses", "Creating a warehouse answers 201, where only 200 is documented.")
def create_warehouse_answers_201(depot: "Depot") -> None:
    answering(depot, "create_warehouse", 201)


@fault("statuses", "Dispatching a shipment answers 202, which is not documented.")
def dispatch_answers_202(depot: "Depot") -> None:
    answering(depot, "dispatch", 202)


# --- headers ---


@fault("headers", "An accepted report is answered without Location.")
def accepted_report_has_no_location(depot: "Depot") -> None:
    instead(depot, "create_report", lambda original, call: Reply(original(call).status))


@fault("headers", "Refusals are called application/json, where application/problem+json is documented.")
def refusals_are_called_plain_json(depot: "Depot") -> None:
    def refused(reply: Reply, _refusal: Refusal) -> Reply:
        reply.media_type = "application/json"
        return reply

    after(depot, "refused", refused)


# --- methods ---


@fault("methods", "The documented HEAD of a warehouse answers 400 where GET answers 200.")
def documented_head_answers_400(depot: "Depot") -> None:
    def read(original: Original, call: Call) -> Reply:
        reply: Reply = original(call)
        return Reply(400) if call.method == "HEAD" else reply

    instead(depot, "read_warehouse", read)


@fault("methods", "GET on an action carries it out, though only POST is documented.")
def get_carries_an_action_out(depot: "Depot") -> None:
    def operation(original: Original, call: Call, methods: dict[str, str]) -> Any:
        return methods["POST"] if call.method == "GET" and [*methods] == ["POST"] else original(call, methods)

    instead(depot, "operation", operation)


# --- input ---


@fault("input", "Numbers may be as small as they like: minimum is not checked.")
def minimum_is_not_checked(depot: "Depot") -> None:
    instead(depot, "check", lambda original, shape, value: original(_without(shape, "minimum"), value))


@fault("input", "Numbers may be as large as they like: maximum is not checked.")
def maximum_is_not_checked(depot: "Depot") -> None:
    instead(depot, "check", lambda original, shape, value: original(_without(shape, "maximum"), value))


@fault("input", "An area of 0 is accepted, though the minimum is exclusive.")
def exclusive_minimum_is_taken_for_inclusive(depot: "Depot") -> None:
    def check(original: Original, shape: Shape, value: Any) -> None:
        zero = isinstance(value, dict) and value.get("area") == 0 and value["area"] is not False
        original(shape, {**value, "area": 1} if zero else value)

    instead(depot, "check", check)


def _without(shape: Shape, keyword: str) -> Shape:
    own = {
        name: {k: v for k, v in rule.items() if k != keyword} for name, rule in shape["properties"].items()
    }
    return {**shape, "properties": own}


@fault("input", "A capacity with a fraction is accepted, though it is an integer.")
def fraction_is_taken_for_an_integer(depot: "Depot") -> None:
    def check(original: Original, shape: Shape, value: Any) -> None:
        own = {**shape["properties"]}
        own |= {"capacity": {**own["capacity"], "type": "number"}} if "capacity" in own else {}
        original({**shape, "properties": own}, value)

    instead(depot, "check", check)


@fault("input", 'A heated of "true" or "false", as text, is taken for the boolean.')
def boolean_is_taken_from_text(depot: "Depot") -> None:
    def received(value: Any, *_: Any) -> Any:
        text = value.get("heated") if isinstance(value, dict) else None
        return {**value, "heated": text == "true"} if text in ("true", "false") else value

    after(depot, "received", received)


@fault("input", "A shipment without its required description is accepted.")
def required_description_may_be_missing(depot: "Depot") -> None:
    def received(value: Any, shape: Shape, _given: Any) -> Any:
        required = "description" in shape.get("required", ())
        lacks = required and isinstance(value, dict) and "description" not in value
        return {**value, "description": "none"} if lacks else value

    after(depot, "received", received)


@fault("input", "A capacity of exactly 1000000 is refused, though that is the maximum.")
def largest_capacity_is_refused(depot: "Depot") -> None:
    def check(_shape: Shape, value: Any) -> None:
        if isinstance(value, dict) and value.get("capacity") == 1000000:
            raise Refusal(400, "the capacity is too large")

    before(depot, "check", check)


@fault("input", "A page of 0 or less is taken for the first.")
def page_zero_is_accepted(depot: "Depot") -> None:
    def check(original: Original, name: str, shape: Shape, value: Any) -> None:
        original(name, {k: v for k, v in shape.items() if name != "page" or k != "minimum"}, value)

    instead(depot, "check_parameter", check)
    instead(depot, "window", lambda original, rows, page, size: original(rows, max(page, 1), size))


@fault("input", "A size that is no number is taken for the default.")
def size_that_is_no_number_is_ignored(depot: "Depot") -> None:
    def parameter(original: Original, name: str, shape: Shape, text: str) -> Any:
        number = re.fullmatch("-?[0-9]+", text)
        return original(name, shape, text) if number or name != "size" else shape["default"]

    instead(depot, "parameter", parameter)


# --- crash ---


@fault("crash", "An id beyond 64 bits in the path answers 500.")
def huge_id_crashes(depot: "Depot") -> None:
    def look(text: str) -> None:
        if text.isascii() and text.isdigit() and int(text[:4000]) >= 2**63:
            raise OverflowError("the id does not fit")

    before(depot, "number", look)


@fault("crash", "A manifest with a null in it answers 500.")
def null_in_a_manifest_crashes(depot: "Depot") -> None:
    def look(_shape: Shape, value: Any) -> None:
        manifest = value.get("manifest") if isinstance(value, dict) else None
        if isinstance(manifest, dict) and None in manifest.values():
            raise RuntimeError("null has no attributes")

    before(depot, "check", look)


@fault("crash", "Dispatching a shipment that does not exist answers 500.")
def dispatching_nothing_crashes(depot: "Depot") -> None:
    def dispatch(original: Original, call: Call) -> Any:
        try:
            return original(call)
        except Refusal as refusal:
            if refusal.status == 404:
                raise RuntimeError("nothing to dispatch") from None
            raise

    instead(depot, "dispatch", dispatch)


# --- auth ---


@fault("auth", "Only the user's name is checked, not the password.")
def password_is_not_checked(depot: "Depot") -> None:
    _logins(depot, lambda own, given: own.partition(":")[0] == given.partition(":")[0])


@fault("auth", "The name and the first letter of the password are enough.")
def beginning_of_a_password_is_enough(depot: "Depot") -> None:
    _logins(depot, lambda own, given: own.startswith(given) and len(given) > len(own.partition(":")[0]) + 1)


def _logins(depot: "Depot", alike: Callable[[str, str], bool]) -> None:
    def caller(original: Original, call: Call) -> Any:
        scheme, _, given = (call.header("authorization") or "").partition(" ")
        known = [_login(own["Authorization"].partition(" ")[2]) for own in depot.CREDENTIALS]
        found = [own for own in known if scheme.lower() == "basic" and alike(own, _login(given))]
        return found[0].partition(":")[0] if found else original(call)

    instead(depot, "caller", caller)


def _login(encoded: str) -> str:
    """Name and password; empty when the text is no Base64 of UTF-8."""
    try:
        return base64.b64decode(encoded + "=" * (-len(encoded) % 4)).decode()
    except ValueError:
        return ""


@fault("auth", "What anyone may ask for needs a login.")
def about_needs_a_login(depot: "Depot") -> None:
    instead(depot, "is_public", lambda original, name: False)


@fault("auth", "The settings of a warehouse can be read without a login.")
def settings_need_no_login(depot: "Depot") -> None:
    def caller(original: Original, call: Call) -> Any:
        warehouse = depot.warehouses.anyone(depot.number(call.values.get("warehouseId", "")))
        free = call.path.endswith("/settings") and call.method == "GET" and warehouse
        return warehouse.tenant if warehouse and free else original(call)

    instead(depot, "caller", caller)
