"""A DELETE of what is deleted is answered as the document says, each time."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.refusals import UNKNOWN
from contract_tests.probing.removing import delete, deletions, removed
from contract_tests.probing.workpieces import story, until
from contract_tests.spot import STATUS
from openapi.operation import Operation
from openapi.resources import Resource

NAME = "second_delete_is_stable"

_ELSEWHERE = (401, 403, 412, 428, 429)
"""Refusals for a reason that has nothing to do with the deletion."""


def derive(contract: Contract) -> Iterable[Requirement]:
    return deletions(contract, NAME, Level.LIFECYCLE, _not_read)


def _not_read(resource: Resource) -> str | None:
    return None if "read" in resource.operations else "no GET tells whose an id is after its DELETE"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    operation, found = resource.operations["delete"], removed(asking, resource)
    if found.failure or found.after.there:
        yield not_tested(requirement, found.failure or "the record is still there")
        return
    second = delete(asking, found.item)
    third = delete(asking, found.item)
    steps = story(found.item, found.done, second, third)
    for again in (second, third):
        if again.status in _ELSEWHERE:
            yield not_tested(requirement, f"the DELETE is answered {again.status}")
            return
        if not _right(operation, again.status):
            yield failed(
                requirement,
                f"{again.status or 'nothing'} for the DELETE of what is deleted",
                _promised(operation),
                *until(steps, again),
                cause=f"the DELETE of what is deleted is answered {again.status}",
                spot=STATUS,
            )
            return
    if second.status == third.status:
        yield passed(requirement)
        return
    yield failed(
        requirement, f"{second.status} for the second DELETE, {third.status} for the third",
        "the same answer each time", *steps, cause="repeated DELETEs are answered differently", spot=STATUS,
    )  # fmt: skip


def _right(operation: Operation, status: int) -> bool:
    known = [each for each in UNKNOWN if operation.response(each) is not None]
    if any(str(each) in operation.responses for each in UNKNOWN):
        return status in known
    return 200 <= status < 300 or 400 <= status < 500


def _promised(operation: Operation) -> str:
    known = [str(each) for each in UNKNOWN if str(each) in operation.responses]
    return f"{' or '.join(known)}, as is declared" if known else "a success or a refusal, the same each time"


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Is the DELETE of what is deleted answered as declared, each time the same?",
    source="conformance.md section 3, delete_repeat; RFC 9110 section 9.2.2",
    how=(
        "Deletes a record three times. The second and third answer have to be a declared 404 or 410"
        " where there is one, and alike."
    ),
    example=(
        "DELETE /things/7 answers 204, and again 204, although the document has 404 for what is not there."
    ),
    fault="second_delete_answers_success",
    derive=derive,
    ask=ask,
)
