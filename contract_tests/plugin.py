"""The pytest plugin: `pytest --pyargs contract_tests --target URL`, and the fixture `hyfn_mock`.

pytest loads this module wherever this distribution is installed, so it imports nothing of ours unless asked.
"""

import tempfile
import uuid
from collections.abc import Generator, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contract_tests.lent import Lender
    from contract_tests.mock import Mock
    from contract_tests.told import Told

OURS = Path(__file__).with_name("test_conformance.py")

TOLD: "pytest.StashKey[Told]" = pytest.StashKey()
"""What the one run of this session told."""

FOLDER = pytest.StashKey[str]()
"""Where the processes of one xdist run share it; only they have one."""

_FOLDER = "hyfn_folder"

_TEXTS = {
    "--target": ("URL", "where the API answers; without it, a mock is started"),
    "--target-profile": (
        "PROFILE", "read-only, sandboxed or full (default: sandboxed on this machine, else read-only)"
    ),
    "--document": ("FILE", "the OpenAPI document (default: the Hyfn Public API)"),
    "--target-seed": ("N", "asks the same again (default: drawn, and printed)"),
    "--max-examples": ("N", "generated cases per operation and phase, profile full (default: 50)"),
    "--target-min-tested": (
        "PERCENT", "how much of what may be asked must have been tested for a verdict (default: 60)"
    ),
    "--target-workers": ("N", "ask this many collections at once (default: 1)"),
    "--target-rate-limit": ("N/s", "requests per second, minute or hour: 10/s, 100/m, 5000/h"),
    "--target-max-requests": ("N", "stop after this many requests"),
    "--target-request-timeout": ("SECONDS", "until then an answer has to be there (default: 10)"),
    "--target-baseline": ("FILE", "failures that are known: they are expected, and fail nothing"),
    "--target-ledger": ("DIR", "where the list of created records is kept"),
}  # fmt: skip
_LISTS = {
    "--target-header": "goes with every request; ${VAR} in it is taken from the environment; repeatable",
    "--target-other-header": "the same for a second identity, of another organization",
}
_FLAGS = {
    "--target-strict": "conventions fail, too; without it they warn",
    "--target-allow-billing": "create what is billed, on other machines, too",
    "--target-allow-leftovers": "create what no DELETE can remove",
}
_LEVELS = {
    "document": "a promise that the OpenAPI document makes",
    "http": "a promise that HTTP makes",
    "lifecycle": "the plain meaning of create, read, update, delete, list",
    "convention": "inferred from names: it warns, and fails with --target-strict",
}


class ConventionWarning(UserWarning):
    """A convention that a target does not keep."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("hyfn", "conformance to an OpenAPI document (pytest --pyargs contract_tests)")
    for option, (metavar, text) in _TEXTS.items():
        group.addoption(option, metavar=metavar, help=text)
    for option, text in _LISTS.items():
        group.addoption(option, metavar="'NAME: VALUE'", action="append", default=[], help=text)
    for option, text in _FLAGS.items():
        group.addoption(option, action="store_true", help=text)
    parser.addini("hyfn_document", "the OpenAPI document of the fixture hyfn_mock, beside this file")


def pytest_configure(config: pytest.Config) -> None:
    for level, text in _LEVELS.items():
        config.addinivalue_line("markers", f"{level}: {text} (hyfn-contract)")
    config.addinivalue_line(
        "markers",
        "hyfn_mock(document, **options): the mock of the fixture, with options as hyfn mock has them",
    )
    if _FOLDER in getattr(config, "workerinput", {}):
        config.stash[FOLDER] = config.workerinput[_FOLDER]  # type: ignore[attr-defined]
    if any(config.getoption(option.lstrip("-").replace("-", "_")) for option in (*_TEXTS, *_LISTS, *_FLAGS)):
        import_module("contract_tests.door").check_options(config)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Our file is ours, whatever the files of tests are called here."""
    found = yield
    if file_path != OURS:
        return found
    return [import_module("contract_tests.test_conformance").Requirements.from_parent(parent, path=file_path)]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """xdist, before each of its workers starts: where they share what one of them asks."""
    default = str(Path(tempfile.gettempdir()) / f"hyfn-{uuid.uuid4().hex}")
    node.workerinput[_FOLDER] = node.config.stash.setdefault(FOLDER, default)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What xdist's workers were told is told here, too; what must not be overlooked fails the session."""
    config = session.config
    if FOLDER in config.stash and not hasattr(config, "workerinput"):
        _learn(config, Path(config.stash[FOLDER]))
    told = config.stash.get(TOLD, None)
    if told and told.problem:
        session.exitstatus = told.exit_code
    elif told and told.alarm and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _learn(config: pytest.Config, folder: Path) -> None:
    sharing = import_module("contract_tests.told")
    found = sharing.read(folder)
    sharing.forget(folder)
    if found:
        config.stash[TOLD] = found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    told = config.stash.get(TOLD, None)
    if told and told.problem:
        terminalreporter.write_line(f"hyfn: no verdict: {told.problem}")
    elif told:
        for line in (told.alarm or told.verdict).split("\n"):
            terminalreporter.write_line(f"hyfn: {line}")


@pytest.fixture(scope="session")
def _hyfn_lender(pytestconfig: pytest.Config) -> "Iterator[Lender]":
    with import_module("contract_tests.lent").Lender(pytestconfig) as lender:
        yield lender


@pytest.fixture
def hyfn_mock(request: pytest.FixtureRequest, _hyfn_lender: "Lender") -> "Mock":
    """A mock of an OpenAPI document with the records of its start: .url, .headers, .other_headers, .reset().

    The document is that of `@pytest.mark.hyfn_mock(document="api.yaml")`, of --document, or of the ini option
    hyfn_document; without one, the Hyfn Public API.
    """
    return _hyfn_lender.lend(request.node)
