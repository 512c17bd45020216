"""Creates that are sent twice with one Idempotency-Key come to one record
(draft-ietf-httpapi-idempotency-key-header)."""

import hashlib

from handlers.call import NO_BODY, Call, Json
from handlers.generic.naming import Address, joined
from handlers.generic.table import Table
from handlers.problems import Conflict
from handlers.store.base import Record
from openapi import codec

_TABLE = "(idempotency keys)"


class Repetition:
    """Remembers which record came of which key; where the create declares no such header, nothing."""

    def __init__(self, table: Table) -> None:
        self._table = table
        found = table.resource.idempotency_key
        self._name = found.name if found else None

    def earlier(self, call: Call, at: Address) -> Record | None:
        """The record that a create with this key and body has made. Raises Conflict for another body."""
        known = call.store.get(_TABLE, self._key(call, at)) if self._given(call) else None
        if known is None:
            return None
        if known.value["digest"] != _digest(call.body):
            raise Conflict(f"header.{self._name}: it came before, with another body")
        return call.store.get(self._table.name, known.value["record"])

    def remember(self, call: Call, at: Address, record: Record) -> None:
        """Says what has come of a key."""
        if self._given(call):
            value = {"digest": _digest(call.body), "record": record.id}
            key = self._key(call, at)
            if call.store.get(_TABLE, key) is None:
                call.store.insert(_TABLE, key, at.owner, value)
            else:
                call.store.update(_TABLE, key, value)

    def _given(self, call: Call) -> bool:
        return self._name is not None and call.parameters.get(self._name) is not None

    def _key(self, call: Call, at: Address) -> str:
        return joined(self._table.name, at.under, str(call.parameters.get(self._name or "")))


def _digest(body: Json) -> str:
    return hashlib.sha256(b"" if body is NO_BODY else codec.encode(body)).hexdigest()
