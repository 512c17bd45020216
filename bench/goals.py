"""What the mock must reach, and whether it did in this run."""

from collections.abc import Iterator
from dataclasses import dataclass

from bench.peers import BARE, HYFN, PRISM_KEY
from bench.results import Cell, Results

CONNECTIONS = 32
RATE_BESIDE_BARE = {"get": 0.45, "create": 0.35, "list of 100": 0.20}
"""At least so much of bare uvicorn's requests per second."""

CPU_BESIDE_PRISM = {"get": 0.5, "list of 100": 0.5, "create": 0.5}
CPU_BESIDE_BARE = {"get": 2.5, "create": 3.3}
"""At most so many times the other's CPU per request."""

SECONDS_BEYOND_IMPORT = 0.25
MEMORY = 100
"""MiB, after 100,000 requests."""


@dataclass(frozen=True)
class Goal:
    said: str
    met: bool


def goals(results: Results) -> list[Goal]:
    """Each goal that this run can tell of."""
    return [*_speed(results), *_process(results)]


def _speed(results: Results) -> Iterator[Goal]:
    for limits, beside, rate in (
        (RATE_BESIDE_BARE, BARE, True),
        (CPU_BESIDE_PRISM, PRISM_KEY, False),
        (CPU_BESIDE_BARE, BARE, False),
    ):
        for case, limit in limits.items():
            found = results.ratio(_rate if rate else _cpu, HYFN, beside, case, CONNECTIONS)
            if found is not None:
                met = found.median >= limit if rate else found.median <= limit
                what = "requests per second" if rate else "CPU per request"
                bound = "at least" if rate else "at most"
                yield Goal(
                    f"{case}: {what} {found.median:.2f} of {results.titles[beside]}, {bound} {limit}", met
                )


def _process(results: Results) -> Iterator[Goal]:
    beyond = results.beyond_import(HYFN)
    if beyond is not None:
        limit = SECONDS_BEYOND_IMPORT
        yield Goal(
            f"first answer {beyond.median:.2f} s beyond `import connexion`, at most {limit}",
            beyond.median <= limit,
        )
    if HYFN in results.memory:
        peak = results.memory[HYFN]
        yield Goal(f"peak memory {peak:.0f} MiB, at most {MEMORY}", peak <= MEMORY)


def _rate(cell: Cell) -> float:
    return cell.rate


def _cpu(cell: Cell) -> float:
    return cell.cpu
