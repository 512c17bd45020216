"""Below what is not there, nothing is: no list, no item, no place for a new one."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.refusals import UNKNOWN, declared, refusal_pointer, suits
from contract_tests.probing.samples import around, known
from contract_tests.probing.subjects import closure, maker, needs_of
from contract_tests.probing.values import unused_id
from contract_tests.spot import STATUS
from openapi.operation import Operation
from openapi.resources import Resource

NAME = "unknown_parent_is_not_found"

_ROLES = ("list", "create", "read")


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in _ROLES if resource.parents else ():
            operation = resource.operations.get(role)
            if operation is None or (role == "create" and operation.path == resource.item):
                continue
            yield Requirement(
                refusal_pointer(operation, UNKNOWN), NAME, Level.DOCUMENT, place(operation),
                needs=needs_of(operation), subject=operation.id, part=role,
                creates=closure(contract, resource) if role == "create" else (),
                impossible=_why_not(contract, resource, operation, role),
            )  # fmt: skip


def _why_not(contract: Contract, resource: Resource, operation: Operation, role: str) -> str | None:
    if not any(str(status) in operation.responses for status in UNKNOWN):
        return "the document does not say that it answers 404"
    above = contract.model.resources.get(resource.parents[-1].resource or "")
    if role != "create" and above is None:
        return f"nothing tells which {{{resource.parents[-1].parameter.name}}} is there"
    if above is not None and maker(above) is None and not _is_told(above):
        return f"no GET tells which {{{resource.parents[-1].parameter.name}}} is not there"
    if role == "create" and (above is None or maker(above) is None or "read" not in above.operations):
        return "nothing tells whether an id of its parent is free"
    return None


def _is_told(above: Resource) -> bool:
    """Whether a GET of an item says which ones are there. What only a list shows may be a part of them."""
    read = above.operations.get("read")
    missing = {"404", "410", "4XX", "4xx", "default"}
    return read is not None and "read" in above.envelopes and not missing.isdisjoint(read.responses)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operation = asking.contract.operations[requirement.subject]
    resource = asking.contract.resource_of(operation)
    assert resource is not None
    send = {"list": _list, "create": _create, "read": _read}[requirement.part]
    *steps, exchange = send(asking, resource, operation)
    if suits(operation, exchange.status, UNKNOWN):
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"below a parent that is not there it is answered {exchange.status or 'nothing'}",
            declared(operation, UNKNOWN), *steps, exchange,
            cause=f"what lies below an unknown parent is answered {exchange.status}", spot=STATUS,
        )  # fmt: skip


def _list(asking: Asking, resource: Resource, operation: Operation) -> list[Exchange]:
    above = around(asking, resource, resource.parents[:-1])
    return [asking.send(operation, path={**above, **_unknown(asking, resource)})]


def _read(asking: Asking, resource: Resource, operation: Operation) -> list[Exchange]:
    """A record that is there, asked for below a parent that is not."""
    record = known(asking, resource)
    return [record.shown, asking.send(operation, path={**record.path, **_unknown(asking, resource)})]


def _create(asking: Asking, resource: Resource, _operation: Operation) -> list[Exchange]:
    parent = resource.parents[-1]
    above = asking.contract.model.resources[parent.resource or ""]
    assert above.id is not None
    minted = asking.mint(above)[above.id.parameter.name]
    parents = {**asking.parents(resource), parent.parameter.name: minted}
    return [asking.try_create(resource, parents=parents)]


def _unknown(asking: Asking, resource: Resource) -> dict[str, str]:
    """A value of the last parent's parameter that nobody has."""
    parameter = resource.parents[-1].parameter
    return {parameter.name: unused_id(parameter, asking.contract, asking.bodies)}


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a list, a create or a read below a parent that is not there answered with 404?",
    source="RFC 9110 section 15.5.5",
    how="Lists, reads and creates below a parent that does not exist, where the document has 404 for it.",
    example="GET /shelves/nobody/books is answered 200 with an empty list.",
    derive=derive,
    ask=ask,
)
