"""Updates of things that are there once under an item, with what was there before and after: sent once,
looked at by several checks."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.changing import arrived, form_of
from contract_tests.probing.compare import same
from contract_tests.probing.observing import Sight
from contract_tests.probing.subjects import answer_property, success_pointer
from contract_tests.probing.updating import if_match
from contract_tests.probing.workpieces import once, pieces, story
from openapi.codec import Json
from openapi.example import sample
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource, Singleton
from openapi.shape import Shape

_SAMPLES = 8


@dataclass(frozen=True)
class Setting:
    """An update of the thing under `item`, and what stands under the item and under another one."""

    item: Item
    before: Sight
    sent: dict[str, Json]
    done: Exchange
    after: Sight
    other: Item
    others: tuple[Sight, Sight]

    @property
    def steps(self) -> list[Exchange]:
        return story(self.item, self.before.exchange, self.done, self.after.exchange)


def writes(contract: Contract) -> Iterator[tuple[Resource, Singleton, str, Operation]]:
    """The operations that change a thing that is there once under an item, and can be read: with their
    role."""
    for resource in contract.model.resources.values():
        for singleton in resource.singletons:
            for role in ("replace", "update"):
                operation = singleton.operations.get(role)
                if operation is not None and operation.body is not None and "read" in singleton.operations:
                    yield resource, singleton, role, operation


def was_set(asking: Asking, resource: Resource, path: str, role: str) -> Setting:
    """The one update of the thing at `path`. Raises CannotAsk."""
    return once(asking, ("set", path, role), lambda: _set(asking, resource, path, role))


def _set(asking: Asking, resource: Resource, path: str, role: str) -> Setting:
    singleton = next(each for each in resource.singletons if each.path == path)
    operation, own = singleton.operations[role], pieces(asking, resource)
    before, theirs = see(asking, singleton, own.middle), see(asking, singleton, own.last)
    body = _other_body(asking, operation, singleton, before.entity)
    done = asking.send(operation, path=own.middle.path, body=body, headers=if_match(operation, before))
    after = see(asking, singleton, own.middle)
    sent = _thing(singleton, body)
    return Setting(
        own.middle, before, sent, done, after, own.last, (theirs, see(asking, singleton, own.last))
    )


def see(asking: Asking, singleton: Singleton, item: Item) -> Sight:
    """What stands under an item."""
    exchange = asking.send(singleton.operations["read"], path=item.path)
    return Sight(exchange, singleton.envelope.find(exchange.json) if exchange.succeeded else ABSENT)


def _other_body(asking: Asking, operation: Operation, singleton: Singleton, old: Json) -> Json:
    """A valid body with as much in it that is not there yet as can be made."""
    form, chance = form_of(asking, operation), asking.bodies.random("set", operation.id)
    made = [asking.bodies.make(operation, full=True)]
    for _ in range(_SAMPLES):
        value = sample(form.schema, asking.contract.requests.resolve, written=False, choose=chance)
        made += [value] if form.validator.is_valid(value) else []
    return max(made, key=lambda body: _newness(_thing(singleton, body), old))


def _newness(thing: dict[str, Json], old: Json) -> int:
    known = old if isinstance(old, dict) else {}
    return sum(not same(value, known.get(name, ABSENT)) for name, value in thing.items())


def _thing(singleton: Singleton, body: Json) -> dict[str, Json]:
    """The thing itself in a request body, which need not stand where it does in answers."""
    inner = singleton.envelope.find(body)
    found = inner if isinstance(inner, dict) else body
    return found if isinstance(found, dict) else {}


def lost(asking: Asking, singleton: Singleton, found: Setting, name: str) -> bool:
    """Whether a property that answers show is not what it was set to."""
    reading = singleton.operations["read"]
    shown = answer_property(asking.contract, reading, singleton.envelope, name) != success_pointer(reading)
    now = found.after.value(name)
    filled = replace(Shape.anything(), properties=dict.fromkeys(now, True)) if isinstance(now, dict) else None
    return (shown or now is not ABSENT) and not arrived(
        found.sent[name], now, found.before.value(name), filled
    )
