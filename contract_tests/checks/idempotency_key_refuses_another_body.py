"""A key stands for one request: another one with it is refused."""

import re
from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.shown import made_by
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with
from contract_tests.probing.values import valid_value
from contract_tests.spot import STATUS
from openapi.operation import Operation
from openapi.source import join_pointer

NAME = "idempotency_key_refuses_another_body"

_STATUSES = ("409", "422")
_SPEAKS_OF_KEYS = re.compile(r"idempoten|\bkey\b", re.IGNORECASE)


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "create"):
        if resource.idempotency_key is None:
            continue
        operation = made_by(resource)
        status = _refusal(operation)
        tokens = ("responses", status) if status else ("responses",)
        yield Requirement(
            join_pointer(operation.place.pointer, *tokens), NAME, Level.DOCUMENT, place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
            impossible=None if status else "the document does not say that another body is refused",
        )  # fmt: skip


def _refusal(operation: Operation) -> str | None:
    """The declared conflict whose description speaks of the key."""
    found = (key for key in _STATUSES if key in operation.responses)
    about = (
        key for key in found if _SPEAKS_OF_KEYS.search(str(operation.responses[key].place.get("description")))
    )
    return next(about, None)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    parameter = resource.idempotency_key
    assert parameter is not None
    headers = {parameter.name: valid_value(parameter, asking.contract, asking.bodies)}
    item = asking.create(resource, headers=headers)
    other = asking.try_create(resource, full=True, headers=headers)
    if other.request.body == item.made.request.body:
        raise CannotAsk("no two valid bodies that differ could be made")
    if other.refused:
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"another body with the same key is answered {other.status or 'nothing'}",
            f"{_refusal(made_by(resource))}, which the document has for it", item.made, other,
            cause=f"another body with the same Idempotency-Key is answered {other.status}", spot=STATUS,
        )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is another body with a known Idempotency-Key refused, where the document says so?",
    source="IETF draft-ietf-httpapi-idempotency-key-header",
    how=(
        "Where the document has a 409 or 422 for it: creates a record with an Idempotency-Key, then"
        " sends another body with the same key."
    ),
    example=(
        'POST /things {"name": "x"} with `Idempotency-Key: k` answers 201; {"name": "y"} with the same'
        " key answers 201."
    ),
    derive=derive,
    ask=ask,
)
