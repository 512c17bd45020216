"""Where a mock keeps its records, as its command line says it: which store that is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from handlers.store.base import Durability, Store, StoreRefused
from handlers.store.postgres_url import is_postgres, read_url
from handlers.store.tiny import TinyStore


@dataclass(frozen=True, slots=True)
class Keeping:
    """`where`: a file, or the address of a PostgreSQL database; None: in memory. `durability`: None is the
    default of the place."""

    where: str | None = field(default=None, repr=False)
    durability: Durability | None = None

    def open(self) -> Store:
        """Raises StoreRefused: out of reach, in use, not ours, or durability that this place cannot give."""
        if self.where is None:
            if self.durability not in (None, "memory"):
                raise StoreRefused(
                    f"--durability {self.durability} needs --store FILE to keep the records in."
                )
            return TinyStore()
        if self.shared:
            return _postgres(self.where, self.durability or "power")
        return TinyStore(Path(self.where), durability=self.durability or "process")

    def share(self, processes: int) -> None:
        """Raises StoreRefused where several processes cannot have it open."""
        if not self.shared:
            raise StoreRefused(
                f"--workers {processes} needs a store that processes share: add "
                "--store postgresql://user:password@host/database, or leave --workers out."
            )

    @property
    def shared(self) -> bool:
        """Whether several processes may have it open."""
        return self.where is not None and is_postgres(self.where)

    @property
    def shown(self) -> str | None:
        """Where, for people to read: without any password."""
        return read_url(self.where).shown if self.where and self.shared else self.where


def _postgres(url: str, durability: Durability) -> Store:
    shown = read_url(url).shown
    if durability == "memory":
        raise StoreRefused(f"{shown}: --durability memory is for files; a database has process and power.")
    try:
        from handlers.store.postgres import PostgresStore  # noqa: PLC0415  (psycopg is an optional extra)
    except ImportError:
        raise StoreRefused(
            f"{shown}: needs psycopg, which is not installed: pip install 'hyfn-contract[postgres]'"
        ) from None
    return PostgresStore(url, durability=durability)
