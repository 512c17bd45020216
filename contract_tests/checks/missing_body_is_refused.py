"""Where a body is required, a request without one is refused."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.inputs import of_body, spoil, subject_item
from contract_tests.probing.refusals import MEDIA_TYPE, declared, suits
from contract_tests.probing.typical import typical
from contract_tests.spot import STATUS
from openapi.resources import ABSENT

NAME = "missing_body_is_refused"


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        if operation.body is None or not operation.body.required:
            continue
        yield of_body(contract, operation, NAME, MEDIA_TYPE)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operation = asking.contract.operations[requirement.subject]
    item = subject_item(asking, operation)
    request = {**typical(asking, operation, item), "body": ABSENT}
    exchange = asking.send(operation, **request, valid=False)
    if suits(operation, exchange.status, MEDIA_TYPE):
        yield passed(requirement)
        return
    spoil(asking, item, exchange)
    yield failed(
        requirement, f"{exchange.status or 'no answer'} without a body",
        f"the body is required: a refusal ({declared(operation, MEDIA_TYPE)})",
        *([item.made] if item else []), exchange, cause=f"a missing body: {exchange.status}", spot=STATUS,
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a request without its required body refused?",
    source="OpenAPI 3, Request Body Object, required",
    how="Sends every operation whose body is required a request without one.",
    example=(
        "PATCH /things/7 without a body is answered 200, although its requestBody says `required: true`."
    ),
    fault="missing_body_is_read_as_an_empty_object",
    derive=derive,
    ask=ask,
)
