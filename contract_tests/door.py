"""The pytest door's other side: options in, one run, what each test says."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from contract_tests.finding import Report
from contract_tests.mock import mock
from contract_tests.problems import CannotTell, Misuse
from contract_tests.question import EXAMPLES, Question, draw_seed, read_document
from contract_tests.reports import console
from contract_tests.run import ask
from contract_tests.target import Target, parse_headers, parse_target


def check_options(config: pytest.Config) -> None:
    """Ends the session before it starts, exit code 2, when the options do not make sense."""
    with _session_ends(config):
        _given_target(config)
        read_question(config)


def operations(config: pytest.Config) -> tuple[str, ...]:
    """The operations to test."""
    return read_question(config).operations


def report(config: pytest.Config) -> Report:
    """Asks once. Ends the session with the exit code of `hyfn check` when there is nobody to ask."""
    with _session_ends(config), _target(config) as target:
        return ask(target, read_question(config))


def read_question(config: pytest.Config) -> Question:
    """What the options ask for. Raises Misuse."""
    path = config.getoption("document")
    document = read_document(Path(path) if path else None)
    seed = _number(config, "--target-seed", 0)
    examples = _number(config, "--max-examples", 1) or EXAMPLES
    return Question(document, _drawn(config) if seed is None else seed, examples)


def judge(found: Report, place: str) -> None:
    """Fails the test of one operation, or of `stateful`, with what was found there."""
    findings = found.at(place)
    if findings:
        lines = [line for finding in findings for line in (*console.finding_lines(finding), "")]
        pytest.fail("\n".join([*lines, *console.variables(found), f"seed {found.seed}"]), pytrace=False)
    if place in found.untested:
        pytest.fail(f"not tested: {found.untested[place]}", pytrace=False)


@contextmanager
def _target(config: pytest.Config) -> Iterator[Target]:
    given = _given_target(config)
    if given:
        yield given
        return
    path = config.getoption("document")
    with mock(Path(path) if path else None, read_question(config).document) as target:
        headers = parse_headers(config.getoption("target_header"), os.environ)
        yield Target(target.url, headers or target.headers)


def _given_target(config: pytest.Config) -> Target | None:
    url, headers = config.getoption("target"), config.getoption("target_header")
    if url is None:
        parse_headers(headers, os.environ)
        return None
    return parse_target(url, headers, os.environ)


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
