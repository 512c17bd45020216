"""Who has the item already is not sent it again."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.refusals import refusal_pointer
from contract_tests.probing.samples import known
from contract_tests.probing.subjects import resources_with
from contract_tests.probing.tags import tag_of
from contract_tests.spot import STATUS

NAME = "if_none_match_answers_304"

_NOBODYS = '"nobody-has-this-tag"'


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "read"):
        operation = resource.operations["read"]
        if not resource.etag and "304" not in operation.responses:
            continue
        yield Requirement(
            refusal_pointer(operation, (304,)), NAME, Level.HTTP, place(operation), subject=resource.key,
            impossible=None if "304" in operation.responses else "the document has no 304 for it",
        )  # fmt: skip


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    operation, record = resource.operations["read"], known(asking, resource)
    first = asking.send(operation, path=record.path)
    if not first.succeeded:
        raise CannotAsk(f"GET of a record that is there is answered {first.status}")
    tag = tag_of(first)
    same = asking.send(operation, path=record.path, headers={"If-None-Match": tag})
    other = asking.send(operation, path=record.path, headers={"If-None-Match": _NOBODYS})
    if same.succeeded and same.answer and same.answer.header("etag") != tag:
        yield not_tested(requirement, "the record changes meanwhile")
    elif same.status != 304:
        yield failed(
            requirement, f"If-None-Match with the current ETag is answered {same.status or 'nothing'}", "304",
            first, same, cause=f"If-None-Match with the current ETag is answered {same.status}",
            spot=STATUS,
        )  # fmt: skip
    elif other.status != first.status:
        yield failed(
            requirement,
            f"If-None-Match with an ETag that nobody has is answered {other.status or 'nothing'}",
            f"{first.status}, with the item", first, other,
            cause=f"If-None-Match with another ETag is answered {other.status}", spot=STATUS,
        )  # fmt: skip
    else:
        yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is a GET with the current ETag in If-None-Match answered 304, and one with another ETag in full?",
    source="RFC 9110 section 13.1.2",
    how="GETs a record, then again with its ETag in If-None-Match, then with an ETag that nobody has.",
    example=(
        'GET /things/7 with `If-None-Match: "1"`, which is its ETag, is answered 200 with the whole item.'
    ),
    derive=derive,
    ask=ask,
)
