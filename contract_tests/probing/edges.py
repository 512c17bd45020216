"""The requirements about boundary values: one per property and kind of value, of every operation that
writes."""

from collections.abc import Iterator, Sequence

from contract_tests.check import Level, Requirement
from contract_tests.contract import Contract, place
from contract_tests.probing.inputs import creates, unsendable
from contract_tests.probing.rounds import Edge, Round, edges_of
from contract_tests.probing.shown import comparable
from contract_tests.probing.subjects import NEEDS_WRITE

_WRITES = ("create", "replace", "update")


def edge_requirements(
    contract: Contract, check: str, level: Level, *, readable: bool = False
) -> Iterator[Requirement]:
    """readable: only properties that answers have, too."""
    for operation in contract.document.operations:
        resource = contract.resource_of(operation)
        if resource is None or contract.role(operation).kind not in _WRITES:
            continue
        known: dict[tuple[str, str], int] = {}
        for edge in edges_of(contract, operation.id):
            found = resource.properties.get(edge.name)
            if readable and (found is None or found.write_only or not comparable(contract, found)):
                continue
            key = (edge.boundary.pointer, _named(edge))
            known[key] = known.get(key, 0) + 1
            number = f" ({known[key]})" if known[key] > 1 else ""
            yield Requirement(
                edge.boundary.pointer, check, level, place(operation),
                at=f"{place(operation)} {_named(edge)}{number}", needs=NEEDS_WRITE,
                creates=creates(contract, operation), subject=operation.id, part=edge,
                impossible=unsendable(contract, operation),
            )  # fmt: skip


def round_of(rounds: Sequence[Round], requirement: Requirement) -> Round | None:
    """The round in which a requirement's value was sent: the one that tells most."""
    edge: Edge = requirement.part
    having = [found for found in rounds if found.has(edge)]
    return min(having, key=lambda r: (len(r.choices[edge.name].edges), len(r.choices)), default=None)


def _named(edge: Edge) -> str:
    inner = "".join(f".{token}" for token in edge.boundary.path)
    return f"body{inner} {edge.kind}"
