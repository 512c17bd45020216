"""`make bench-suite`: what the conformance suite costs on our own mock, and beside stock Schemathesis.

A sandboxed run; then, in turn, a full run and stock Schemathesis with the same number of examples, each on a
mock of its own. The suite's own CPU time per request is that of its process, start and imports included.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.judge import judge
from bench.mocked import mocked
from bench.process import ENVIRONMENT
from openapi.document import BUNDLED

OTHER = ("x-api-key: demo-key-456", "x-org-id: demo-org-456")
SANDBOXED_SECONDS, CPU_PER_REQUEST, BESIDE_SCHEMATHESIS = 5.0, 2.0, 1.3
_SENT = re.compile(r"([\d,]+) requests, [\d.]+ s")


@dataclass(frozen=True)
class Ran:
    """One run: seconds by the clock, CPU seconds of its process, requests sent."""

    seconds: float
    cpu: float
    requests: int


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-suite", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sandboxed, ratios = [], []
    for number in range(1, options.rounds + 1):
        sandboxed.append(checked("sandboxed", options))
        full, stock = checked("full", options), schemathesis(options)
        ratios.append((full.seconds - sandboxed[-1].seconds) / stock)
        told = f"sandboxed {_shown(sandboxed[-1])}; full {_shown(full)}; Schemathesis {stock:.1f} s"
        print(f"round {number}: {told}; (full - sandboxed) / Schemathesis {ratios[-1]:.2f}", flush=True)
    seconds = median(run.seconds for run in sandboxed)
    cpu = median(1000 * run.cpu / run.requests for run in sandboxed)
    ratio = median(ratios)
    print(f"sandboxed: {seconds:.1f} s, at most {SANDBOXED_SECONDS:g}: {_met(seconds <= SANDBOXED_SECONDS)}")
    print(f"its CPU per request: {cpu:.1f} ms, at most {CPU_PER_REQUEST:g}: {_met(cpu <= CPU_PER_REQUEST)}")
    print(
        f"full with {options.examples} examples, less the sandboxed part: {ratio:.2f} of stock Schemathesis,"
        f" at most {BESIDE_SCHEMATHESIS}: {_met(ratio <= BESIDE_SCHEMATHESIS)}"
    )


def checked(profile: str, options: argparse.Namespace) -> Ran:
    """`hyfn check` on a mock of the bundled document. Exits where it does not conform."""
    with mocked(BUNDLED) as (url, headers), tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-P", "-W", "ignore", "-m", "hyfn", "check", url, "--profile", profile]
        command += ["--seed", str(options.seed), "--max-examples", str(options.examples), "--ledger", folder]
        command += [part for header in headers for part in ("-H", header)]
        command += [part for header in OTHER for part in ("--other-header", header)]
        began = time.monotonic()
        with tempfile.TemporaryFile("w+") as output:
            run = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=ENVIRONMENT)
            _, status, used = os.wait4(run.pid, 0)
            run.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.monotonic() - began
            output.seek(0)
            said = output.read()
        sent = _SENT.search(said)
        if run.returncode or sent is None:
            raise SystemExit(f"make bench-suite: the {profile} run ended with {run.returncode}:\n{said}")
        return Ran(seconds, used.ru_utime + used.ru_stime, int(sent[1].replace(",", "")))


def schemathesis(options: argparse.Namespace) -> float:
    """Seconds that stock Schemathesis takes on the same, with every check and every phase."""
    with mocked(BUNDLED) as (url, headers), tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        found = judge(BUNDLED, url, headers, Path(folder), options.seed, options.examples, 3600)
        if found.problem or found.stopped:
            raise SystemExit(f"make bench-suite: Schemathesis did not run to its end: {found.problem}")
        return time.monotonic() - began


def _shown(run: Ran) -> str:
    return f"{run.seconds:.1f} s, {run.requests} requests, {1000 * run.cpu / run.requests:.1f} ms CPU each"


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


if __name__ == "__main__":
    main()
