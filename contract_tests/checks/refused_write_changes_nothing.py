"""A write that is refused is not carried out, not even in part."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.changing import body_with, changeable, form_of, other_values
from contract_tests.probing.compare import differences, same
from contract_tests.probing.observing import changes, look
from contract_tests.probing.pointing import unlooked
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.refused_creates import puts, refused_creates, refused_puts, spoiled_for
from contract_tests.probing.refusing import (
    KINDS,
    MEDIA_TYPE,
    REFERENCE,
    Spoiled,
    reference_in,
    spoil,
    undeclared,
)
from contract_tests.probing.settings import see
from contract_tests.probing.updating import ROLES, Update, conditions, if_match, together, updates
from contract_tests.probing.workpieces import pieces, story, workpiece
from contract_tests.spot import of
from openapi.operation import Operation
from openapi.resources import Resource
from openapi.source import join_pointer

NAME = "refused_write_changes_nothing"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        roles = ["create"] if "create" in resource.operations and "create" in resource.bodies else []
        for role in (*roles, *updates(resource)):
            operation = resource.operations[role]
            if role == "replace" and operation is resource.operations.get("create"):
                continue
            for kind in (*KINDS, *([REFERENCE] if reference_in(resource, role) else [])):
                yield promise(
                    contract,
                    NAME,
                    Level.LIFECYCLE,
                    operation,
                    resource,
                    pointer=join_pointer(operation.place.pointer, "requestBody"),
                    at=kind,
                    part=(resource.key, role, kind),
                    impossible=_unrefused(resource, operation, kind) or _unseen(resource, role),
                )

        for operation, path in _below(resource):
            for kind in KINDS:
                yield promise(
                    contract,
                    NAME,
                    Level.LIFECYCLE,
                    operation,
                    resource,
                    at=kind,
                    part=(resource.key, path, kind),
                    pointer=join_pointer(operation.place.pointer, "requestBody"),
                    impossible=_unrefused(resource, operation, kind) or unseen(resource),
                )


def _below(resource: Resource) -> Iterator[tuple[Operation, str]]:
    """What may be written below an item: actions, and things that are there once and can be read, with their
    path."""
    for action in resource.actions:
        if action.operation.body is not None:
            yield action.operation, ""
    for singleton in resource.singletons:
        for role in ("replace", "update") if "read" in singleton.operations else ():
            if role in singleton.operations and singleton.operations[role].body is not None:
                yield singleton.operations[role], singleton.path


def _unrefused(resource: Resource, operation: Operation, kind: str) -> str | None:
    """Why such a write need not be refused, or None."""
    if kind == MEDIA_TYPE and undeclared(operation) is None:
        return "it takes any media type"
    return unlooked(resource, resource.operations.get("create", operation)) if kind == REFERENCE else None


def _unseen(resource: Resource, role: str) -> str | None:
    if role != "create":
        return unseen(resource)
    if puts(resource):
        return None if "read" in resource.envelopes else "no operation reads one item"
    return None if "list" in resource.envelopes else "no list would show what was created"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, role, _ = requirements[0].part
    resource = asking.contract.model.resources[key]
    if role not in ("create", *ROLES):
        yield from _on_things_below(asking, requirements, resource, role)
    elif role != "create":
        yield from _updates(asking, requirements, resource, role)
    elif puts(resource):
        yield from refused_puts(asking, requirements, resource)
    else:
        yield from refused_creates(asking, requirements, resource)


def _updates(
    asking: Asking, requirements: Sequence[Requirement], resource: Resource, role: str
) -> Iterator[Outcome]:  # fmt: skip
    operation = resource.operations[role]
    item, before = workpiece(asking, resource)
    for requirement in requirements:
        names = [each.name for each in changeable(resource, role)]
        wanted = other_values(asking, item, role, before.entity, names, asking.random(requirement))
        wanted = together(asking, item, role, before, wanted)
        form, body = form_of(asking, operation), body_with(asking, item, role, before.entity, wanted)
        spoiled = spoiled_for(asking, requirement, form, body, wanted if len(wanted) > 1 else {})
        if spoiled is None:
            yield not_tested(requirement, "no body could be made that has to be refused for this")
            continue
        done = asking.send(
            operation, path=item.path, raw=spoiled.raw, media_type=spoiled.media_type, valid=spoiled.valid,
            headers=conditions(resource, role, before), purpose=requirement.id,
        )  # fmt: skip
        after = look(asking, item)
        yield _compared(requirement, spoiled, Update(item, role, before, wanted, done, after))
        item, before = (item, after) if after.there else workpiece(asking, resource)


def _on_things_below(
    asking: Asking, requirements: Sequence[Requirement], resource: Resource, path: str
) -> Iterator[Outcome]:  # fmt: skip
    """Actions (no path), and things that are there once at `path`. Judged where two readings before agree."""
    operation = asking.contract.operations[requirements[0].subject]
    singleton = next((each for each in resource.singletons if each.path == path), None)
    item = pieces(asking, resource).middle
    for requirement in requirements:
        form, body = form_of(asking, operation), asking.bodies.make(operation, full=True)
        spoiled = spoil(asking, operation, form, body, requirement.part[2], {})
        if spoiled is None:
            yield not_tested(requirement, "no body could be made that has to be refused for this")
            continue
        sights = [see(asking, singleton, item) if singleton else look(asking, item) for _ in range(2)]
        done = asking.send(
            operation, path=item.path, raw=spoiled.raw, media_type=spoiled.media_type, valid=False,
            headers=if_match(operation, sights[0]), purpose=requirement.id,
        )  # fmt: skip
        after = see(asking, singleton, item) if singleton else look(asking, item)
        steady = sights[1].there and after.there and same(sights[0].entity, sights[1].entity)
        if not done.refused or not steady:
            yield not_tested(requirement, f"answered {done.status}, or it moves by itself")
        elif wrong := list(differences(sights[1].entity, after.entity)):
            yield failed(
                requirement, f"{done.status} ({spoiled.says}), and yet changed: {'; '.join(wrong[:3])}",
                "a refused request changes nothing", *story(item, sights[1].exchange, done, after.exchange),
                cause="a refused write is carried out", spot=of(wrong, item.id),
            )  # fmt: skip
        else:
            yield passed(requirement)


def _compared(requirement: Requirement, spoiled: Spoiled, found: Update) -> Outcome:
    """Whether a refused update has left the item as it was."""
    if not found.done.refused:
        return not_tested(requirement, f"it is not refused: {found.done.status}")
    before, after = found.before, found.after
    if not after.there and not after.gone:
        return not_tested(requirement, f"the record is answered {after.exchange.status} afterwards")
    wrong = ["the record is gone"]
    if after.there:
        wrong = changes(found.item.resource, before.entity, after.entity, roles=())
    if not wrong:
        return passed(requirement)
    return failed(
        requirement, f"{found.done.status} ({spoiled.says}), and yet changed: {'; '.join(wrong[:3])}",
        "a refused request changes nothing", *found.steps,
        cause="a refused update is carried out" if after.there else "a refused update removes the record",
        spot=of(wrong, found.item.id),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a write that is refused not carried out, not even in part?",
    source="conformance.md section 3, failed_write_no_effect",
    how=(
        "Sends creates and updates that have to be refused for one thing only: a value that does not"
        " fit, a body cut short, another media type, a reference to nothing. Then it reads the record,"
        " or looks for the new one in the list."
    ),
    example='PATCH /things/7 {"name": "y", "count": "many"} answers 400; GET /things/7 has the name y.',
    fault="refused_update_is_stored",
    derive=derive,
    ask=ask,
)
