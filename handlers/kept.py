"""Answers that may be sent again: checked and encoded once, good until the store changes."""

from collections.abc import Hashable

from handlers.call import Reply

MOST_BYTES = 16 * 1024 * 1024
"""Of all answers that are kept."""

LARGEST = 1024 * 1024
"""Bytes of one answer: to make a longer one anew costs little beside sending it."""


class Kept:
    """Replies of steady functions (see call.steady), each with what was sent for it."""

    def __init__(self) -> None:
        self._replies: dict[Hashable, Reply] = {}
        self._bytes = 0
        self._version: int | None = None

    def find(self, key: Hashable, version: int) -> Reply | None:
        """What was answered to the same request; None where the store has changed since."""
        return self._replies.get(key) if version == self._version else None

    def keep(self, key: Hashable, version: int, reply: Reply) -> None:
        """Remembers a reply that was sent, as long as there is room."""
        size = len(reply.sent[0]) if reply.sent else 0
        if size > LARGEST:
            return
        if version != self._version or self._bytes + size > MOST_BYTES:
            self._replies.clear()
            self._bytes, self._version = 0, version
        self._replies[key] = reply
        self._bytes += size
