"""What a run has measured, and the ratios in it."""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Cell:
    """One load on one peer in one round. `cpu`: microseconds of the server's CPU per request."""

    round: int
    peer: str
    case: str
    connections: int
    rate: float
    p50: float
    p99: float
    cpu: float


@dataclass(frozen=True)
class Spread:
    """The median of some figures, the lowest and the highest."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(figures: Sequence[float]) -> "Spread | None":
        """None where there are no figures."""
        known = [figure for figure in figures if not math.isnan(figure)]
        return Spread(median(known), min(known), max(known)) if known else None


Figure = Callable[[Cell], float]


@dataclass
class Results:
    """`starts` and `memory` by peer; `imported` is what `import connexion` took; `spoiled`: which loads did
    not count, and why."""

    titles: dict[str, str]
    does: dict[str, str]
    cells: list[Cell] = field(default_factory=list)
    starts: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    memory_requests: int = 0
    imported: list[float] = field(default_factory=list)
    spoiled: list[str] = field(default_factory=list)
    absent: dict[str, str] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)

    def cases(self) -> list[str]:
        return list(dict.fromkeys(cell.case for cell in self.cells))

    def connections(self) -> list[int]:
        return sorted({cell.connections for cell in self.cells})

    def figures(self, figure: Figure, peer: str, case: str, connections: int) -> dict[int, float]:
        """One figure of a peer by round."""
        found = (c for c in self.cells if (c.peer, c.case, c.connections) == (peer, case, connections))
        return {cell.round: figure(cell) for cell in found}

    def spread(self, figure: Figure, peer: str, case: str, connections: int) -> Spread | None:
        return Spread.of(list(self.figures(figure, peer, case, connections).values()))

    def ratio(self, figure: Figure, peer: str, beside: str, case: str, connections: int) -> Spread | None:
        """A peer's figure beside another's, round by round: both had the same neighbours."""
        ours = self.figures(figure, peer, case, connections)
        theirs = self.figures(figure, beside, case, connections)
        return Spread.of([ours[number] / theirs[number] for number in ours if theirs.get(number)])

    def beyond_import(self, peer: str) -> Spread | None:
        """Seconds from start to first answer beyond what `import connexion` takes, round by round."""
        return Spread.of(
            [start - base for start, base in zip(self.starts.get(peer, []), self.imported, strict=False)]
        )

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
