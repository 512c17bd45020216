"""HEAD is GET without the body."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import FULL, WRITE, CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.samples import around, known
from contract_tests.probing.subjects import maker
from contract_tests.spot import STATUS, Spot, header, in_body
from contract_tests.transport import Held
from openapi.operation import Operation
from openapi.resources import Resource

NAME = "head_matches_get"

_NOT_FOUND = 404
_NOT_THERE = (_NOT_FOUND, 405, 501)
"""What a server without HEAD may say."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        if operation.method != "GET":
            continue
        resource = contract.resource_of(operation)
        yield Requirement(
            operation.place.pointer, NAME, Level.HTTP, place(operation), subject=operation.id,
            needs=frozenset() if _is_declared(contract, operation) else _needs(operation, resource),
            impossible=None if resource or "{" not in operation.path else "nothing tells its path values",
        )  # fmt: skip


def _is_declared(contract: Contract, operation: Operation) -> bool:
    return "HEAD" in contract.paths[operation.path]


def _needs(operation: Operation, resource: Resource | None) -> frozenset[str]:
    """What it takes to send an undocumented method: a record of this run, or a deployment that is there
    for it."""
    own = resource is not None and maker(resource) is not None and "{" in operation.path
    return frozenset({WRITE}) if own else frozenset({FULL})


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operation = asking.contract.operations[requirement.subject]
    documented = _is_declared(asking.contract, operation)
    path = _path(asking, operation, documented)
    get = asking.send(operation, path=path)
    if not get.succeeded:
        raise CannotAsk(f"GET is answered {get.status}")
    try:
        head = asking.send(operation, path=path, method="HEAD", valid=documented)
    except Held as held:
        raise CannotAsk(str(held)) from held
    if not documented and head.status in _NOT_THERE and not _is_a_lie(asking, operation, path, head):
        yield passed(requirement)
    elif wrong := _wrong(get, head):
        yield failed(
            requirement, f"HEAD {wrong[0]}", "the status and the headers of GET, and no body", get, head,
            cause="HEAD does not match GET", spot=wrong[1],
        )  # fmt: skip
    else:
        yield passed(requirement)


def _wrong(get: Exchange, head: Exchange) -> tuple[str, Spot] | None:
    """How HEAD differs from GET, and where that shows, or None."""
    if head.status != get.status:
        return f"is answered {head.status or 'nothing'}, GET {get.status}", STATUS
    if head.answer is None or get.answer is None:
        return None
    if head.answer.body:
        return f"is answered with a body of {len(head.answer.body)} bytes", in_body()
    one, two = get.answer.media_type, head.answer.media_type
    said = f"tells the media type {two}, GET {one}"
    return (said, header("Content-Type")) if two and two != one else None


def _is_a_lie(asking: Asking, operation: Operation, path: dict[str, str], head: Exchange) -> bool:
    """Whether a 404 says that nothing is there, and not that there is no such method: another method that
    nobody has is answered otherwise then."""
    if head.status != _NOT_FOUND:
        return False
    try:
        other = asking.send(operation, path=path, method="TRACE", valid=False)
    except Held:
        return False
    return other.status in (405, 501)


def _path(asking: Asking, operation: Operation, documented: bool) -> dict[str, str]:
    """Values of the path of a GET. Raises CannotAsk."""
    resource = asking.contract.resource_of(operation)
    if resource is None or "{" not in operation.path:
        return {}
    if asking.contract.role(operation).kind == "list":
        return around(asking, resource)
    record = known(asking, resource)
    if not documented and not record.own and maker(resource) is not None:
        raise CannotAsk("an undocumented method is sent to records of this run only, and there is none")
    return dict(record.path)


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is HEAD answered as GET is, without the body?",
    source="RFC 9110 section 9.3.2",
    how=(
        "Sends GET and HEAD to the same address, and compares status and media type. 404, 405 and 501"
        " are right where the document has no HEAD."
    ),
    example="GET /things/7 answers 200; HEAD /things/7 answers 204.",
    fault="head_answers_another_status",
    derive=derive,
    ask=ask,
)
