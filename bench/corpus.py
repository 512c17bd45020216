"""`make corpus`: the mock of each of 29 real documents, judged by stock Schemathesis.

Every check, phases examples, coverage, fuzzing and stateful, 10 examples, one seed, demo credentials; at most
60 s and 3 s per operation. An operation is *cleanable* where its document declares a status to refuse bad
input with, and missing credentials; *reached* where coverage and fuzzing of it ran to their end; *clean*
where nothing was found.

The documents are not part of this project: `corpus.json` says from where each comes, so that anyone can fetch
them.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.judge import Judged, judge
from bench.mocked import mocked
from openapi.document import load
from openapi.operation import Operation

LIST = Path(__file__).with_name("corpus.json")
FOLDER = Path(os.environ.get("HYFN_CORPUS") or "../shared/corpus")
_INPUT = {"400", "422", "4XX", "4xx", "default"}
_LOGIN = {"401", "4XX", "4xx", "default"}
"""Where `Authorization` is missing, the judge wants exactly 401: of a document that has only 403 for that,
whatever a server answers is a finding."""


@dataclass
class Row:
    """What came of one document. `problem`: why it could not be judged."""

    name: str
    operations: int = 0
    cleanable: int = 0
    reached: int = 0
    clean: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    problem: str = ""
    stopped: bool = False


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="make corpus", description=__doc__.partition("\n")[0] if __doc__ else ""
    )
    parser.add_argument(
        "--only", action="append", default=[], metavar="TEXT", help="documents whose id holds TEXT"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there")
    options = parser.parse_args()
    wanted = [each for each in json.loads(LIST.read_bytes()) if _wanted(each["id"], options.only)]
    if not FOLDER.is_dir():
        sys.stdout.write(
            f"make corpus: {FOLDER} is no folder; set HYFN_CORPUS to where the documents are, see {LIST}\n"
        )
        return 2
    sys.stdout.write(_head())
    rows = []
    for each in wanted:
        rows.append(_judged(each, options.seed, options.examples))
        sys.stdout.write(_line(rows[-1]))
        sys.stdout.flush()
    sys.stdout.write(_total(rows))
    if options.json:
        options.json.write_text(json.dumps([vars(row) for row in rows], indent=1) + "\n")
    return 0


def _wanted(name: str, texts: list[str]) -> bool:
    return not texts or any(text in name for text in texts)


def _judged(each: dict[str, Any], seed: int, examples: int) -> Row:
    """Starts the mock of a document, and has it judged."""
    path, row = FOLDER / each["file"], Row(each["id"])
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != each["sha256"]:
        row.problem = f"{path} is not the file that corpus.json lists"
        return row
    operations = load(path).operations
    row.operations = len(operations)
    good = {f"{each.method} {each.path}" for each in operations if is_cleanable(each)}
    row.cleanable = len(good)
    with tempfile.TemporaryDirectory() as folder, mocked(path) as (url, headers):
        if not url:
            row.problem = "the mock did not start"
            return row
        limit = 60 + 3 * len(operations)
        _fill(row, judge(path, url, headers, Path(folder), seed, examples, limit), good)
    return row


def _fill(row: Row, judged: Judged, good: set[str]) -> None:
    bad = {label for label, _, _ in judged.failures}
    row.reached = len(good & judged.reached)
    row.clean = len((good & judged.reached) - bad)
    row.failures = Counter(check for _, check, _ in judged.failures)
    row.found = [" · ".join(each) for each in judged.failures]
    row.problem, row.stopped = judged.problem, judged.stopped


def is_cleanable(operation: Operation) -> bool:
    """Whether any server that validates could be clean: what must be refused can be, in a declared status."""
    keys = operation.responses.keys()
    takes = bool(operation.parameters or operation.body)
    secured = bool(operation.security) and {} not in operation.security
    return (not takes or bool(_INPUT & keys)) and (not secured or bool(_LOGIN & keys))


def _head() -> str:
    return f"{'document':52}{'operations':>11}{'cleanable':>10}{'reached':>8}{'clean':>6}  failures\n"


def _line(row: Row) -> str:
    told = row.problem or ", ".join(f"{count} {name}" for name, count in row.failures.most_common()) or "-"
    cut = " (stopped at its limit)" if row.stopped else ""
    return (
        f"{row.name[:51]:52}{row.operations:11}{row.cleanable:10}{row.reached:8}{row.clean:6}  {told}{cut}\n"
    )


def _total(rows: list[Row]) -> str:
    names = ("operations", "cleanable", "reached", "clean")
    operations, cleanable, reached, clean = (sum(getattr(row, name) for row in rows) for name in names)
    failures = sum((row.failures for row in rows), Counter())
    told = ", ".join(f"{count} {name}" for name, count in failures.most_common()) or "none"
    loaded = sum(not row.problem for row in rows)
    return (
        f"\n{loaded} of {len(rows)} documents; {operations} operations, {cleanable} cleanable,"
        f" {reached} of them reached ({_percent(reached, cleanable)}),"
        f" {clean} clean ({_percent(clean, reached)})\n"
        f"unique failures: {told}\n"
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


if __name__ == "__main__":
    raise SystemExit(main())
