"""The pytest door's other side: what the options ask for, of whom, and which requirements there are."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from contract_tests.baseline import read_baseline
from contract_tests.check import Requirement
from contract_tests.checks import load_checks
from contract_tests.configuration import Configuration, configuration
from contract_tests.configuration.asking import configured_target
from contract_tests.contract import Contract
from contract_tests.mock import mock
from contract_tests.naming import names
from contract_tests.network.pace import parse_rate
from contract_tests.options import Filters, question
from contract_tests.problems import CannotTell, Misuse
from contract_tests.question import EXAMPLES, MIN_TESTED, Question, read_document
from contract_tests.target import Header, Target, make_headers, parse_headers, parse_target

SETTINGS = pytest.StashKey[Configuration | None]()
"""The hyfn.toml of this session: read once, asked for with every option."""


def check_options(config: pytest.Config) -> None:
    """Ends the session before it starts, exit code 2, when the options do not make sense."""
    try:
        asked(config, _given_target(config) or Target("http://127.0.0.1"))
    except CannotTell as error:
        pytest.exit(str(error), returncode=error.exit_code)


def requirements(config: pytest.Config) -> Iterable[tuple[str, Requirement]]:
    """Every requirement of the document, and what its test is called. Raises CannotTell."""
    contract = Contract(read_document(_path(config)))
    found = [each for check in load_checks() for each in check.derive(contract)]
    return zip(names(found), found, strict=True)


def asked(config: pytest.Config, target: Target, chosen: Iterable[Requirement] | None = None) -> Question:
    """What the options ask for; of it only the chosen requirements, where some are. Raises Misuse."""
    some = None if chosen is None else list(chosen)
    known = _said(config, "target_baseline")
    return question(
        target,
        _path(config),
        Filters(),
        Filters(),
        _said(config, "target_profile"),
        baseline=read_baseline(Path(known)) if known else None,
        configuration=_settings(config),
        seed=_number(config, "target_seed", 0),
        examples=_number(config, "max_examples", 1) or EXAMPLES,
        checks=tuple(dict.fromkeys(each.check for each in some or ())),
        chosen=None if some is None else frozenset(each.id for each in some),
        **_limits(config),
    )


@contextmanager
def target(config: pytest.Config) -> Iterator[Target]:
    """The deployment that the options name, or a mock of the document. Raises CannotTell."""
    settings = _settings(config)
    given = _given_target(config)
    if given is None and settings is not None:
        given = configured_target(settings, os.environ, _path(config))
    if given:
        yield given
        return
    with mock(_path(config)) as running:
        one, other = _headers(config)
        own = make_headers(running.headers.items())
        taken = [header.variable for header in own]
        second = make_headers(running.other_headers.items(), "HYFN_OTHER_", taken)
        yield Target(running.url, one or own, other if one or other else second)


def _limits(config: pytest.Config) -> dict[str, Any]:
    rate, least = _said(config, "target_rate_limit"), _number(config, "target_min_tested", 0, 100)
    if rate is not None:
        parse_rate(rate)
    folder = _said(config, "target_ledger")
    return {
        "strict": bool(_said(config, "target_strict")),
        "allow_billing": bool(_said(config, "target_allow_billing")),
        "allow_leftovers": bool(_said(config, "target_allow_leftovers")),
        "min_tested": MIN_TESTED if least is None else least,
        "workers": _number(config, "target_workers", 1, 64) or 1,
        "max_requests": _number(config, "target_max_requests", 1),
        "rate_limit": rate,
        "timeout": _seconds(config, "target_request_timeout") or 10.0,
        "ledger": Path(folder) if folder else None,
    }


def _path(config: pytest.Config) -> Path | None:
    path = _said(config, "document")
    return Path(path) if path else None


def _settings(config: pytest.Config) -> Configuration | None:
    """The hyfn.toml that counts where pytest was called. Raises Misuse."""
    if SETTINGS not in config.stash:
        config.stash[SETTINGS] = configuration(None, config.invocation_params.dir)
    return config.stash[SETTINGS]


def _said(config: pytest.Config, name: str) -> Any:
    """An option of pytest, else the setting of the same name; None where nobody says."""
    given = config.getoption(name)
    settings = None if given not in (None, False) else _settings(config)
    flag = name.removeprefix("target_").replace("_", "-")
    return settings.flags([flag]).get(flag) if settings else given


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


def _number(config: pytest.Config, name: str, least: int, most: int | None = None) -> int | None:
    said = _said(config, name)
    if said is None:
        return None
    text = str(said)
    if text.isdecimal() and least <= int(text) <= (int(text) if most is None else most):
        return int(text)
    expected = f"of at least {least}" if most is None else f"from {least} to {most}"
    raise Misuse(f"{_option(name)}: {text!r} found, expected a whole number {expected}")


def _seconds(config: pytest.Config, name: str) -> float | None:
    text = _said(config, name)
    try:
        seconds = None if text is None else float(text)
    except ValueError:
        seconds = 0.0
    if seconds is not None and not 0.1 <= seconds < 86_400:
        raise Misuse(f"{_option(name)}: {text!r} found, expected seconds, at least 0.1")
    return seconds


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"
