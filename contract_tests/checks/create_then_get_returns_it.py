"""What was created is there."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import differences
from contract_tests.probing.listing import id_in
from contract_tests.probing.observing import both_show
from contract_tests.probing.subjects import NEEDS_WRITE, closure, maker, resources_with, success_pointer
from contract_tests.probing.values import entity_of
from contract_tests.spot import STATUS, Difference, of
from openapi.resources import ABSENT

NAME = "create_then_get_returns_it"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "make"):
        operation = maker(resource)
        assert operation is not None
        yield Requirement(
            success_pointer(operation), NAME, Level.LIFECYCLE, place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
            impossible=None if "read" in resource.operations else "no operation reads one item",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    item = asking.create(resource, full=True)
    exchange = asking.read(item)
    found = entity_of(resource, "read", exchange)
    if found is ABSENT and exchange.succeeded and "read" not in resource.envelopes:
        yield passed(requirement)  # it is there, and the document tells nothing of how it looks
        return
    if found is ABSENT:
        yield failed(
            requirement,
            f"GET of what was just created is answered {exchange.status}",
            f"{requirement.place} creates it, so {place(resource.operations['read'])} returns it",
            item.made, exchange, cause=f"answered {exchange.status}", spot=STATUS,
        )  # fmt: skip
        return
    created = item.entity if isinstance(item.entity, dict) else {}
    shown = {"create": created, "read": found}
    told = {
        name: value
        for name, value in created.items()
        if _stays(asking, requirement, name) and both_show(asking.contract, resource, name, shown)
    }
    here = (
        {name: value for name, value in found.items() if name in told} if isinstance(found, dict) else found
    )
    wrong = list(differences(told, here))
    if resource.id and resource.id.property and id_in(resource, found) != item.id:
        said = f"the id is {id_in(resource, found)}, expected {item.id}"
        wrong.append(Difference(said, (resource.id.property,)))
    if wrong:
        yield failed(
            requirement, f"GET differs from the answer of the create: {'; '.join(wrong[:3])}",
            "GET right after returns what the create answered", item.made, exchange,
            cause="GET differs from what the create answered", spot=of(wrong, item.id),
        )  # fmt: skip
    else:
        yield passed(requirement)


def _stays(asking: Asking, requirement: Requirement, name: str) -> bool:
    """Whether a property may not change by itself: what the server derives may."""
    found = asking.contract.model.resources[requirement.subject].properties.get(name)
    return found is not None and found.read is not None and found.role != "server"


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does GET return what was just created, as the create answered it?",
    source="conformance.md section 3, create_get_equal; RFC 9110 section 9.3.3",
    how=(
        "Creates a record with every optional property (POST) and reads it (GET). Each declared"
        " property that the server does not move by itself has to be as the create answered it."
    ),
    example="POST /things answers 201 with id 7; GET /things/7 answers 404.",
    fault="create_is_not_stored",
    derive=derive,
    ask=ask,
)
