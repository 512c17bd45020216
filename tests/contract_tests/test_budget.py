"""What a sandboxed run over the bundled document costs: requests, leftovers, processor time."""

import os
import re
from pathlib import Path

import pytest

from tests.contract_tests.between import between
from tests.contract_tests.deployments import deployed

REQUESTS = 900
CPU_SECONDS = 7.5


@pytest.mark.parametrize("seed", [1, 2])
def test_a_sandboxed_run_over_the_bundled_document_is_cheap(seed: int, tmp_path: Path) -> None:
    """Counted at the server's side; the seconds are the whole child's, from its start to its end."""
    with deployed("mock") as deployment, between(deployment.url) as passage:
        state = deployment.state()
        before = os.times()
        run = deployment.at(passage.url).start("check", tmp_path, "--seed", str(seed))
        _, status, used = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        seconds, cpu = os.times().elapsed - before.elapsed, used.ru_utime + used.ru_stime
        output = (tmp_path / "output").read_text(encoding="utf-8")
        made = passage.count("POST"), passage.count("DELETE")
        print(  # noqa: T201
            f"\nseed {seed}: {passage.count()} requests ({made[0]} POST, {made[1]} DELETE), "
            f"{cpu:.1f} s CPU, {seconds:.1f} s in all"
        )
        assert (0, state) == (run.returncode, deployment.state()), output
    assert passage.count() <= REQUESTS
    assert re.search(r"(\d+) records created, \1 deleted, 0 left", output), output
    assert cpu < CPU_SECONDS
