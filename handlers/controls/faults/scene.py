"""What a fault knows of the operation that it spoils: its role, its resource, and where the items are."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from handlers.call import NO_BODY, Call, Json, Reply
from handlers.context import Context
from handlers.problems import Refusal
from handlers.resolve import HandlerResolver
from handlers.store.base import copy_json
from openapi.dialect import Schema, parts
from openapi.inference import infer
from openapi.operation import Operation
from openapi.resources import Envelope, Property, Resource
from openapi.shape import TYPES, shape

WRITES = ("create", "replace", "update")
"""The roles whose request holds an item."""

CHANGES = ("replace", "update")

_BRANCHES = ("allOf", "anyOf", "oneOf")


class Scene:
    """What the spots of one app share.

    `remembered` is a fault's own memory: by resource and organization, items by their id, oldest first.
    """

    def __init__(self, context: Context, resolver: HandlerResolver) -> None:
        self.context, self.resolver = context, resolver
        self.model = infer(context.document)
        self.remembered: defaultdict[tuple[str, str], dict[str, Json]] = defaultdict(dict)

    def spot(self, operation: Operation) -> "Spot":
        role = self.model.roles.get(operation.id)
        resource = self.model.resources.get((role and role.resource) or "")
        return Spot(operation, role.kind if role else "other", resource, self)

    def other(self, organization: str) -> str:
        """The name of an organization that is not this one; one that may call, where there is any."""
        names = (identity.organization for identity in self.context.settings.identities)
        return next((name for name in names if name != organization), f"{organization}-other")


@dataclass(frozen=True, slots=True)
class Spot:
    """One operation. Where the model knows no resource, there are no items and no properties."""

    operation: Operation
    role: str
    resource: Resource | None
    scene: Scene

    @property
    def properties(self) -> list[Property]:
        return list(self.resource.properties.values()) if self.resource else []

    @property
    def envelope(self) -> Envelope | None:
        """Where the item, or the list, stands in the answer."""
        if self.resource is None:
            return None
        actions = (action for action in self.resource.actions if action.operation is self.operation)
        action = next(actions, None)
        if action is not None:
            return action.envelope if action.answers_item else None
        return self.resource.envelopes.get(self.role)

    def items(self, body: Json) -> list[dict[str, Json]]:
        """The items in an answer's body, themselves: who changes one changes the body."""
        found = self.envelope.find(body) if self.envelope else None
        listed = found if isinstance(found, list) else [found]
        return [item for item in listed if isinstance(item, dict)]

    def list_in(self, body: Json) -> list[Json]:
        """The list in the answer of a list, itself; empty where there is none."""
        found = self.envelope.find(body) if self.envelope else None
        return found if isinstance(found, list) else []

    def last(self, fits: Callable[[Property], bool]) -> Property | None:
        """The last property that fits, in the order of the document."""
        return next((found for found in reversed(self.properties) if fits(found)), None)

    def of_role(self, role: str) -> str:
        """The name of the property with a role (created, updated, deleted), or an empty text."""
        return next((found.name for found in self.properties if found.role == role), "")

    @property
    def id_name(self) -> str:
        """The name of the property that holds the id, or an empty text."""
        return (self.resource.id.property if self.resource and self.resource.id else None) or ""

    def written(self, found: Property) -> Schema | None:
        """The schema of a property in this operation's request, or None."""
        return found.create if self.role == "create" else found.update.get(self.role)

    def writable(self) -> list[Property]:
        """The properties that this operation's request may hold, the id aside."""
        return [p for p in self.properties if self.written(p) is not None and p.role != "id"]

    def types(self, schema: Schema | None) -> frozenset[str]:
        """The JSON types that a schema of the model admits."""
        return TYPES if schema is None else shape(self.scene.context.requests.tree, schema).types

    def keyword(self, schema: Schema | None, name: str) -> Any:
        """What a schema of the model says under a keyword, itself or in a part of it; None for nothing."""
        found = parts(self.scene.context.requests.tree, schema, _BRANCHES)
        return next((part[name] for part in found if name in part), None)

    # What the resource's other operations answer.

    def id_asked(self, call: Call) -> str:
        """The id in the path of a call, as text."""
        named = self.resource.id.parameter.name if self.resource and self.resource.id else ""
        return str(call.parameters.get(named))

    def id_of(self, item: dict[str, Json]) -> str:
        return str(item.get(self.id_name))

    def peer(self, role: str, call: Call, id_: str | None = None, **changes: Any) -> Reply | None:
        """What the resource's operation of another role answers; None where it has none, or refuses.

        `id_`: of another item than the call's own; `changes`: other members of the call.
        """
        operation = self.resource.operations.get(role) if self.resource else None
        if operation is None or self.resource is None:
            return None
        parameters = dict(call.parameters)
        if id_ is not None and self.resource.id is not None:
            parameters[self.resource.id.parameter.name] = id_
        given: dict[str, Any] = {"body": NO_BODY, "written": {}, "caller": call.caller, **changes}
        asked = Call(operation.id, parameters, now=call.now, store=call.store, **given)
        try:
            return self.scene.resolver.function(operation)(asked)
        except Refusal:
            return None

    def peer_items(self, role: str, call: Call) -> Iterator[dict[str, Json]]:
        """The items in what `peer` gives."""
        operation = self.resource.operations.get(role) if self.resource else None
        reply = self.peer(role, call)
        if operation is not None and reply is not None:
            yield from self.scene.spot(operation).items(reply.body)

    def before(self, call: Call) -> dict[str, Json] | None:
        """The item that the path names as a read shows it now, or None."""
        found = next(self.peer_items("read", call), None)
        return None if found is None else copy_json(found)

    def memory(self, call: Call) -> dict[str, Json]:
        """What the fault remembers of this resource and organization."""
        return self.scene.remembered[(self.resource.key if self.resource else "", call.caller.organization)]
