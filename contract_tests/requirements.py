"""The list of what is promised, derived from the document before anything is sent, and which of it this run
may ask."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from contract_tests.check import CREDENTIALS, FULL, OTHER_IDENTITY, WRITE, Check, Requirement
from contract_tests.contract import Contract
from contract_tests.exchange import ONE, OTHER
from contract_tests.guard import Guard
from contract_tests.probing.credentials import Credentials
from contract_tests.problems import Inconclusive
from contract_tests.profile import Profile


@dataclass(frozen=True, slots=True)
class Planned:
    """A requirement, and why this run may not ask it (None: it may)."""

    requirement: Requirement
    barred: str | None


def plan(
    contract: Contract,
    checks: Sequence[Check],
    guard: Guard,
    credentials: Credentials,
    given: Collection[str] = (),
) -> list[Planned]:
    """Every requirement of the checks, in their order. `given`: places of GETs that need no record of this
    run. Raises Inconclusive where two have one id."""
    found = [requirement for check in checks for requirement in check.derive(contract)]
    known: set[str] = set()
    for requirement in found:
        if requirement.id in known:
            raise Inconclusive(f"two requirements have the id {requirement.id}")
        known.add(requirement.id)
    return [Planned(each, _barred(_least(each, given), contract, guard, credentials)) for each in found]


def select(checks: Iterable[Check], wanted: Sequence[str], unwanted: Sequence[str]) -> list[Check]:
    """The checks whose names fit a pattern of `wanted` (none: all) and none of `unwanted`."""
    return [
        check
        for check in checks
        if (not wanted or any(fnmatchcase(check.name, pattern) for pattern in wanted))
        and not any(fnmatchcase(check.name, pattern) for pattern in unwanted)
    ]


def part(planned: Sequence[Planned], chosen: frozenset[str]) -> list[Planned]:
    """The requirements with these ids, and those that a check asks together with them."""
    groups = {_group(each) for each in planned if each.requirement.id in chosen}
    return [each for each in planned if _group(each) in groups]


def _group(planned: Planned) -> tuple[str, str]:
    return planned.requirement.check, planned.requirement.subject


def _least(requirement: Requirement, given: Collection[str]) -> Requirement:
    """A requirement without the needs that only a record of this run would bring along."""
    if requirement.place not in given:
        return requirement
    return replace(requirement, needs=requirement.needs - {WRITE}, creates=())


def _barred(
    requirement: Requirement, contract: Contract, guard: Guard, credentials: Credentials
) -> str | None:
    """Why profile or identities do not admit a requirement."""
    needs = requirement.needs
    if FULL in needs and guard.permissions.profile is not Profile.FULL:
        return f"profile {guard.permissions.profile.value} does not ask this, --profile full does"
    if WRITE in needs and guard.permissions.profile is Profile.READ_ONLY:
        return "profile read-only sends no writes"
    if CREDENTIALS in needs and not credentials.has(ONE):
        return "no credentials were given (-H)"
    if OTHER_IDENTITY in needs and not credentials.has(OTHER):
        return "no second identity was given (--other-header)"
    reasons = (guard.may_create(contract.model.resources[key]) for key in requirement.creates)
    return next((reason for reason in reasons if reason), None) or _aimless(requirement, contract, guard)


def _aimless(requirement: Requirement, contract: Contract, guard: Guard) -> str | None:
    """Why the guard holds back every request of the operation that a requirement is about, or None."""
    method, _, path = requirement.place.rpartition(" ")
    operation = contract.paths.get(path, {}).get(method)
    return guard.aimless(operation) if operation and WRITE in requirement.needs else None
