"""`pytest --pyargs contract_tests`: the same question as tests, one per operation."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract_tests.asking import DOCUMENT, ENVIRONMENT, GIVEN, door
from tests.servers.things import KEY, things

OPTIONS: list[str | Path] = ["--document", DOCUMENT, "--target-seed", "1"]


def test_with_a_target_it_fails_where_the_command_does(tmp_path: Path) -> None:
    """The failing test shows the finding and nothing of pytest's or ours."""
    with things("crash") as server:
        done = door(tmp_path, "--target", server.url, "--target-header", GIVEN, *OPTIONS)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "1 failed, 4 passed" in done.stdout
    assert "test_operation_keeps_the_document[GET /things]" in done.stdout
    assert "\nFAILED  never_answers_with_a_server_error  (http)\n  at        GET /things\n" in done.stdout
    assert f"curl -siw '\\n' {server.url}/things -H \"x-api-key: $HYFN_X_API_KEY\"" in done.stdout
    assert "hyfn: does not conform: 1 failed, " in done.stdout
    assert "s3cret" not in done.stdout + done.stderr
    assert "Traceback" not in done.stdout


def test_what_no_profile_admits_is_skipped(tmp_path: Path) -> None:
    """Two identities; read-only sends no writes, so nothing of them is tested."""
    with things() as server:
        done = door(
            tmp_path, "--target", server.url, "--target-header", GIVEN, "--target-other-header",
            "x-api-key: another", "--target-profile", "read-only", "-rs", *OPTIONS,
        )  # fmt: skip
    assert 3 == done.returncode, done.stdout + done.stderr
    assert "the second identity is answered 401: --other-header is not accepted" in done.stdout + done.stderr

    with things() as server:
        done = door(
            tmp_path, "--target", server.url, "--target-header", f"x-api-key: {KEY}",
            "--target-profile", "read-only", "-rs", *OPTIONS,
        )  # fmt: skip
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "profile read-only sends no writes" in done.stdout


def test_what_is_left_behind_fails_the_run(tmp_path: Path) -> None:
    with things("undead") as server:
        done = door(tmp_path, "--target", server.url, "--target-header", GIVEN, *OPTIONS)
    assert 1 == done.returncode, done.stdout + done.stderr
    assert "test_the_run_comes_to_a_verdict" in done.stdout
    assert "DELETE was answered" in done.stdout


def test_without_a_target_it_starts_the_mock(tmp_path: Path) -> None:
    done = door(tmp_path, "--target-seed", "1")
    assert 0 == done.returncode, done.stdout + done.stderr
    assert "23 passed" in done.stdout
    assert "hyfn: conforms: 0 failed, 0 warned, 1,2" in done.stdout
    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--target", "http://127.0.0.1:1"], 3, "http://127.0.0.1:1 does not answer"),
        (["--target", "http://127.0.0.1:1", "--target-profile", "wild"], 2, "'wild' is no profile"),
        (["--target-header", "s3cret"], 2, "a header without a colon"),
        (["--target-other-header", "s3cret"], 2, "a header without a colon"),
        (["--max-examples", "none"], 2, "--max-examples: 'none' found, expected a whole number"),
        (["--document", "no.yaml"], 2, "no.yaml: cannot be read"),
    ],
)
def test_without_a_verdict_it_ends_as_the_command_does(
    tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    done = door(tmp_path, *arguments)
    output = done.stdout + done.stderr
    assert code == done.returncode, output
    assert said in output
    assert "Traceback" not in output


def test_the_plugin_is_light() -> None:
    """It is loaded in every pytest run where we are installed, so it brings nothing along."""
    script = "import sys, pytest; old = {*sys.modules}; import contract_tests.plugin; "
    script += "print(*{*sys.modules} - old)"
    done = subprocess.run(
        [sys.executable, "-P", "-c", script], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert {"contract_tests", "contract_tests.plugin"} == set(done.stdout.split())
