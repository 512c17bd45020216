"""Where in an answer the part stands that a failure is about."""

from typing import Any

from contract_tests.check import Outcome
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.listing import id_in
from contract_tests.spot import Path, Spot
from openapi.codec import Json
from openapi.resources import ABSENT, Envelope, Resource
from openapi.source import join_pointer


def mark(outcome: Outcome, contract: Contract) -> dict[str, str] | None:
    """The part of the last answer: {"part": "status"}, {"part": "header", "name": ...}, or {"part": "body",
    "pointer": ...}; None where nobody can tell. What is missing is marked as what it is missing in."""
    spot, last = outcome.spot, outcome.steps[-1] if outcome.steps else None
    if spot is None or last is None or last.answer is None:
        return None
    if spot.part == "status":
        return {"part": "status"}
    if spot.part == "header":
        return {"part": "header", "name": spot.name}
    if last.json is ABSENT:
        return {"part": "body", "pointer": ""} if spot.part == "body" and last.answer.body else None
    path = spot.path if spot.part == "body" else _in_envelope(spot, last, contract)
    return None if path is None else {"part": "body", "pointer": _pointer(_there(last.json, path))}


def _in_envelope(spot: Spot, exchange: Exchange, contract: Contract) -> Path | None:
    """The path in the body of something in an item."""
    operation = exchange.operation
    if operation is None or not exchange.succeeded:
        return None
    envelope = _envelope(exchange, contract)
    found = envelope.find(exchange.json) if envelope else ABSENT
    if envelope is None or found is ABSENT:
        return None
    if not isinstance(found, list):
        return (*envelope.path, *spot.path)
    if spot.own is None:
        return envelope.path
    resource = contract.resource_of(operation)
    at = _place(resource, found, spot.own) if resource else None
    return None if at is None else (*envelope.path, at, *spot.path)


def _envelope(exchange: Exchange, contract: Contract) -> Envelope | None:
    """Where the item, or the list, stands in the answer of an operation."""
    assert exchange.operation is not None
    operation, role = exchange.operation, contract.role(exchange.operation)
    resource = contract.model.resources.get(role.resource or "")
    if resource is None:
        return None
    if role.kind in resource.envelopes:
        return resource.envelopes[role.kind]
    acting = [a.envelope for a in resource.actions if a.operation is operation and a.answers_item]
    alone = [s.envelope for s in resource.singletons if operation in s.operations.values()]
    return next(iter([*acting, *alone]), None)


def _place(resource: Resource, items: list[Json], own: str) -> int | None:
    return next((at for at, each in enumerate(items) if id_in(resource, each) == own), None)


def _there(value: Any, path: Path) -> Path:
    """As much of a path as there is in a value."""
    for depth, token in enumerate(path):
        try:
            value = value[token]
        except (LookupError, TypeError):
            return path[:depth]
    return path


def _pointer(path: Path) -> str:
    """A JSON pointer (RFC 6901)."""
    return join_pointer("", *path)
