"""A new record that refers to a record of another organization is refused."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import OTHER_IDENTITY, Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.exchange import OTHER
from contract_tests.probing.asking import Asking
from contract_tests.probing.pointing import point, references
from contract_tests.probing.trespassing import open_to_all
from openapi.resources import Resource

NAME = "foreign_reference_is_refused"


def derive(contract: Contract) -> Iterable[Requirement]:
    return references(contract, NAME, OTHER_IDENTITY, impossible=_shared)


def _shared(target: Resource) -> str | None:
    if "create" not in target.operations:
        return f"no operation creates an item of {target.key}"
    reading = target.operations.get("read")
    return open_to_all(reading) if reading else None


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        key, name = requirement.part
        resources = asking.contract.model.resources
        target = resources[resources[key].properties[name].reference or ""]
        theirs = asking.shared(target, OTHER)
        yield point(asking, requirement, theirs.id, "the id of a record of another organization", theirs)


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Is a new record refused that refers to a record of another organization?",
    source="conformance.md section 3, reference_exists",
    how="Another organization creates a record; this one creates a record that refers to it.",
    example=(
        'Author 7 belongs to organization two. POST /books {"author_id": "7"} of organization one is'
        " answered 201."
    ),
    derive=derive,
    ask=ask,
)
