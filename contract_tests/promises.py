"""Requirements about what operations do to the items of a resource."""

from collections.abc import Iterable
from typing import Any

from contract_tests.check import Level, Requirement
from contract_tests.contract import Contract, place
from contract_tests.observing import blind
from contract_tests.subjects import closure, maker, needs_of
from openapi.operation import Operation
from openapi.resources import Resource
from openapi.source import join_pointer


def promise(
    contract: Contract, check: str, level: Level, operation: Operation, resource: Resource, *,
    pointer: str | None = None, at: str = "", subject: str = "", part: Any = None, needs: Iterable[str] = (),
    creates: Iterable[Resource] = (), impossible: str | None = None,
) -> Requirement:  # fmt: skip
    """What a check asks of an operation on items of `resource`, which it creates first.

    pointer: where it is written, the operation itself where nothing is said. `at` names the operation as well where
    the pointer does not. subject: the operation's id where nothing is said. creates: what else is created.
    """
    written = operation.place.pointer if pointer is None else pointer
    keys = [key for each in (resource, *creates) for key in closure(contract, each)]
    return Requirement(
        written, check, level, place(operation),
        at=" ".join(part for part in (spot(operation, written), at) if part),
        needs=needs_of(operation, "write", *needs), creates=tuple(dict.fromkeys(keys)),
        subject=subject or operation.id, part=part, impossible=impossible or uncreatable(resource),
    )  # fmt: skip


def spot(operation: Operation, pointer: str) -> str:
    """What tells a requirement from that of another operation at the same pointer: empty where the pointer lies
    below the operation's own path."""
    own = join_pointer("#/paths", operation.path, operation.method.lower())
    return "" if pointer == own or pointer.startswith(own + "/") else place(operation)


def uncreatable(resource: Resource) -> str | None:
    """Why no item of a resource can be made to ask about, or None."""
    return None if maker(resource) else f"no operation creates an item of {resource.key}"


def unseen(resource: Resource) -> str | None:
    """Why nothing can be told of an item of this run, or None."""
    return uncreatable(resource) or blind(resource)
