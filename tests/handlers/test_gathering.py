"""Writes are gathered until the end of the loop's turn, and nothing is lost."""

import asyncio
from typing import Any

from handlers.gathering import Gathering


class Transport:
    """Remembers what it is told."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def write(self, data: bytes) -> None:
        self.told.append(data)

    def close(self) -> None:
        self.told.append("close")

    def is_closing(self) -> bool:
        return "close" in self.told


async def play() -> list[list[Any]]:
    transport: Any = Transport()
    gathering = Gathering(transport, asyncio.get_running_loop())
    gathering.write(b"head ")
    gathering.write(b"body")
    seen = [list(transport.told)]
    await asyncio.sleep(0)
    seen.append(list(transport.told))
    gathering.write(b"last")
    gathering.close()
    await asyncio.sleep(0)
    assert gathering.is_closing()
    return [*seen, transport.told]


def test_what_is_written_in_one_turn_leaves_in_one_piece() -> None:
    """Not before the turn ends, in order, and before a close."""
    assert [[], [b"head body"], [b"head body", b"last", "close"]] == asyncio.run(play())
