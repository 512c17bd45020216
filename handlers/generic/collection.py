"""List and create: the operations of a collection."""

from urllib.parse import quote

from handlers.call import Call, Handler, Json, Reply
from handlers.generic.headers import etag
from handlers.generic.listing import Page, chosen, next_url, page_of
from handlers.generic.naming import text_of
from handlers.generic.repetition import Repetition
from handlers.generic.table import Table
from handlers.generic.view import View
from handlers.problems import Conflict
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope


def listing(table: Table, operation: Operation, view: View) -> Handler:
    """A function that shows a collection."""
    resource = table.resource

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        found = chosen(resource, table.records(at, call), call)
        page = page_of(resource, found, call, view.shape)
        more = dict(page.more)
        if resource.total and len(resource.total) == 1:
            more[resource.total[0]] = page.total
        paging = resource.paging
        if paging and paging.next and len(paging.next) == 1:
            more[paging.next[0]] = _next(page.following, call, operation, view, paging.next[0])
        items = [record.value["item"] for record in page.records]
        return table.reply(view, items, _told(operation, call, page), more)

    return answer


def _told(operation: Operation, call: Call, page: Page) -> dict[str, str]:
    """What headers tell of a list: all that it has, and where it goes on (RFC 8288)."""
    total = str(page.total)
    link = f'<{next_url(operation, call, page.following)}>; rel="next"' if page.following else ""
    return {**dict.fromkeys(("x-total-count", "x-total", "total-count"), total), "link": link}


def _next(following: dict[str, str], call: Call, operation: Operation, view: View, name: str) -> Json:
    """The cursor of the next page, or its address; null at the end."""
    if not following:
        return None
    of = view.shape.member(name)
    link = "url" in name.lower() or "link" in name.lower() or "uri" in str(view.shape.properties.get(name))
    text = next_url(operation, call, following) if link else next(iter(following.values()))
    return int(text) if "string" not in of.types and text.isdecimal() else text


def creation(table: Table, operation: Operation, view: View) -> Handler:
    """A function that makes a record. A client-given id that is taken is refused."""
    resource = table.resource
    envelope = resource.bodies.get("create", Envelope())
    own = resource.id
    repetition = Repetition(table)

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        found = envelope.find(call.body)
        sent = found if isinstance(found, dict) else {}
        known = repetition.earlier(call, at)
        if known is not None:
            item = known.value["item"]
            return table.reply(
                view, item, {"location": _location(call, known.value["own"]), "etag": etag(item)}
            )
        table.check_references(call, operation, sent)
        number = table.next_number(call, at)
        key = f"{resource.key} {at.under} {number}"
        given = sent.get(own.property, ABSENT) if own and own.property and own.given != "server" else ABSENT
        if given is not ABSENT and given is not None:
            if call.store.get(table.name, at.record(text_of(given))) is not None:
                raise Conflict(f"{own.property if own else 'id'}: {text_of(given)} is taken")
            chosen_id = given
        else:
            chosen_id = table.new_id(call, at, number, key)
        item = table.births.item(sent, chosen_id, at, call, key)
        record = table.store(call, at, text_of(chosen_id), item)
        repetition.remember(call, at, record)
        return table.reply(view, item, {"location": _location(call, text_of(chosen_id)), "etag": etag(item)})

    return answer


def _location(call: Call, own: str) -> str:
    return f"{call.url.rstrip('/')}/{quote(own, safe='')}"
