"""Deleting what others refer to, or lie under, leaves nothing that points at nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same, told
from contract_tests.probing.observing import Sight, blind, changes, look
from contract_tests.probing.promises import promise, uncreatable
from contract_tests.probing.removing import delete, gone
from contract_tests.probing.subjects import success_pointer
from contract_tests.probing.values import typed
from contract_tests.probing.workpieces import below, story
from contract_tests.spot import in_item, of
from openapi.codec import Json
from openapi.resources import Resource

NAME = "deleting_a_parent_leaves_no_orphan"


def derive(contract: Contract) -> Iterable[Requirement]:
    resources = contract.model.resources
    for child in resources.values():
        for parent, name in _ties(contract, child):
            operation = parent.operations["delete"]
            yield promise(
                contract,
                NAME,
                Level.CONVENTION,
                operation,
                parent,
                pointer=success_pointer(operation),
                at=f"{child.key} {name}".strip(),
                part=(parent.key, child.key, name),
                subject=f"{parent.key} {child.key} {name}",
                creates=[child],
                impossible=_soft(parent)
                or _unlooked(parent, name)
                or blind(parent)
                or uncreatable(child)
                or blind(child),
            )


def _ties(contract: Contract, child: Resource) -> Iterator[tuple[Resource, str]]:
    """The resources whose items an item points at: (resource, property); without a property where it lies
    under one."""
    resources = contract.model.resources
    above = resources.get(child.parents[-1].resource or "") if child.parents else None
    if above is not None and "delete" in above.operations:
        yield above, ""
    for name, found in child.properties.items():
        target = resources.get(found.reference or "")
        settable = found.create is not None and found.read is not None
        if target is not None and settable and target.key != child.key and "delete" in target.operations:
            yield target, name


def _soft(parent: Resource) -> str | None:
    dated = any(found.role == "deleted" for found in parent.properties.values())
    return "its deletion is soft, so what points at it still points at something" if dated else None


def _unlooked(parent: Resource, name: str) -> str | None:
    """Why what points at an item need not be looked at when it is deleted, or None."""
    if not name or "409" in parent.operations["delete"].responses:
        return None
    return (
        "the document does not say what happens to what points at a deleted item: its DELETE declares no 409"
    )


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    yield _judged(requirement, _delete_parent(asking, requirement))


@dataclass(frozen=True)
class _Family:
    """A parent and its child, before and after the parent's DELETE. `name`: the property that points at the
    parent, or an empty text; `points`: its value then."""

    parent: Item
    child: Item
    name: str
    points: Json
    before: tuple[Sight, Sight]
    done: Exchange
    after: tuple[Sight, Sight]

    @property
    def steps(self) -> list[Exchange]:
        sights = [sight.exchange for sight in (*self.before, *self.after)]
        return story(self.parent, self.child, *sights, self.done)


def _delete_parent(asking: Asking, requirement: Requirement) -> _Family:
    parent_key, child_key, name = requirement.part
    resources = asking.contract.model.resources
    above, resource = resources[parent_key], resources[child_key]
    parent = asking.create(above)
    if name:
        schema = resource.properties[name].create
        child = asking.create(resource, changes={name: typed(parent.id, schema, asking.contract)})
    else:
        child = asking.create(resource, parents=below(resource, parent))
    before = look(asking, parent), look(asking, child)
    points = before[1].value(name) if name else None
    if not before[0].there or not before[1].there:
        raise CannotAsk("parent or child is not there although both were created")
    if name and str(points) != parent.id:
        raise CannotAsk(f"{name} is {told(points)}, it does not point at the parent")
    done = delete(asking, parent, before[0])
    after = (gone if done.succeeded else look)(asking, parent), look(asking, child)
    return _Family(parent, child, name, points, before, done, after)


def _judged(requirement: Requirement, found: _Family) -> Outcome:
    status = found.done.status
    if found.done.refused:
        return _refused(requirement, found)
    if not found.done.succeeded:
        return not_tested(requirement, f"the DELETE is answered {status or 'nothing'}")
    parent, child = found.after
    if parent.there:
        return not_tested(requirement, "the parent is still there")
    if not child.there:
        known = child.exchange.status in (401, 403, 404, 409, 410)
        return (
            passed(requirement)
            if known
            else not_tested(requirement, f"the child is answered {child.exchange.status}")
        )
    if found.name and not same(child.value(found.name), found.points):
        return passed(requirement)
    orphan = f"its {found.name} is still {told(found.points)}" if found.name else "it can still be read"
    return failed(
        requirement,
        f"{status} for the DELETE of what {found.child.resource.key} points at, and {orphan}",
        "a refusal (409), or no item that points at nothing",
        *found.steps,
        cause="a deleted parent leaves items that point at it"
        if found.name
        else "a deleted parent leaves its children",
        spot=in_item(found.name, own=found.child.id),
    )


def _refused(requirement: Requirement, found: _Family) -> Outcome:
    if found.done.status in (401, 403, 412, 428, 429):
        return not_tested(requirement, f"the DELETE is answered {found.done.status}")
    for item, before, after in zip((found.parent, found.child), found.before, found.after, strict=True):
        wrong = changes(item.resource, before.entity, after.entity, roles=()) if after.there else []
        if after.gone or wrong:
            came = "gone" if after.gone else f"changed: {'; '.join(wrong[:3])}"
            return failed(
                requirement,
                f"{found.done.status} for the DELETE, and yet an item of {item.resource.key} is {came}",
                "a refused DELETE changes nothing",
                *found.steps,
                cause="a refused DELETE is carried out",
                spot=of(["gone"] if after.gone else wrong, item.id) if item is found.child else None,
            )
    return passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Does deleting a record leave no other one that points at nothing?",
    source="conformance.md section 3, delete_referenced",
    how=(
        "Creates a record and another one that refers to it or lies below it, deletes the first, and"
        " reads both. A refusal that changes nothing is right, and so is a deletion after which nothing"
        " points at nothing."
    ),
    example="DELETE /shelves/1 answers 204; GET /shelves/1/books/7 still answers 200.",
    derive=derive,
    ask=ask,
)
