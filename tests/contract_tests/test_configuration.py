"""hyfn.toml: found, read, checked, and put behind flags and variables of the environment."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from contract_tests.commands.check import check as check_command
from contract_tests.configuration import SCHEMA, configuration, find, read_configuration
from contract_tests.configuration.conformity import SCHEMA_TEXT, first_problem
from contract_tests.configuration.operations import particulars
from contract_tests.problems import Misuse
from contract_tests.question import read_document
from tests.contract_tests.asking import DOCUMENT, ENVIRONMENT, Result, check
from tests.servers.things import things

ACTIONS = {"config", "list-checks", "dry-run", "update-baseline", "baseline-update"}
"""Flags that say what to do now; they are typed."""

OLD_NAMES = {"base-url", "server", "hypothesis-seed", "junit-xml", "report-junit-path"}
TABLES = {"target", "identities", "operations"}

FULL = """\
target = "http://127.0.0.1:1/api"
document = "api.yaml"
report = ["json"]
rate-limit = "100/m"

[identities.one]
headers = { "x-api-key" = "${KEY}" }

[identities.one.oauth2]
client_id = "me"
scopes = "read"

[operations."GET /things"]
parameters = { region = "north" }
[operations.createThing]
exclude = true
reason = "it is billed"
"""


def write(folder: Path, text: str, name: str = "hyfn.toml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def hyfn(folder: Path, *arguments: str | Path, **environment: str) -> Result:
    """`hyfn` from a folder."""
    command = [sys.executable, "-P", "-m", "hyfn", *map(str, arguments)]
    given = {**ENVIRONMENT, "XDG_STATE_HOME": str(folder / "state"), **environment}
    return subprocess.run(
        command, cwd=folder, env=given, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('target = "x"\n\nprofil = "full"\n', "3: 'profil' is not known, did you mean profile?"),
        ('profile = "fast"\n', "1: profile: found 'fast', expected one of read-only, sandboxed, full"),
        ("seed = -1\n", "1: seed: found -1, expected at least 0"),
        ("workers = 100\n", "1: workers: found 100, expected at most 64"),
        ('seed = "1"\n', "1: seed: found '1', expected a whole number"),
        ("strict = 1\n", "1: strict: found 1, expected true or false"),
        ('checks = [\n  "a",\n  2,\n]\n', "1: checks: found 2, expected text"),
        ("\n[identities.two]\n", "2: 'two' is not known, expected some of one, other"),
        ("[identities.one]\nheader = {}\n", "2: 'header' is not known, did you mean headers?"),
        ("[identities]\none.oauth2 = {}\n", "2: identities.one.oauth2: client_id is missing"),
        ("[operations.a]\nexclude = true\nreson = ''\n", "3: 'reson' is not known, did you mean reason?"),
        ('rate-limit = "fast"\n', "1: rate-limit: found 'fast', expected Requests per second"),
        ("seed = \n", "1: not valid TOML: "),
        ("seed = 1\nseed = 2\n", "2: not valid TOML: "),
    ],
)
def test_what_is_wrong_is_said_with_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(Misuse) as caught:
        read_configuration(path)
    assert str(caught.value).startswith(f"{path}:{says}")


def test_lines_are_those_of_the_project_file_too(tmp_path: Path) -> None:
    path = write(tmp_path, '[project]\nname = "x"\n\n[tool.hyfn]\nsed = 1\n', "pyproject.toml")
    with pytest.raises(Misuse, match=r"pyproject\.toml:5: 'sed' is not known, did you mean seed\?"):
        read_configuration(path)


def test_it_is_found_above_but_not_beyond_the_repository(tmp_path: Path) -> None:
    inner = tmp_path / "repository" / "a" / "b"
    inner.mkdir(parents=True)
    write(tmp_path, "seed = 1")
    assert find(inner) is None, "outside of a repository the working directory alone counts"

    (tmp_path / "repository" / ".git").mkdir()
    assert find(inner) is None
    project = write(tmp_path / "repository", "[tool.hyfn]\nseed = 2", "pyproject.toml")
    assert project == find(inner)
    write(tmp_path / "repository" / "a", "[tool.other]\n", "pyproject.toml")
    assert project == find(inner), "a project file without our table is none"
    assert write(inner, "seed = 3") == find(inner)


def test_a_given_file_counts_alone(tmp_path: Path) -> None:
    write(tmp_path, "seed = 1")
    found = configuration(write(tmp_path, "seed = 2", "other.toml"), tmp_path)
    assert found is not None
    assert {"seed": 2} == found.settings


def test_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "below").mkdir()
    path = write(tmp_path / "below", FULL + "\n")
    found = read_configuration(path)
    assert tmp_path / "below" / "api.yaml" == found.flags(["document"])["document"]
    monkeypatch.chdir(tmp_path)
    assert Path("below/api.yaml") == found.flags(["document"])["document"]


def test_identities_are_headers_as_flags_take_them(tmp_path: Path) -> None:
    found = read_configuration(write(tmp_path, 'header = ["a: b"]\n' + FULL))
    assert ("a: b", "x-api-key: ${KEY}") == found.headers("one")
    assert () == found.headers("other")


def test_schema_and_flags_agree() -> None:
    """Every long flag that is no action may stand in the file under its own name, and nothing else."""
    options = [option for param in check_command.params for option in param.opts]
    flags = {option.removeprefix("--") for option in options if option.startswith("--")}

    assert flags - ACTIONS - OLD_NAMES == SCHEMA["properties"].keys() - TABLES


SAMPLES: list[dict[str, Any]] = [
    {}, {"seed": 1}, {"seed": -1}, {"seed": "1"}, {"seed": 1.5}, {"strict": 1}, {"strict": True},
    {"checks": "a,b"}, {"checks": ["a", 1]}, {"rate-limit": "1/s"}, {"rate-limit": "1"}, {"sed": 1},
    {"identities": {"one": {"headers": {"a": "b"}}}}, {"identities": {"one": {"headers": {"a": 1}}}},
    {"identities": {"one": {"oauth2": {}}}}, {"identities": {"one": {"oauth2": {"client_id": "a"}}}},
    {"operations": {"a": {"parameters": {"b": [1]}}}}, {"operations": {"a": {"parameter": {}}}},
    {"operations": {"a": {"exclude": "yes"}}}, {"min-tested": 101}, {"wait": 0.5}, {"wait": True},
    {"url": ""}, {"profile": "full"}, {"profile": "FULL"},
]  # fmt: skip


@pytest.mark.parametrize("sample", SAMPLES, ids=json.dumps)
def test_schema_and_code_agree(sample: dict[str, Any]) -> None:
    """What an editor says by the schema is what we say."""
    assert jsonschema_rs.Draft202012Validator(SCHEMA).is_valid(sample) == (first_problem(sample) is None)


def test_operations_are_those_of_the_document(tmp_path: Path) -> None:
    document = read_document(DOCUMENT)
    for text, says in {
        "[operations.creatThing]\n": "1: the document has no operation creatThing, did you mean",
        '[operations."GET /things"]\nparameters.limit = 1\n': "2: GET /things has no parameter limit",
        '[operations."GET /things"]\nbody.name = "a"\n': "2: GET /things takes no body",
    }.items():
        path = write(tmp_path, text)
        with pytest.raises(Misuse) as caught:
            particulars(read_configuration(path), document)
        assert str(caught.value).startswith(f"{path}:{says}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "api.yaml").write_bytes(DOCUMENT.read_bytes())
    return tmp_path


def settings(url: str, more: str = "") -> str:
    headers = '[identities.one.headers]\nx-api-key = "${THINGS_KEY}"\n'
    return f'target = "{url}"\ndocument = "api.yaml"\nseed = 7\n{more}\n{headers}'


def test_a_run_needs_nothing_but_the_file(folder: Path) -> None:
    with things() as server:
        write(folder, settings(server.url))
        done = check(folder)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert done.stdout.startswith(f"{server.url} is asked to keep ")
    assert done.stdout.rstrip().endswith("seed 7")


def test_flags_count_before_the_environment_and_that_before_the_file(folder: Path) -> None:
    with things() as server:
        write(folder, settings("http://127.0.0.1:1", 'checks = "delete*"'))
        first = hyfn(
            folder, "check", "--seed", "9", HYFN_CHECK_SEED="8", HYFN_CHECK_URL=server.url,
            HYFN_CHECK_REPORT_DIR="out", HYFN_CHECK_REPORT="json",
        )  # fmt: skip
        second = hyfn(folder, "check", server.url, "-c", "unknown_id*", HYFN_CHECK_SEED="8")

    assert first.stdout.rstrip().endswith("seed 9"), first.stderr
    report = json.loads((folder / "out" / "report.json").read_text("utf-8"))
    assert {True} == {name.startswith("delete") for name in report["checks"]}
    assert second.stdout.rstrip().endswith("seed 8"), second.stderr
    assert " 2 requirements" in second.stdout


def test_an_operation_that_is_excluded_is_not_sent_and_the_reason_is_told(folder: Path) -> None:
    with things() as server:
        more = '[operations."DELETE /things/{thingId}"]\nexclude = true\nreason = "it is audited"\n'
        write(folder, settings(server.url, more))
        done = check(folder, "--allow-leftovers")

    assert " DELETE" not in done.stdout.partition("footprint")[2].partition("records")[0]
    note = "DELETE /things/{thingId} is excluded there: it is audited"
    assert note in " ".join(done.stdout.split())


def test_values_of_a_body_are_sent(folder: Path) -> None:
    with things() as server:
        more = '[operations."POST /things"]\nbody = { name = "the given name" }\n'
        write(folder, settings(server.url, more))
        done = check(folder, "--report", "json", "--report-dir", "out", "-c", "create_then_get*,delete*")
        names = server.made

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "the given name" in names


def test_a_wrong_file_is_one_line(folder: Path) -> None:
    write(folder, 'profil = "full"\n')
    done = check(folder, "http://127.0.0.1:1")

    assert (2, "") == (done.returncode, done.stdout)
    assert "hyfn check: hyfn.toml:1: 'profil' is not known, did you mean profile?\n" == done.stderr


def test_config_prints_the_schema_and_what_counts(folder: Path) -> None:
    assert (0, SCHEMA_TEXT) == ((done := hyfn(folder, "config", "--schema")).returncode, done.stdout)
    assert 1 == hyfn(folder, "config").returncode

    write(folder, FULL.replace('"${KEY}"', '"s3cret"'))
    told = hyfn(folder, "config").stdout.splitlines()
    assert ["hyfn.toml", '  target = "http://127.0.0.1:1/api"'] == told[:2]
    assert '  identities.one.headers.x-api-key = "..."' in told
    assert '  operations.createThing.reason = "it is billed"' in told


def test_the_working_directory_of_the_tests_has_no_file() -> None:
    assert find(Path.cwd()) is None


def test_headers_in_the_environment_stand_on_lines_of_their_own(folder: Path) -> None:
    with things() as server:
        write(folder, settings(server.url, 'checks = "delete*"').partition("[")[0])
        done = hyfn(folder, "check", HYFN_CHECK_HEADER="x-api-key: ${THINGS_KEY}\nx-more: a b")

    assert 0 == done.returncode, done.stdout + done.stderr
