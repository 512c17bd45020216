"""The tables of a PostgreSQL store: made where there is nothing, and nowhere else."""

from __future__ import annotations

from handlers.store.base import StoreFailed, StoreRefused
from handlers.store.postgres_session import Session

VERSION = 1

_CREATE = """
CREATE TABLE hyfn_store (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    version integer NOT NULL,
    next_seq bigint NOT NULL,
    last_written double precision
);
INSERT INTO hyfn_store (version, next_seq) VALUES (1, 1);
CREATE TABLE hyfn_records (
    key bytea PRIMARY KEY,
    in_table bytea NOT NULL,
    of_owner bytea NOT NULL,
    seq bigint NOT NULL,
    aside boolean NOT NULL,
    table_name bytea NOT NULL,
    id bytea NOT NULL,
    owner bytea NOT NULL,
    value bytea NOT NULL,
    members jsonb NOT NULL
);
CREATE UNIQUE INDEX hyfn_records_seq ON hyfn_records (seq);
CREATE INDEX hyfn_records_in_table ON hyfn_records (in_table, seq) WHERE NOT aside;
CREATE INDEX hyfn_records_of_owner ON hyfn_records (of_owner, seq) WHERE NOT aside;
CREATE INDEX hyfn_records_members ON hyfn_records USING gin (members jsonb_path_ops)
    WITH (fastupdate = off) WHERE NOT aside;
"""
"""Names are any strings and of any length, which neither text nor an index takes: they are bytes, and found
by digests (key: of table and id). `value` is the JSON of a record as it was sent."""

_OTHERS = """
SELECT relname::text FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v', 'm', 'p', 'f') ORDER BY 1
"""


def prepare(session: Session, shown: str) -> None:
    """Makes the tables in an empty database, within a transaction that is open.

    Raises StoreRefused: the database belongs to something else, is of another version, or no UTF-8.
    """
    if session.rows("SELECT current_schema() IS NULL")[0][0]:
        raise StoreRefused(f"{shown}: has no schema that this user may use.")
    names = [name for (name,) in session.rows(_OTHERS)]
    if "hyfn_store" in names:
        _check(session, shown)
    elif names:
        raise StoreRefused(
            f"{shown}: holds tables of something else ({names[0]}) and was left untouched; "
            "the mock needs a database, or a schema, of its own."
        )
    elif session.rows("SHOW server_encoding")[0][0] != "UTF8":
        raise StoreRefused(f"{shown}: its encoding is not UTF8.")
    else:
        session.rows(_CREATE)


def _check(session: Session, shown: str) -> None:
    try:
        found = session.rows("SELECT version FROM hyfn_store")
    except StoreFailed:
        raise StoreRefused(f"{shown}: its table hyfn_store is none of ours; it was left untouched.") from None
    if found != [(VERSION,)]:
        said = found[0][0] if found else "none"
        raise StoreRefused(
            f"{shown}: is in format {said}, this version reads {VERSION}; it was left untouched."
        )
