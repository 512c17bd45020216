"""While somebody else writes in the same organization, a server that is right is never called wrong.

`HYFN_SEEDS=20 pytest tests/contract_tests/test_second_client.py -s` asks more, and profile full, too.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.profile import Profile
from contract_tests.result import Result, Verdict
from tests.contract_tests.deployments import NAMES, Deployment, counted, deployed, seeds, wrong
from tests.contract_tests.neighbours import beside, neighbour

SEEDS = seeds(2)
LONG = "HYFN_SEEDS" in os.environ
PROFILES = [Profile.SANDBOXED, *([Profile.FULL] if LONG else [])]


@pytest.fixture(params=NAMES)
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    with deployed(request.param) as found:
        yield found


def tell(deployment: Deployment, result: Result, steps: int) -> None:
    print(f"\n{deployment.name:9}{result.profile:10}{counted(result)}; the other client: {steps}", end="")  # noqa: T201


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.value)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_wrong_while_a_second_client_writes(
    deployment: Deployment, profile: Profile, seed: int, tmp_path: Path
) -> None:
    with beside(deployment, seed) as other:
        result = deployment.session(profile, seed, tmp_path).conduct()
    tell(deployment, result, other.steps)
    assert "" == "\n".join([*wrong(result), *other.surprises])
    assert Verdict.CONFORMS is result.verdict


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.value)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_wrong_when_others_write_between_any_two_requests(
    deployment: Deployment, profile: Profile, seed: int, tmp_path: Path
) -> None:
    """Both organizations, and the same way each time: what goes wrong here can be seen again."""
    others = [neighbour(deployment, seed, caller, seat) for caller, seat in ((0, 0), (0, 1), (1, 0))]
    session = deployment.session(profile, seed, tmp_path)
    session.transport.listen(lambda exchange: others[exchange.number % 3].step())
    result = session.conduct()
    for other in others:
        other.leave()
    tell(deployment, result, sum(other.steps for other in others))
    assert "" == "\n".join([*wrong(result), *(line for other in others for line in other.surprises)])
    assert result.share[0] > 0


@pytest.mark.parametrize("profile", PROFILES if LONG else [], ids=lambda profile: profile.value)
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_wrong_when_nobody_else_writes(
    deployment: Deployment, profile: Profile, seed: int, tmp_path: Path
) -> None:
    result = deployment.session(profile, seed, tmp_path).conduct()
    tell(deployment, result, 0)
    assert "" == "\n".join(wrong(result))
    assert Verdict.CONFORMS is result.verdict
