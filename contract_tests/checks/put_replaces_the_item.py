"""A PUT replaces the item: what it leaves out does not keep its old value."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.changing import changeable, form_of, usable_values, whole_body
from contract_tests.probing.compare import same, told
from contract_tests.probing.inputs import form_of as form_in
from contract_tests.probing.inputs import sample_body
from contract_tests.probing.observing import Sight, look
from contract_tests.probing.promises import promise, unseen
from contract_tests.probing.subjects import body_property
from contract_tests.probing.updating import Update, conditions, together, update, updates
from contract_tests.probing.workpieces import workpiece
from contract_tests.spot import in_item
from openapi.codec import Json
from openapi.dialect import parts
from openapi.operation import Operation
from openapi.resources import ABSENT, Property, Resource

NAME = "put_replaces_the_item"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        if "replace" not in updates(resource):
            continue
        operation = resource.operations["replace"]
        required = _required(contract, operation)
        for found in changeable(resource, "replace"):
            if found.name not in required:
                yield promise(
                    contract, NAME, Level.HTTP, operation, resource, at=found.name,
                    pointer=body_property(contract, operation, resource.bodies["replace"], found.name),
                    part=(resource.key, found.name),
                    impossible=_impossible(resource, found, required),
                )  # fmt: skip


def _impossible(resource: Resource, found: Property, required: set[str]) -> str | None:
    """Why what a PUT leaves out need not be gone, or None."""
    if found.read is None:
        return "no answer shows this property"
    properties = resource.properties.values()
    optional = (each.name for each in properties if each.required and "replace" in each.update)
    if partly := next((name for name in optional if name not in required), None):
        return f"a PUT may leave out {partly}, which a create has to set: it changes only what it holds"
    return unseen(resource)


def _required(contract: Contract, operation: Operation) -> set[str]:
    """The properties without which no body is valid."""
    form, body = form_in(contract, operation), sample_body(contract, operation)
    inner = form.envelope.find(body) if form else ABSENT
    if form is None or not isinstance(inner, dict):
        return set()
    found = set()
    for name, value in list(inner.items()):
        del inner[name]
        found |= set() if form.validator.is_valid(body) else {name}
        inner[name] = value
    return found


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    key, _ = requirements[0].part
    resource = asking.contract.model.resources[key]
    by_name = {requirement.part[1]: requirement for requirement in requirements}
    first = _left_out(asking, resource, list(by_name))
    kept = [name for name in by_name if _keeps(asking, first, name)]
    doubtful = [
        name for name in kept if _default(asking, resource, name) is ABSENT
    ]  # else nothing but its default
    again = _left_out(asking, resource, doubtful) if doubtful else first
    for name, requirement in by_name.items():
        if name not in first.sent or not first.done.succeeded or not first.after.there:
            yield not_tested(requirement, "it could not be set and left out again")
        elif name in kept and _keeps(asking, again if name in doubtful else first, name):
            put = again if name in doubtful else first
            yield failed(
                requirement, f"{name} is still {told(put.before.value(name))} after a PUT that leaves it out",
                "a PUT replaces the whole item: what is left out is absent, null or its default", *put.steps,
                cause="a PUT keeps what it leaves out", spot=in_item(name, own=put.item.id),
            )  # fmt: skip
        else:
            yield passed(requirement)


def _left_out(asking: Asking, resource: Resource, names: Sequence[str]) -> Update:
    """Sets properties to other values, then sends a PUT without them. `before` shows what was set; `sent` is
    what of it was left out. Raises CannotAsk."""
    item, now = workpiece(asking, resource)
    chance = asking.bodies.random("left out", resource.key, asking.bodies.unique_text())
    wanted = together(asking, item, "replace", now, _others(asking, item, now, names, chance))
    found = update(asking, item, "replace", now, wanted)
    if not found.done.succeeded or not found.after.there:
        raise CannotAsk(f"a PUT with every property is answered {found.done.status}")
    done, absent = _least(asking, item, found.after, list(wanted))
    sent = {name: value for name, value in wanted.items() if name in absent}
    return Update(item, "replace", found.after, sent, done, look(asking, item))


def _others(asking: Asking, item: Item, now: Sight, names: Sequence[str], chance: Random) -> dict[str, Json]:
    """Values that are no defaults: other ones than now, but where only the default is another one."""
    found: dict[str, Json] = {}
    for name in names:
        default = _default(asking, item.resource, name)
        values = usable_values(asking, item, "replace", now.entity, name, chance)
        kept = [now.value(name)] if default is not ABSENT else []
        value = next(
            (v for v in (*values, *kept) if v not in (None, ABSENT) and not same(v, default)), ABSENT
        )
        if value is not ABSENT:
            found[name] = value
    return found


def _default(asking: Asking, resource: Resource, name: str) -> Json:
    """The documented default of a property, or ABSENT."""
    found = resource.properties[name]
    if found.default is not ABSENT:
        return found.default
    pieces = parts(asking.contract.requests.tree, found.update["replace"], ("allOf", "anyOf", "oneOf"))
    return next((part["default"] for part in pieces if "default" in part), ABSENT)


def _least(asking: Asking, item: Item, before: Sight, without: Sequence[str]) -> tuple[Exchange, set[str]]:
    """A PUT of the item as it is, but without some properties; and the names of those that it does not
    have."""
    resource = item.resource
    operation = resource.operations["replace"]
    form, body = (
        form_of(asking, operation),
        whole_body(asking, item, "replace", before.entity, {}, optional=False),
    )
    inner = form.envelope.find(body)
    for name in without:
        value = inner.pop(name, ABSENT)
        if value is not ABSENT and not form.validator.is_valid(body):
            inner[name] = value
    exchange = asking.send(
        operation, path=item.path, body=body, headers=conditions(resource, "replace", before)
    )
    return exchange, set(without) - inner.keys()


def _keeps(asking: Asking, put: Update, name: str) -> bool:
    """Whether what a PUT left out is still there, and is no default."""
    if name not in put.sent or not put.done.succeeded or not put.after.there:
        return False
    old, new = put.before.value(name), put.after.value(name)
    default = _default(asking, put.item.resource, name)
    return old is not ABSENT and old is not None and same(old, new) and not same(new, default)


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does a PUT replace the whole item, so that what it leaves out does not keep its value?",
    source="RFC 9110 section 9.3.4",
    how=(
        "Sets optional properties to values that are no defaults, then sends a PUT without them and"
        " reads the record. They have to be absent, null or their default. It does not apply where the"
        " document lets a PUT be partial."
    ),
    example=(
        'Thing 7 has {"name": "x", "note": "n"}. PUT /things/7 {"name": "x"} answers 200, and GET still'
        " has the note."
    ),
    derive=derive,
    ask=ask,
)
