"""The results as a table for a terminal: no absolute figure without the ratio beside it."""

from collections.abc import Callable, Iterable

from bench.goals import goals
from bench.peers import BARE, HYFN
from bench.results import Cell, Results, Spread


def table(results: Results) -> str:
    """Everything that was measured, and which goals are met."""
    parts = [
        _who(results),
        "A figure, and how many times bare uvicorn's it is: median [lowest to highest round].",
    ]
    for connections in results.connections():
        some = f"at {connections} connection{'s' * (connections > 1)}"
        for name, figure, form in _FIGURES:
            parts.append(_block(results, (f"{name} {some}", figure, form), connections))
    parts += [_starts(results), _memory(results), _goals(results), _notes(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


_Figure = tuple[str, Callable[[Cell], float], str]
_FIGURES: tuple[_Figure, ...] = (
    ("requests per second", lambda cell: cell.rate, "{:,.0f}"),
    ("server CPU, microseconds per request,", lambda cell: cell.cpu, "{:,.0f}"),
    ("p50, milliseconds,", lambda cell: cell.p50, "{:,.2f}"),
    ("p99, milliseconds,", lambda cell: cell.p99, "{:,.2f}"),
)


def _who(results: Results) -> str:
    names = (f"  {title:<16}{results.does[key]}" for key, title in results.titles.items())
    absent = (f"  {title:<16}left out: {reason}" for title, reason in results.absent.items())
    return "\n".join([*(f"{name}: {value}" for name, value in results.how.items()), *names, *absent])


def _block(results: Results, of: _Figure, connections: int) -> str:
    """A row per case, a column per peer."""
    title, figure, form = of

    def cell(peer: str, case: str) -> str:
        absolute = results.spread(figure, peer, case, connections)
        if absolute is None:
            return "not measured"
        ratio = results.ratio(figure, peer, BARE, case, connections)
        return form.format(absolute.median) + (f"  x{_spread(ratio)}" if ratio and peer != BARE else "")

    return _grid(results, title, results.cases(), cell)


def _spread(of: Spread) -> str:
    return f"{_short(of.median)} [{_short(of.low)} to {_short(of.high)}]"


def _short(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _grid(results: Results, title: str, rows: Iterable[str], cell: Callable[[str, str], str]) -> str:
    """Columns as wide as they need be."""
    lines = [
        ["", *results.titles.values()],
        *([row, *(cell(peer, row) for peer in results.titles)] for row in rows),
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    aligned = ("  " + "   ".join(map(str.ljust, line, widths)).rstrip() for line in lines)
    return "\n".join([title, *aligned])


def _starts(results: Results) -> str:
    base = Spread.of(results.imported)
    if base is None:
        return ""

    def cell(peer: str, row: str) -> str:
        found = results.beyond_import(peer) if row == "beyond" else Spread.of(results.starts.get(peer, []))
        return _spread(found) if found else "not measured"

    title = f"seconds from start to first answer, and beyond `import connexion`, which took {_spread(base)}"
    return _grid(results, title, ("start", "beyond"), cell)


def _memory(results: Results) -> str:
    if not results.memory:
        return ""
    bare = results.memory.get(BARE)

    def cell(peer: str, _row: str) -> str:
        found = results.memory.get(peer)
        if found is None:
            return "not measured"
        return f"{found:.0f}" + (f"  x{_short(found / bare)}" if bare and peer != BARE else "")

    count = f"{results.memory_requests:,}"
    title = f"peak resident memory in MiB after {count} requests (create, get, update, delete)"
    return _grid(results, title, ("peak",), cell)


def _goals(results: Results) -> str:
    lines = [f"  {'met   ' if goal.met else 'MISSED'}  {goal.said}" for goal in goals(results)]
    return "\n".join([f"goals of {results.titles[HYFN]}", *lines]) if lines else ""


def _notes(results: Results) -> str:
    lines = [f"  {line}" for line in results.spoiled]
    return "\n".join(["left out of the figures:", *lines]) if lines else ""
