"""Schemathesis (4.32) as a child process. Only the modules named `fuzz` know it.

It asks the relay, which asks the target: so guard, pace, record and ledger see everything. The child gets the
document as JSON, its configuration in a private folder where it also runs, and the values of headers by its
environment. Its event report comes through a pipe.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.contract import Contract
from contract_tests.engines.doubts import Evidence
from contract_tests.engines.fuzz_events import Events, FuzzProgress, FuzzResult
from contract_tests.engines.fuzz_room import Campaign, write_room
from contract_tests.problems import Inconclusive
from contract_tests.relay import Relay
from contract_tests.showing.mask import Mask
from contract_tests.target import Header
from openapi.document import Document

__all__ = ["Campaign", "fuzz"]

PHASES = "examples,coverage,fuzzing,stateful"

_PROGRAM = """\
import os, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
from schemathesis.cli import schemathesis
schemathesis()
"""
"""The child: Schemathesis' command line, which ends when its standard input does, so whenever we end."""

_PRIVATE = ("SCHEMATHESIS_", "HYPOTHESIS_")
"""Beginnings of variables that would reach into the child."""


def fuzz(
    contract: Contract,
    relay: Relay,
    headers: Sequence[Header],
    campaign: Campaign,
    evidence: Evidence | None = None,
    tell: Callable[[FuzzProgress], None] | None = None,
) -> FuzzResult:
    """Asks everything through the relay, which is open; `headers`: those of identity one. `tell` hears how
    far it is.

    Raises Inconclusive when Schemathesis fails, and whatever error of ours the relay met. When the relay's
    run is over, the child ends and the result says why.
    """
    events = Events(contract, relay.records, evidence or Evidence(contract))
    mask = Mask(headers)
    with tempfile.TemporaryDirectory(prefix="hyfn-") as folder:
        room = Path(folder)
        with _child(room, contract.document, relay, headers, campaign) as (lines, log):
            for line in lines:
                whole = line.endswith(b"\n")  # else the child died over it, which the summary tells
                if whole and events.read(json.loads(line)) and tell:
                    tell(events.progress)
        summary = {} if relay.records.stopped else _summary(room, mask, log)
    if relay.records.fault is not None:
        raise relay.records.fault
    events.finish()
    return FuzzResult(
        findings=events.findings,
        cases=events.progress.cases,
        notes=tuple(map(mask.hide, events.notes(summary.get("warnings") or {}))),
        untested={where: mask.hide(why) for where, why in events.untested.items()},
        dropped=events.dropped,
        stopped=relay.records.stopped,
    )


@contextmanager
def _child(
    room: Path, document: Document, relay: Relay, headers: Sequence[Header], campaign: Campaign
) -> Iterator[tuple[Iterator[bytes], deque[str]]]:
    """The running child: the lines of its event report, and the last lines that it prints."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as report:
        try:
            write_room(room, document, headers, campaign, writing)
            process = subprocess.Popen(
                _command(relay.url, campaign),
                cwd=room,
                env=_environment(headers),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[writing],
            )
        finally:
            os.close(writing)
        relay.when_stopped(process.kill)
        log: deque[str] = deque(maxlen=40)
        drain = threading.Thread(target=_drain, args=(process, log), daemon=True)
        drain.start()
        try:
            yield iter(report), log
            process.wait()
        finally:
            _stop(process)
            drain.join(timeout=5)


def _command(url: str, campaign: Campaign) -> list[str]:
    arguments = ["--url", url, "--checks", "all", "--phases", PHASES]
    arguments += ["--max-examples", str(campaign.examples), "--seed", str(campaign.seed)]
    start = [sys.executable, "-P", "-c", _PROGRAM, "--config-file", "schemathesis.toml"]
    return [*start, "run", "document.json", *arguments]


def _environment(headers: Iterable[Header]) -> dict[str, str]:
    """Ours, without what would make the child send, read or print anything else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_PRIVATE) and not name.lower().endswith("_proxy")
    }
    values = {header.variable: header.value for header in headers}
    return {**kept, "NETRC": os.devnull, "PYTHONIOENCODING": "utf-8", **values}


def _drain(process: subprocess.Popen[bytes], log: deque[str]) -> None:
    if process.stdout:
        with process.stdout as printed:
            log.extend(line.decode("utf-8", "replace").rstrip() for line in printed)


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ends the child if it still runs: by asking, then by force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdin:
        process.stdin.close()


def _summary(room: Path, mask: Mask, log: deque[str]) -> dict[str, Any]:
    """What Schemathesis says of the run as a whole. Raises Inconclusive when it did not come to say it."""
    try:
        summary: dict[str, Any] = json.loads((room / "summary.json").read_bytes())
    except (OSError, ValueError) as error:
        last = " / ".join(line.strip() for line in list(log)[-6:] if line.strip())
        raise Inconclusive(f"Schemathesis did not finish: {mask.hide(last) or 'it said nothing'}") from error
    return summary
