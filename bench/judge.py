"""Stock Schemathesis as a child process, and what it found."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PROGRAM = "from schemathesis.cli import schemathesis; schemathesis()"
_ENDED = {"success", "failure"}


@dataclass
class Judged:
    """`reached`: labels of operations whose coverage and fuzzing ran to the end; `failures`: (operation,
    check, title), each once; `stopped`: whether time was up."""

    reached: set[str] = field(default_factory=set)
    failures: list[tuple[str, str, str]] = field(default_factory=list)
    problem: str = ""
    stopped: bool = False


def judge(
    document: Path, url: str, headers: list[str], folder: Path, seed: int, examples: int, limit: float
) -> Judged:
    """Asks a server at `url` for at most `limit` seconds."""
    events = folder / "events.ndjson"
    arguments = ["run", str(document.resolve()), "--url", url, "--checks", "all"]
    arguments += ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(examples)]
    arguments += ["--seed", str(seed), "--generation-database", "none", "--continue-on-failure"]
    arguments += ["--report-ndjson-path", str(events)]
    for header in headers:
        arguments += ["-H", header]
    found = Judged()
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _PROGRAM, *arguments],
            cwd=folder, capture_output=True, text=True, timeout=limit, check=False,
        )  # fmt: skip
        if not events.exists():
            found.problem = (
                (done.stderr or done.stdout).strip().splitlines()[-1:][0]
                if done.stderr or done.stdout
                else "?"
            )
    except subprocess.TimeoutExpired:
        found.stopped = True
    if events.exists():
        _read(events, found)
    return found


def _read(events: Path, found: Judged) -> None:
    phases: dict[str, set[str]] = {}
    unique: dict[tuple[str, str, str], None] = {}
    for scenario in _scenarios(events):
        recorder = scenario.get("recorder") or {}
        label = recorder.get("label", "")
        if scenario.get("status") in _ENDED and scenario.get("phase") in ("coverage", "fuzzing"):
            phases.setdefault(scenario["phase"], set()).add(label)
        unique |= dict.fromkeys(_failures(recorder))
    found.reached = phases.get("coverage", set()) & phases.get("fuzzing", set())
    found.failures = list(unique)


def _scenarios(events: Path) -> Iterator[dict[str, Any]]:
    for line in events.read_text().splitlines():
        try:
            event = json.loads(line)
        except ValueError:  # cut off where time was up
            continue
        if "ScenarioFinished" in event:
            yield event["ScenarioFinished"]


def _failures(recorder: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """(operation, check, title) of each failed check of a scenario."""
    cases = recorder.get("cases", {})
    for case_id, checks in (recorder.get("checks") or {}).items():
        case = (cases.get(case_id) or {}).get("value", {})
        label = f"{case.get('method', '')} {case.get('path', '')}".strip() or recorder.get("label", "")
        for check in checks:
            if check.get("status") == "failure":
                failure = (check.get("failure_info") or {}).get("failure", {})
                title = str(failure.get("title", ""))
                yield label, str(check.get("name", "")), f"{title}: {str(failure.get('message', ''))[:160]}"
