"""`make kill-matrix`: every fault x our suite (sandboxed, full) x stock Schemathesis, in one table.

A fault is killed when a run holds something against the server that it does not hold against the clean one.
All of it takes hours; ARGS='--sandboxed-only', '--suite-only' and '--only PATTERN' take less. With --json
FILE an interrupted run goes on where it stopped.
"""

import argparse
import sys
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.matrix.kept import Kept, Key
from tests.matrix.lots import Lot, every
from tests.matrix.table import rows, summary, survivors
from tests.matrix.trials import WAYS, Manner, Trial, attempt


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 where our suite misses a fault in its strongest profile."""
    options = _parsed(arguments)
    ways = WAYS[:1] if options.sandboxed_only else WAYS[:2] if options.suite_only else WAYS
    lots = [lot for lot in every() if _wanted(lot, options.only)]
    if not lots:
        raise SystemExit(f"kill-matrix: no fault is like {', '.join(options.only)}")
    manner = Manner(options.seed, options.first, options.examples)
    kept = Kept(options.json, manner)
    servers = list(dict.fromkeys(lot.server for lot in lots))
    _run(kept, [(server, "", way) for server in servers for way in ways], manner, options.jobs)
    _run(kept, [(lot.server, lot.fault, way) for way in ways for lot in lots], manner, options.jobs)
    _print(*rows(kept, lots, ways), "", *summary(kept, lots, ways))
    strongest = [way for way in ways if way != "stock"][-1]
    missed = survivors(kept, lots, strongest)
    for lot in missed:
        _print(f"not seen in {strongest}: {lot.name}: {lot.says}")
    return 1 if missed else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make kill-matrix", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="PATTERN",
                        help="a server, class or fault, with * (repeatable)")  # fmt: skip
    parser.add_argument("--suite-only", action="store_true", help="our suite alone")
    parser.add_argument("--sandboxed-only", action="store_true", help="our suite in profile sandboxed alone")
    parser.add_argument("--jobs", type=int, default=2, help="runs at a time (default: 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", action="store_true", help="end a run of ours at its first failure")
    parser.add_argument("--examples", type=int, default=100,
                        help="of stock Schemathesis, per operation and phase (default: 100)")  # fmt: skip
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="keep the results there, and go on from them"
    )
    return parser.parse_args(arguments)


def _wanted(lot: Lot, patterns: Sequence[str]) -> bool:
    names = (lot.server, lot.kind, lot.fault, lot.name)
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)


def _run(kept: Kept, keys: Sequence[Key], manner: Manner, jobs: int) -> None:
    """Tries what was not tried yet, several at a time."""
    todo = kept.missing(keys)
    work = partial(attempt, manner)
    try:
        with get_context("spawn").Pool(jobs, maxtasksperchild=_MOST_RUNS) as pool:
            for number, trial in enumerate(pool.imap_unordered(work, todo), 1):
                kept.add(trial)
                _progress(number, len(todo), trial)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        _progress_ends()


_MOST_RUNS = 40
"""Runs of one worker process, so that it does not grow."""


def _progress(number: int, of: int, trial: Trial) -> None:
    if trial.problem and not trial.signs:
        sys.stderr.write(f"\r\x1b[K{' '.join(trial.key)}: {trial.problem}\n")
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{number} of {of}: {' '.join(trial.key)}")
        sys.stderr.flush()


def _progress_ends() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")


def _print(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
