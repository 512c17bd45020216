"""The verdict of a run, and how its findings are grouped."""

from typing import Any

import pytest

from contract_tests.check import Level, Outcome, Requirement, Status, failed, not_tested, passed
from contract_tests.footprint import Footprint
from contract_tests.result import SECOND_JUDGE, Result, Verdict


def requirement(name: str, level: Level = Level.DOCUMENT, check: str = "some_check") -> Requirement:
    return Requirement(f"#/paths/~1{name}", check, level, f"GET /{name}")


def result(*outcomes: Outcome, **more: Any) -> Result:
    given: dict[str, Any] = {"barred": frozenset(), "footprint": Footprint(), **more}
    return Result("http://127.0.0.1", "Things 1", "sandboxed", 1, outcomes, **given)


KEPT = passed(requirement("kept"))
BROKEN = failed(requirement("broken"), "came", "promised", cause="why")
ODD = failed(requirement("odd", Level.CONVENTION), "came", "promised")
UNTESTED = not_tested(requirement("untested"), "no time")
CRASHED = Outcome(requirement("crashed"), Status.ERROR, reason="a bug of ours")
DISAGREED = Outcome(requirement("d", check=SECOND_JUDGE), Status.ERROR, reason="openapi-core says no")
NO_MATTER = Outcome(requirement("n/a"), Status.NOT_APPLICABLE, reason="it has no list")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (result(KEPT), Verdict.CONFORMS),
        (result(KEPT, NO_MATTER, DISAGREED), Verdict.CONFORMS),
        (result(KEPT, ODD), Verdict.CONFORMS),
        (result(KEPT, ODD, strict=True), Verdict.DOES_NOT_CONFORM),
        (result(KEPT, BROKEN, stopped="interrupted"), Verdict.DOES_NOT_CONFORM),
        (result(KEPT, CRASHED), Verdict.INCONCLUSIVE),
        (result(KEPT, stopped="interrupted"), Verdict.INCONCLUSIVE),
        (result(KEPT, UNTESTED), Verdict.INCONCLUSIVE),
        (result(KEPT, UNTESTED, min_tested=50), Verdict.CONFORMS),
        (result(KEPT, UNTESTED, barred=frozenset({UNTESTED.requirement.id})), Verdict.CONFORMS),
        (result(KEPT, footprint=Footprint(left=["http://127.0.0.1/things/1"])), Verdict.DOES_NOT_CONFORM),
        (result(NO_MATTER), Verdict.INCONCLUSIVE),
        (result(), Verdict.INCONCLUSIVE),
    ],
)
def test_the_verdict(found: Result, verdict: Verdict) -> None:
    assert verdict is found.verdict


def test_the_share_counts_what_applies_and_what_is_admitted() -> None:
    found = result(KEPT, BROKEN, UNTESTED, NO_MATTER, barred=frozenset({UNTESTED.requirement.id}))
    assert (2, 2, 3) == found.share


def test_outcomes_of_one_check_with_one_cause_are_one_finding() -> None:
    again = failed(requirement("elsewhere"), "came again", "promised", cause="why")
    other = failed(requirement("elsewhere", check="other_check"), "came", "promised", cause="why")
    found = result(ODD, BROKEN, again, other).findings
    assert [("some_check", 2), ("other_check", 1), ("some_check", 1)] == [
        (f.check, len(f.places)) for f in found
    ]
    assert [True, True, False] == [finding.failed for finding in found]
