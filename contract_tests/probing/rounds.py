"""Boundary values sent in rounds: each round is one record in which every property has another valid value.

Two checks look at a round: whether it was accepted, and whether what comes back is what was sent. So it is
sent once, and kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.inputs import form_of, full_body, sample_body, schema_place
from contract_tests.probing.typical import references
from contract_tests.probing.values import entity_of
from contract_tests.probing.workpieces import made
from contract_tests.transport import Held
from openapi.boundaries import Boundary, boundaries
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource
from openapi.spots import placed

_MOST_ROUNDS = 16
_MOST_CHOICES = 60
"""Where an item has few properties, that each may be given."""

_DISPUTED = frozenset(
    {"integer_with_point", "format_leap_second", "format_quoted", "format_lower", "format_far"}
)
"""Kinds that a schema allows and that honest servers refuse: `35.0` for an integer, a 61st second."""

_TOGETHER = frozenset({"unicode", "combining", "emoji", "blanks", "quotes", "lines", "markup"})
"""Kinds of text that stand in one value first: if that survives, each of them does."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A valid value on a boundary of one property of the item. `boundary.path` is in the whole body."""

    name: str
    boundary: Boundary

    @property
    def kind(self) -> str:
        return self.boundary.kind


@dataclass(frozen=True, slots=True)
class Choice:
    """The value that one property has in a round: of one edge, or several texts in one."""

    edges: tuple[Edge, ...]
    path: tuple[str | int, ...]
    value: Json

    @property
    def name(self) -> str:
        """The property."""
        return self.edges[0].name


@dataclass(frozen=True, slots=True)
class Round:
    """One request and what came of it. `choices` by property; `depth`: how deep in the
    body the item stands; `item`: the record, where one was made; `seen`: the
    GET after it, or None; `found`: the item in that GET or, without one, in the answer, or ABSENT; `before`:
    the item that was updated as it was seen last, or ABSENT."""

    choices: Mapping[str, Choice]
    body: Json
    depth: int
    exchange: Exchange
    item: Item | None
    seen: Exchange | None
    found: Json
    before: Json = ABSENT

    def has(self, edge: Edge) -> bool:
        choice = self.choices.get(edge.name)
        return choice is not None and any(each is edge for each in choice.edges)


@lru_cache(maxsize=512)
def edges_of(contract: Contract, operation_id: str) -> tuple[Edge, ...]:
    """The boundary values of each top-level property of the item in an operation's body, as many as are worth
    their requests; of a reference null alone, of an id, and of what holds it, none."""
    operation = contract.operations[operation_id]
    form, valid = form_of(contract, operation), sample_body(contract, operation)
    resource = contract.resource_of(operation)
    if form is None or valid is ABSENT or resource is None:
        return ()
    own = (resource.id.property, *resource.id.inside[:1]) if resource.id else ()
    referring = references(resource)
    depth = len(form.envelope.path)
    found = []
    for boundary in boundaries(
        schema_place(contract, form), contract.requests, valid, form.validator.is_valid, contract.document
    ):
        inner = boundary.path[depth:]
        if boundary.path[:depth] != form.envelope.path or not inner or inner[0] in own:
            continue
        if boundary.kind in _DISPUTED:
            continue
        if inner[0] not in referring or boundary.value_here is None:
            found.append(Edge(str(inner[0]), boundary))
    played_ = {id(e) for each in _by_property(found).values() for choice in each for e in choice.edges}
    return tuple(edge for edge in found if id(edge) in played_)


def played(asking: Asking, operation: Operation) -> tuple[Round, ...]:
    """The rounds of an operation that creates or updates items, each sent once in a run. Raises CannotAsk."""
    key = ("rounds", operation.id)
    rounds: tuple[Round, ...] = asking.remembered(key, lambda: tuple(_play(asking, operation)))
    return rounds


