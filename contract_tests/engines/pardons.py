"""What may be wrong with a request that a conforming server takes all the same.

Where standards leave room, or libraries differ at the edges of a rule, a fuzzer finds that edge. Our own
checks ask the same rules with values that leave no doubt.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from contract_tests.engines.complaints import keyword
from openapi.explain import Problem


@dataclass(frozen=True, slots=True)
class Pardon:
    """A kind of problem that may be overlooked, and why."""

    sentence: str
    covers: Callable[[Problem], bool]


def pardon(problem: Problem) -> str | None:
    """The name of the pardon that covers a problem, or None: it has to be refused."""
    return next((name for name, each in PARDONS.items() if each.covers(problem)), None)


def _is_empty(problem: Problem) -> bool:
    return not problem.place.startswith("body") and problem.message.endswith(', got ""')


def _is_odd_text(problem: Problem) -> bool:
    value = problem.message.rpartition(", got ")[2]
    return keyword(problem) == "pattern" and (not value.isascii() or "\\" in value or "…" in value)


def _is_fraction(problem: Problem) -> bool:
    return re.match(r"expected a multiple of \d*(\.\d|.*e-)", problem.message) is not None


PARDONS: dict[str, Pardon] = {
    "read_only_properties_may_be_ignored": Pardon(
        "A readOnly property should not be sent (OpenAPI 3.0.3, Schema Object): it may be ignored.",
        lambda problem: problem.message.startswith("nothing may stand here"),
    ),
    "nothing_may_stand_for_no_value": Pardon(
        "Many servers take `?limit=` for no limit at all; OpenAPI does not say.", _is_empty
    ),
    "odd_text_may_be_repaired": Pardon(
        "A value that comes twice, or text that cannot be decoded, is repaired by many frameworks.",
        lambda problem: problem.message.startswith(
            ("expected one value", "a percent sign", "bytes that are not UTF-8")
        ),
    ),
    "formats_are_read_differently": Pardon(
        "Where an email address or a URI ends to be one, libraries do not agree.",
        lambda problem: keyword(problem) == "format",
    ),
    "patterns_are_read_differently": Pardon(
        "Engines differ on line ends and on letters beyond ASCII.", _is_odd_text
    ),
    "fractions_are_divided_differently": Pardon(
        "Whether a float is a multiple of a fraction depends on how it is divided.", _is_fraction
    ),
}
"""By name. Each has a test."""
