"""A body that is not JSON at all is refused."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import (
    CannotAsk,
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.inputs import form_of, of_body, spoil, subject_item
from contract_tests.probing.refusals import INVALID, declared, suits
from contract_tests.probing.typical import typical
from contract_tests.spot import STATUS
from contract_tests.transport import Held
from openapi import codec
from openapi.operation import Operation
from openapi.resources import ABSENT

NAME = "malformed_body_is_refused"

WAYS = ("cut short", "followed by more", "plain text", "not UTF-8")

_WANTED = (*INVALID, 415)
_PLACE = "\N{REPLACEMENT CHARACTER}"


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        if form_of(contract, operation) is None:
            continue
        for way in WAYS:
            yield of_body(contract, operation, NAME, _WANTED, way=way)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    operation = asking.contract.operations[requirements[0].subject]
    item = subject_item(asking, operation)
    request = typical(asking, operation, item)
    valid = codec.encode(request.pop("body"))
    form = asking.bodies.form(operation)
    kind = form.media_type if form else "application/json"
    for requirement in requirements:
        try:
            raw = _broken(asking, operation, valid, requirement.part)
            exchange = asking.send(operation, **request, raw=raw, media_type=kind, valid=False)
        except (CannotAsk, Held) as reason:
            yield not_tested(requirement, str(reason))
            continue
        if suits(operation, exchange.status, _WANTED):
            yield passed(requirement)
            continue
        spoil(asking, item, exchange)
        yield failed(
            requirement, f"{exchange.status or 'no answer'} for a body that is {requirement.part}",
            f"a refusal ({declared(operation, _WANTED)})", *([item.made] if item else []), exchange,
            cause=f"a body that is {requirement.part}: {exchange.status}", spot=STATUS,
        )  # fmt: skip


def _broken(asking: Asking, operation: Operation, valid: bytes, way: str) -> bytes:
    match way:
        case "cut short":
            return valid[:-1]
        case "followed by more":
            return valid + b"}"
        case "plain text":
            return b"hello"
    return _undecodable(asking, operation, valid)


def _undecodable(asking: Asking, operation: Operation, valid: bytes) -> bytes:
    """A body that is all right but for bytes in one of its texts: who drops or replaces them takes it."""
    form, body = asking.bodies.form(operation), codec.decode(valid)
    inner = form.envelope.find(body) if form else ABSENT
    for name, value in inner.items() if isinstance(inner, dict) else ():
        if form is None or not isinstance(value, str):
            continue
        inner[name] = value + _PLACE
        if form.validator.is_valid(body):
            return codec.encode(body).replace(codec.encode(_PLACE)[1:-1], b"\xff\xfe")
        inner[name] = value
    return b'{"\xff\xfe": "\xc3\x28"}'


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a body refused that is no JSON, or not UTF-8?",
    source="OpenAPI 3, Request Body Object; RFC 8259 sections 2 and 8.1",
    how=(
        "Takes a valid body and cuts off its last byte, adds a brace, replaces it with plain text, or"
        " puts bytes into one of its texts that are not UTF-8. Each goes to every operation with a JSON"
        " body."
    ),
    example=(
        'POST /things with {"name": "x" (no closing brace) is answered 201, with a thing without a name.'
    ),
    fault="malformed_json_is_read_as_an_empty_object",
    derive=derive,
    ask=ask,
)
