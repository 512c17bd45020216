"""The pytest door: one test per requirement of the document and one for the run itself, all fed by one run.

plugin.py gives this file to pytest as `Requirements`, so that nothing here is collected by its name.
"""

import warnings
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contract_tests import door
from contract_tests.check import Requirement, Status
from contract_tests.checks import NAMES, load_checks
from contract_tests.plugin import FOLDER, TOLD, ConventionWarning
from contract_tests.told import KNOWN, Told, once

RUN = "the_run_comes_to_a_verdict"


class Requirements(pytest.File):
    """Every requirement of the document."""

    def collect(self) -> Iterator[pytest.Item]:
        for name in NAMES:
            self.config.addinivalue_line("markers", f"{name}: a check of hyfn-contract")
        for name, requirement in door.requirements(self.config):
            # As text, so that pytest takes what is in brackets for what it is, and --lf knows it again.
            yield Kept.from_parent(self, name=name, nodeid=f"{self.nodeid}::{name}", requirement=requirement)
        yield RunTest.from_parent(self, name=RUN)


class Fed(pytest.Item):
    """A test that one run feeds."""

    def setup(self) -> None:
        """Asks, where nobody has. Without an answer there is no verdict, and the session ends as the command
        does."""
        told = _told(self.session)
        if told.problem:
            self._end(told)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, self.name

    def _end(self, told: Told) -> NoReturn:
        if not hasattr(self.config, "workerinput"):
            pytest.exit(told.problem, returncode=told.exit_code)
        self.session.shouldstop = told.problem  # a worker of xdist that exits is taken for one that crashed
        pytest.fail(told.problem, pytrace=False)


class Kept(Fed):
    """Whether one requirement is kept."""

    def __init__(self, *, requirement: Requirement, **more: Any) -> None:
        super().__init__(**more)
        self.requirement = requirement
        self.add_marker(requirement.level.value)
        self.add_marker(requirement.check)
        self.user_properties.append(("requirement", requirement.id))

    def setup(self) -> None:
        """A fault of ours is an error, no failure."""
        super().setup()
        status, says = self._outcome()
        if status == Status.ERROR.value:
            pytest.fail(f"our own fault: {says}", pytrace=False)

    def runtest(self) -> None:
        status, says = self._outcome()
        if status == KNOWN:
            pytest.xfail(says.partition("\n")[0])
        if status == Status.FAILED.value:
            pytest.fail(says, pytrace=False)
        if status == Status.WARNED.value:
            _warn(says)
        elif status != Status.PASSED.value:
            pytest.skip(f"{status}: {says}")

    def _outcome(self) -> list[str]:
        missing = [Status.NOT_TESTED.value, "the run did not ask this"]
        return _told(self.session).outcomes.get(self.requirement.id, missing)


class RunTest(Fed):
    """Whether enough was tested, nothing is left behind, and nothing is wrong that no other test tells."""

    def runtest(self) -> None:
        says = _told(self.session).run
        if says:
            pytest.fail(says, pytrace=False)


def _warn(says: str) -> None:
    """A convention that is not kept fails nothing, also where a project makes errors of its own warnings."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", ConventionWarning)
        warnings.warn(ConventionWarning(says), stacklevel=2)


def _told(session: pytest.Session) -> Told:
    stash = session.config.stash
    if TOLD not in stash:
        folder = stash.get(FOLDER, None)
        stash[TOLD] = once(Path(folder), lambda: _ask(session)) if folder else _ask(session)
    found: Told = stash[TOLD]
    return found


def _ask(session: pytest.Session) -> Told:
    """Asks for what was selected, in whichever processes it is tested."""
    tested = [item.requirement for item in session.items if isinstance(item, Kept)]
    whole = any(isinstance(item, RunTest) for item in session.items)
    judges = frozenset(check.name for check in load_checks() if check.ask is None)
    one_run = import_module("contract_tests.one_run")  # the engines that judge take a second to load
    told: Told = one_run.run(session.config, tested, whole, judges)
    return told
