"""Requirements about what operations do to the items of a resource."""

from collections.abc import Iterable
from typing import Any, TypedDict, Unpack

from contract_tests.check import Level, Requirement
from contract_tests.contract import Contract, place
from contract_tests.probing.observing import blind
from contract_tests.probing.subjects import closure, maker, needs_of
from openapi.operation import Operation
from openapi.resources import Resource
from openapi.source import join_pointer


class Said(TypedDict, total=False):
    """What else is said of a requirement. `pointer`: where it is written, else the operation itself; `at`:
    which of several at that pointer; `subject`: what it is asked with, else the operation's id; `creates`:
    what else is created."""

    pointer: str
    at: str
    subject: str
    part: Any
    needs: Iterable[str]
    creates: Iterable[Resource]
    impossible: str | None


def promise(
    contract: Contract,
    check: str,
    level: Level,
    operation: Operation,
    resource: Resource,
    **said: Unpack[Said],
) -> Requirement:
    """What a check asks of an operation on items of `resource`, which it creates first."""
    pointer = said.get("pointer", operation.place.pointer)
    created = (resource, *said.get("creates", ()))
    at = "" if pointer.rpartition("/")[2] == said.get("at") else said.get("at", "")
    return Requirement(
        pointer, check, level, place(operation),
        at=" ".join(part for part in (spot(operation, pointer), at) if part),
        needs=needs_of(operation, "write", *said.get("needs", ())),
        creates=tuple(dict.fromkeys(key for each in created for key in closure(contract, each))),
        subject=said.get("subject", operation.id), part=said.get("part"),
        impossible=said.get("impossible") or uncreatable(resource),
    )  # fmt: skip


def spot(operation: Operation, pointer: str) -> str:
    """What tells a requirement from that of another operation at the same pointer: empty where the pointer
    lies below the operation's own path."""
    own = join_pointer("#/paths", operation.path, operation.method.lower())
    return "" if pointer == own or pointer.startswith(own + "/") else place(operation)


def uncreatable(resource: Resource) -> str | None:
    """Why no item of a resource can be made to ask about, or None."""
    return None if maker(resource) else f"no operation creates an item of {resource.key}"


def unseen(resource: Resource) -> str | None:
    """Why nothing can be told of an item of this run, or None."""
    return uncreatable(resource) or blind(resource)
