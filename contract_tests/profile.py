"""How much a run may do at its target."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from contract_tests.problems import Misuse
from openapi.operation import Operation


class Profile(Enum):
    """What may leave, from least to most. The values are what people type."""

    READ_ONLY = "read-only"
    """Documented GET and HEAD, nothing else."""
    SANDBOXED = "sandboxed"
    """Writes too, that touch only what this run created."""
    FULL = "full"
    """Fuzzing and undocumented methods besides, for deployments that are there to be tested."""


def default_profile(loopback: bool) -> Profile:
    """The profile where nobody names one: what is not this machine may be somebody's production."""
    return Profile.SANDBOXED if loopback else Profile.READ_ONLY


def parse_profile(text: str) -> Profile:
    """A profile by its name. Raises Misuse."""
    try:
        return Profile(text)
    except ValueError:
        names = ", ".join(profile.value for profile in Profile)
        raise Misuse(f"{text!r} is no profile, expected one of {names}") from None


@dataclass(frozen=True, slots=True)
class Permissions:
    """What a run is allowed.

    `loopback`: whether the target is this machine. `included`: ids of dangerous operations that were named on
    purpose. `excluded`: ids of operations that may not be sent at all; what they would delete cannot be
    deleted.
    """

    profile: Profile
    loopback: bool = False
    allow_billing: bool = False
    allow_leftovers: bool = False
    included: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


def excluded_ids(operations: Iterable[Operation], is_excluded: Callable[[Operation], bool]) -> frozenset[str]:
    """The ids of the operations that a predicate bars."""
    return frozenset(operation.id for operation in operations if is_excluded(operation))
