"""What is not sent has its default."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import differences, told
from contract_tests.probing.shown import first_sight, made_by, making, property_pointer, showing
from contract_tests.probing.subjects import NEEDS_WRITE, body_property, closure, resources_with
from contract_tests.spot import of
from openapi.codec import Json
from openapi.resources import ABSENT, Property, Resource
from openapi.schema import SchemaError, Schemas

NAME = "defaults_are_applied"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        operation, role = made_by(resource), making(resource)
        for name, found in resource.properties.items():
            if found.default is ABSENT or found.write_only or role not in resource.bodies:
                continue
            yield Requirement(
                body_property(contract, operation, resource.bodies[role], name), NAME, Level.DOCUMENT,
                place(operation), at=f"{place(operation)} {name}", needs=NEEDS_WRITE,
                creates=closure(contract, resource), subject=resource.key,
                part=(name, showing(contract, resource, name)),
                impossible=_why_not(contract, resource, found),
            )  # fmt: skip


def _why_not(contract: Contract, resource: Resource, found: Property) -> str | None:
    shown, role = showing(contract, resource, found.name), making(resource)
    if found.required:
        return "it is required, so it is always sent"
    if shown is None:
        return "no answer shows it"
    written = body_property(contract, made_by(resource), resource.bodies[role], found.name)
    if not _fits(contract.requests, written, found.default):
        return "its default does not fit its own schema"
    if not _fits(contract.responses, property_pointer(contract, resource, shown, found.name), found.default):
        return "no answer may show its default"
    return None


def _fits(schemas: Schemas, pointer: str, value: Json) -> bool:
    """Whether a value fits the property at a pointer; so it does where no schema stands there."""
    if "/properties/" not in pointer:
        return True
    try:
        return schemas.at(pointer).is_valid(value)
    except SchemaError:
        return True


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    item = asking.shared(resource)
    wanted = [requirement.part[0] for requirement in requirements]
    if isinstance(item.sent, dict) and not item.sent.keys().isdisjoint(wanted):
        item = asking.create(resource, drop=wanted)
    answers = {requirement.part[1]: ABSENT for requirement in requirements}
    seen = {role: first_sight(asking, item, role) for role in answers}
    for requirement in requirements:
        yield _judge(requirement, resource, item, *seen[requirement.part[1]])


def _judge(
    requirement: Requirement, resource: Resource, item: Item, exchange: Exchange, entity: Json
) -> Outcome:
    name = requirement.part[0]
    if isinstance(item.sent, dict) and name in item.sent:
        return not_tested(requirement, f"no valid body without {name} could be made")
    default = resource.properties[name].default
    found = entity.get(name, ABSENT) if isinstance(entity, dict) else ABSENT
    if default is None and found is ABSENT:
        return passed(requirement)
    wrong = list(differences(default, found, name))
    if not wrong:
        return passed(requirement)
    return failed(
        requirement, "; ".join(wrong[:2]), f"{name} was not sent, so it is its default {told(default)}",
        item.made,
        *([exchange] if exchange is not item.made else []), cause=f"the default of {name} is not applied",
        spot=of(wrong, item.id),
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Has what is not sent the default that the document writes?",
    source="JSON Schema 2020-12 validation section 9.2; OpenAPI 3.0, Schema Object, default",
    how=(
        "Creates a record without the properties that have a `default`, and compares what the answer"
        " (or the GET after it) shows with the default in the document."
    ),
    example=(
        '`state` has default "open". POST /things with {"name": "x"} answers 201 with {"id": "7",'
        ' "state": null}.'
    ),
    fault="default_is_not_applied",
    derive=derive,
    ask=ask,
)
