"""A write that is refused for its credentials is not carried out."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import (
    CREDENTIALS,
    WRITE,
    CannotAsk,
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import SAFE, Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.breaking import authority
from contract_tests.probing.compare import same
from contract_tests.probing.inputs import living_victim
from contract_tests.probing.listing import whole_list
from contract_tests.probing.subjects import closure
from contract_tests.probing.typical import ON_ITEM, typical
from contract_tests.spot import STATUS, in_item
from openapi.codec import encode
from openapi.operation import Operation

NAME = "refused_caller_changes_nothing"


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        resource = contract.resource_of(operation)
        if operation.method in SAFE or resource is None or not operation.security:
            continue
        kind = contract.role(operation).kind
        seen = "list" if kind == "create" else "read"
        impossible = None if seen in resource.operations else f"no operation would show it ({seen})"
        if any(not one for one in operation.security):
            impossible = "the operation is allowed without credentials"
        yield Requirement(
            operation.place.pointer, NAME, Level.LIFECYCLE, place(operation),
            needs=frozenset({CREDENTIALS, WRITE}), creates=closure(contract, resource),
            subject=operation.id, impossible=impossible,
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operation = asking.contract.operations[requirement.subject]
    kind = asking.contract.role(operation).kind
    if kind in ON_ITEM:
        yield _on_item(asking, requirement, operation)
    elif kind == "create":
        yield _create(asking, requirement, operation)
    else:
        yield not_tested(requirement, "nothing would show whether it was carried out")


def _on_item(asking: Asking, requirement: Requirement, operation: Operation) -> Outcome:
    resource = asking.contract.resource_of(operation)
    assert resource is not None
    item, before = living_victim(asking, resource)
    scheme = _scheme(asking, operation)
    given = authority(asking, operation, scheme, "wrong", asking.random(requirement))
    exchange = asking.send(operation, **typical(asking, operation, item), authority=given, valid=False)
    if exchange.succeeded:
        asking.spoil(item)
        return not_tested(requirement, f"it is not refused: {exchange.status}")
    after = asking.read(item)
    role = resource.envelopes.get("read")
    if (
        role is not None
        and after.succeeded
        and same(_stable(resource, before), _stable(resource, role.find(after.json)))
    ):
        return passed(requirement)
    asking.spoil(item)
    came = "changed" if after.succeeded else f"gone ({after.status})"
    return failed(
        requirement, f"answered {exchange.status}, and yet the record is {came}",
        "a refused request changes nothing", item.made, exchange, after, cause=f"the record is {came}",
        spot=in_item(own=item.id) if after.succeeded else STATUS,
    )  # fmt: skip


def _stable(resource: object, value: object) -> object:
    """A record without what the server moves by itself."""
    moving = {n for n, p in getattr(resource, "properties", {}).items() if p.role == "server"}
    return {n: v for n, v in value.items() if n not in moving} if isinstance(value, dict) else value


def _create(asking: Asking, requirement: Requirement, operation: Operation) -> Outcome:
    resource = asking.contract.resource_of(operation)
    assert resource is not None
    scheme = _scheme(asking, operation)
    given = authority(asking, operation, scheme, "wrong", asking.random(requirement))
    typically = typical(asking, operation)
    text = next((t for t in _texts(typically["body"]) if asking.bodies.marker in t), None)
    if text is None:
        return not_tested(requirement, "no free text tells the record apart from others")
    exchange = asking.send(operation, **typically, authority=given, valid=False)
    if exchange.succeeded:
        return not_tested(requirement, f"it is not refused: {exchange.status}")
    listed = whole_list(asking, resource)
    found = [item for item in listed.items if encode(text)[1:-1] in encode(item)]
    if not found:
        return passed(requirement)
    return failed(
        requirement, f"answered {exchange.status}, and yet the record is in the list",
        "a refused request creates nothing", exchange, listed.pages[-1], cause="the record is created",
    )  # fmt: skip


def _scheme(asking: Asking, operation: Operation) -> str:
    """A scheme whose credential can be broken."""
    known = asking.credentials.requirement(operation)
    if not known:
        raise CannotAsk(f"no credential was given for {place(operation)}")
    return known[0]


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a write with a wrong credential leave everything as it was?",
    source="conformance.md section 3, auth_factor",
    how=(
        "Sends each write with a wrong credential, and then, with the right one, reads the record or"
        " looks for the new one in the list."
    ),
    example=(
        "DELETE /things/7 with a wrong key is answered 401; GET /things/7 with the right one is answered 404."
    ),
    fault="unauthorized_write_is_carried_out",
    derive=derive,
    ask=ask,
)
