"""The pytest door: a test per operation of the document and one for the run itself, all fed by one run.

Under pytest-xdist add `--dist loadgroup`, else every worker asks everything.
"""

import pytest

from contract_tests import door
from contract_tests.plugin import VERDICT

pytestmark = pytest.mark.xdist_group("hyfn_conformance")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", door.operations(metafunc.config))


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> door.Report:
    found = door.report(pytestconfig)
    pytestconfig.stash[VERDICT] = found.verdict
    return found


def test_operation_keeps_the_document(operation: str, report: door.Report) -> None:
    report.judge(operation)


def test_the_run_comes_to_a_verdict(report: door.Report, pytestconfig: pytest.Config) -> None:
    """Enough was tested, nothing is left behind, and what belongs to no operation is kept."""
    report.judge_the_rest(door.operations(pytestconfig))
