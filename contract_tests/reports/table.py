"""The table resource x lifecycle."""

from collections import defaultdict
from collections.abc import Iterator

from contract_tests.check import Outcome, Status
from contract_tests.reports.layout import Layout
from contract_tests.result import TESTED, Result
from contract_tests.showing.mask import visible

STAGES = ("create", "read", "list", "update", "delete", "other")
"""Columns: what an operation does in the life of a record."""

_WORDS = {Status.FAILED: "failed", Status.WARNED: "warned", Status.ERROR: "errors"}
_COLOURS = {"failed": "red", "warned": "yellow", "errors": "yellow", "known": "yellow"}
"""What is not kept, from worst to least."""

_KEPT = "ok"
_LEAST_NAME = 16

Cells = dict[str, dict[str, list[str]]]


def table(result: Result, layout: Layout) -> Iterator[str]:
    """Lines: one per resource, how many of its requirements were kept, or how many were not."""
    cells = _cells(result)
    if not cells:
        return
    stages = [stage for stage in STAGES if any(row.get(stage) for row in cells.values())]
    name, cell = _widths(cells, stages, layout.width)
    yield layout.paint(f"{'':{name}}" + "".join(f"{stage:>{cell}}" for stage in stages), "bold")
    for row, by_stage in cells.items():
        text = visible(row)
        shown = text if len(text) <= name else "…" + text[1 - name :]
        yield f"{shown:{name}}" + "".join(_cell(by_stage[stage], cell, layout) for stage in stages)


def _cells(result: Result) -> Cells:
    """A word per requirement, by resource and stage; what nothing was tested of is left out."""
    cells: Cells = defaultdict(lambda: defaultdict(list))
    for outcome in result.outcomes:
        if outcome.status in TESTED or outcome.status in _WORDS:
            row, stage = result.stages.get(outcome.requirement.id, ("elsewhere", "other"))
            cells[row][stage].append(_word(outcome, result))
    return cells


def _word(outcome: Outcome, result: Result) -> str:
    return "known" if result.is_known(outcome) else _WORDS.get(outcome.status, _KEPT)


def _widths(cells: Cells, stages: list[str], room: int) -> tuple[int, int]:
    """(of the names, of a cell with the blank before it)."""
    longest = max(len(row) for row in cells)
    texts = [_text(words) for row in cells.values() for words in row.values()]
    cell = 2 + max(map(len, [*texts, *stages]))
    if min(longest, _LEAST_NAME) + cell * len(stages) > room:
        cell -= 1
    return min(longest, max(room - cell * len(stages), 8)), cell


def _text(words: list[str]) -> str:
    worst = next((word for word in _COLOURS if word in words), _KEPT)
    return f"{words.count(worst)} {worst}" if words else "-"


def _cell(words: list[str], width: int, layout: Layout) -> str:
    """`12 ok`, or `2 failed`; `-` where nothing was tested."""
    text = _text(words)
    colour = _COLOURS.get(text.rpartition(" ")[2])
    return " " * (width - len(text)) + (layout.paint(text, colour) if colour else text)
