"""An item's id, its organization and the moment of its creation never change."""

import re
from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.acting import acted, action_of
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same, told
from contract_tests.probing.observing import Sight, moves
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import answer_property
from contract_tests.probing.updating import updated, updates
from openapi.dialect import parts
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource

NAME = "unchangeable_properties_stay"

_ROLES = ("id", "tenant", "created")

_LATER = re.compile(
    r"last|latest|next|chang|updat|modif|touch|revis|seen|sync|activ|expir|until|due|run", re.IGNORECASE
)
"""Names of moments that come after an item was made."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        names = {
            each.name: Level.LIFECYCLE
            for each in resource.properties.values()
            if each.role in _ROLES
            and each.read
            and not (each.role == "id" and resource.id and resource.id.moves)
        }
        names |= dict.fromkeys(_birth(contract, resource), Level.CONVENTION)
        for operation, role in _writes(resource):
            for name, level in names.items():
                yield promise(
                    contract,
                    NAME,
                    level,
                    operation,
                    resource,
                    at=name,
                    pointer=_pointer(contract, resource, name) or operation.place.pointer,
                    part=(resource.key, role, name),
                    impossible=unseen(resource),
                )


def _birth(contract: Contract, resource: Resource) -> list[str]:
    """The one moment that the server tells of every item: where none is called `created`, that is when it
    was made."""
    shown = [each for each in resource.properties.values() if each.read is not None]
    if any(each.role == "created" for each in shown):
        return []
    tree = contract.responses.tree
    moments = [
        each.name for each in shown
        if moves(each) and "date-time" in {part.get("format") for part in parts(tree, each.read)}
    ]  # fmt: skip
    always = [name for name in moments if resource.properties[name].always and not _LATER.search(name)]
    return always if len(moments) == 1 else []


def _writes(resource: Resource) -> Iterator[tuple[Operation, str]]:
    """The operations after which an item is still the same one: (operation, role), actions without one."""
    yield from ((resource.operations[role], role) for role in updates(resource))
    yield from ((action.operation, "") for action in resource.actions)


def _pointer(contract: Contract, resource: Resource, name: str) -> str | None:
    role = "read" if "read" in resource.envelopes else "list"
    if role not in resource.envelopes:
        return None
    envelope = resource.envelopes[role]
    around = envelope.first() if role == "list" else envelope
    return answer_property(contract, resource.operations[role], around, name)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, role, _ = requirements[0].part
    before, done, after, steps = _write(
        asking, asking.contract.model.resources[key], role, requirements[0].subject
    )
    own = asking.contract.model.resources[key].properties
    for requirement in requirements:
        if own[requirement.part[2]].role == "id" and role and done.succeeded and after.gone:
            yield failed(
                requirement, "the item is not found under its id after the update",
                "an item keeps its id", *steps, cause="an item is gone after an update",
            )  # fmt: skip
        else:
            yield _judged(requirement, before, done, after, steps)


def _write(
    asking: Asking, resource: Resource, role: str, operation_id: str
) -> tuple[Sight, Exchange, Sight, list[Exchange]]:  # fmt: skip
    if role:
        update = updated(asking, resource, role)
        return update.before, update.done, update.after, update.steps
    act = acted(asking, resource, action_of(resource, operation_id).operation.id)
    return act.before, act.done, act.after, act.steps


def _judged(
    requirement: Requirement, before: Sight, done: Exchange, after: Sight, steps: Sequence[Exchange]
) -> Outcome:  # fmt: skip
    name = requirement.part[2]
    old, new = before.value(name), after.value(name)
    if not done.succeeded or not after.there:
        return not_tested(requirement, f"answered {done.status}, then GET {after.exchange.status}")
    if old is ABSENT or old is None:
        return not_tested(requirement, f"the item shows no {name}")
    if same(old, new):
        return passed(requirement)
    return failed(
        requirement, f"{name} is {told(new)} after {requirement.place}, it was {told(old)}",
        f"{name} stays what it was when the item was created", *steps, cause=f"{name} changes",
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Do id, organization and time of creation stay what they were?",
    source="conformance.md section 3, readonly_stable",
    derive=derive,
    ask=ask,
)
