"""Schemathesis (4.32) as a child process. Only this module and `fuzz_events.py`, its reader, know it.

The child gets the document as JSON, its configuration in a private folder where it also runs, and the values
of headers by its environment. Its event report comes through a pipe, because it holds what was sent in full.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.finding import Progress, Report
from contract_tests.fuzz_events import Events
from contract_tests.mask import Mask
from contract_tests.problems import Inconclusive
from contract_tests.question import Question
from contract_tests.target import Target
from openapi import codec
from openapi.document import Document

PHASES = "examples,coverage,fuzzing,stateful"

_CONFIGURATION = """\
color = false
request-timeout = 10
max-redirects = 0  # whoever is asked answers, nobody else
suppress-health-check = ["all"]  # they judge generated data, not the target

[generation]
database = "none"

[cache]
enabled = false

# A server's refusals must not teach the generator: the document alone says what is valid.
[phases.fuzzing.error-feedback]
enabled = false

# It would also filter body values whose names look secret. What may be shown is up to mask.py.
[output.sanitization]
enabled = false

[reports.ndjson]
path = "/dev/fd/{pipe}"

[reports.json]
path = "summary.json"

[headers]
{headers}
"""

_PROGRAM = """\
import os, threading
threading.Thread(target=lambda: (os.read(0, 1), os._exit(1)), daemon=True).start()
from schemathesis.cli import schemathesis
schemathesis()
"""
"""The child: Schemathesis' command line, which ends when its standard input does, so whenever we end."""

_PRIVATE = ("SCHEMATHESIS_", "HYPOTHESIS_")
"""Beginnings of variables that would reach into the child."""


def fuzz(target: Target, question: Question, tell: Callable[[Progress], None] | None = None) -> Report:
    """Asks everything of the target; `tell` hears how far it is.

    Raises Inconclusive when Schemathesis fails.
    """
    started = time.monotonic()
    mask = Mask(target.headers)
    events = Events(question, mask)
    with tempfile.TemporaryDirectory(prefix="hyfn-") as folder:
        room = Path(folder)
        with _child(room, target, question) as (lines, log):
            for line in lines:
                whole = line.endswith(b"\n")  # else the child died over it, which the summary tells
                if whole and events.read(json.loads(line)) and tell:
                    tell(events.progress)
        summary = _summary(room, mask, log)
    return events.report(target, summary, time.monotonic() - started)


@contextmanager
def _child(room: Path, target: Target, question: Question) -> Iterator[tuple[Iterator[bytes], deque[str]]]:
    """The running child: the lines of its event report, and the last lines that it prints."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as report:
        try:
            _write_room(room, target, question.document, writing)
            process = subprocess.Popen(
                _command(target, question),
                cwd=room,
                env=_environment(target),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=[writing],
            )
        finally:
            os.close(writing)
        log: deque[str] = deque(maxlen=40)
        drain = threading.Thread(target=_drain, args=(process, log), daemon=True)
        drain.start()
        try:
            yield iter(report), log
            process.wait()
        finally:
            _stop(process)
            drain.join(timeout=5)


def _write_room(room: Path, target: Target, document: Document, pipe: int) -> None:
    spelled = _spellings(document)
    headers = "\n".join(
        f'"{spelled.get(h.name.lower(), h.name)}" = "${{{h.variable}}}"' for h in target.headers
    )
    (room / "document.json").write_bytes(codec.encode(document.data))
    (room / "schemathesis.toml").write_text(_CONFIGURATION.format(pipe=pipe, headers=headers), "utf-8")


def _spellings(document: Document) -> dict[str, str]:
    """The document's own spelling of each security header, by its name in lower case.

    Names of headers have no case (RFC 9110 section 5.1), but Schemathesis takes out for `ignored_auth` only
    what is spelled as the document spells it.
    """
    schemes = document.security_schemes.values()
    names = [str(scheme.get("name")) for scheme in schemes if scheme.get("in") == "header"]
    return {"authorization": "Authorization"} | {name.lower(): name for name in names}


def _command(target: Target, question: Question) -> list[str]:
    arguments = ["--url", target.url, "--checks", "all", "--phases", PHASES]
    arguments += ["--max-examples", str(question.examples), "--seed", str(question.seed)]
    start = [sys.executable, "-P", "-c", _PROGRAM, "--config-file", "schemathesis.toml"]
    return [*start, "run", "document.json", *arguments]


def _environment(target: Target) -> dict[str, str]:
    """Ours, without what would make the child send, read or print anything else."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_PRIVATE) and not name.lower().endswith("_proxy")
    }
    values = {header.variable: header.value for header in target.headers}
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
