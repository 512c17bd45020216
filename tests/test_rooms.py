"""Do the rooms keep to themselves? pyproject.toml has the rules; here they run, and are broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import hyfn

ROOT = Path(__file__).parent.parent
CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"][
    "importlinter"
]["contracts"]

# A house in small: each module, and the imports that its room is allowed.
HOUSE = {
    "openapi/__init__.py": "",
    "openapi/codec.py": "import msgspec",
    "openapi/document.py": "import openapi.codec",
    "openapi/fetch.py": "import httpx",
    "openapi/schema.py": "import jsonschema_rs",
    "openapi/yaml_text.py": "import yaml",
    "handlers/__init__.py": "",
    "handlers/app.py": "import connexion, starlette, handlers.hyfn.jobs, handlers.generic.fallback",
    "handlers/call.py": "import handlers.problems, openapi.document",
    "handlers/commands/__init__.py": "",
    "handlers/commands/mock.py": "import click, handlers.mock, handlers.serve",
    "handlers/problems.py": "",
    "handlers/serve.py": "import uvicorn",
    "handlers/protocol.py": "import uvicorn",
    "handlers/controls/__init__.py": "",
    "handlers/controls/callbacks.py": "import httpx",
    "handlers/generic/__init__.py": "import handlers.problems",
    "handlers/generic/fallback.py": "import handlers.call, openapi.document",
    "handlers/hyfn/__init__.py": "import handlers.call, handlers.hyfn.agents",
    "handlers/hyfn/agents.py": "import handlers.call, handlers.problems, handlers.store.base",
    "handlers/hyfn/jobs.py": "import cronsim, handlers.hyfn.agents",
    "handlers/store/__init__.py": "import openapi.codec",
    "handlers/store/base.py": "import openapi.codec",
    "handlers/store/postgres_session.py": "import psycopg",
    "handlers/store/tiny.py": "import tinydb, handlers.store.base",
    "contract_tests/__init__.py": "",
    "contract_tests/check.py": "import openapi.document",
    "contract_tests/checks/__init__.py": "from contract_tests.checks import paging",
    "contract_tests/checks/paging.py": "import contract_tests.check, contract_tests.target",
    "contract_tests/checks/sorting.py": "import openapi.document",
    "contract_tests/commands/__init__.py": "",
    "contract_tests/commands/check.py": "import click, contract_tests.run, contract_tests.reports",
    "contract_tests/fuzz.py": "import schemathesis",
    "contract_tests/judge.py": "import openapi_core",
    "contract_tests/network/connection.py": "import socket",
    "contract_tests/ledger.py": "",
    "contract_tests/reports/__init__.py": "",
    "contract_tests/reports/html/__init__.py": "",
    "contract_tests/reports/html/page.py": "import jinja2",
    "contract_tests/run.py": "import contract_tests.checks, contract_tests.target",
    "contract_tests/target.py": "",
    "contract_tests/transport.py": "import httpx",
}

# One import per line that a rule forbids: rule, importer, imported.
OFFENCES = [
    ("openapi_alone", "openapi.document", "handlers.problems"),
    ("rooms_meet_over_http", "contract_tests.check", "handlers.problems"),
    ("front_door_last", "handlers.app", "hyfn"),
    ("commands_last", "handlers.app", "handlers.commands.mock"),
    ("hyfn_sees", "handlers.hyfn.agents", "openapi.codec"),
    ("hyfn_sees", "handlers.hyfn.agents", "handlers.store.tiny"),
    ("generic_sees", "handlers.generic.fallback", "handlers.serve"),
    ("hyfn_and_generic_apart", "handlers.hyfn.agents", "handlers.generic.fallback"),
    ("plain_functions", "handlers.hyfn.agents", "tinydb"),
    ("plain_functions", "handlers.call", "starlette"),  # what agents imports counts, too
    ("plain_functions", "handlers.problems", "handlers.app"),
    ("store_sees", "handlers.store.base", "openapi.document"),
    ("store_sees", "handlers.store.base", "handlers.problems"),
    ("checks_see", "contract_tests.checks.paging", "contract_tests.run"),
    ("checks_see", "contract_tests.checks.paging", "contract_tests.ledger"),
    ("sockets_address", "contract_tests.run", "http"),
    ("sockets_address", "contract_tests.run", "socket"),
    ("checks_apart", "contract_tests.checks.paging", "contract_tests.checks.sorting"),
    ("checks_never_run", "contract_tests.target", "contract_tests.run"),
    ("run_without_reports", "contract_tests.run", "contract_tests.reports"),
    ("framework_address", "openapi.document", "starlette"),
    ("tinydb_address", "handlers.app", "tinydb"),
    ("psycopg_address", "handlers.store.tiny", "psycopg"),
    ("uvicorn_address", "handlers.app", "uvicorn"),
    ("cronsim_address", "handlers.hyfn.agents", "cronsim"),
    ("schemathesis_address", "contract_tests.run", "schemathesis"),
    ("openapi_core_address", "contract_tests.fuzz", "openapi_core"),
    ("jsonschema_rs_address", "openapi.document", "jsonschema_rs"),
    ("msgspec_address", "handlers.app", "msgspec"),
    ("yaml_address", "openapi.document", "yaml"),
    ("jinja2_address", "contract_tests.run", "jinja2"),
    ("click_address", "contract_tests.run", "click"),
    ("http_client_address", "contract_tests.run", "requests"),
]


def lint_imports(tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over `tree` by the rules of its pyproject.toml."""
    tool = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [tool, "--no-cache", "--no-logo", *options],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The house in small, with the real rules."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for name, code in HOUSE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(f"{code}\n")
    return tmp_path


