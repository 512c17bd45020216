"""An exchange as a line, while a run lasts."""

from collections.abc import Iterator

from contract_tests.exchange import Exchange
from contract_tests.reports.layout import Layout, cut
from contract_tests.showing.mask import Mask

_LONGEST = 2_000
"""Characters of a body that are shown."""

_LEAST = 12
"""Of a path."""


def exchange_lines(
    exchange: Exchange, base: str, mask: Mask, layout: Layout, bodies: bool = False
) -> Iterator[str]:
    """Number, identity, method, path below `base`, status, milliseconds; the bodies on lines of their own."""
    request, answer = exchange.request, exchange.answer
    before = f"{exchange.number:5}  {exchange.identity:6}  {request.method:7} "
    after = f"  {answer.status if answer else '---'} {1000 * exchange.seconds:6,.0f} ms"
    room = max(layout.width - len(before) - len(after), _LEAST)
    path = _shortened(mask.hide(request.url.removeprefix(base)), room)
    yield before + f"{path:{room}}" + _painted(after, exchange.status, layout)
    if exchange.problem:
        yield from layout.hanging("       ", mask.hide(exchange.problem))
    if bodies:
        yield from _body("     > ", request.body, mask)
        yield from _body("     < ", answer.body if answer else None, mask)


def _body(label: str, body: bytes | None, mask: Mask) -> Iterator[str]:
    """A body as it came, on its own lines: who wants to copy it finds no line end that is not in it."""
    shown = cut(mask.hide((body or b"").decode("utf-8", "replace")), _LONGEST)
    for at, line in enumerate(shown.splitlines()):
        yield (label if at == 0 else " " * len(label)) + line


def _shortened(path: str, room: int) -> str:
    """A path that fits: what tells most stands at its ends."""
    if len(path) <= room:
        return path
    end = (room - 1) * 2 // 3
    return f"{path[: room - 1 - end]}…{path[-end:]}"


def _painted(text: str, status: int, layout: Layout) -> str:
    return layout.paint(text, "red") if status >= 500 or not status else text
