"""The deletion of a record of this run, with what was there before and after: done once, looked at by several
checks."""

from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.check import CannotAsk, Level, Requirement
from contract_tests.contract import Contract
from contract_tests.exchange import ONE, Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.bystanders import Bystanders, Watched
from contract_tests.probing.observing import Sight, look
from contract_tests.probing.promises import promise, uncreatable
from contract_tests.probing.subjects import success_pointer
from contract_tests.probing.updating import BUSINESS, if_match, wait
from contract_tests.probing.workpieces import once, pieces, story
from openapi.codec import Json
from openapi.resources import ABSENT, Resource

_POLLS = 20


@dataclass(frozen=True)
class Removal:
    """A DELETE and what came of it. `watched`: the oldest record of this run, and two that were created after
    the one that was deleted."""

    item: Item
    before: Sight
    done: Exchange
    after: Sight
    watched: tuple[Watched, ...]

    @property
    def steps(self) -> list[Exchange]:
        return story(self.item, self.before.exchange, self.done, self.after.exchange)

    @property
    def failure(self) -> str | None:
        """Why nothing can be asked of a deleted record, or None."""
        return None if self.done.succeeded else f"the DELETE is answered {self.done.status or 'nothing'}"

    @property
    def excused(self) -> bool:
        """Whether a refusal may have reasons that the document does not tell."""
        return self.done.status in BUSINESS or self.done.status >= 500 or not self.done.status


def deletions(
    contract: Contract, check: str, level: Level, impossible: object = None
) -> Iterator[Requirement]:
    """One requirement per DELETE of an item. impossible: says of a resource why the check does not apply,
    or None."""
    for resource in contract.model.resources.values():
        if "delete" in resource.operations:
            reason = impossible(resource) if callable(impossible) else None
            yield promise(
                contract,
                check,
                level,
                resource.operations["delete"],
                resource,
                part=resource.key,
                pointer=success_pointer(resource.operations["delete"]),
                impossible=uncreatable(resource) or reason,
            )


def removed(asking: Asking, resource: Resource) -> Removal:
    """The one record of a resource that is deleted to see what comes of it. Raises CannotAsk."""
    return once(asking, ("removed", resource.key), lambda: _remove(asking, resource))


def _remove(asking: Asking, resource: Resource) -> Removal:
    own = pieces(asking, resource)
    item, before = own.first, look(asking, own.first)
    if not before.there:
        raise CannotAsk(f"a record that was created is answered {before.exchange.status}")
    bystanders = Bystanders(asking, (asking.shared(resource), own.middle, own.last))
    own.removed = True
    done = delete(asking, item, before)
    after = gone(asking, item) if done.succeeded else look(asking, item)
    return Removal(item, before, done, after, bystanders.watched())


def delete(asking: Asking, item: Item, sight: Sight | None = None, identity: str = ONE) -> Exchange:
    """DELETE of a record, with what else it requires. Raises CannotAsk."""
    operation = item.resource.operations["delete"]
    body: Json = asking.bodies.make(operation) if operation.body and operation.body.required else ABSENT
    headers = if_match(operation, sight) if sight else {}
    return asking.send(operation, path=item.path, body=body, headers=headers, identity=identity)


def gone(asking: Asking, item: Item) -> Sight:
    """What a record is once its deletion is done: it may take up to two seconds where it was only accepted
    (202)."""
    sight = look(asking, item)
    accepted = asking.contract.model.resources[item.resource.key].operations["delete"].responses.keys() & {
        "202"
    }
    for _ in range(_POLLS if accepted else 0):
        if not sight.there:
            break
        wait(asking)
        sight = look(asking, item)
    return sight


def soft(resource: Resource, entity: Json) -> str | None:
    """The property that says of a record that is still shown when it was deleted, or None."""
    for name, found in resource.properties.items():
        if found.role == "deleted" and isinstance(entity, dict) and entity.get(name) not in (None, False, ""):
            return name
    return None
