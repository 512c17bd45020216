"""How many requirements came to what, and how bad that is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from contract_tests.reports.data import Data

STATUSES = ("failed", "known", "warned", "error", "not tested", "passed", "not applicable")
"""What a requirement came to, the worst first. Known: it fails, and the baseline says so."""

WORDS = {
    "failed": "broken",
    "known": "known",
    "warned": "warned",
    "error": "errors",
    "passed": "kept",
    "not tested": "not tested",
    "not applicable": "does not apply",
}
"""The same for people."""

SIGNS = {
    "failed": "✕",
    "known": "≈",
    "warned": "!",
    "error": "?",
    "not tested": "-",
    "passed": "✓",
    "not applicable": "·",
}
"""The same at a glance, for those who see no colours, too."""


def status(told: Data) -> str:
    """What a requirement or a finding came to."""
    if told.get("known") or (told.get("baseline") or {}).get("state") == "known":
        return "known"
    return str(told.get("outcome") or told.get("status"))


_BAR = (*STATUSES[:4], "passed", "not tested")
"""From left to right: what was not tested is what is left of the bar."""


@dataclass(slots=True)
class Tally:
    """Counts by status."""

    counts: Counter[str] = field(default_factory=Counter)

    @property
    def worst(self) -> str:
        """The worst status there is. What was tested says more than what was not."""
        for each in ("failed", "known", "warned", "error", "passed"):
            if self.counts[each]:
                return each
        return "not tested" if self.counts["not tested"] else "not applicable"

    @property
    def shown(self) -> int:
        """How many have the worst status."""
        return self.counts[self.worst]

    @property
    def total(self) -> int:
        """How many apply."""
        return self.counts.total() - self.counts["not applicable"]

    @property
    def parts(self) -> list[tuple[str, float, float]]:
        """(status, from, width) of a bar from 0 to 100."""
        found, at = [], 0.0
        for each in _BAR:
            width = 100 * self.counts[each] / (self.total or 1)
            if width:
                found.append((each, round(at, 2), round(width, 2)))
            at += width
        return found

    @property
    def words(self) -> str:
        """`1 broken, 21 kept, 3 not tested`."""
        return ", ".join(f"{self.counts[s]:,} {WORDS[s]}" for s in STATUSES if self.counts[s])


def tally(requirements: Iterable[Data]) -> Tally:
    return Tally(Counter(map(status, requirements)))
