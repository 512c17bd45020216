"""Which function answers an operation of any document: what the resource model says it is."""

from collections.abc import Callable
from functools import partial

from handlers.call import Handler, Json, steady
from handlers.generic.collection import creation, listing, searching
from handlers.generic.item import acting, changing, deletion, placing, reading
from handlers.generic.made import Maker
from handlers.generic.singleton import Single
from handlers.generic.table import Table
from handlers.generic.view import View
from openapi.operation import Operation, Response
from openapi.resources import Envelope, Model, Resource, Singleton
from openapi.schema import Schemas
from openapi.shape import shape


class Stateful:
    """The functions over the store that a document's resource model asks for."""

    def __init__(self, model: Model, responses: Schemas, maker: Maker) -> None:
        self.model, self._schemas, self.maker = model, responses, maker
        self._tables: dict[str, Table] = {}
        for resource in self.model.resources.values():
            self._tables[resource.key] = Table(resource, self.maker, responses, self._tables)
        self._singletons = {
            operation.id: (role, each, table)
            for each, table in self._all_singletons()
            for role, operation in each.operations.items()
        }

        self._searches = {search.operation.id: search for search in self.model.searches}

    def handler(self, operation: Operation) -> Handler | None:
        """The function of an operation that is about a stored thing; None for any other."""
        if operation.id in self._singletons:
            return self._of_singleton(operation, *self._singletons[operation.id])
        if operation.id in self._searches:
            search = self._searches[operation.id]
            return searching(self._tables[search.resource], search, self._view(operation, search.envelope))
        role = self.model.roles[operation.id]
        resource = self.model.resources.get(role.resource or "")
        if resource is None or not self._is_kept(resource):
            return None
        return self._of_resource(operation, role.kind, resource)

    def _is_kept(self, resource: Resource) -> bool:
        """Whether the items are things to keep: objects of which something is known, and not what only a GET
        answers for any id, which may be computed from it."""
        schemas = [each for role, each in resource.schemas.items() if role != "list"]
        tree = self._schemas.tree
        if not resource.schemas and not resource.properties and "create" not in resource.operations:
            return False
        if schemas and not any("object" in shape(tree, each).types for each in schemas):
            return False
        if resource.operations.keys() != {"read"} or (
            resource.id and (resource.id.property or resource.id.inside)
        ):
            return True
        return not {"404", "410"}.isdisjoint(resource.operations["read"].responses)

    def _of_resource(self, operation: Operation, kind: str, resource: Resource) -> Handler | None:
        table = self._tables[resource.key]
        if kind == "action":
            action = next((a for a in resource.actions if a.operation.id == operation.id), None)
            if action is None or resource.id is None:
                return None
            view = self._view(operation, action.envelope if action.answers_item else None)
            return acting(table, action, view)
        if resource.id is None and kind != "list":
            return None
        if (
            operation.method == "PUT"
            and kind in ("create", "replace")
            and resource.id
            and resource.id.given == "client"
            and not resource.is_by_body("replace")
        ):
            return self._placing(table, operation, resource)
        make = _MAKERS.get(kind)
        if make is None:
            return None
        status = created(operation) if kind == "create" else success(operation)
        view = View(operation, status, resource.envelopes.get(kind), self._schemas, self.maker)
        function = make(table, operation, view)
        return steady(function) if kind in ("list", "read") else function

    def _placing(self, table: Table, operation: Operation, resource: Resource) -> Handler:
        """PUT that creates: 201 where that is declared, and what else is declared where there was one."""
        statuses = [int(k) for k in operation.responses if k.isdecimal() and k[0] == "2"] or [200]
        envelope = resource.envelopes.get("replace", resource.envelopes.get("create"))
        fresh = next((s for s in statuses if s == 201), statuses[0])
        again = next((s for s in statuses if s != 201), statuses[0])
        views = [View(operation, s, envelope, self._schemas, self.maker) for s in (fresh, again)]
        return placing(table, operation, *views)

    def _of_singleton(
        self, operation: Operation, role: str, single: Singleton, table: Table | None
    ) -> Handler | None:
        if single.operations.keys() == {"read"} and (table is None or not table.creatable):
            return None  # nobody changes it: the document's own answer is as good, and repeats what is asked
        view = self._view(operation, single.envelope)
        shown = self._view(single.operations.get("read", operation), single.envelope)
        return Single(single, table, shown, self._schemas, self.maker).handler(role, operation, view)

    def _view(self, operation: Operation, envelope: Envelope | None) -> View:
        return View(operation, success(operation), envelope, self._schemas, self.maker)

    def _all_singletons(self) -> list[tuple[Singleton, Table | None]]:
        """Every singleton, and the table of the items that it lies under."""
        inner = [
            (each, self._tables[resource.key])
            for resource in self.model.resources.values()
            for each in resource.singletons
        ]
        return [*inner, *((each, None) for each in self.model.singletons)]


_MAKERS: dict[str, Callable[[Table, Operation, View], Handler]] = {
    "list": listing,
    "create": creation,
    "read": reading,
    "replace": partial(changing, role="replace"),
    "update": partial(changing, role="update"),
    "delete": deletion,
}


def created(operation: Operation) -> int:
    """The status of a create: 201 (RFC 9110 section 15.3.2) wherever the document has it with the body of the
    first success."""
    usual, made = operation.response(success(operation)), operation.responses.get("201")
    return 201 if usual and made and _bodies(usual) == _bodies(made) else success(operation)


def _bodies(response: Response) -> dict[str, Json]:
    return {name: place.get("schema") for name, place in response.content.items()}


def success(operation: Operation) -> int:
    """The status of a success: the first that is declared; else 200, which a range, `default` or nothing at
    all leaves open."""
    return operation.success or 200
