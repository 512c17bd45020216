"""A DELETE removes the item that it names, and no other."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.observing import blind, names_in, side_effects
from contract_tests.probing.removing import deletions, removed
from contract_tests.probing.workpieces import story
from contract_tests.spot import STATUS, of

NAME = "delete_removes_one"


def derive(contract: Contract) -> Iterable[Requirement]:
    return deletions(contract, NAME, Level.LIFECYCLE, blind)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.part]
    found = removed(asking, resource)
    if found.failure or not found.watched:
        yield not_tested(requirement, found.failure or "no other record was there")
        return
    for other in found.watched:
        steps = story(found.item, other.item, other.before.exchange, found.done, other.after.exchange)
        if other.after.gone:
            yield failed(
                requirement,
                "another record of this run is gone as well",
                "a DELETE removes the item that it names",
                *steps,
                cause="a DELETE removes another record",
                spot=STATUS,
            )
            return
        wrong = side_effects(resource, other.before.entity, other.after.entity) if other.after.there else []
        if wrong:
            yield failed(
                requirement, f"another record of this run is changed: {'; '.join(wrong[:3])}",
                "a DELETE removes the item that it names, and changes no other", *steps,
                cause=f"a DELETE changes another record: {names_in(wrong)}", spot=of(wrong, other.item.id),
            )  # fmt: skip
            return
    yield passed(requirement)


CHECK = Check(
    name=NAME,
    level=Level.LIFECYCLE,
    asks="Does a DELETE remove the item that it names, and no other?",
    source="conformance.md section 3, delete_isolated",
    how="Creates several records, deletes one of them, and reads the others before and after.",
    example="DELETE /things/7 answers 204; GET /things/8, which answered 200 before, answers 404.",
    fault="delete_removes_another_item_too",
    derive=derive,
    ask=ask,
)
