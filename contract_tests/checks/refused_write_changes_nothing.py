"""A write that is refused is not carried out, not even in part."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract_tests.asking import Asking
from contract_tests.bodies import Form
from contract_tests.changing import body_with, changeable, form_of, other_values
from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.listing import Listing, whole_list
from contract_tests.observing import changes, look
from contract_tests.pointing import unlooked
from contract_tests.promises import promise, unseen
from contract_tests.refusing import (
    KINDS,
    MEDIA_TYPE,
    REFERENCE,
    Spoiled,
    marked_in,
    misdirect,
    reference_in,
    spoil,
    undeclared,
)
from contract_tests.updating import Update, conditions, together, updates
from contract_tests.workpieces import workpiece
from openapi import codec
from openapi.codec import Json
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


def _unrefused(resource: Resource, operation: Operation, kind: str) -> str | None:
    """Why such a write need not be refused, or None."""
    if kind == MEDIA_TYPE and undeclared(operation) is None:
        return "it takes any media type"
    return unlooked(resource, resource.operations.get("create", operation)) if kind == REFERENCE else None


def _unseen(resource: Resource, role: str) -> str | None:
    if role != "create":
        return unseen(resource)
    if _puts(resource):
        return None if "read" in resource.envelopes else "no operation reads one item"
    return None if "list" in resource.envelopes else "no list would show what was created"


def _puts(resource: Resource) -> bool:
    """Whether an item is created on its own path."""
    return resource.operations["create"].path == resource.item


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, role, _ = requirements[0].part
    resource = asking.contract.model.resources[key]
    if role != "create":
        yield from _updates(asking, requirements, resource, role)
    elif _puts(resource):
        yield from _puts_of_new_items(asking, requirements, resource)
    else:
        yield from _creates(asking, requirements, resource)


def _spoiled(
    asking: Asking, requirement: Requirement, form: Form, body: Json, keep: Mapping[str, Json]
) -> Spoiled | None:  # fmt: skip
    key, role, kind = requirement.part
    resource = asking.contract.model.resources[key]
    if kind == REFERENCE:
        return misdirect(asking, resource, role, form, body)
    return spoil(asking, resource.operations[role], form, body, kind, keep)


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
        spoiled = _spoiled(asking, requirement, form, body, wanted if len(wanted) > 1 else {})
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
    )  # fmt: skip


@dataclass(frozen=True)
class _Try:
    """A create that should be refused, and the text that it would leave behind."""

    requirement: Requirement
    text: str
    done: Exchange


def _creates(asking: Asking, requirements: Sequence[Requirement], resource: Resource) -> Iterator[Outcome]:
    """Sends all of them, then looks for their texts in the list."""
    operation, parents = resource.operations["create"], asking.parents(resource)
    tries: list[_Try] = []
    for requirement in requirements:
        form = form_of(asking, operation)
        body = asking.create_body(resource, full=True)
        marked = marked_in(asking, resource, form, body)
        spoiled = _spoiled(asking, requirement, form, body, marked) if marked else None
        if spoiled is None:
            why = (
                "no body could be made that has to be refused for this"
                if marked
                else "nothing tells it from others"
            )
            yield not_tested(requirement, why)
            continue
        done = asking.send(
            operation, path=parents, raw=spoiled.raw, media_type=spoiled.media_type, valid=spoiled.valid,
            purpose=requirement.id,
        )  # fmt: skip
        if done.refused:
            tries.append(_Try(requirement, str(next(iter(marked.values()))), done))
        else:
            yield not_tested(requirement, f"it is not refused: {done.status}")
    listing = whole_list(asking, resource, parents=parents) if tries else None
    for each in tries if listing else ():
        yield _listed(each, listing)


def _listed(each: _Try, listing: Listing | None) -> Outcome:
    text = codec.encode(each.text)[1:-1]
    for page in listing.pages if listing else ():
        if page.answer and text in page.answer.body:
            return failed(
                each.requirement, f"{each.done.status}, and yet the list has an item with {each.text!r}",
                "a refused request creates nothing", each.done, page, cause="a refused create is carried out",
            )  # fmt: skip
    return passed(each.requirement)


def _puts_of_new_items(
    asking: Asking, requirements: Sequence[Requirement], resource: Resource
) -> Iterator[Outcome]:  # fmt: skip
    operation = resource.operations["create"]
    for requirement in requirements:
        form, body = form_of(asking, operation), asking.create_body(resource, full=True)
        spoiled = _spoiled(asking, requirement, form, body, {})
        if spoiled is None:
            yield not_tested(requirement, "no body could be made that has to be refused for this")
            continue
        path = asking.mint(resource)
        done = asking.send(
            operation,
            path=path,
            raw=spoiled.raw,
            media_type=spoiled.media_type,
            valid=spoiled.valid,
            purpose=requirement.id,
        )
        seen = asking.send(resource.operations["read"], path=path)
        if not done.refused:
            yield not_tested(requirement, f"it is not refused: {done.status}")
        elif seen.succeeded:
            yield failed(
                requirement, f"{done.status} ({spoiled.says}), and yet the item is there",
                "a refused request creates nothing", done, seen, cause="a refused create is carried out",
            )  # fmt: skip
        else:
            yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a write that is refused not carried out, not even in part?",
    source="conformance.md section 3, failed_write_no_effect",
    derive=derive,
    ask=ask,
)
