"""Addresses of PostgreSQL stores: what may be shown of them. The password never is."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from handlers.store.base import StoreRefused

SCHEMES = ("postgresql://", "postgres://")

_WANTED = (
    "--store: no address such as postgresql://user:password@host:5432/database; "
    "in user and password, characters other than letters and digits are percent-encoded."
)
"""Says nothing of what was given: any part of it may be part of a password."""


@dataclass(frozen=True, slots=True)
class PostgresUrl:
    """`text` as it was given; `shown` without the password and the parameters."""

    text: str = field(repr=False)
    shown: str
    secrets: tuple[str, ...] = field(repr=False)

    def hidden(self, said: str) -> str:
        """A sentence of the database or of its driver, in one line, without any secret of the address."""
        for secret in self.secrets:
            said = said.replace(secret, "***")
        return "; ".join(line.strip(" \t-") for line in said.splitlines() if line.strip())


def is_postgres(where: str) -> bool:
    return where.startswith(SCHEMES)


def read_url(text: str) -> PostgresUrl:
    """Raises StoreRefused for what is no such address."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise StoreRefused(_WANTED) from None
    # A password that is not encoded ends up in other parts, which messages name.
    if parts.netloc.count("@") > 1 or "@" in parts.path or parts.fragment or "\0" in text:
        raise StoreRefused(_WANTED)
    user = f"{parts.username}@" if parts.username else ""
    place = f"[{host}]" if ":" in host else host
    shown = f"postgresql://{user}{place}{f':{port}' if port else ''}{parts.path}"
    return PostgresUrl(text, shown, _secrets(parts.password, parts.query))


def _secrets(password: str | None, query: str) -> tuple[str, ...]:
    """What must not be shown, in each of its spellings, the longest first."""
    found = [password] if password else []
    for name, values in parse_qs(query).items():
        found += values if "password" in name.lower() else []
    spelled = {spelling for each in found for spelling in (each, unquote(each)) if spelling}
    return tuple(sorted(spelled, key=len, reverse=True))
