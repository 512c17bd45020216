"""Edits of the document, served as soon as they are saved; a broken one leaves the last good document in
place."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

INTERVAL = 0.25
"""Seconds between two looks at the file."""


class Swappable:
    """An ASGI application whose inside can be exchanged between two requests."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


async def watch(paths: Callable[[], Iterable[Path]], changed: Callable[[], None]) -> None:
    """Calls `changed` after each edit of one of `paths`, for as long as the task lives."""
    seen = _stamps(paths())
    while True:
        await asyncio.sleep(INTERVAL)
        now = _stamps(paths())
        if any(path in seen and seen[path] != stamp for path, stamp in now.items()):
            changed()
        seen |= now


def _stamps(paths: Iterable[Path]) -> dict[Path, tuple[int, int, int]]:
    return {path: stamp for path in paths if (stamp := _stamp(path)) is not None}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:  # an editor that replaces the file leaves a moment without one
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
