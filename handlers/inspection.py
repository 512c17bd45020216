"""What the mock makes of a document, as plain data: its resources, and operation by operation what answers
it, why, and what could not be told. `hyfn inspect` shows it."""

from collections.abc import Iterator
from typing import Any

from handlers.app import App
from handlers.errors import as_declared
from handlers.problems import (
    BadPath,
    BadRequest,
    Conflict,
    NotFound,
    PreconditionFailed,
    Refusal,
    Unauthorized,
    UnsupportedMediaType,
)
from openapi.callbacks import callbacks_of, webhooks_of
from openapi.inference import infer
from openapi.operation import Operation
from openapi.resources import Envelope, Filter, Model, Paging, Resource, Role

Told = dict[str, Any]
"""A JSON object."""

_ON_ITEM = ("read", "replace", "update", "delete", "action", "singleton")


def inspected(app: App) -> Told:
    """The whole of it: `document`, `resources`, `operations`, `security`, `webhooks`, `findings`: what was
    found wrong in the document so far."""
    document = app.context.document
    model = app.model or infer(document)
    return {
        "document": {
            "file": document.source.name,
            "title": document.title,
            "version": document.version,
            "operations": len(document.operations),
        },
        "resources": [_resource(each) for each in model.resources.values()],
        "operations": [_operation(app, model, each) for each in document.operations],
        "security": {
            "tenant": app.keyring.tenant,
            "schemes": {name: str(scheme.get("type")) for name, scheme in app.keyring.schemes.items()},
            "unchecked": app.keyring.unchecked,
            "tokens": list(app.own.tokens.scopes),
        },
        "webhooks": list(webhooks_of(document)),
        "findings": [str(each) for each in document.findings()],
    }


def _resource(resource: Resource) -> Told:
    named = resource.id
    return {
        "key": resource.key,
        "name": resource.name,
        "operations": {role: each.id for role, each in resource.operations.items()},
        "id": {
            "property": named.property or ".".join(named.inside) or None,
            "parameter": named.parameter.name,
            "given": named.given,
            "why": named.why,
        }
        if named
        else None,
        "envelopes": {role: dotted(each) for role, each in resource.envelopes.items()},
        "bodies": {role: dotted(each) for role, each in resource.bodies.items()},
        "paging": _paging(resource.paging) if resource.paging else None,
        "total": ".".join(resource.total) if resource.total else None,
        "filters": [_filter(each) for each in (*resource.filters, *resource.choices)],
        "parents": [
            {"parameter": each.parameter.name, "resource": each.resource} for each in resource.parents
        ],
        "tenant": resource.tenant,
        "actions": [each.name for each in resource.actions],
        "singletons": [each.path for each in resource.singletons],
    }


def dotted(envelope: Envelope) -> str:
    """Where something stands in a body: `data.0`; empty for the body itself. `x-resource` takes the same."""
    return ".".join(str(step) for step in envelope.path)


def _paging(paging: Paging) -> Told:
    return {
        "kind": paging.kind,
        "limit": paging.limit.name if paging.limit else None,
        "position": paging.position.name if paging.position else None,
        "next": ".".join(paging.next) if paging.next else None,
        "default_limit": paging.default_limit,
        "most": paging.most,
    }


def _filter(found: Filter) -> Told:
    return {"parameter": found.parameter.name, "property": found.property, "several": found.many}


def _operation(app: App, model: Model, operation: Operation) -> Told:
    role = model.roles[operation.id]
    resource = model.resources.get(role.resource or "")
    plain = _undeclared(app, operation, role, resource)
    return {
        "id": operation.id,
        "method": operation.method,
        "path": operation.path,
        "role": role.kind,
        "resource": role.resource,
        "answers": app.resolver.describe(operation),
        "why": role.why,
        "unknown": list(role.unknown),
        "undeclared_refusals": [{"status": status, "for": reason} for status, reason in plain],
        "callbacks": [each.name for each in callbacks_of(app.context.document, operation)],
    }


def _undeclared(
    app: App, operation: Operation, role: Role, resource: Resource | None
) -> list[tuple[int, str]]:
    """The refusals for which the operation declares no status, each with the plain one that it gets."""
    found = []
    for kind, reason in _refusals(app, operation, role, resource):
        refusal = as_declared(kind(), operation)
        if operation.response(refusal.status) is None:
            found.append((refusal.status, reason))
    return found


def _refusals(
    app: App, operation: Operation, role: Role, resource: Resource | None
) -> Iterator[tuple[type[Refusal], str]]:
    """What a request for an operation may be refused for."""
    if operation.body or any(each.location != "path" for each in operation.parameters):
        yield BadRequest, "a wrong request"
    elif operation.parameters:
        yield BadPath, "a wrong path"
    ways = app.keyring.requirements(operation)
    if ways and all(ways):
        yield Unauthorized, "missing or wrong credentials"
    if operation.body:
        yield UnsupportedMediaType, "a body of another type"
    if resource is None:
        return
    if role.kind in _ON_ITEM and "{" in operation.path and "delete" in resource.operations:
        yield NotFound, "what was deleted"  # where nothing can say so, all that nobody ever used is there
    if role.kind == "create" and resource.id and resource.id.given != "server":
        yield Conflict, "an id that is taken"
    if role.kind in resource.if_match:
        yield PreconditionFailed, "another entity tag"
