"""With a wrong credential an operation answers nobody."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.intruding import intrude, secured_requirements

NAME = "wrong_credential_is_refused"


def derive(contract: Contract) -> Iterable[Requirement]:
    return secured_requirements(contract, NAME, ("wrong",))


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    return intrude(asking, requirements)


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a request with one wrong credential refused, all others being right?",
    source="OpenAPI 3, Security Requirement Object; RFC 9110 section 11",
    how=(
        "Sends every secured operation a valid request in which one credential is another text of the"
        " same length."
    ),
    example="GET /things with `x-api-key: aaaa-bbb-222`, which nobody has, is answered 200.",
    fault="any_key_is_accepted",
    derive=derive,
    ask=ask,
)
