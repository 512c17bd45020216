"""Requests with one credential missing or broken: what they are asked of, and what has to come."""

from collections.abc import Iterator, Sequence

from contract_tests.check import (
    CREDENTIALS,
    FULL,
    OTHER_IDENTITY,
    CannotAsk,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import SAFE, Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.breaking import OF_ANOTHER, authority
from contract_tests.probing.inputs import subject_item
from contract_tests.probing.refusals import declared, level_of, suits
from contract_tests.probing.subjects import closure
from contract_tests.probing.typical import typical
from contract_tests.spot import STATUS
from contract_tests.transport import Held
from openapi.operation import Operation, Place
from openapi.source import join_pointer

REFUSALS = (401, 403)


def secured_requirements(
    contract: Contract, check: str, ways: Sequence[str], once: bool = False
) -> Iterator[Requirement]:
    """One requirement per operation, scheme and way.

    once: of each resource only the first reading and the first writing operation, others need profile full.
    """
    asked: set[tuple[str, bool]] = set()
    for operation in contract.document.operations:
        resource = contract.resource_of(operation)
        group = (resource.key if resource else operation.path, operation.method in SAFE)
        more = {FULL} if once and group in asked else set()
        asked.add(group)
        for scheme in dict.fromkeys(name for one in operation.security for name in one):
            for way in _meant(contract, operation, scheme, ways):
                rare = {FULL} if once and way == OF_ANOTHER and operation.method not in SAFE else set()
                yield Requirement(
                    _security_pointer(operation),
                    check,
                    level_of(operation, REFUSALS, Level.DOCUMENT),
                    place(operation),
                    at=_at(scheme, way, len(ways) > 1),
                    needs=frozenset({CREDENTIALS, *more, *rare, *_identity(way), *needs(operation)}),
                    creates=_creates(contract, operation),
                    subject=operation.id,
                    part=(scheme, way),
                    impossible=_optional(operation),
                )


def intrude(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    """Sends each broken request; a refusal is what is promised."""
    operation = asking.contract.operations[requirements[0].subject]
    item = subject_item(asking, operation)
    for requirement in requirements:
        scheme, way = requirement.part
        try:
            given = authority(asking, operation, scheme, way, asking.random(requirement))
            exchange = asking.send(
                operation,
                **typical(asking, operation, item),
                authority=given,
                valid=False,
                purpose=requirement.id,
            )
        except (CannotAsk, Held) as reason:
            yield not_tested(requirement, str(reason))
            continue
        if suits(operation, exchange.status, REFUSALS):
            yield passed(requirement)
            continue
        yield failed(
            requirement,
            f"{exchange.status or 'no answer'} although the credential of {scheme} is "
            f"{way.replace('_', ' ')}",
            f"a refusal ({declared(operation, REFUSALS)})",
            *([item.made] if item else []),
            exchange,
            cause=f"{scheme}: {'accepted' if exchange.succeeded else exchange.status}",
            spot=STATUS,
        )
        if item is not None and exchange.succeeded and operation.method not in SAFE:
            asking.spoil(item)
            item = subject_item(asking, operation)


def needs(operation: Operation) -> frozenset[str]:
    return frozenset() if operation.method in SAFE else frozenset({"write"})


def _creates(contract: Contract, operation: Operation) -> tuple[str, ...]:
    resource = contract.resource_of(operation)
    if resource is None or ("{" not in operation.path and operation.method in SAFE):
        return ()
    return closure(contract, resource)


def _security_pointer(operation: Operation) -> str:
    """Where the operation's security is written: at the operation, else at the top."""
    if operation.place.get("security") is not None:
        return join_pointer(operation.place.pointer, "security")
    return operation.place.pointer


def _meant(contract: Contract, operation: Operation, scheme: str, ways: Sequence[str]) -> list[str]:
    """The ways that mean something for a scheme: only Authorization has a scheme's name before the secret;
    only what comes in two parts can be mixed of two identities."""
    place_ = contract.document.security_schemes.get(scheme, Place("", {}))
    unfit = {"under_another_scheme"} if place_.get("type") == "apiKey" else set()
    last = any(len(one) > 1 and list(one)[-1] == scheme for one in operation.security)
    if not last and str(place_.get("scheme", "")).lower() != "basic":
        unfit.add(OF_ANOTHER)
    return [way for way in ways if way not in unfit]


def _identity(way: str) -> set[str]:
    return {OTHER_IDENTITY} if way == OF_ANOTHER else set()


def _at(scheme: str, way: str, several: bool) -> str:
    return f"{scheme} {way}" if several else scheme


def _optional(operation: Operation) -> str | None:
    return (
        "the operation is allowed without credentials" if any(not one for one in operation.security) else None
    )
