"""Where a mock keeps its records, as its command line says it: which store that is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from handlers.store.base import Durability, Store, StoreRefused
from handlers.store.tiny import TinyStore


@dataclass(frozen=True, slots=True)
class Keeping:
    """`where`: a file; None: in memory. `durability`: None is the default of the place."""

    where: str | None = None
    durability: Durability | None = None

    def open(self) -> Store:
        """Raises StoreRefused: out of reach, in use, not ours, or durability that this place cannot give."""
        if self.where is None:
            if self.durability not in (None, "memory"):
                raise StoreRefused(
                    f"--durability {self.durability} needs --store FILE to keep the records in."
                )
            return TinyStore()
        return TinyStore(Path(self.where), durability=self.durability or "process")

    @property
    def shown(self) -> str | None:
        """Where, for people to read."""
        return self.where
