"""How much of the contract was met: operations, statuses, parameters, schema keywords."""

from dataclasses import dataclass

from contract_tests.reports.data import Data

_NAMES = {
    "operations": "Operations asked",
    "statuses": "Declared statuses seen",
    "parameters": "Parameters sent",
    "keywords_satisfied": "Schema keywords satisfied",
    "keywords_violated": "Schema keywords violated",
}


@dataclass(frozen=True, slots=True)
class Covered:
    """One total: so much of so much."""

    name: str
    seen: int
    of: int

    @property
    def percent(self) -> int:
        return self.seen * 100 // self.of if self.of else 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """Totals, then one row per operation and per schema keyword, as the data has them."""

    totals: list[Covered]
    operations: list[Data]
    keywords: dict[str, Data]


def coverage(data: Data) -> Coverage | None:
    """None for a run that did not count."""
    told: Data | None = data.get("coverage")
    if not told:
        return None
    totals = told.get("totals", {})
    return Coverage(
        totals=[Covered(name, *totals[key][:2]) for key, name in _NAMES.items() if key in totals],
        operations=told.get("operations", []),
        keywords=told.get("keywords", {}),
    )
