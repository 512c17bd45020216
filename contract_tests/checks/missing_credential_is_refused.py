"""Without one of its credentials an operation answers nobody."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.intruding import intrude, secured_requirements

NAME = "missing_credential_is_refused"


def derive(contract: Contract) -> Iterable[Requirement]:
    return secured_requirements(contract, NAME, ("missing",))


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    return intrude(asking, requirements)


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a request without one of the required credentials refused, all others being right?",
    source="OpenAPI 3, Security Requirement Object; RFC 9110 section 11",
    how=(
        "Sends every secured operation a valid request without one of its credentials, the others being"
        " right. A declared 401 or 403 is promised."
    ),
    example=(
        "GET /things without x-api-key is answered 200 with the things of the organization in x-org-id."
    ),
    fault="reading_needs_no_credentials",
    derive=derive,
    ask=ask,
)
