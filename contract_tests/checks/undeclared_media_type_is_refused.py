"""A valid body under a media type that the operation does not declare is refused."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.inputs import form_of, of_body, spoil, subject_item
from contract_tests.probing.refusals import MEDIA_TYPE, declared, suits
from contract_tests.probing.typical import typical
from contract_tests.spot import STATUS
from openapi import codec
from openapi.media import match
from openapi.operation import Operation

NAME = "undeclared_media_type_is_refused"

_OTHERS = ("text/plain", "application/xml", "application/octet-stream")


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        if form_of(contract, operation) is None or operation.body is None:
            continue
        other = None if _other(operation) else "it takes any media type"
        yield of_body(contract, operation, NAME, MEDIA_TYPE, impossible=other)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operation = asking.contract.operations[requirement.subject]
    item = subject_item(asking, operation)
    request = typical(asking, operation, item)
    raw, kind = codec.encode(request.pop("body")), _other(operation)
    exchange = asking.send(operation, **request, raw=raw, media_type=kind, valid=False)
    if suits(operation, exchange.status, MEDIA_TYPE):
        yield passed(requirement)
        return
    spoil(asking, item, exchange)
    yield failed(
        requirement, f"{exchange.status or 'no answer'} for a body of type {kind}",
        f"a refusal ({declared(operation, MEDIA_TYPE)})", *([item.made] if item else []), exchange,
        cause=f"a body of type {kind}: {exchange.status}", spot=STATUS,
    )  # fmt: skip


def _other(operation: Operation) -> str | None:
    content = operation.body.content if operation.body else {}
    return next((name for name in _OTHERS if not match(name, content)), None)


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a body refused whose Content-Type is not declared?",
    source="OpenAPI 3, Request Body Object, content; RFC 9110 section 15.5.16",
    how=(
        "Sends every operation a valid JSON body under a Content-Type that it does not declare, such as"
        " text/plain."
    ),
    example="POST /things declares application/json. The same JSON as text/plain is answered 201.",
    fault="undeclared_media_type_is_read",
    derive=derive,
    ask=ask,
)
