"""A new record that refers to what does not exist is refused."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.pointing import point, references
from openapi.resources import Resource

NAME = "unknown_reference_is_refused"


def derive(contract: Contract) -> Iterable[Requirement]:
    return references(contract, NAME, impossible=_idless)


def _idless(target: Resource) -> str | None:
    return None if target.id else f"the items of {target.key} have no id"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        key, name = requirement.part
        resources = asking.contract.model.resources
        target = resources[resources[key].properties[name].reference or ""]
        yield point(asking, requirement, asking.unused(target), "an id that no record has")


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Is a new record refused that refers to what does not exist?",
    source="conformance.md section 3, reference_exists",
    how=(
        "Creates a record whose reference names an id that nobody has, where the create declares 404,"
        " 409 or 422."
    ),
    example='POST /books {"author_id": "nobody"} is answered 201.',
    derive=derive,
    ask=ask,
)
