"""What changes under the hands of a run: the ETags of its items, and ids that are made from their texts."""

from contract_tests.contract import SAFE, Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.item import Item
from contract_tests.safety.identify import moved_to
from contract_tests.transport import Transport
from openapi.operation import Operation


class Following:
    """Hears every answer to what is asked."""

    def __init__(self, contract: Contract, transport: Transport) -> None:
        self.contract, self.transport = contract, transport
        self._items: list[Item] = []
        self._tags: dict[str, str] = {}

    def hear(self, operation: Operation, path: str, exchange: Exchange) -> None:
        """An answer to a request of an operation; path: raw, without its query."""
        self._moved(operation, exchange)
        self._keep_tag(path, exchange)

    def tag(self, path: str) -> str | None:
        """The last ETag that the item at a path had, as far as that is known."""
        return self._tags.get(path)

    def follow(self, item: Item) -> None:
        """Remembers an item whose path may become another one, by an update of it or of what it lies
        under."""
        resources = self.contract.model.resources
        above = [resources[parent.resource] for parent in item.resource.parents if parent.resource]
        if any(each.id and each.id.moves for each in (item.resource, *above)):
            self._items.append(item)

    def _moved(self, operation: Operation, exchange: Exchange) -> None:
        """Where an update gave an item another id, whoever holds it has the new one."""
        resource = self.contract.resource_of(operation)
        if (
            resource is None
            or resource.id is None
            or not resource.id.moves
            or operation.path != resource.item
        ):
            return
        match = self.contract.match(exchange.request.method, self.transport.below_base(exchange.request.url))
        values = list(match.values.values()) if match else [""]
        new = moved_to(resource, values[-1], exchange)
        if new is None or not self.transport.owns(operation.path, [*values[:-1], new]):
            return
        for item in list(self._items):
            if item.resource is resource and [*item.parents.values(), item.id] == values:
                object.__setattr__(item, "id", new)  # every holder of the item has to see it
            elif list(item.parents.values())[: len(values)] == values:
                item.parents[list(item.parents)[len(values) - 1]] = new

    def _keep_tag(self, path: str, exchange: Exchange) -> None:
        """Remembers the ETag that an item has now, as far as an answer tells it."""
        tag = exchange.answer.header("etag") if exchange.answer and exchange.status < 400 else None
        if tag is not None:
            self._tags[path] = tag
        elif exchange.succeeded and exchange.request.method not in SAFE:
            self._tags.pop(path, None)
