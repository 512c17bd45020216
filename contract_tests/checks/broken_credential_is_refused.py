"""A credential that is almost right is wrong.

Every way is asked once per scheme and resource, of one operation that reads and one that writes; profile full
asks every operation.
"""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.breaking import WAYS
from contract_tests.probing.intruding import intrude, secured_requirements

NAME = "broken_credential_is_refused"


def derive(contract: Contract) -> Iterable[Requirement]:
    return secured_requirements(contract, NAME, WAYS, once=True)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    return intrude(asking, requirements)


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is a credential refused that is empty, cut, longer, in other case, or of somebody else in part?",
    source="OpenAPI 3, Security Requirement Object; conformance.md section 3, auth_factor",
    how=(
        "Sends requests with one credential that is almost right: empty, cut by a character, longer at"
        " either end, in the other case, under another scheme's word, or that of another organization."
        " One reading and one writing operation per collection; profile full asks all."
    ),
    example="The key is demo-key-123. GET /things with `x-api-key: demo-key-12` is answered 200.",
    fault="beginning_of_the_key_is_accepted",
    derive=derive,
    ask=ask,
)
