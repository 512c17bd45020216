"""The pytest door: a test per operation of the document and one for sequences, all fed by one run.

Under pytest-xdist add `--dist loadgroup`, else every worker asks everything.
"""

import pytest

from contract_tests import door
from contract_tests.finding import STATEFUL, Report
from contract_tests.plugin import VERDICT
from contract_tests.reports import console

pytestmark = pytest.mark.xdist_group("hyfn_conformance")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "operation" in metafunc.fixturenames:
        metafunc.parametrize("operation", door.operations(metafunc.config))


@pytest.fixture(scope="session")
def report(pytestconfig: pytest.Config) -> Report:
    found = door.report(pytestconfig)
    pytestconfig.stash[VERDICT] = console.verdict(found)
    return found


def test_operation_keeps_the_document(operation: str, report: Report) -> None:
    door.judge(report, operation)


def test_sequences_keep_the_document(report: Report) -> None:
    """What is created, read and deleted in a row; and that the run came to its end."""
    if report.stopped:
        pytest.fail(report.stopped, pytrace=False)
    door.judge(report, STATEFUL)
