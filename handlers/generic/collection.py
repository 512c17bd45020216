"""List and create: the operations of a collection."""

from dataclasses import replace
from urllib.parse import quote

from handlers.call import Call, Handler, Reply
from handlers.generic.found import Found, Listed, every
from handlers.generic.headers import etag
from handlers.generic.listing import Lookup, addresses, chosen, page_of, searches
from handlers.generic.naming import text_of
from handlers.generic.order import Order
from handlers.generic.repetition import Repetition
from handlers.generic.sent import item_of
from handlers.generic.table import Table
from handlers.generic.told import Facts, Told
from handlers.generic.view import View
from handlers.problems import Conflict
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope, Search


def listing(table: Table, operation: Operation, view: View) -> Handler:
    """A function that shows a collection."""
    resource = table.resource
    envelope = view.envelope or Envelope()
    filters = (*resource.filters, *resource.choices)
    told = Told(resource, envelope.path, view.shape)
    order = Order.of(operation, resource)
    lookup = Lookup(filters, resource, table.tree)

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        found: Found = table.records(at, call)
        if searches(filters, call) or order.asked(call):
            narrow = every(lookup.narrowed(table.records(at, call), call))
            found = Listed(order.sorted(chosen(filters, narrow, call), call))
        page = page_of(resource.paging, found, call)
        links = addresses(resource.paging, page, call, operation)
        facts = Facts(page.total, page.start, page.size, len(page.records), page.first, links, page.cursors)
        items = [record.value["item"] for record in page.records]
        return table.reply(view, items, _headers(facts), lambda whole, fits: told.fill(whole, facts, fits))

    return answer


def searching(table: Table, search: Search, view: View) -> Handler:
    """A function that shows those of all items that a search finds."""
    resource = replace(table.resource, paging=None, total=None)
    told = Told(resource, search.envelope.path, view.shape)

    def answer(call: Call) -> Reply:
        found = chosen(search.filters, table.everything(call), call)
        most = call.parameters.get(search.limit.name) if search.limit else None
        shown = found[:most] if isinstance(most, int) else found
        facts = Facts(len(found), 0, max(len(shown), 1), len(shown), links={"self": call.url})
        items = [record.value["item"] for record in shown]
        return table.reply(view, items, _headers(facts), lambda whole, fits: told.fill(whole, facts, fits))

    return answer


def _headers(page: Facts) -> dict[str, str]:
    """What headers tell of a list: all that it has, and where it goes on (RFC 8288)."""
    names = ("x-total-count", "x-total", "total-count", "x-pagination-total", "pagination-total")
    links = (f'<{page.links[to]}>; rel="{rel}"' for to, rel in _RELATIONS.items() if to in page.links)
    return {**dict.fromkeys(names, str(page.total)), "link": ", ".join(links)}


_RELATIONS = {"first": "first", "previous": "prev", "next": "next", "last": "last"}


def creation(table: Table, operation: Operation, view: View) -> Handler:
    """A function that makes a record. A client-given id that is taken is refused where the operation declares
    how; where it does not, the document promises that every valid create works: it replaces that record. An
    id that is an empty text is none."""
    resource = table.resource
    envelope = resource.bodies.get("create", Envelope())
    own = resource.id
    repetition = Repetition(table)

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        sent = item_of(envelope, call.body)
        known = repetition.earlier(call, at)
        if known is not None:
            item = known.value["item"]
            return table.reply(
                view, item, {"location": _location(call, known.value["own"]), "etag": etag(item)}
            )
        table.check_references(call, operation, sent)
        table.check_taken(call, operation, at, sent, None)
        number = table.next_number(call, at)
        key = f"{resource.key} {at.under} {number}"
        given = own.of(sent) if own and own.given != "server" else ABSENT
        is_given = given not in (ABSENT, None, "")  # nobody could ask for an item without a name
        chosen_id = given if is_given else table.new_id(call, at, number, key, call.numbers.start(at.owner))
        taken = call.store.get(table.name, at.record(text_of(given))) if is_given else None
        if taken is not None and operation.response(409):
            raise Conflict(f"{resource.name} {text_of(given)} is taken")
        item = table.births.item(sent, chosen_id, at, call, key)
        if taken is None:
            record = table.store(call, at, text_of(chosen_id), item)
        else:
            record = table.change(call, taken, item)
        repetition.remember(call, at, record)
        own_id = text_of(chosen_id)
        reply = table.reply(view, item, {"location": _location(call, own_id), "etag": etag(item)})
        reply.about = own_id
        return reply

    return answer


def _location(call: Call, own: str) -> str:
    return f"{call.url.rstrip('/')}/{quote(own, safe='')}"
