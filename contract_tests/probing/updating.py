"""Updates of records of this run, with what was there before and after: sent once, looked at by several
checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.check import CannotAsk
from contract_tests.contract import place
from contract_tests.exchange import ONE, Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.bystanders import Bystanders, Watched
from contract_tests.probing.changing import (
    arrived,
    body_with,
    can_show,
    changeable,
    other_values,
    shape_in_answers,
)
from contract_tests.probing.observing import Sight, look
from contract_tests.probing.workpieces import cousin, once, pieces, story, workpiece
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource

ROLES = ("update", "replace")
"""The roles of operations that change an item: PATCH or POST on it, and PUT."""

BUSINESS = frozenset({401, 402, 403, 409, 412, 423, 424, 428, 429})
"""Refusals of a valid request for reasons that no schema knows."""

_POLLS, _PAUSE = 20, 0.1


@dataclass(frozen=True)
class Update:
    """An update of `sent` and what came of it. `watched`: other records meanwhile."""

    item: Item
    role: str
    before: Sight
    sent: Mapping[str, Json]
    done: Exchange
    after: Sight
    watched: tuple[Watched, ...] = field(default=())

    @property
    def steps(self) -> list[Exchange]:
        return story(self.item, self.before.exchange, self.done, self.after.exchange)


def updates(resource: Resource) -> list[str]:
    """The roles under which a resource's items can be changed, as far as the document shows a JSON body."""
    return [role for role in ROLES if role in resource.operations and role in resource.bodies]


def updated(asking: Asking, resource: Resource, role: str) -> Update:
    """The one update of a resource that changes every property that has another value. Raises CannotAsk."""
    return once(asking, ("updated", resource.key, role), lambda: _update_all(asking, resource, role))


def _update_all(asking: Asking, resource: Resource, role: str) -> Update:
    item, before = workpiece(asking, resource)
    names = [each.name for each in changeable(resource, role)]
    chance = asking.bodies.random("updated", resource.operations[role].id)
    changes = other_values(asking, item, role, before.entity, names, chance)
    if not changes:
        raise CannotAsk(
            f"no property that {place(resource.operations[role])} changes has another valid value"
        )
    own = pieces(asking, resource)
    older = asking.shared(resource) if own.removed else own.first
    near = (older, own.last, *asking.own(resource)[-1:], cousin(asking, resource))
    others = list({id(other): other for other in near if other and other is not item}.values())
    bystanders = Bystanders(asking, others)
    found = update(asking, item, role, before, together(asking, item, role, before, changes))
    return Update(item, role, before, found.sent, found.done, found.after, bystanders.watched())


def together(
    asking: Asking, item: Item, role: str, before: Sight, changes: Mapping[str, Json]
) -> dict[str, Json]:  # fmt: skip
    """As many changes as one valid body can hold."""
    found: dict[str, Json] = {}
    for name, value in changes.items():
        try:
            body_with(asking, item, role, before.entity, {**found, name: value})
        except CannotAsk:
            continue
        found[name] = value
    return found


def update(asking: Asking, item: Item, role: str, before: Sight, changes: Mapping[str, Json]) -> Update:
    """Sends an update, and looks after it; where it is only accepted (202), until it is done. Raises
    CannotAsk."""
    done = send_update(asking, item, role, before, changes)
    after = look(asking, item)
    if done.status == 202:
        after = _settled(asking, item, changes, after)
    return Update(item, role, before, changes, done, after)


def send_update(
    asking: Asking, item: Item, role: str, before: Sight, changes: Mapping[str, Json], *, identity: str = ONE,
    **different: Any,
) -> Exchange:  # fmt: skip
    """The update as it should be sent: with the entity tag that `before` had, where it takes one."""
    body = body_with(asking, item, role, before.entity, changes)
    return asking.send(
        item.resource.operations[role], path=item.path, body=body, identity=identity,
        headers=conditions(item.resource, role, before), **different,
    )  # fmt: skip


def conditions(resource: Resource, role: str, sight: Sight) -> dict[str, Json]:
    """`If-Match` with the entity tag of a reading, where the operation takes it. Weak tags never match (RFC
    9110 section 13.1.1)."""
    return if_match(resource.operations[role], sight) if role in resource.if_match else {}


def if_match(operation: Operation, sight: Sight) -> dict[str, Json]:
    """`If-Match` with the entity tag of a reading, where an operation declares that header."""
    tag = sight.exchange.answer.header("etag") if sight.exchange.answer and not sight.listed else None
    takes = any(p.location == "header" and p.name.lower() == "if-match" for p in operation.parameters)
    return {"If-Match": tag} if takes and tag and not tag.startswith("W/") else {}


def excused(asking: Asking, found: "Update") -> str | None:
    """Why the refusal of an update that fits its schema is no fault that can be told from here, or None:
    states, conflicts and rules between properties are no matter of schemas. A switch or a free text, alone,
    breaks none."""
    exchange = found.done
    if exchange.succeeded:
        return None
    said = f"an update that fits the schema is answered {exchange.status or 'nothing'}"
    if exchange.status in BUSINESS or exchange.status >= 500 or not exchange.status:
        return said
    free = [
        isinstance(v, bool) or (isinstance(v, str) and asking.bodies.marker in v) for v in found.sent.values()
    ]
    return None if len(free) == 1 and free[0] else said


def mismatch(asking: Asking, found: Update, name: str) -> str | None:
    """How a property that was written differs from what is read after it, or None."""
    resource, value = found.item.resource, found.after.value(name)
    old = found.before.value(name) if found.role == "update" else ABSENT
    declared = shape_in_answers(asking.contract, resource.properties[name].read)
    if arrived(found.sent[name], value, old, declared):
        return None
    if not can_show(asking.contract, resource.properties[name].read, found.sent[name]):
        return None
    return "unchanged" if arrived(found.before.value(name), value) else "something else"


def wait(asking: Asking) -> None:
    asking.transport.wait(_PAUSE)


def _settled(asking: Asking, item: Item, changes: Mapping[str, Json], after: Sight) -> Sight:
    for _ in range(_POLLS):
        if all(arrived(value, after.value(name)) for name, value in changes.items()):
            return after
        wait(asking)
        after = look(asking, item)
    return after
