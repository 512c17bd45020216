"""No status comes that the operation does not declare."""

from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed, warned
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.refusals import ANY_SERVER, undeclared
from contract_tests.probing.subjects import needs_of, responses_pointer
from contract_tests.spot import STATUS
from openapi.operation import Operation

NAME = "answers_with_a_documented_status"


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        yield Requirement(
            responses_pointer(operation), NAME, Level.DOCUMENT, place(operation),
            needs=needs_of(operation), subject=operation.id,
        )  # fmt: skip


def judge(
    _contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    operation, status = exchange.operation, exchange.status
    if operation is None or not status:
        return
    requirement = find(responses_pointer(operation))
    if requirement is None or (400 <= status < 500 and not _refuses(operation)):
        return
    if operation.response(status) or status in ANY_SERVER:
        yield passed(requirement)
        return
    declared = ", ".join(operation.responses) or "none"
    lacking = undeclared(operation, status)
    if lacking is None:
        yield failed(
            requirement, f"{status} is not documented", f"one of the declared statuses: {declared}", exchange,
            cause=f"{status} is not documented", spot=STATUS,
        )  # fmt: skip
    else:
        yield warned(
            requirement, f"{status}, and the document declares nothing that says {lacking}",
            f"a document that declares it (it has {declared})", exchange,
            cause=f"the document declares nothing that says {lacking}",
        )  # fmt: skip


def _refuses(operation: Operation) -> bool:
    """Whether the document says anything of refusals: where it does not, a server has no status to choose."""
    return any(key[0] == "4" or key == "default" for key in operation.responses)


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is every status that comes declared for its operation?",
    source="OpenAPI 3, Responses Object",
    how=(
        "Sends nothing of its own. It compares the status of every answer with those that the operation"
        " declares, ranges and `default` among them. 401, 405 and the like of an operation that"
        " declares no refusal at all are let pass."
    ),
    example="POST /things declares 201 and 400. The thing is created, and the answer is 200.",
    fault="create_answers_200",
    derive=derive,
    judge=judge,
)
