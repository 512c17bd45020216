"""The pytest door's other side: options in, one run, what each test says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from contract_tests.check import Outcome, Status
from contract_tests.contract import place
from contract_tests.mock import mock
from contract_tests.options import Filters, question
from contract_tests.problems import CannotTell, Misuse
from contract_tests.question import EXAMPLES, Question, draw_seed, read_document
from contract_tests.reports import console
from contract_tests.reports.layout import Layout
from contract_tests.reports.places import Places
from contract_tests.result import TESTED, Result, Verdict
from contract_tests.session import Session
from contract_tests.showing.mask import masked
from contract_tests.target import Header, Target, parse_headers, parse_target


class Report:
    """One run, told operation by operation."""

    def __init__(self, result: Result, asked: Question, headers: tuple[Header, ...]) -> None:
        self.result = result
        self._places, self._mask = Places(asked.document), masked(result.exchanges, headers)

    @property
    def verdict(self) -> str:
        return console.verdict(self.result, self._mask, Layout())

    def judge(self, name: str) -> None:
        """Fails the test of an operation (`GET /things`) with what was found there or at its path; skips it
        where nothing of it may be asked."""
        here = [o for o in self.result.outcomes if o.requirement.place in (name, name.partition(" ")[2])]
        if any(outcome.status in _BAD for outcome in here):
            self._fail(here)
        if self.result.stopped and not any(outcome.status in TESTED for outcome in here):
            pytest.fail(f"not tested: {self._mask.hide(self.result.stopped)}", pytrace=False)
        if not any(outcome.status in TESTED for outcome in here):
            reasons = {outcome.reason for outcome in here if outcome.reason}
            pytest.skip(self._mask.hide("; ".join(sorted(reasons)) or "nothing is promised of it"))

    def judge_the_rest(self, names: tuple[str, ...]) -> None:
        """Fails where something is wrong that belongs to no operation: faults of ours, records that are left,
        a run that came to no verdict."""
        known = {*names, *(name.partition(" ")[2] for name in names)}
        rest = [o for o in self.result.outcomes if o.requirement.place not in known and o.status in _BAD]
        if rest:
            self._fail(rest)
        if self.result.footprint.left or self.result.verdict is Verdict.INCONCLUSIVE:
            lines = console.footprint_lines(self.result.footprint, self._mask, Layout())
            pytest.fail("\n".join([*lines, self.verdict]), pytrace=False)

    def _fail(self, outcomes: list[Outcome]) -> NoReturn:
        lines = console.findings(
            replace(self.result, outcomes=tuple(outcomes)), self._places, self._mask, Layout()
        )
        pytest.fail("\n".join([*lines, f"seed {self.result.seed}"]), pytrace=False)


_BAD = {Status.FAILED}


def check_options(config: pytest.Config) -> None:
    """Ends the session before it starts, exit code 2, when the options do not make sense."""
    with _session_ends(config):
        target = _given_target(config) or Target("http://127.0.0.1")
        _question(config, target)


def operations(config: pytest.Config) -> tuple[str, ...]:
    """The operations to test."""
    with _session_ends(config):
        path = config.getoption("document")
        return tuple(map(place, read_document(Path(path) if path else None).operations))


def report(config: pytest.Config) -> Report:
    """Asks once. Ends the session with the exit code of `hyfn check` when there is nobody to ask."""
    with _session_ends(config), _target(config) as target:
        asked = _question(config, target)
        return Report(Session(target, asked).conduct(), asked, target.secrets)


def _question(config: pytest.Config, target: Target) -> Question:
    """What the options ask for. Raises Misuse."""
    path, seed = config.getoption("document"), _number(config, "--target-seed", 0)
    return question(
        target,
        Path(path) if path else None,
        Filters(),
        Filters(),
        config.getoption("target_profile"),
        seed=_drawn(config) if seed is None else seed,
        examples=_number(config, "--max-examples", 1) or EXAMPLES,
    )


@contextmanager
def _target(config: pytest.Config) -> Iterator[Target]:
    given = _given_target(config)
    if given:
        yield given
        return
    path = config.getoption("document")
    document = Path(path) if path else None
    with mock(document, read_document(document)) as target:
        headers, other = _headers(config)
        yield Target(target.url, headers or target.headers, other)


def _given_target(config: pytest.Config) -> Target | None:
    """Raises Misuse."""
    url = config.getoption("target")
    if url is None:
        _headers(config)
        return None
    one, other = config.getoption("target_header"), config.getoption("target_other_header")
    return parse_target(url, one, os.environ, other)


def _headers(config: pytest.Config) -> tuple[tuple[Header, ...], tuple[Header, ...]]:
    """Raises Misuse."""
    one = parse_headers(config.getoption("target_header"), os.environ)
    taken = [header.variable for header in one]
    return one, parse_headers(config.getoption("target_other_header"), os.environ, "HYFN_OTHER_", taken)


def _number(config: pytest.Config, option: str, least: int) -> int | None:
    text = config.getoption(option)
    if text is None:
        return None
    if not text.isdecimal() or int(text) < least:
        raise Misuse(f"{option}: {text!r} found, expected a whole number of at least {least}")
    return int(text)


def _drawn(config: pytest.Config) -> int:
    """A seed that nobody chose; the same one in every process of one xdist run."""
    shared = getattr(config, "workerinput", {}).get("testrunuid")
    return int(shared[:8], 16) if shared else draw_seed()


@contextmanager
def _session_ends(config: pytest.Config) -> Iterator[None]:
    """Where there can be no verdict, one line says why and nothing is tested."""
    try:
        yield
    except CannotTell as error:
        _end(config, error)


def _end(config: pytest.Config, error: CannotTell) -> NoReturn:
    if hasattr(config, "workerinput"):  # a worker of xdist that exits is taken for one that crashed
        pytest.fail(str(error), pytrace=False)
    pytest.exit(str(error), returncode=error.exit_code)
