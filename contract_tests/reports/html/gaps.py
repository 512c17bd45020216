"""What was not tested, and why."""

from collections import defaultdict
from dataclasses import dataclass

from contract_tests.reports.data import Data

_GAPS = ("error", "not tested", "not applicable")


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason, and the requirements that were not tested for it, by check."""

    status: str
    reason: str
    count: int
    checks: dict[str, list[Data]]
    admitted: bool
    """Whether the run might have asked: no profile and no missing identity forbids it."""


def gaps(data: Data) -> list[Gap]:
    """Our own faults first, then the most frequent reasons; what does not apply at the end."""
    groups: dict[tuple[str, str], list[Data]] = defaultdict(list)
    for each in data["requirements"]:
        if each["outcome"] in _GAPS:
            groups[each["outcome"], each.get("reason", "no reason is given")].append(each)
    found = [_gap(outcome, reason, each) for (outcome, reason), each in groups.items()]
    return sorted(found, key=lambda gap: (_GAPS.index(gap.status), -gap.count))


def _gap(outcome: str, reason: str, requirements: list[Data]) -> Gap:
    checks: dict[str, list[Data]] = defaultdict(list)
    for each in requirements:
        checks[each["check"]].append(each)
    admitted = any(each.get("admitted", True) for each in requirements)
    return Gap(outcome, reason, len(requirements), dict(checks), admitted)
