"""The two tables of the page: what became of each resource, and which operation fails which check."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from contract_tests.reports.data import Data
from contract_tests.reports.html.tally import STATUSES, Tally, status
from contract_tests.reports.table import STAGES


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it stands for, its cells by column, and all of them together."""

    name: str
    cells: dict[str, Tally]
    total: Tally


@dataclass(frozen=True, slots=True)
class Matrix:
    """Columns, and rows with a cell for each column where there is something to tell."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def life(data: Data) -> Matrix:
    """Resource x stage in the life of a record."""
    found = _matrix((each["resource"], each["stage"], status(each)) for each in data["requirements"])
    order = [*STAGES, *(column for column in found.columns if column not in STAGES)]
    return Matrix(tuple(column for column in order if column in found.columns), found.rows)


def operations(data: Data) -> Matrix:
    """Check x operation, the worst checks first; operations as the document has them, each after its path."""
    found = _matrix((each["check"], each["place"], status(each)) for each in data["requirements"])
    rows = sorted(found.rows, key=lambda row: (STATUSES.index(row.total.worst), -row.total.shown))
    order = _order(data["document"]["operations"])
    columns = sorted(found.columns, key=lambda name: order.get(name, len(order)))
    return Matrix(tuple(columns), tuple(rows))


def _order(operations: Iterable[Data]) -> dict[str, int]:
    """Where a place comes: a path, then its operations, then the next path."""
    by_path: dict[str, list[str]] = {}
    for each in operations:
        by_path.setdefault(each["path"], [each["path"]]).append(f"{each['method']} {each['path']}")
    return {name: at for at, name in enumerate(name for names in by_path.values() for name in names)}


def _matrix(cells: Iterable[tuple[str, str, str]]) -> Matrix:
    table: dict[str, dict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    totals: dict[str, Tally] = defaultdict(Tally)
    columns: dict[str, None] = {}
    for row, column, outcome in cells:
        table[row][column].counts[outcome] += 1
        totals[row].counts[outcome] += 1
        columns[column] = None
    return Matrix(tuple(columns), tuple(Row(name, dict(row), totals[name]) for name, row in table.items()))
