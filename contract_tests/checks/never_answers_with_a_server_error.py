"""No request makes the server fail."""

from collections.abc import Callable, Iterable, Iterator

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.subjects import needs_of
from contract_tests.spot import STATUS

NAME = "never_answers_with_a_server_error"


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        yield Requirement(
            operation.place.pointer, NAME, Level.HTTP, place(operation),
            needs=needs_of(operation), subject=operation.id,
        )  # fmt: skip


def judge(
    _contract: Contract, exchange: Exchange, find: Callable[..., Requirement | None]
) -> Iterator[Outcome]:
    operation, status = exchange.operation, exchange.status
    requirement = find(operation.place.pointer) if operation else None
    if requirement is None:
        return
    if exchange.answer is None:
        yield failed(
            requirement,
            f"no answer: {exchange.problem}",
            "every request is answered",
            exchange,
            cause="no answer",
        )
    elif status < 500 or (status == 503 and exchange.answer.header("retry-after")):
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"{status}, a server error", "a status below 500, whatever was sent", exchange,
            cause=f"{status}", spot=STATUS,
        )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is every request answered, and none with a 5xx?",
    source="RFC 9110 section 15.6",
    how=(
        "Sends nothing of its own. It looks at every answer of the run, also to input that the document"
        " forbids: unknown ids, broken bodies, long and odd texts. A 503 with Retry-After is no"
        " failure."
    ),
    example="POST /things with a name of 10,000 characters is answered 500 and a stack trace.",
    fault="long_text_crashes",
    derive=derive,
    judge=judge,
)
