"""One connection to PostgreSQL: opened when it is needed, again where it was lost, and its transactions.

Whoever changes something holds the one lock of the store from the beginning of a transaction to its end,
in whatever process: so what was read there is still true when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from handlers.store.base import StoreFailed, StoreRefused
from handlers.store.postgres_url import PostgresUrl

LOCK = "SELECT pg_advisory_xact_lock(1752786542, hashtext(current_schema()))"
"""The first number spells hyfn; the second tells stores in schemas of one database apart."""

_SETTINGS = (
    "SET lock_timeout = '20s'; SET idle_in_transaction_session_timeout = '60s'; "
    "SET client_encoding = 'UTF8'; SET synchronous_commit = {synchronous}"
)
_PATIENCE = 5
"""Seconds to wait for a connection."""


class Writes(BaseException):
    """Something is to be changed while only reading was asked for. No handler may catch it."""


class Session:
    """Not thread-safe: its owner locks."""

    def __init__(self, url: PostgresUrl, synchronous: bool) -> None:
        self._url = url
        self._settings = _SETTINGS.format(synchronous="on" if synchronous else "off")
        self._connection: psycopg.Connection[Any] | None = None
        self._depth = 0
        self._reading = False
        self._closed = False

    @property
    def within(self) -> bool:
        """Whether a transaction is open."""
        return self._depth > 0 or self._reading

    @property
    def writing(self) -> bool:
        return self._depth > 0

    def rows(self, query: str, *values: Any) -> list[Any]:
        """What a query gives, the last of several. Raises StoreFailed."""
        try:
            cursor = self._execute(query, values)
            while not values and cursor.nextset():
                pass
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise self._failed(error) from None

    def copy(self, command: str, rows: Iterator[Sequence[Any]]) -> None:
        """Puts many rows in. Raises StoreFailed."""
        try:
            with self._connected().cursor() as cursor, cursor.copy(command) as copy:
                for row in rows:
                    copy.write_row(row)
        except psycopg.Error as error:
            raise self._failed(error) from None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """A block that sees one state of the store, and changes nothing."""
        self.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        self._reading = True
        try:
            yield
        finally:
            with suppress(StoreFailed):
                self.rows("COMMIT")
            self._reading = False

    def begin(self, first: str = "") -> list[Any]:
        """A transaction of its own, and what `first` gives there; or a part of the open one. Raises Writes,
        StoreFailed."""
        if self._reading:
            raise Writes
        found = self.rows(f"SAVEPOINT s{self._depth}" if self._depth else f"BEGIN; {LOCK}; {first}")
        self._depth += 1
        return found

    def keep(self, last: str = "") -> None:
        """Ends what `begin` began; `last` is done before, at the end of all. Raises StoreFailed."""
        inner = f"RELEASE SAVEPOINT s{self._depth - 1}"
        try:
            self.rows(inner if self._depth > 1 else f"{last}COMMIT")
        except StoreFailed:
            self.undo()
            raise
        self._depth -= 1

    def undo(self) -> None:
        """Ends what `begin` began, as if it had not been."""
        self._depth -= 1
        inner = f"ROLLBACK TO SAVEPOINT s{self._depth}; RELEASE SAVEPOINT s{self._depth}"
        with suppress(StoreFailed):  # where the connection is lost, PostgreSQL has undone it
            self.rows(inner if self._depth else "ROLLBACK")
        if self._connection is not None and self._connection.broken:
            self.release()

    def release(self) -> None:
        """Gives the connection back; the next call opens another one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def close(self) -> None:
        self._closed = True
        self.release()

    def _execute(self, query: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        """Where the connection was lost while nobody used it, another one is tried."""
        lost = self._connection is not None and not self.within
        try:
            return self._send(query, values)
        except psycopg.OperationalError:
            if not lost or (self._connection is not None and not self._connection.broken):
                raise
        self.release()
        return self._send(query, values)

    def _send(self, query: str, values: Sequence[Any]) -> psycopg.Cursor[Any]:
        connection = self._connected()
        if values:
            return connection.execute(query, values, binary=True)
        return connection.execute(query)

    def _connected(self) -> psycopg.Connection[Any]:
        if self._closed:
            raise StoreFailed("The store is closed.")
        if self._connection is None:
            if self.within:
                raise StoreFailed(f"{self._url.shown}: the connection was lost.")
            self._connection = psycopg.connect(
                self._url.text, autocommit=True, connect_timeout=_PATIENCE, application_name="hyfn mock"
            )
            self._connection.execute(self._settings)
        return self._connection

    def _failed(self, error: psycopg.Error) -> StoreFailed:
        return StoreFailed(f"{self._url.shown}: {self._url.hidden(str(error)) or type(error).__name__}")


def refused(failure: StoreFailed) -> StoreRefused:
    """The same at the start."""
    return StoreRefused(str(failure))
