"""Something comes of every requirement, whatever its check does."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, Status, failed, passed
from contract_tests.footprint import Footprint
from contract_tests.guard import Held
from contract_tests.probing.asking import Asking
from contract_tests.requirements import Planned
from contract_tests.run import Run
from contract_tests.transport import Stopped

Ask = Callable[[Any, Sequence[Requirement]], Iterable[Outcome]]


def requirement(name: str, check: str = "asks") -> Requirement:
    return Requirement(f"#/paths/~1{name}", check, Level.DOCUMENT, f"GET /{name}", subject=name)


def check(ask: Ask, name: str = "asks") -> Check:
    return Check(name, Level.DOCUMENT, "?", "", lambda _contract: [], ask=ask)


def ran(*planned: Planned, ask: Ask, workers: int = 1) -> dict[str, Outcome]:
    transport = SimpleNamespace(listen=lambda _hear: None, footprint=Footprint())
    asking: Asking = SimpleNamespace(transport=transport, contract=None)  # type: ignore[assignment]
    run = Run(asking, [check(ask)], planned)
    run.ask(workers)
    return {outcome.requirement.id: outcome for outcome in run.finish()}


def raising(error: Exception) -> Ask:
    def ask(_asking: Any, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
        yield passed(requirements[0])
        raise error

    return ask


A = requirement("a")


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (CannotAsk("nothing to ask about"), Status.NOT_TESTED, "nothing to ask about"),
        (Held("billed"), Status.NOT_TESTED, "billed"),
        (Held("not ours", ours=True), Status.ERROR, "the guard held a request back: not ours"),
        (Stopped("interrupted"), Status.NOT_TESTED, "interrupted"),
        (KeyError("oops"), Status.ERROR, "KeyError: 'oops'"),
    ],
)
def test_what_a_check_leaves_open_is_told(error: Exception, status: Status, reason: str) -> None:
    first = requirement("a")
    second = Requirement("#/paths/~1a/get", "asks", Level.DOCUMENT, "GET /a", subject="a")
    found = ran(Planned(first, None), Planned(second, None), ask=raising(error))
    assert (status, reason) == (found[second.id].status, found[second.id].reason)


def test_a_check_that_says_nothing_leaves_its_requirement_untested() -> None:
    found = ran(Planned(A, None), ask=lambda _asking, _requirements: [])
    assert Status.NOT_TESTED is found[A.id].status


def test_a_later_failure_outweighs_a_pass_and_no_other_way_round() -> None:
    def ask(_asking: Any, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
        yield passed(requirements[0])
        yield failed(requirements[0], "came", "promised")
        yield passed(requirements[0])

    assert Status.FAILED is ran(Planned(A, None), ask=ask)[A.id].status


def test_what_is_barred_or_does_not_apply_is_not_asked() -> None:
    asked: list[str] = []

    def ask(_asking: Any, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
        asked.extend(each.id for each in requirements)
        yield from map(passed, requirements)

    absent = Requirement("#/x", "asks", Level.DOCUMENT, "/x", impossible="it has no list")
    found = ran(Planned(A, "profile read-only sends no writes"), Planned(absent, None), ask=ask)
    assert [] == asked
    assert (Status.NOT_TESTED, "profile read-only sends no writes") == (
        found[A.id].status,
        found[A.id].reason,
    )
    assert (Status.NOT_APPLICABLE, "it has no list") == (found[absent.id].status, found[absent.id].reason)


def test_workers_ask_everything_once() -> None:
    asked: list[str] = []

    def ask(_asking: Any, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
        asked.extend(each.id for each in requirements)
        yield from map(passed, requirements)

    every = [requirement(f"things{n}") for n in range(40)]
    found = ran(*(Planned(each, None) for each in every), ask=ask, workers=8)
    assert sorted(each.id for each in every) == sorted(asked)
    assert {Status.PASSED} == {outcome.status for outcome in found.values()}
