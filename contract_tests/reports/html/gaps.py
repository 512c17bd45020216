"""What was not tested, and why."""

from collections import defaultdict
from dataclasses import dataclass

from contract_tests.reports.data import Data
from contract_tests.reports.layout import counted

_GAPS = ("error", "not tested", "not applicable")


@dataclass(frozen=True, slots=True)
class Gap:
    """One reason, and the requirements that were not tested for it, by check."""

    status: str
    reason: str
    count: int
    checks: dict[str, list[Data]]


@dataclass(frozen=True, slots=True)
class Gaps:
    """`open`: what might be tested, our own faults first, then the most frequent reasons; `void`: what does
    not apply. `told`: how many, in a sentence."""

    open: list[Gap]
    void: list[Gap]
    told: str


def gaps(data: Data) -> Gaps:
    """Everything without an answer."""
    found = _gaps(data)
    void = [gap for gap in found if gap.status == "not applicable"]
    return Gaps([gap for gap in found if gap not in void], void, _told(data))


def _told(data: Data) -> str:
    """How much was not tested, and how much of it could not be, as things are."""
    untested = [each for each in data["requirements"] if each["outcome"] in _GAPS[:2]]
    barred = sum(not each.get("admitted", True) for each in untested)
    if not untested:
        return "Everything that applies was tested."
    return (
        f"{counted(len(untested), 'promise')} of {data['tested']['all']:,} not tested:"
        f" {barred:,} that profile {data['profile']} or the identities do not admit,"
        f" {len(untested) - barred:,} that came to no answer."
    )


def _gaps(data: Data) -> list[Gap]:
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
    return Gap(outcome, reason, len(requirements), dict(checks))
