"""When a record was created and changed is when that happened."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.changing import changeable, other_values
from contract_tests.probing.compare import told
from contract_tests.probing.moments import date_of, is_whole_second, moment
from contract_tests.probing.observing import changes
from contract_tests.probing.shown import first_sight, made_by, property_pointer, showing
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.probing.updating import Update, update, updated, updates
from contract_tests.probing.workpieces import workpiece
from contract_tests.spot import in_item
from openapi.codec import Json
from openapi.resources import ABSENT, Resource

NAME = "timestamps_tell_the_time"

_SKEW = timedelta(minutes=5)
_SECOND, _MOMENT = 1.05, 0.05


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        for name, found in resource.properties.items():
            role = showing(contract, resource, name)
            if found.role not in ("created", "updated") or role is None or found.create is not None:
                continue
            yield Requirement(
                property_pointer(contract, resource, role, name), NAME, Level.CONVENTION,
                place(made_by(resource)),
                at=f"{place(made_by(resource))} {name}", needs=NEEDS_WRITE, creates=closure(contract,
                resource),
                subject=resource.key, part=(name, role),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    item = asking.shared(resource)
    clock = date_of(item.made)
    if clock is None:  # our own clock, right now
        item, clock = asking.create(resource), datetime.now(UTC)
    for requirement in requirements:
        yield _judge(asking, requirement, item, clock)


def _judge(asking: Asking, requirement: Requirement, item: Item, clock: datetime) -> Outcome:
    name, role = requirement.part
    shown, entity = first_sight(asking, item, role)
    found = moment(_value(entity, name))
    if found is None:
        return not_tested(
            requirement, f"{name} is {told(_value(entity, name))}: no moment that could be compared"
        )
    if wrong := _wrong_at_first(item, entity, name, found, clock):
        steps = [item.made] if shown is item.made else [item.made, shown]
        return failed(
            requirement,
            wrong,
            f"{name} is when that happened",
            *steps,
            cause=f"{name} is not the time",
            spot=in_item(name, own=item.id),
        )
    if item.resource.properties[name].role != "updated":
        return passed(requirement)
    for changing in updates(item.resource):
        try:
            return _grows(asking, requirement, item.resource, changing)
        except CannotAsk:
            continue
    return passed(requirement)


def _wrong_at_first(item: Item, entity: Json, name: str, found: datetime, clock: datetime) -> str | None:
    """What is wrong with a time of a record that was created when the clock said `clock`, or None."""
    if abs(found - clock) > _SKEW:
        return f"{name} is {told(_value(entity, name))}, the clock said {clock.isoformat()}"
    for other, each in item.resource.properties.items():
        created = moment(_value(entity, other)) if each.role == "created" else None
        later = item.resource.properties[name].role == "updated"
        if later and created is not None and found < _floor(created, _value(entity, name)):
            return f"{name} is before {other}"
    return None


def _floor(created: datetime, other: Json) -> datetime:
    """A time as it would be spelled where the other one is told in whole seconds."""
    return created.replace(microsecond=0) if is_whole_second(other) else created


def _grows(asking: Asking, requirement: Requirement, resource: Resource, role: str) -> Outcome:
    """Whether the time of the last change grows with a change. Raises CannotAsk."""
    name = requirement.part[0]
    done = updated(asking, resource, role)
    if not _has_grown(done, name):  # too soon to tell? then once more, and later
        done = _later(asking, resource, role, name)
    before, after = done.before.value(name), done.after.value(name)
    if _has_grown(done, name) or moment(before) is None or moment(after) is None:
        return passed(requirement)
    if not done.done.succeeded or not changes(resource, done.before.entity, done.after.entity):
        raise CannotAsk("the update changed nothing")
    return failed(
        requirement, f"{name} was {told(before)} before a change, and is {told(after)} after it",
        f"{name} grows with every change", *done.steps, cause=f"{name} does not grow with a change",
        spot=in_item(name, own=done.item.id),
    )  # fmt: skip


def _later(asking: Asking, resource: Resource, role: str, name: str) -> Update:
    """Another update of a record, when a new time can be told from the old one."""
    item, before = workpiece(asking, resource)
    asking.transport.wait(_SECOND if is_whole_second(before.value(name)) else _MOMENT)
    chance = asking.bodies.random("later", resource.operations[role].id)
    for each in changeable(resource, role):
        found = other_values(asking, item, role, before.entity, [each.name], chance)
        if found:
            return update(asking, item, role, before, found)
    raise CannotAsk("nothing can be changed")


def _has_grown(done: Update, name: str) -> bool:
    before, after = moment(done.before.value(name)), moment(done.after.value(name))
    return before is not None and after is not None and after > before


def _value(entity: Json, name: str) -> Json:
    return entity.get(name, ABSENT) if isinstance(entity, dict) else ABSENT


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Are the times of creation and of the last change what the clock says?",
    source="RFC 3339; conformance.md section 3, clock",
    how=(
        "Compares the time of creation in a new record with the Date header of the answer (five minutes"
        " of difference are let pass), and the time of the last change before and after an update."
    ),
    example='POST /things, at noon UTC, answers {"created_at": "1970-01-01T00:00:00Z"}.',
    fault="update_leaves_the_moment_of_the_update",
    derive=derive,
    ask=ask,
)
