"""Input that breaks one rule of its schema, and nothing else, is refused: in the body and in every
parameter."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from contract_tests.check import (
    FULL,
    CannotAsk,
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import SAFE, Contract, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.inputs import (
    creates,
    form_of,
    full_body,
    sample_body,
    schema_place,
    spoil,
    subject_item,
    unsendable,
)
from contract_tests.probing.parameters import Break, breaks
from contract_tests.probing.refusals import INVALID, UNKNOWN, declared, level_of, suits
from contract_tests.probing.subjects import needs_of
from contract_tests.probing.typical import typical
from contract_tests.spot import STATUS
from contract_tests.transport import Held
from openapi.codec import Json
from openapi.explain import path_text
from openapi.operation import Operation
from openapi.resources import ABSENT, Envelope
from openapi.violations import Violation, violations

NAME = "violation_is_refused"

_Key = tuple[tuple[str | int, ...], str, int]


@dataclass(frozen=True, slots=True)
class _Part:
    """What is broken: a rule of the body, by its key, or a parameter."""

    body: _Key | None
    parameter: Break | None
    says: str


def derive(contract: Contract) -> Iterable[Requirement]:
    for operation in contract.document.operations:
        valid = sample_body(contract, operation)
        broken = by_key(contract, operation, valid) if valid is not ABSENT else {}
        told: Counter[tuple[str, str]] = Counter()
        chosen = _chosen(contract, operation, broken, valid)
        for key, violation in broken.items():
            where = f"body{path_text(list(key[0]))}"
            told[violation.pointer, where] += 1
            number = told[violation.pointer, where]
            where += f" ({number})" if number > 1 else ""
            part = _Part(key, None, violation.says)
            more = set() if key in chosen else {FULL}
            yield _requirement(contract, operation, violation.pointer, where, INVALID, part, more)
        for each in breaks(contract, operation):
            if each.parameter.location == "path" and operation.method not in SAFE:
                continue  # such a path names nothing of this run, so only a GET may go there
            wanted = _wanted(each)
            part = _Part(None, each, each.says)
            more = {FULL} if each.again else set()
            yield _requirement(contract, operation, each.pointer, each.at, wanted, part, more)


def _chosen(
    contract: Contract, operation: Operation, broken: Mapping[_Key, Violation], valid: Json
) -> set[_Key]:
    """The ways to break a rule that are worth a request in every profile: all of a number's or a boolean's
    type, which servers like to convert; one of every other rule, another one for the next property, and for
    the same property in an update."""
    resource = contract.resource_of(operation)
    names = list(resource.properties) if resource else []
    start = 0 if contract.role(operation).kind == "create" else 1
    ways: dict[tuple[tuple[str | int, ...], str], list[_Key]] = {}
    for key in broken:
        ways.setdefault((key[0], key[1]), []).append(key)
    found: set[_Key] = set()
    for (path, keyword), keys in ways.items():
        value = Envelope(path).find(valid)
        if keyword == "type" and isinstance(value, (bool, int, float)):
            found.update(keys)
            continue
        texts = keyword == "type" and isinstance(value, str)  # who takes a list for one takes a number, too
        fitting = (keys[1:] or keys) if texts else keys
        place_ = next((names.index(str(token)) for token in path if token in names), 0)
        found.add(fitting[(start + place_) % len(fitting)])
    return found


def _wanted(found: Break | None) -> tuple[int, ...]:
    """The statuses that refuse an input. A condition that is missing has one of its own (RFC 6585 section
    3)."""
    if found is None:
        return INVALID
    if found.parameter.location == "path":
        return (*INVALID, *UNKNOWN)
    is_condition = found.parameter.name.lower().startswith("if-")
    return (*INVALID, 428, 412) if is_condition else INVALID


def _requirement(
    contract: Contract,
    operation: Operation,
    pointer: str,
    at: str,
    wanted: Sequence[int],
    part: _Part,
    more: set[str],
) -> Requirement:
    on_item = "{" in operation.path and contract.resource_of(operation) is not None
    return Requirement(
        pointer, NAME, level_of(operation, wanted, Level.DOCUMENT), place(operation),
        at=f"{place(operation)} {at}", needs=needs_of(operation, *more, *(["write"] if on_item else [])),
        creates=creates(contract, operation), subject=operation.id, part=part,
        impossible=unsendable(contract, operation),
    )  # fmt: skip


def by_key(contract: Contract, operation: Operation, valid: Json) -> dict[_Key, Violation]:
    """The violations of a body by what tells them apart, whatever the valid values are."""
    form = form_of(contract, operation)
    if form is None:
        return {}
    found: dict[_Key, Violation] = {}
    schema = schema_place(contract, form)
    judge = form.validator.is_valid
    for violation in violations(schema, contract.requests, valid, judge, contract.document):
        if violation.pointer.endswith("/readOnly"):
            continue  # a server may ignore it: server_owned_properties_cannot_be_set asks
        count = sum(key[:2] == (violation.path, violation.keyword) for key in found)
        found[violation.path, violation.keyword, count] = violation
    return found


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    operation = asking.contract.operations[requirements[0].subject]
    item = subject_item(asking, operation)
    request = typical(asking, operation, item)
    bodily = any(requirement.part.body for requirement in requirements)
    broken = by_key(asking.contract, operation, full_body(asking, operation, item)) if bodily else {}
    for requirement in requirements:
        part: _Part = requirement.part
        try:
            if part.body is not None and part.body not in broken:
                raise CannotAsk("the bodies that can be sent here have no place for it")
            exchange = _sent(asking, operation, request, part, broken)
        except (CannotAsk, Held) as reason:
            yield not_tested(requirement, str(reason))
            continue
        spoil(asking, item, exchange)
        yield _judged(requirement, operation, exchange, item)


def _sent(
    asking: Asking, operation: Operation, request: dict[str, Json], part: _Part, broken: dict[_Key, Violation]
) -> Exchange:
    if part.body is not None:
        return asking.send(operation, **{**request, "body": broken[part.body].value}, valid=False)
    assert part.parameter is not None
    return asking.send(operation, **request, spelled=part.parameter.spelled, valid=False)


def _judged(requirement: Requirement, operation: Operation, exchange: Exchange, item: Item | None) -> Outcome:
    part: _Part = requirement.part
    wanted = _wanted(part.parameter)
    if suits(operation, exchange.status, wanted):
        return passed(requirement)
    inside = path_text(list(part.body[0] if part.body else ()))
    where = part.parameter.name if part.parameter else f"body{inside}"
    rule = part.body[1] if part.body else part.parameter.keyword if part.parameter else ""
    return failed(
        requirement, f"{exchange.status or 'no answer'} for {where}: {part.says}",
        f"a refusal ({declared(operation, wanted)})", *([item.made] if item else []), exchange,
        cause=f"{rule}: {exchange.status}", spot=STATUS,
    )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is input refused that breaks one keyword of its schema, in the body or in a parameter?",
    source="OpenAPI 3, Schema Object; conformance.md section 3, negative_one_keyword",
    how=(
        "Sends every operation bodies and parameters that break one keyword of their schema and are"
        " valid otherwise: a text too long, a number as text, an undeclared enum member, a required"
        " property left out. A declared refusal (400 or 422) is what is promised."
    ),
    example='`count` is an integer. POST /things with {"name": "x", "count": "7"} is answered 201.',
    fault="type_is_not_checked",
    derive=derive,
    ask=ask,
)
