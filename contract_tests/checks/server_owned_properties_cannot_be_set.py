"""What the server owns is not the client's to write: sending it is refused, or does nothing."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.attempts import Attempt, Attempts
from contract_tests.probing.compare import same, told
from contract_tests.probing.forging import forged, is_owned, level_of
from contract_tests.probing.shown import first_sight, made_by, making, property_pointer, showing
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.spot import STATUS, in_item
from openapi.codec import Json
from openapi.resources import ABSENT, Resource

NAME = "server_owned_properties_cannot_be_set"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        operation = made_by(resource)
        for name, found in resource.properties.items():
            role = showing(contract, resource, name)
            if role is None or not is_owned(contract, resource, found):
                continue
            yield Requirement(
                property_pointer(contract, resource, role, name), NAME, level_of(contract, resource, found),
                place(operation), at=f"{place(operation)} {name}", needs=NEEDS_WRITE,
                creates=closure(contract, resource), subject=resource.key, part=name,
                impossible=None if operation.body else "the create takes no body",
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    plain = asking.shared(resource)
    first, second = _made_up(asking, resource, plain, requirements)
    attempts = Attempts(asking, resource)
    tried = attempts.create(first)
    for role in ("update", "replace"):
        if role in resource.bodies and resource.operations[role] is not made_by(resource):
            tried += attempts.update(role, second)
            break
    for requirement in requirements:
        mine = [attempt for attempt in tried if requirement.part in attempt.values]
        if mine:
            yield _judge(asking, requirement, plain, mine)
        else:
            yield not_tested(requirement, f"no other value of {requirement.part} could be made up")


def _made_up(
    asking: Asking, resource: Resource, plain: Item, requirements: Sequence[Requirement]
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Values for the create, and others for the update."""
    _, now = first_sight(asking, plain, making(resource))
    first: dict[str, Json] = {}
    second: dict[str, Json] = {}
    for requirement in requirements:
        name = requirement.part
        held = now.get(name, ABSENT) if isinstance(now, dict) else ABSENT
        values = forged(asking, resource.properties[name], requirement.pointer, [held])
        value = next(values, ABSENT)
        if value is not ABSENT:
            first[name], second[name] = value, next(values, value)
    return first, second


def _judge(asking: Asking, requirement: Requirement, plain: Item, tried: list[Attempt]) -> Outcome:
    name = requirement.part
    for attempt in tried:
        value = attempt.values[name]
        stored = attempt.stored(name)
        if not stored and not attempt.lost:
            continue
        if _happens_anyway(asking, plain, name, value, attempt.lost):
            return not_tested(requirement, f"{name} comes to have that value by itself")
        received = f"{name} is {told(value)} now" if stored else "the record cannot be read any more"
        return failed(
            requirement, f"{name} was sent as {told(value)}, and {received}",
            f"{name} is the server's: sending it is refused or changes nothing", *attempt.steps,
            cause="a client can set what the server owns", spot=in_item(name) if stored else STATUS,
        )  # fmt: skip
    return passed(requirement)


def _happens_anyway(asking: Asking, plain: Item, name: str, value: Json, lost: bool) -> bool:
    """Whether a record for which nobody sent the value has come to the same."""
    if "read" not in plain.resource.operations:
        return False
    exchange = asking.read(asking.create(plain.resource))
    entity = (
        plain.resource.envelopes["read"].find(exchange.json) if "read" in plain.resource.envelopes else ABSENT
    )
    return (lost and exchange.refused) or (isinstance(entity, dict) and same(entity.get(name, ABSENT), value))


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is a property that the server owns refused, or ignored, when a client sends it?",
    source="OpenAPI 3, Schema Object, readOnly; conformance.md section 3, server_owned",
    how=(
        "Sends readOnly properties and others that no request declares (id, organization, time of"
        " creation) with made-up values, in a create and in an update. A refusal is right, and so is an"
        " answer that shows the server's own values."
    ),
    example=(
        'POST /things with {"name": "x", "created_at": "2001-02-03T04:05:06Z"} answers 201, and GET'
        " /things/7 shows 2001."
    ),
    fault="client_chooses_the_id",
    derive=derive,
    ask=ask,
)
