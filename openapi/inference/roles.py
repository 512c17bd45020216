"""What each operation is, why, and what could not be told; in sentences for people."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from openapi.inference.below import Below
from openapi.inference.corrections import Corrections
from openapi.inference.draft import Draft
from openapi.inference.pairing import Spot, tokenize
from openapi.media import essence, is_json
from openapi.operation import Operation
from openapi.resources import Envelope, Resource, Role

_USUAL = {
    "list": ("GET",), "create": ("POST", "PUT"), "read": ("GET",), "replace": ("PUT",),
    "update": ("PATCH", "POST"), "delete": ("DELETE",),
}  # fmt: skip
"""The methods of each role."""

_WHY = {
    "list": "GET on the path of the collection",
    "create": "POST on the path of the collection",
    "read": "GET on the path of the item",
    "replace": "PUT on the path of the item",
    "update": "{method} on the path of the item",
    "delete": "DELETE on the path of the item",
}


def resource_roles(made: Draft, resource: Resource, said: Corrections) -> dict[str, Role]:
    """The roles of a resource's own operations, and of those on its paths that are none of them, by id."""
    found: dict[str, Role] = {}
    for role, operation in resource.operations.items():
        if not (role == "create" and operation is resource.operations.get("replace")):
            why = ", ".join([*_told(said, operation, made), *_reasons(role, operation, resource)])
            found[operation.id] = Role(
                role, resource.key, why, tuple(_unknown(role, operation, made, resource))
            )
    for spot in (made.pair.collection, made.pair.item):
        for operation in _all(spot):
            if operation.id not in found:
                found[operation.id] = Role(
                    "other",
                    resource.key,
                    ", ".join([*_told(said, operation, made), _no_role(operation, spot, made)]),
                )
    return found


def below_roles(spot: Spot, below: Below, said: Corrections) -> dict[str, Role]:
    """The roles of the operations on a path that is no collection and no item."""
    key = below.owner.spot.path if below.owner else None
    found = {operation.id: Role("other", key, _why_other(operation, spot, below)) for operation in _all(spot)}
    if below.singleton:
        for role, operation in below.singleton.operations.items():
            why = f"{operation.method} on {spot.path}, where GET answers one object ({role})"
            found[operation.id] = Role("singleton", key, why)
    for action in below.actions:
        answer = "answers the item" if action.answers_item else "answers something else"
        why = f"{action.operation.method} on `{action.name}` below the path of the item"
        found[action.operation.id] = Role("action", key, f"{why}, {answer}")
    path = said.paths.get(spot.tokens)
    told = f"{path.where}, " if path and path.role else ""
    return {name: replace(role, why=told + role.why) for name, role in found.items()}


def _told(said: Corrections, operation: Operation, made: Draft) -> list[str]:
    """That people say it, where they do."""
    own = said.operations.get(operation.id)
    paths = [told for tokens in made.pair.tokens if (told := said.paths.get(tokens)) and told.role]
    return [told.where for told in ([own] if own else paths)][:1]


def where(envelope: Envelope) -> str:
    """A place in a body, as people write it: `data.0`."""
    return "`" + ".".join(str(token) for token in envelope.path) + "`" if envelope.path else "the body itself"


def _reasons(role: str, operation: Operation, resource: Resource) -> Iterator[str]:
    on = (resource.collection, resource.item)
    if operation.path not in on and tokenize(operation.path) not in map(tokenize, filter(None, on)):
        yield f"{role} at {operation.path}"
    elif operation.method not in _USUAL[role]:
        yield f"{role} by {operation.method}"
    elif resource.is_by_body(role):
        yield f"{operation.method} on the path of the collection, the id in its body"
    else:
        yield _WHY[role].format(method=operation.method)
    if role in resource.envelopes:
        thing = "list" if role == "list" else "item"
        yield f"the {thing} in its answer is {where(resource.envelopes[role])}"
    if role in resource.bodies:
        yield f"the item in its request is {where(resource.bodies[role])}"
    if role == "replace" and operation is resource.operations.get("create"):
        yield "which creates too: it declares 201, and nothing else creates"


def _unknown(role: str, operation: Operation, made: Draft, resource: Resource) -> Iterator[str]:
    if role == "list" and role not in resource.envelopes:
        yield "where the list stands in its answer"
    if (
        role in ("read", "list")
        and resource.id
        and resource.id.property is None
        and not resource.id.inside
        and role in resource.envelopes
    ):
        yield f"which property holds {{{resource.id.parameter.name}}}"
    if role == "read" and role not in resource.envelopes:
        yield "what its answer holds"
    if role in ("create", "replace", "update") and operation.body and role not in resource.bodies:
        yield (
            "how its body is written: it is no JSON object" if _has_json(operation) else "its body is no JSON"
        )
    if role == "create" and resource.item and role not in resource.envelopes and not resource.location:
        yield "where the id of the new item stands in its answer"
    if role in ("list", "create") and made.pair.item is None:
        yield "which path reads one item"


def _has_json(operation: Operation) -> bool:
    return any(is_json(essence(name)) for name in (operation.body.content if operation.body else ()))


def _no_role(operation: Operation, spot: Spot | None, made: Draft) -> str:
    if spot and operation in spot.doubles:
        return f"another path that differs from {operation.path} in names only has {operation.method} too"
    place = "collection" if spot is made.pair.collection else "item"
    return (
        f"{operation.method} on the path of the {place} is no list, create, read, replace, update or delete"
    )


def _why_other(operation: Operation, spot: Spot, below: Below) -> str:
    if operation in spot.doubles:
        return f"another path that differs from {operation.path} in names only has {operation.method} too"
    if operation.method == "GET" and below.lists:
        return f"GET answers a list, and {operation.path} is no collection of its own"
    if operation.method == "GET":
        return f"{operation.path} is neither a collection nor an item, and GET answers no object"
    return f"{operation.path} is neither a collection nor an item, and lies below no item"


def _all(spot: Spot | None) -> Iterable[Operation]:
    return [*spot.operations.values(), *spot.doubles] if spot else []
