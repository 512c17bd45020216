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
_LEAST_NAME = 8

Cells = dict[str, dict[str, list[str]]]


def table(result: Result, layout: Layout) -> Iterator[str]:
    """Lines: one per resource, how many of its requirements were kept, or how many were not."""
    cells = _cells(result)
    if not cells:
        return
    stages = [stage for stage in STAGES if any(row.get(stage) for row in cells.values())]
    widths = {stage: _width(stage, cells) for stage in stages}
    name = _name_width(cells, layout.width - sum(widths.values()))
    head = "".join(f"{stage:>{widths[stage]}}" for stage in stages)
    yield layout.paint(f"{'':{name}}{head}", "bold")
    for row, by_stage in cells.items():
        text = visible(row)
        shown = text if len(text) <= name else "…" + text[1 - name :]
        yield f"{shown:{name}}" + "".join(_cell(by_stage[s], widths[s], layout) for s in stages)


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


def _width(stage: str, cells: Cells) -> int:
    """Of a column, with the blanks before it."""
    return 2 + max(len(stage), *(len(_text(row[stage])) for row in cells.values()))


def _name_width(cells: Cells, room: int) -> int:
    """Of the names: as much as they need, or as there is."""
    return min(max(map(len, map(visible, cells))), max(room, _LEAST_NAME))


def _text(words: list[str]) -> str:
    worst = next((word for word in _COLOURS if word in words), _KEPT)
    return f"{words.count(worst)} {worst}" if words else "-"


def _cell(words: list[str], width: int, layout: Layout) -> str:
    """`12 ok`, or `2 failed`; `-` where nothing was tested."""
    text = _text(words)
    colour = _COLOURS.get(text.rpartition(" ")[2])
    return " " * (width - len(text)) + (layout.paint(text, colour) if colour else text)
