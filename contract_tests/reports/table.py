"""The table resource x lifecycle."""

from collections import defaultdict
from collections.abc import Callable, Iterator

from contract_tests.check import Outcome, Status
from contract_tests.result import TESTED, Result

STAGES = ("create", "read", "list", "update", "delete", "other")
"""Columns: what an operation does in the life of a record."""

_BAD = {Status.FAILED: "red", Status.WARNED: "yellow", Status.ERROR: "yellow"}
_WIDEST = 30


def table(result: Result, paint: Callable[[str, str], str]) -> Iterator[str]:
    """Lines: one per resource, how many of its requirements were kept, and how many not."""
    cells: dict[str, dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for outcome in result.outcomes:
        row, stage = result.stages.get(outcome.requirement.id, ("elsewhere", "other"))
        cells[row][stage].append(outcome)
    if not cells:
        return
    stages = [stage for stage in STAGES if any(row.get(stage) for row in cells.values())]
    width = min(max(len(row) for row in cells), _WIDEST)
    yield paint(f"{'':{width}}" + "".join(f"  {stage:>12}" for stage in stages), "bold")
    for row, by_stage in cells.items():
        shown = row if len(row) <= width else row[: width - 1] + "…"
        yield f"{shown:{width}}" + "".join(f"  {_cell(by_stage[stage], paint)}" for stage in stages)


def _cell(outcomes: list[Outcome], paint: Callable[[str, str], str]) -> str:
    """`12 ok`, or `2 of 12 bad`; `-` where nothing was tested."""
    tested = sum(outcome.status in TESTED for outcome in outcomes)
    bad = [outcome.status for outcome in outcomes if outcome.status in _BAD]
    if bad:
        worst = min(bad, key=list(_BAD).index)
        return paint(f"{f'{len(bad)} {worst.value}':>12}", _BAD[worst])
    return f"{f'{tested} ok' if tested else '-':>12}"
