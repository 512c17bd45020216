"""What a new record is called: the seed says it, and how many there were before.

So one seed gives the same requests the same ids. Counts are in the store: they outlive a restart, and begin
again with its records.
"""

import hashlib
import uuid
from collections.abc import Sequence

from handlers.store.base import Store

_TABLE = "(numbers)"
_BLOCK = 1_000_000
_MOST_BLOCKS = 2000
"""So that every number fits 32 bits."""


class Numbers:
    """Counts records by table and organization. `organizations`: those that are known, in their order."""

    def __init__(self, seed: int = 0, organizations: Sequence[str] = ()) -> None:
        self._seed = seed
        self._known = {name: number for number, name in enumerate(dict.fromkeys(organizations))}

    def next(self, store: Store, table: str, owner: str) -> int:
        """1, 2, 3: the number of a new record among all that an organization ever had in a table."""
        key = f"{owner}\n{table}"
        known = store.get(_TABLE, key)
        number = (known.value["last"] if known else 0) + 1
        if known is None:
            store.insert(_TABLE, key, owner, {"last": number})
        else:
            store.update(_TABLE, key, {"last": number})
        return number

    def start(self, owner: str) -> int:
        """What an organization's whole-number ids lie above, so that no two have the same: 0 for the first
        one that is known, 1,000,000 for the second."""
        number = self._known.get(owner)
        if number is None:
            free = max(1, _MOST_BLOCKS - len(self._known))
            digest = hashlib.sha256(owner.encode("utf-8", "surrogatepass")).digest()
            number = len(self._known) + int.from_bytes(digest[:8]) % free
        return number * _BLOCK

    def uuid(self, *of: object) -> str:
        """The UUID (version 4) of whatever is named by `of`."""
        said = "\n".join(map(str, (self._seed, *of))).encode("utf-8", "surrogatepass")
        return str(uuid.UUID(bytes=hashlib.sha256(said).digest()[:16], version=4))
