"""Entity tags (RFC 9110 section 8.8.3) of records, and requests that depend on them."""

from contract_tests.check import CannotAsk
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.changing import body_with, changeable, other_values
from contract_tests.probing.observing import Sight, look
from contract_tests.probing.refusals import refusal_pointer
from contract_tests.probing.subjects import success, success_pointer
from contract_tests.probing.updating import updates
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import Resource
from openapi.source import join_pointer

MATCH_ROLES = ("update", "replace", "delete")
"""The roles whose operation may depend on If-Match, what deletes last."""


def tag_of(exchange: Exchange) -> str:
    """The entity tag of an answer. Raises CannotAsk where none came."""
    tag = exchange.answer.header("etag") if exchange.answer else None
    if not tag:
        raise CannotAsk("no ETag came")
    return tag


def strong(tag: str) -> str:
    """A tag that If-Match can match. Raises CannotAsk."""
    if tag.startswith("W/"):
        raise CannotAsk(
            "the ETag is weak, and a weak one matches nothing in If-Match (RFC 9110 section 13.1.1)"
        )
    return tag


def tag_pointer(operation: Operation) -> str:
    """Where the header ETag of the success is declared."""
    response = success(operation)
    name = next((name for name in response.headers if name.lower() == "etag"), None) if response else None
    if response is None or name is None:
        return success_pointer(operation)
    return join_pointer(operation.place.pointer, "responses", response.key, "headers", name)


def condition_pointer(operation: Operation, name: str) -> str:
    """Where a header parameter such as If-Match is declared."""
    found = (each for each in operation.parameters if each.location == "header" and each.name.lower() == name)
    parameter = next(found, None)
    return parameter.place.pointer if parameter else refusal_pointer(operation, (412,))


def seen(asking: Asking, item: Item) -> Sight:
    """A record as GET shows it now. Raises CannotAsk."""
    if "read" not in item.resource.operations:
        raise CannotAsk("no GET shows the ETag of a record")
    sight = look(asking, item)
    if not sight.there:
        raise CannotAsk(f"GET of a record that was created is answered {sight.exchange.status}")
    return sight


def change(asking: Asking, item: Item, role: str, sight: Sight) -> dict[str, Json]:
    """One property with another valid value. Raises CannotAsk."""
    chance = asking.bodies.random("tags", item.id)
    for each in changeable(item.resource, role):
        found = other_values(asking, item, role, sight.entity, [each.name], chance)
        if found:
            return found
    raise CannotAsk(f"nothing of {item.resource.key} can be changed")


def write(asking: Asking, item: Item, role: str, sight: Sight, tag: str) -> Exchange:
    """A write to a record that depends on a tag. Raises CannotAsk."""
    if role == "delete":
        return asking.delete(item, headers={"If-Match": tag})
    body = body_with(asking, item, role, sight.entity, change(asking, item, role, sight))
    return asking.send(
        item.resource.operations[role],
        path=item.path,
        body=body,
        identity=item.identity,
        headers={"If-Match": tag},
    )


def changing_role(resource: Resource) -> str | None:
    return next(iter(updates(resource)), None)


def takes_condition(resource: Resource) -> list[str]:
    """The roles whose operation takes If-Match, in the order in which they may be asked."""
    return [role for role in MATCH_ROLES if role in resource.if_match and role in resource.operations]
