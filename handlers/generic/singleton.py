"""Things that are there once: settings of an account, the profile of the caller."""

from handlers.call import Call, Handler, Json, Reply
from handlers.generic.headers import declared_headers, etag
from handlers.generic.made import Maker
from handlers.generic.naming import joined, text_of
from handlers.generic.patching import PATCHES, after
from handlers.generic.table import SINGLETONS, Table, tells_missing
from handlers.generic.view import View
from handlers.problems import NotFound
from openapi.operation import Operation
from openapi.resources import Singleton
from openapi.schema import Schemas


class Single:
    """One singleton: what is there before anybody writes is made up, the same whenever it is asked; and where
    no operation can tell that it is gone, it is that again when it was deleted."""

    def __init__(
        self, singleton: Singleton, table: Table | None, shown: View, schemas: Schemas, maker: Maker
    ) -> None:
        """`table`: of the items that it lies under, if it does; `shown`: how it is read."""
        self._singleton, self._table, self._shown = singleton, table, shown
        self._maker, self._schemas = maker, schemas

    def handler(self, role: str, operation: Operation, view: View) -> Handler:
        """The function of one of its operations."""

        def answer(call: Call) -> Reply:
            if self._table is not None:
                self._table.under_item(call, operation)
            key = self._key(operation, call)
            record = call.store.get(SINGLETONS, key)
            item = record.value["item"] if record is not None else None
            deleted = record is not None and item is None
            if deleted and role in ("delete", "read") and tells_missing(operation):
                raise NotFound("it was deleted")
            if role in ("replace", "update"):
                item = self._written(item, call, role)
                self._keep(call, key, item)
            elif role == "delete":
                self._keep(call, key, None)
            value = self._first() if item is None else item
            response = operation.response(view.status)
            headers = declared_headers(response, {"etag": etag(value)}, self._schemas, self._maker)
            return view.reply(value, headers)

        return answer

    def _key(self, operation: Operation, call: Call) -> str:
        ids = [text_of(call.parameters.get(p.name)) for p in operation.parameters if p.location == "path"]
        return joined(self._singleton.path, call.caller.organization, *ids)

    def _first(self) -> Json:
        view = self._shown
        found = view.envelope.find(view.spare) if view.envelope else view.spare
        return found if isinstance(found, dict) else {}

    def _written(self, item: Json, call: Call, role: str) -> Json:
        envelope = self._singleton.envelope
        if call.media_type in PATCHES:
            return after(item if isinstance(item, dict) else self._first(), call, envelope)
        sent = envelope.find(call.body) if isinstance(envelope.find(call.body), dict) else call.body
        if not isinstance(sent, dict):
            return item if item is not None else self._first()
        old = item if isinstance(item, dict) else self._first()
        return {**old, **sent} if role == "update" else sent

    def _keep(self, call: Call, key: str, item: Json) -> None:
        if call.store.get(SINGLETONS, key) is None:
            call.store.insert(SINGLETONS, key, call.caller.organization, {"item": item})
        else:
            call.store.update(SINGLETONS, key, {"item": item})
