"""Read, update, replace and delete: the operations of one item; and what is done to it."""

from dataclasses import replace

from handlers.call import Call, Handler, Json, Reply
from handlers.generic.effects import effect_of
from handlers.generic.headers import etag, names_tag
from handlers.generic.naming import text_of
from handlers.generic.patching import PATCHES, after
from handlers.generic.sent import item_of
from handlers.generic.table import Table
from handlers.generic.view import View
from handlers.problems import PreconditionFailed
from handlers.store.base import Record
from openapi import media
from openapi.operation import Operation
from openapi.resources import ABSENT, Action, Envelope


def reading(table: Table, operation: Operation, view: View) -> Handler:
    """A function that shows an item."""

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        item = table.there(at, call, operation).value["item"]
        tag = etag(item)
        condition = _header(call, "if-none-match")
        if condition is not None and operation.response(304) and names_tag(condition, tag):
            return table.reply(View(operation, 304, None, *table.means), None, {"etag": tag})
        return table.reply(view, item, {"etag": tag})

    return answer


def changing(table: Table, operation: Operation, view: View, role: str) -> Handler:
    """A function that updates an item (role `update`), or replaces it (`replace`)."""
    envelope = table.resource.bodies.get(role, Envelope())
    by_body = table.resource.is_by_body(role)
    patches = (
        any(media.essence(name) in PATCHES for name in operation.body.content) if operation.body else False
    )
    named = table.resource.id.property if table.resource.id else None

    def answer(call: Call) -> Reply:
        sent = item_of(envelope, call.body)
        at = table.address(call, operation)
        if by_body:
            given = sent.get(named or "")
            at = replace(at, own=text_of(given), given=given)
        record = _unchanged(table.there(at, call, operation), call)
        table.check_references(call, operation, sent)
        table.check_taken(call, operation, at, sent, at.own)
        if patches and call.media_type in PATCHES:
            item = _patched(table, record, envelope, call)
        else:
            item = _changed(table, record, sent, call, role)
        if item != record.value["item"]:
            table.change(call, record, item)
        return table.reply(view, item, {"etag": etag(item)})

    return answer


def placing(table: Table, operation: Operation, made: View, changed: View) -> Handler:
    """A function for PUT where it is what creates: a new id is made, a known one replaced."""
    change = changing(table, operation, changed, "replace")
    envelope = table.resource.bodies.get("replace", table.resource.bodies.get("create", Envelope()))
    own = table.resource.id

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        if table.find(at, call) is not None:
            return change(call)
        sent = item_of(envelope, call.body)
        said = own.of(sent) if own else ABSENT
        chosen = said if text_of(said) == at.own else at.given
        key = f"{table.name} {at.under} {at.own}"
        item = table.births.item(sent, chosen, at, call, key)
        table.store(call, at, at.own or "", item)
        return table.reply(made, item, {"etag": etag(item), "location": call.url})

    return answer


def deletion(table: Table, operation: Operation, view: View) -> Handler:
    """A function that deletes an item, and all that lies under it."""

    def answer(call: Call) -> Reply:
        at = table.address(call, operation)
        record = _unchanged(table.there(at, call, operation), call)
        table.check_unreferenced(call, operation, record.value["own"])
        table.remove(call, at, record)
        return table.reply(view, record.value["item"], {})

    return answer


def acting(table: Table, action: Action, view: View) -> Handler:
    """A function for an action: it moves the item's state where its name says to which, and answers from the
    item."""
    effect = effect_of(action, table.resource, table.tree)

    def answer(call: Call) -> Reply:
        at = table.address(call, action.operation)
        record = _unchanged(table.there(at, call, action.operation), call)
        item = record.value["item"]
        if any(item.get(name, ABSENT) != value for name, value in effect.items()):
            item = table.births.touched({**item, **effect}, call.now)
            table.change(call, record, item)
        return table.reply(view, item, {"etag": etag(item)})

    return answer


def _unchanged(record: Record, call: Call) -> Record:
    """The record that a request changes, in the state that it means. Raises PreconditionFailed."""
    condition = _header(call, "if-match")
    if condition is not None and not names_tag(condition, etag(record.value["item"])):
        raise PreconditionFailed("If-Match names another state of it (RFC 9110 section 13.1.1)")
    return record


def _changed(table: Table, record: Record, sent: dict[str, Json], call: Call, role: str) -> dict[str, Json]:
    old = record.value["item"]
    if role == "replace":
        return table.births.replaced(old, sent, call, record.id)
    return table.births.changed(old, sent, call)


def _patched(table: Table, record: Record, envelope: Envelope, call: Call) -> dict[str, Json]:
    """The item after a patch. Raises BadRequest, Conflict."""
    old = record.value["item"]
    return table.births.patched(old, after(old, call, envelope), call)


def _header(call: Call, name: str) -> str | None:
    """A declared header parameter, whatever its case."""
    found = next((value for key, value in call.parameters.items() if key.lower() == name), None)
    return found if isinstance(found, str) else None
