"""One run against one server with a fault, by our suite or by stock Schemathesis, and what came of it."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from contract_tests.check import Status
from contract_tests.problems import CannotTell
from contract_tests.profile import Permissions, Profile
from contract_tests.question import Question, read_document
from contract_tests.result import Result
from contract_tests.session import Session
from contract_tests.target import parse_target
from openapi.document import BUNDLED
from tests.matrix.deployments import Deployment, beside

WAYS = ("sandboxed", "full", "stock")
"""Our suite in two profiles, and Schemathesis as it comes."""

PATIENCE = 900
"""Seconds after which stock Schemathesis is stopped."""


@dataclass(frozen=True)
class Trial:
    """What a run found.

    `signs`: everything that it holds against the server, as `check: where`; `failed`: whether any of it is
    more than a warning; `seconds` and `requests` of the run; `left`: records that it left behind, counted
    by the server itself; `problem`: why there is no verdict.
    """

    server: str
    fault: str
    way: str
    seconds: float = 0.0
    requests: int = 0
    left: int = 0
    failed: bool = False
    problem: str = ""
    signs: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, str, str]:
        return self.server, self.fault, self.way


@dataclass(frozen=True)
class Manner:
    """How servers are asked. `first`: whether a run of ours ends at its first failure; `examples`: of stock
    Schemathesis, per operation and phase."""

    seed: int = 1
    first: bool = False
    examples: int = 100


def attempt(manner: Manner, key: tuple[str, str, str]) -> Trial:
    """Starts a server as a child process, asks it, and counts what is left."""
    server, fault, way = key
    try:
        with beside(server, fault or None) as deployment:
            before = deployment.records()
            none = Trial(server, fault, way)
            found = (stock if way == "stock" else suite)(none, deployment, manner)
            return replace(found, left=deployment.records() - before)
    except (CannotTell, RuntimeError, OSError, ValueError) as error:
        return Trial(server, fault, way, problem=f"{type(error).__name__}: {error}")
    except KeyboardInterrupt:
        return Trial(server, fault, way, problem="interrupted")


def ask(
    deployment: Deployment,
    profile: str,
    seed: int,
    checks: Sequence[str] = (),
    ledger: Path | None = None,
    max_failures: int | None = None,
) -> Result:
    """The result of a session of ours. Raises CannotTell."""
    headers, other = (
        [f"{name}: {value}" for name, value in each.items()]
        for each in (deployment.headers, deployment.other)
    )
    target = parse_target(deployment.url, headers, os.environ, other)
    permissions = Permissions(Profile(profile), loopback=True)
    question = Question(
        read_document(deployment.document),
        seed,
        permissions,
        checks=tuple(checks),
        ledger=ledger,
        max_failures=max_failures,
    )
    return Session(target, question).conduct()


def suite(trial: Trial, deployment: Deployment, manner: Manner) -> Trial:
    """Our suite, in this process, in the profile that the way is called by."""
    with tempfile.TemporaryDirectory(prefix="hyfn-matrix-") as folder:
        most = 1 if manner.first and trial.fault else None
        result = ask(deployment, trial.way, manner.seed, ledger=Path(folder), max_failures=most)
    bad = [each for each in result.outcomes if each.status in (Status.FAILED, Status.WARNED)]
    errors = [each.requirement.id for each in result.outcomes if each.status is Status.ERROR]
    return replace(
        trial,
        signs=[f"{each.requirement.check}: {each.requirement.id}" for each in bad],
        failed=any(each.status is Status.FAILED for each in bad),
        seconds=round(result.seconds, 2),
        requests=result.footprint.sent,
        problem=(result.stopped if not bad else None) or (f"an error of ours: {errors[0]}" if errors else ""),
    )


def stock(trial: Trial, deployment: Deployment, manner: Manner) -> Trial:
    """Schemathesis as a child process, with every check and phase."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hyfn-matrix-") as folder:
        report = Path(folder) / "report.json"
        command = [*_SCHEMATHESIS, "run", str(deployment.document or BUNDLED), "--url", deployment.url]
        command += ["--checks", "all", "--phases", "examples,coverage,fuzzing,stateful"]
        command += [
            "--max-examples",
            str(manner.examples),
            "--seed",
            str(manner.seed),
            "--generation-database",
            "none",
        ]
        command += ["--report-json-path", str(report)]
        for name, value in deployment.headers.items():
            command += ["-H", f"{name}: {value}"]
        try:
            subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            return replace(trial, problem=f"stopped after {PATIENCE} s", seconds=float(PATIENCE))
        told = json.loads(report.read_bytes()) if report.exists() else {}
    return replace(
        trial,
        signs=[
            f"{each['type']}: {where}" for each in told.get("failures", ()) for where in each["operations"]
        ],
        failed=bool(told.get("failures")),
        seconds=round(time.monotonic() - started, 2),
        requests=told.get("test_cases", {}).get("generated", 0),
        problem="" if told else "it did not run",
    )


_SCHEMATHESIS = (sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()")


def named(signs: Sequence[str]) -> list[str]:
    """The checks in some signs, the one with the most first."""
    return [name for name, _ in Counter(sign.partition(":")[0] for sign in signs).most_common()]