def _play(asking: Asking, operation: Operation) -> Iterator[Round]:
    resource = asking.contract.resource_of(operation)
    assert resource is not None
    kind = asking.contract.role(operation).kind
    updated = made(asking, resource) if kind in ("update", "replace") else None
    waiting = _by_property(edges_of(asking.contract, operation.id))
    known = updated.entity if updated else ABSENT
    while any(waiting.values()):
        chosen = {name: choices.pop(0) for name, choices in waiting.items() if choices}
        round_ = _one(asking, operation, resource, updated, chosen, known)
        yield round_
        known = round_.found if updated else ABSENT
        unclear = _unclear(round_)
        for choice in unclear if len(chosen) > 1 else ():  # which of them is it?
            if len(choice.edges) == 1:
                alone = _bare(asking, operation, resource, choice) or updated
                before = known if alone is updated else ABSENT
                yield (one := _one(asking, operation, resource, alone, {choice.name: choice}, before))
                known = one.found if updated and alone is updated else known
        unfit = [choice for name, choice in chosen.items() if name not in round_.choices]
        for choice in (*unclear, *unfit):
            if len(choice.edges) > 1:
                each = [
                    Choice((edge,), edge.boundary.path, edge.boundary.value_here) for edge in choice.edges
                ]
                waiting[choice.name] = each + waiting[choice.name]


def _bare(asking: Asking, operation: Operation, resource: Resource, choice: Choice) -> Item | None:
    """For an object that a PATCH sends, a record that has nothing there yet: it may be merged (RFC 7396), and
    then be too large with what was there."""
    if operation.method != "PATCH" or not isinstance(choice.value, dict):
        return None
    try:
        return asking.create(resource, drop=[choice.name])
    except CannotAsk:
        return None


def _unclear(round_: Round) -> list[Choice]:
    """The choices of which a round does not tell that all went well."""
    if not round_.exchange.succeeded:
        return list(round_.choices.values())
    if not isinstance(round_.found, dict):
        return []
    return [
        choice
        for name, choice in round_.choices.items()
        if len(choice.edges) > 1 and not same(sent_value(round_, name), round_.found.get(name, ABSENT))
    ]


def sent_value(round_: Round, name: str) -> Json:
    """What a round sent as a property of the item, or ABSENT."""
    value = round_.body
    for token in round_.choices[name].path[: round_.depth]:
        value = value[token]
    return value.get(name, ABSENT) if isinstance(value, dict) else ABSENT


def _by_property(edges: Sequence[Edge]) -> dict[str, list[Choice]]:
    """Choices by property, as many rounds as are worth their requests: texts that can stand in one, do; of
    many, some from everywhere are taken."""
    found: dict[str, list[Choice]] = {}
    groups: dict[tuple[str | int, ...], list[Edge]] = {}
    for edge in edges:
        if edge.kind in _TOGETHER and isinstance(edge.boundary.value_here, str):
            groups.setdefault(edge.boundary.path, []).append(edge)
        else:
            choice = Choice((edge,), edge.boundary.path, edge.boundary.value_here)
            found.setdefault(edge.name, []).append(choice)
    for path, group in groups.items():
        whole = "  " + " ".join(str(edge.boundary.value_here).strip() for edge in group) + "  "
        found.setdefault(group[0].name, []).insert(0, Choice(tuple(group), path, whole))
    most = max(_MOST_ROUNDS, _MOST_CHOICES // max(1, len(found)))
    return {name: _spread(choices, most) for name, choices in found.items()}


def _spread(choices: list[Choice], most: int) -> list[Choice]:
    """The first one and others, evenly over all."""
    if len(choices) <= most:
        return choices
    return [choices[number * len(choices) // most] for number in range(most)]


def _one(
    asking: Asking, operation: Operation, resource: Resource, updated: Item | None,
    chosen: Mapping[str, Choice], known: Json,
) -> Round:  # fmt: skip
    form, body = asking.bodies.form(operation), full_body(asking, operation, updated)
    assert form is not None
    fitting: dict[str, Choice] = {}
    for name, choice in chosen.items():
        changed = placed(body, choice.path, choice.value)
        if form.validator.is_valid(changed):
            body, fitting[name] = changed, choice
    path = updated.path if updated else asking.parents(resource)
    exchange = asking.send(operation, path=path, body=body)
    played_ = partial(Round, fitting, body, len(form.envelope.path), exchange)
    try:
        item = updated or asking.item(resource, exchange)
    except CannotAsk:
        return played_(None, None, ABSENT, known)
    seen = _read(asking, item) if exchange.succeeded else None
    role = asking.contract.role(operation).kind
    found = entity_of(resource, "read", seen) if seen else entity_of(resource, role, exchange)
    if updated is None and "delete" in resource.operations:
        asking.delete(item)
    return played_(item, seen, found, known)


def _read(asking: Asking, item: Item) -> Exchange | None:
    try:
        return asking.read(item)
    except (CannotAsk, Held):
        return None
