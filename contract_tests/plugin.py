"""The options of the pytest door: `pytest --pyargs contract_tests --target URL`.

pytest loads this module wherever this distribution is installed, so it imports nothing of ours unless asked.
"""

from importlib import import_module

import pytest

OPTIONS = (
    "target", "target_header", "target_other_header", "target_profile", "document", "target_seed",
    "max_examples",
)  # fmt: skip

VERDICT = pytest.StashKey[str]()
"""The line of verdict, for the end of the output."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hyfn", "conformance to an OpenAPI document (pytest --pyargs contract_tests)")
    group.addoption("--target", metavar="URL", help="where the API answers; without it, a mock is started")
    group.addoption(
        "--target-header",
        metavar="'NAME: VALUE'",
        action="append",
        default=[],
        help="goes with every request; ${VAR} in the value is taken from the environment; repeatable",
    )
    group.addoption(
        "--target-other-header",
        metavar="'NAME: VALUE'",
        action="append",
        default=[],
        help="the same for a second identity, of another organization",
    )
    group.addoption(
        "--target-profile",
        metavar="PROFILE",
        help="read-only, sandboxed or full (default: sandboxed on this machine, else read-only)",
    )
    group.addoption("--document", metavar="FILE", help="the OpenAPI document (default: the Hyfn Public API)")
    group.addoption("--target-seed", metavar="N", help="asks the same again (default: drawn, and printed)")
    group.addoption("--max-examples", metavar="N", help="cases per operation and phase (default: 50)")


def pytest_configure(config: pytest.Config) -> None:
    if not config.pluginmanager.hasplugin("xdist"):  # which declares it otherwise
        config.addinivalue_line("markers", "xdist_group(name): tests that share a worker of pytest-xdist")
    if any(config.getoption(option) for option in OPTIONS):
        import_module("contract_tests.door").check_options(config)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    verdict = config.stash.get(VERDICT, None)
    if verdict:
        terminalreporter.write_line(f"hyfn: {verdict}")
