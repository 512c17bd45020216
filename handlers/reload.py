"""Edits of the document, served as soon as they are saved; a broken one leaves the last good document in
place."""

import asyncio
from collections.abc import Callable
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


async def watch(path: Path, changed: Callable[[], None]) -> None:
    """Calls `changed` after each edit of `path`, for as long as the task lives."""
    seen = _stamp(path)
    while True:
        await asyncio.sleep(INTERVAL)
        now = _stamp(path)
        if now is not None and now != seen:
            changed()
        seen = now if now is not None else seen


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:  # an editor that replaces the file leaves a moment without one
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
