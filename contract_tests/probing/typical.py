"""The typical valid request of any operation: path values, query and body, on records of this run."""

from typing import Any

from contract_tests.check import CannotAsk
from contract_tests.contract import SAFE, names_in_path, place
from contract_tests.exchange import ONE
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.values import typed
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource

ON_ITEM = frozenset({"read", "replace", "update", "delete", "action", "singleton"})
"""Kinds of operations that are about one item."""


def typical(
    asking: Asking, operation: Operation, item: Item | None = None, identity: str = ONE
) -> dict[str, Any]:
    """What `asking.send` needs to send the operation validly: `path`, `body`, `identity`.

    item: the record that it is about, where it is about one; else a shared one, or for a GET the one that a
    person gives. Raises CannotAsk.
    """
    told = given_path(asking, operation) if item is None and identity == ONE else None
    if told is not None:
        return {"path": told, "body": ABSENT, "identity": identity}
    role = asking.contract.role(operation)
    resource = asking.contract.resource_of(operation)
    if resource is None:
        if "{" in operation.path:
            raise CannotAsk(f"{place(operation)} is about something that nothing here creates")
        body = asking.bodies.make(operation) if _carries(operation) else ABSENT
        return {"path": {}, "body": body, "identity": identity}
    if role.kind == "create":
        parents = asking.parents(resource, identity)
        return {"path": parents, "body": asking.create_body(resource, identity), "identity": identity}
    if role.kind not in ON_ITEM:
        body = asking.bodies.make(operation) if _carries(operation) else ABSENT
        return {"path": asking.parents(resource, identity), "body": body, "identity": identity}
    found = item or asking.shared(resource, identity)
    _must_take(asking, operation, found)
    return {
        "path": found.path,
        "body": _body(asking, operation, role.kind, resource, found),
        "identity": identity,
    }


def _carries(operation: Operation) -> bool:
    """Whether a body goes with it: a GET has one only where it must."""
    return operation.method not in SAFE or (operation.body is not None and operation.body.required)


def _must_take(asking: Asking, operation: Operation, item: Item) -> None:
    """Raises CannotAsk where the path of an operation wants another kind of id than the item has."""
    own = item.resource.id.parameter.name if item.resource.id else None
    for parameter in operation.parameters:
        if parameter.location == "path" and parameter.name == own and parameter.schema is not None:
            value = typed(item.id, parameter.schema.value, asking.contract)
            if not asking.contract.requests.at(parameter.schema.pointer).is_valid(value):
                raise CannotAsk(f"{place(operation)} takes no such {own} as {item.id}")


def given_path(asking: Asking, operation: Operation) -> dict[str, Json] | None:
    """The values of the path that a person gives for a GET, where all of them are given."""
    given, names = asking.bodies.given(operation).parameters, names_in_path(operation.path)
    if operation.method not in SAFE or not names or any(name not in given for name in names):
        return None
    return {name: given[name] for name in names}


def _body(asking: Asking, operation: Operation, kind: str, resource: Resource, item: Item) -> Json:
    if operation.body is None or not _carries(operation):
        return ABSENT
    if kind in ("update", "replace"):
        return asking.update_body(item, kind, one_change(asking, resource, kind))
    return asking.bodies.make(operation)


def one_change(asking: Asking, resource: Resource, role: str) -> dict[str, Json]:
    """A valid change of as little as possible; {} where nothing has to be in the body."""
    operation = resource.operations[role]
    if role == "replace":
        return {}
    whole = asking.bodies.make(operation, full=True, drop=references(resource))
    item = resource.bodies[role].find(whole) if role in resource.bodies else whole
    least = asking.bodies.make(operation)
    must = resource.bodies[role].find(least) if role in resource.bodies else least
    own = resource.id.property if resource.id else None
    if isinstance(must, dict) and must.keys() - {own}:
        return {name: value for name, value in must.items() if name != own}
    if not isinstance(item, dict) or not item:
        return {}
    marked = [
        name for name, value in item.items() if isinstance(value, str) and asking.bodies.marker in value
    ]
    name = marked[0] if marked else next(iter(item))
    return {name: item[name]}


def references(resource: Resource) -> set[str]:
    """The properties that name a record of a resource."""
    return {name for name, found in resource.properties.items() if found.reference}
