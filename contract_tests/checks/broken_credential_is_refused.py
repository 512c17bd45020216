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
    derive=derive,
    ask=ask,
)