def test_the_rooms_keep_their_rules() -> None:
    """No module of this tree imports what its room must not see."""
    result = lint_imports(ROOT)
    assert 0 == result.returncode, result.stdout


def test_the_rules_allow_what_a_room_is_for(house: Path) -> None:
    """A house built to plan breaks no rule."""
    result = lint_imports(house)
    assert 0 == result.returncode, result.stdout


@pytest.mark.parametrize(("rule", "importer", "imported"), OFFENCES)
def test_each_rule_can_be_broken(house: Path, rule: str, importer: str, imported: str) -> None:
    """One forbidden import breaks its rule, and the report names it."""
    offender = house / f"{importer.replace('.', '/')}.py"
    offender.write_text(f"{offender.read_text()}import {imported}\n")
    result = lint_imports(house, "--contract", rule)
    assert 1 == result.returncode
    assert f"{importer} -> {imported} (l.2)" in result.stdout


def test_no_rule_stands_unproven() -> None:
    """Every rule of pyproject.toml has an import here that breaks it."""
    assert {contract["id"] for contract in CONTRACTS} == {rule for rule, _, _ in OFFENCES}


def test_the_front_door_opens_on_commands_only() -> None:
    """hyfn.py imports no room itself, and by name only a room's commands."""
    tree = ast.parse(Path(hyfn.__file__).read_text("utf-8"))
    imported = {
        alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    } | {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert set() == imported & {"openapi", "handlers", "contract_tests"}
    assert {"commands"} == {module.split(".")[1] for module, _ in hyfn.COMMANDS.values()}


def run_hyfn(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `hyfn` as a person does; its last line on stderr says what was imported on the way."""
    code = (
        "import atexit, sys, hyfn\n"
        "big = {'connexion', 'schemathesis', 'openapi', 'handlers', 'contract_tests'}\n"
        "came = lambda: print('loaded', *big & set(sys.modules), file=sys.stderr)\n"
        "atexit.register(came)\n"
        "hyfn.main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_lists_each_command_without_opening_a_room() -> None:
    """`hyfn --help` shows every command with its line, and imports no room for it."""
    result = run_hyfn("--help")
    assert (0, "loaded") == (result.returncode, result.stderr.strip())
    for name, (_, line) in hyfn.COMMANDS.items():
        assert [name, *line.split()] in [row.split() for row in result.stdout.splitlines()]


def test_an_unknown_command_is_a_usage_error_that_names_the_nearest() -> None:
    """`hyfn mok` exits 2 and asks whether `mock` was meant."""
    result = run_hyfn("mok")
    assert 2 == result.returncode
    assert "No such command 'mok'. Did you mean 'mock'?" in result.stderr


def test_the_version_is_the_installed_one() -> None:
    """`hyfn --version` names the distribution's version."""
    result = run_hyfn("--version")
    assert f"hyfn, version {hyfn.installed_version()}" == result.stdout.strip()
