"""Actions on records of this run, with what was there before and after: sent once, looked at by several
checks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from contract_tests.contract import Contract
from contract_tests.exchange import ONE, Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.bystanders import Bystanders
from contract_tests.probing.observing import Sight, look
from contract_tests.probing.updating import if_match
from contract_tests.probing.workpieces import made, once, pieces, story
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Action, Resource


@dataclass(frozen=True)
class Act:
    """An action and what came of it. `others`: records that nobody acted on."""

    item: Item
    before: Sight
    done: Exchange
    after: Sight
    others: tuple["Other", ...]

    @property
    def steps(self) -> list[Exchange]:
        return story(self.item, self.before.exchange, self.done, self.after.exchange)


@dataclass(frozen=True)
class Other:
    """A record that nobody acted on: seen twice before, and once after."""

    item: Item
    first: Sight
    before: Sight
    after: Sight


def actions(contract: Contract) -> Iterator[tuple[Resource, Action]]:
    """Every action of the document, with the resource on whose items it acts."""
    for resource in contract.model.resources.values():
        for action in resource.actions:
            yield resource, action


def action_of(resource: Resource, operation_id: str) -> Action:
    return next(action for action in resource.actions if action.operation.id == operation_id)


def acted(asking: Asking, resource: Resource, operation_id: str) -> Act:
    """The one time that an action is carried out. Raises CannotAsk."""
    return once(asking, ("acted", operation_id), lambda: _act(asking, resource, operation_id))


def _act(asking: Asking, resource: Resource, operation_id: str) -> Act:
    operation = action_of(resource, operation_id).operation
    own = pieces(asking, resource)
    older = () if own.removed else (own.first,)
    item, others = made(asking, resource), (asking.shared(resource), *older, own.middle, own.last)
    first, second = Bystanders(asking, others), Bystanders(asking, others)
    before = look(asking, item)
    done = act(asking, operation, item.path, before)
    after = look(asking, item)
    seen = (Other(each.item, first.before(each.item), each.before, each.after) for each in second.watched())
    return Act(item, before, done, after, tuple(seen))


def act(
    asking: Asking,
    operation: Operation,
    path: Mapping[str, str],
    before: Sight | None = None,
    identity: str = ONE,
) -> Exchange:
    """The action's valid request on one item. Raises CannotAsk."""
    body: Json = asking.bodies.make(operation) if operation.body else ABSENT
    headers = if_match(operation, before) if before else {}
    if body == {}:  # an action that is told nothing may do nothing
        whole = asking.bodies.make(operation, full=True)
        done = asking.send(operation, path=path, body=whole, headers=headers, identity=identity)
        if not done.refused or identity != ONE:
            return done
    return asking.send(operation, path=path, body=body, headers=headers, identity=identity)
