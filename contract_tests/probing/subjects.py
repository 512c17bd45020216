"""What checks are asked of: the places of the document that requirements point at, and what asking them
needs."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.check import WRITE, Level, Requirement
from contract_tests.contract import SAFE, Contract, place
from contract_tests.exchange import Exchange
from openapi.media import preferred
from openapi.operation import Operation, Place, Response
from openapi.resources import Envelope, Resource
from openapi.source import join_pointer, locate, look_up

NEEDS_WRITE = frozenset({WRITE})


def resources_with(contract: Contract, *roles: str) -> Iterator[Resource]:
    """The resources that have an operation for each of these roles; `make` stands for whatever creates an
    item."""
    for resource in contract.model.resources.values():
        have = resource.operations.keys() | ({"make"} if maker(resource) else set())
        if have >= set(roles):
            yield resource


def maker(resource: Resource) -> Operation | None:
    """The operation that creates an item: POST on the collection, else PUT with an id of the client's
    choice."""
    found = resource.operations.get("create")
    if found is None and resource.id is not None and resource.id.given == "client":
        found = resource.operations.get("replace")
    return found


def closure(contract: Contract, resource: Resource) -> tuple[str, ...]:
    """The keys of the resources that creating an item of this one creates: its own, its parents', and those
    that it has to refer to."""
    found: dict[str, None] = {}
    waiting = [resource.key]
    while waiting:
        key = waiting.pop()
        if key in found or key not in contract.model.resources:
            continue
        found[key] = None
        each = contract.model.resources[key]
        waiting += [parent.resource for parent in each.parents if parent.resource]
        waiting += [p.reference for p in each.properties.values() if p.reference and p.required]
    return tuple(found)


def needs_of(operation: Operation, *more: str) -> frozenset[str]:
    """What sending an operation needs of a run."""
    return frozenset(more) if operation.method in SAFE else frozenset({WRITE, *more})


def success(operation: Operation) -> Response | None:
    """The first declared 2xx response (a range `2XX` or `default` counts when nothing else is there)."""
    exact = next((r for key, r in operation.responses.items() if key.isdecimal() and key[0] == "2"), None)
    return exact or operation.responses.get("2XX") or operation.responses.get("default")


def success_pointer(operation: Operation) -> str:
    """The pointer of the success response as it stands under the operation."""
    response = success(operation)
    return join_pointer(responses_pointer(operation), *((response.key,) if response else ()))


def responses_pointer(operation: Operation) -> str:
    """The pointer of the responses of an operation; of the operation itself, where it has none."""
    written = operation.place.get("responses") is not None
    return join_pointer(operation.place.pointer, *(("responses",) if written else ()))


def answer_property(contract: Contract, operation: Operation, envelope: Envelope, name: str) -> str:
    """Where the schema of a property of the item in a success body stands; the response, where it cannot be
    told."""
    response = success(operation)
    media_type = preferred(response.content) if response else None
    if response is None or media_type is None:
        return success_pointer(operation)
    found = _property(contract, response.content[media_type], envelope, name)
    return found or success_pointer(operation)


def body_property(contract: Contract, operation: Operation, envelope: Envelope, name: str) -> str:
    """Where the schema of a property of the item in a request body stands; the body, where it cannot be
    told."""
    body = join_pointer(operation.place.pointer, "requestBody")
    media_type = preferred(operation.body.content) if operation.body else None
    if operation.body is None or media_type is None:
        return body
    return _property(contract, operation.body.content[media_type], envelope, name) or body


def _property(contract: Contract, media: Place, envelope: Envelope, name: str) -> str | None:
    pointer: str | None = join_pointer(media.pointer, "schema")
    for token in (*envelope.path, *envelope.where(name)):
        if pointer is None:
            return None
        step = ("items",) if isinstance(token, int) else ("properties", token)
        pointer = _inside(contract.document.data, pointer, step, set())
    return pointer


def _inside(data: Any, pointer: str, step: tuple[str, ...], seen: set[str]) -> str | None:
    """The pointer of a sub-schema, through `$ref` and the combining keywords."""
    located = locate(data, pointer)
    schema = look_up(data, located) if located else None
    if located is None or located in seen or not isinstance(schema, dict):
        return None
    seen.add(located)
    inner: Any = schema
    for token in step:
        inner = inner.get(token) if isinstance(inner, dict) else None
    if inner is not None:
        return join_pointer(located, *step)
    branches = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
    for keyword in ("allOf", "anyOf", "oneOf"):
        members = schema.get(keyword)
        branches += [
            join_pointer(located, keyword, i) for i in range(len(members) if isinstance(members, list) else 0)
        ]
    found = (_inside(data, branch, step, seen) for branch in branches)
    return next((each for each in found if each), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """A declared response of an operation."""

    operation: Operation
    response: Response

    def requirement(self, check: str, level: Level, *tokens: str) -> Requirement:
        """What a check asks of it, or of what stands below it."""
        return Requirement(
            join_pointer(self.operation.place.pointer, "responses", self.response.key, *tokens), check, level,
            place(self.operation), needs=needs_of(self.operation), subject=self.operation.id,
        )  # fmt: skip


_NO_REQUIREMENT = {"405", "413", "500"}


def responses_to_see(contract: Contract) -> Iterator[Seen]:
    """Every declared response. 405, 413 and 500 are no promise of the operation's own."""
    for operation in contract.document.operations:
        for key, response in operation.responses.items():
            if key not in _NO_REQUIREMENT:
                yield Seen(operation, response)


def response_of(exchange: Exchange) -> Response | None:
    """The declared response that an answer is, or None."""
    return exchange.operation.response(exchange.status) if exchange.operation and exchange.status else None
