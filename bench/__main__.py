"""`make bench`: the mock beside its peers on one document, in one run.

Rounds are interleaved, so that all see the same neighbours, and ratios are taken within a round. Where there
are two cores or more, the servers share one and the load has another. The server's CPU time per request is
what compares best: it hardly depends on what else the machine does.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

from bench.cases import CASES, write_document
from bench.load import WRK, Spoiled
from bench.peers import CACHE, PEERS, available
from bench.picture import picture
from bench.process import CORES, DidNotStart, pin
from bench.results import Results
from bench.rounds import measure, measure_memory, measure_starts
from bench.table import table


def main() -> None:
    options = _options()
    peers, absent = available(options.peers)
    CACHE.mkdir(exist_ok=True)
    document = write_document(CACHE / "document.json")
    results = Results(
        titles={peer.key: peer.title for peer in peers},
        does={peer.key: peer.does for peer in peers},
        absent=absent,
        how=_how(options),
    )
    pin(-1)
    try:
        measure_starts(results, peers, options.rounds)
        measure(results, peers, document, options, lambda line: print(line, file=sys.stderr))
        if options.requests:
            measure_memory(results, peers, document, options.requests)
    except (DidNotStart, Spoiled) as error:
        raise SystemExit(f"make bench: {error}") from error
    sys.stdout.write(table(results))
    if options.json:
        options.json.write_text(json.dumps(results.as_json(), indent=1) + "\n", encoding="utf-8")
    if options.svg:
        options.svg.write_text(picture(results), encoding="utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    names, keys = [case.name for case in CASES], [peer.key for peer in PEERS]
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2, help="of each load")
    parser.add_argument(
        "--warm-up", type=float, default=10, help="seconds of load on each peer before it counts"
    )
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--requests", type=int, default=100_000, help="before memory is read; 0: never")
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="CASE", help=f"some of: {', '.join(names)}"
    )
    parser.add_argument(
        "--peers", nargs="+", choices=keys, default=keys, help="ours and the yardstick always run"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--svg", type=Path, metavar="FILE")
    return parser.parse_args()


def _how(options: argparse.Namespace) -> dict[str, Any]:
    client = "wrk" if WRK else "our own client (install wrk for a faster one)"
    cores = len(CORES) or os.cpu_count()
    warm = f"{options.warm_up:g} s to warm up"
    system = f"{platform.system()} {platform.machine()}, {cores} cores"
    return {
        "document": "the Hyfn Public API, with 100 work items",
        "load": f"{options.rounds} rounds of {options.seconds:g} s for each figure, by {client}; {warm}",
        "machine": f"{system}, Python {platform.python_version()}",
    }


if __name__ == "__main__":
    main()
