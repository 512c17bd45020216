"""Does each fault fall to the check that names it, each check see a fault, and a clean server pass?"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from contract_tests.check import Outcome, Status
from contract_tests.checks import NAMES
from tests.matrix.deployments import inside
from tests.matrix.lots import SERVERS, Lot, elsewhere, every, killers
from tests.matrix.trials import ask

LOTS = {lot.name: lot for lot in every()}
SEEDS = (1, 2)
BAD = {Status.FAILED, Status.WARNED}


@cache
def _killers() -> dict[str, tuple[str, ...]]:
    """(the check, who asks for it) by name of a lot."""
    return {name: (killer.check, *killer.askers) for name, killer in killers().items()}


def _told(outcomes: Iterable[Outcome], *statuses: Status) -> list[str]:
    """What came to these ends, in a form for people."""
    return [f"{o.requirement.id}: {o.received or o.reason}" for o in outcomes if o.status in statuses]


@pytest.mark.parametrize("name", LOTS)
def test_a_fault_is_seen_by_the_check_that_names_it(name: str, tmp_path: Path) -> None:
    """Asked alone: the check, and where it only looks at answers the one that causes them."""
    lot: Lot = LOTS[name]
    check, *askers = _killers()[name]
    with inside(lot.server, lot.fault) as deployment:
        result = ask(deployment, "sandboxed", 1, (check, *askers), tmp_path)

    seen = [outcome for outcome in result.outcomes if outcome.requirement.check == check]
    assert _told(seen, *BAD), lot.says
    assert [] == _told(result.outcomes, Status.ERROR)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("server", SERVERS)
def test_a_clean_server_conforms(server: str, seed: int, tmp_path: Path) -> None:
    """Nothing fails, nothing warns, no error is ours, and nothing is left."""
    with inside(server, None) as deployment:
        before = deployment.records()
        result = ask(deployment, "sandboxed", seed, ledger=tmp_path)
        left = deployment.records() - before

    assert [] == _told(result.outcomes, *BAD, Status.ERROR)
    assert (None, 0, "CONFORMS") == (result.stopped, left, result.verdict.name)


def test_every_fault_has_a_check_that_names_it() -> None:
    """No more and no fewer; those of the mock that the bundled document cannot show are not among them."""
    assert set(LOTS) == set(_killers())
    assert [] == [name for name in elsewhere() if f"hyfn {name}" in _killers()]


def test_every_check_sees_a_fault() -> None:
    """And no other checks are named."""
    assert set(NAMES) == {check for check, *_ in _killers().values()}
    assert set() == {name for _, *askers in _killers().values() for name in askers} - set(NAMES)
