"""What needs no credentials by the document, needs none."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.subjects import closure
from contract_tests.probing.typical import typical
from contract_tests.spot import STATUS
from openapi.source import join_pointer

NAME = "public_operation_answers_anyone"


def derive(contract: Contract) -> Iterable[Requirement]:
    if not contract.document.security_schemes:
        return
    for operation in contract.document.operations:
        if operation.method != "GET" or (operation.security and all(operation.security)):
            continue
        resource = contract.resource_of(operation)
        on_item = resource is not None and "{" in operation.path
        pointer = operation.place.pointer
        yield Requirement(
            join_pointer(pointer, "security") if operation.place.get("security") is not None else pointer,
            NAME, Level.DOCUMENT, place(operation), subject=operation.id,
            needs=frozenset({"write"}) if on_item else frozenset(),
            creates=closure(contract, resource) if resource is not None and on_item else (),
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operation = asking.contract.operations[requirement.subject]
    schemes = {c.name.lower() for c in asking.credentials.of("one").values()}
    others = tuple(pair for pair in asking.credentials.headers("one") if pair[0].lower() not in schemes)
    exchange = asking.send(operation, **typical(asking, operation), authority=(others, ()))
    if exchange.status in (401, 403):
        yield failed(
            requirement,
            f"{exchange.status} without credentials",
            "the document asks for none here",
            exchange,
            cause=f"{exchange.status}",
            spot=STATUS,
        )
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Does an operation that declares no security answer without credentials?",
    source="OpenAPI 3, Operation Object, security",
    how="Sends every GET that needs no credentials by the document a request without any.",
    example="GET /about has `security: []`; without credentials it is answered 401.",
    derive=derive,
    ask=ask,
)
