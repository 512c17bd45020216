"""One picture of a run: the server's CPU per request of each case, a bar per peer, as SVG.

It has no background and takes its colours from the reader's scheme, so it reads on light and on dark.
"""

from xml.sax.saxutils import escape

from bench.goals import CONNECTIONS
from bench.peers import BARE
from bench.results import Cell, Results, Spread

_WIDTH, _LEFT, _RIGHT, _BAR, _GAP, _TOP = 720, 120, 170, 14, 18, 64
_COLOURS = (("#0b6bcb", "#58a6ff"), ("#8c959f", "#6e7681"), ("#bc4c00", "#f0883e"), ("#8250df", "#bc8cff"))
"""A peer's colour in light and in dark."""


def picture(results: Results) -> str:
    """The SVG. A bar has its microseconds, and how many times bare uvicorn's they are."""
    cases, peers = results.cases(), list(results.titles)
    spreads = {
        (case, peer): results.spread(_cpu, peer, case, CONNECTIONS) for case in cases for peer in peers
    }
    longest = max((spread.median for spread in spreads.values() if spread), default=1.0)
    body = [_legend(results)]
    at = _TOP
    for case in cases:
        body.append(_text(_LEFT - 10, at + len(peers) * _BAR / 2 + 4, case, "end"))
        for place, peer in enumerate(peers):
            ratio = results.ratio(_cpu, peer, BARE, case, CONNECTIONS)
            body.append(_bar(at + place * _BAR, place, spreads[case, peer], longest, ratio))
        at += len(peers) * _BAR + _GAP
    title = "Server CPU per request, microseconds, and times bare uvicorn: less is better"
    return _frame(at, title, body)


def _cpu(cell: Cell) -> float:
    return cell.cpu


def _frame(height: float, title: str, body: list[str]) -> str:
    light = "".join(f".p{place}{{fill:{light}}}" for place, (light, _) in enumerate(_COLOURS))
    dark = "".join(f".p{place}{{fill:{dark}}}" for place, (_, dark) in enumerate(_COLOURS))
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1f2328}.small{font-size:11px}"
        f"{light}@media(prefers-color-scheme:dark){{text{{fill:#e6edf3}}{dark}}}"
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{style}</style>",
        _text(10, 20, title, "start"),
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _legend(results: Results) -> str:
    parts, step = [], (_WIDTH - 20) / max(1, len(results.titles))
    for place, title in enumerate(results.titles.values()):
        left = 10 + place * step
        parts.append(_box(left, 34, 12, 12, place) + _text(left + 18, 44, title, "start"))
    return "\n".join(parts)


def _bar(top: float, place: int, spread: Spread | None, longest: float, ratio: Spread | None) -> str:
    if spread is None:
        return _text(_LEFT, top + 11, "not measured", "start", small=True)
    length = max(1.0, spread.median / longest * (_WIDTH - _LEFT - _RIGHT))
    said = f"{spread.median:,.0f}" + (f"  ({ratio.median:.1f} times)" if ratio else "")
    return _box(_LEFT, top, length, _BAR - 2, place) + _text(
        _LEFT + length + 6, top + 10, said, "start", small=True
    )


def _box(left: float, top: float, width: float, height: float, place: int) -> str:
    colour = place % len(_COLOURS)
    return (
        f'<rect class="p{colour}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height}" rx="2"/>'
    )


def _text(left: float, base: float, text: str, anchor: str, small: bool = False) -> str:
    style = ' class="small"' if small else ""
    return f'<text{style} x="{left:.1f}" y="{base:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
