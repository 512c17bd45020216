"""What is sent is what is made."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import (
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.changing import arrived, can_show, shape_in_answers
from contract_tests.probing.compare import differences
from contract_tests.probing.samples import fullest
from contract_tests.probing.shown import comparable, first_sight, made_by, making, property_pointer, showing
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.spot import of
from openapi.codec import Json
from openapi.resources import ABSENT, Property, Resource

NAME = "create_answers_what_was_sent"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        operation = made_by(resource)
        for name, found in resource.properties.items():
            role = showing(contract, resource, name)
            if role is None or not _is_sent(resource, found) or not comparable(contract, found):
                continue
            yield Requirement(
                property_pointer(contract, resource, role, name), NAME, Level.LIFECYCLE, place(operation),
                at=f"{place(operation)} {name}", needs=NEEDS_WRITE, creates=closure(contract, resource),
                subject=resource.key, part=(name, role),
            )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirements[0].subject]
    items = _records(asking, resource)
    seen: dict[tuple[str, str], tuple[Exchange, Json]] = {}
    for requirement in requirements:
        yield _judge(asking, requirement, items, seen)


def _judge(
    asking: Asking,
    requirement: Requirement,
    items: list[Item],
    seen: dict[tuple[str, str], tuple[Exchange, Json]],
) -> Outcome:
    name, role = requirement.part
    sent = [item for item in items if isinstance(item.sent, dict) and name in item.sent]
    for item in sent:
        if (item.id, role) not in seen:
            seen[item.id, role] = first_sight(asking, item, role)
        exchange, entity = seen[item.id, role]
        found = entity.get(name, ABSENT) if isinstance(entity, dict) else ABSENT
        wanted = item.sent[name]
        inner = shape_in_answers(asking.contract, item.resource.properties[name].read)
        if not arrived(wanted, found, declared=inner):
            if not can_show(asking.contract, item.resource.properties[name].read, wanted):
                return not_tested(requirement, "answers cannot hold what was sent")
            wrong = list(differences(wanted, found, name))
            return failed(
                requirement, "; ".join(wrong[:3]), f"{name} is what was sent", item.made,
                *([exchange] if exchange is not item.made else []),
                cause=f"{name} is not what was sent", spot=of(wrong, item.id),
            )  # fmt: skip
    return passed(requirement) if sent else not_tested(requirement, f"no body that could be made has {name}")


def _is_sent(resource: Resource, found: Property) -> bool:
    role = making(resource)
    written = found.create if role == "create" else found.update.get(role)
    return written is not None and not found.read_only and not found.write_only


def _records(asking: Asking, resource: Resource) -> list[Item]:
    """The whole record and the least. Raises CannotAsk."""
    found = (fullest(asking, resource), asking.shared(resource))
    return list({item.id: item for item in found}.values())


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is each property of what was created what was sent?",
    source="conformance.md section 3, create_echo; RFC 9110 section 9.3.3",
    how=(
        "Creates one record with every optional property and one with the least. Each property in the"
        " answer of the create, or in the GET after it, is compared with what was sent."
    ),
    example=(
        'POST /things with {"name": "x", "color": "red"} answers 201 with {"id": "7", "name": "x",'
        ' "color": null}.'
    ),
    fault="create_ignores_a_property",
    derive=derive,
    ask=ask,
)
