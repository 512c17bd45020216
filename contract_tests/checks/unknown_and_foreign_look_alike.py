"""An item of another organization and one that does not exist are answered alike, so that nothing leaks."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract
from contract_tests.exchange import OTHER, Exchange
from contract_tests.probing.asking import Asking
from contract_tests.probing.trespassing import foreign, refused, tried
from contract_tests.probing.updating import updates
from contract_tests.probing.workpieces import story
from contract_tests.spot import STATUS, in_body
from openapi import codec
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource

NAME = "unknown_and_foreign_look_alike"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in contract.model.resources.values():
        for role in ("read", *updates(resource), "delete"):
            operation = resource.operations.get(role)
            if operation is not None:
                yield foreign(
                    contract, NAME, operation, resource, level=Level.CONVENTION, part=(resource.key, role),
                    impossible=_told_apart(operation) or _no_read(resource),
                )  # fmt: skip


def _told_apart(operation: Operation) -> str | None:
    if {"403", "404"} <= operation.responses.keys():
        return "403 and 404 are both declared, so the document tells them apart"
    creates = "201" in operation.responses and operation.method == "PUT"
    return "this PUT may create an item" if creates else None


def _no_read(resource: Resource) -> str | None:
    return None if "read" in resource.operations else "no GET tells whether an id is free"


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    key, role = requirement.part
    resource = asking.contract.model.resources[key]
    theirs = tried(asking, resource, role)
    operation = resource.operations[role]
    if not refused(operation, theirs.done):
        yield not_tested(requirement, f"the foreign item is answered {theirs.done.status}")
        return
    free = _on_free_id(asking, resource, role, theirs.done)
    if not refused(operation, free):
        yield not_tested(requirement, f"the unknown id is answered {free.status}")
        return
    one, two = (f"{each.status}, {_shape(_body(each))}" for each in (theirs.done, free))
    if one == two:
        yield passed(requirement)
        return
    yield failed(
        requirement,
        f"a foreign item is answered {one}; an unknown one {two}",
        "both are answered alike, or the answer tells that the item exists",
        *story(theirs.item, theirs.done, free),
        cause=f"a foreign item is answered {theirs.done.status}, an unknown one {free.status}",
        spot=STATUS if theirs.done.status != free.status else in_body(),
    )


def _on_free_id(asking: Asking, resource: Resource, role: str, done: Exchange) -> Exchange:
    """The same request on an id that nobody has."""
    operation, path = resource.operations[role], asking.mint(resource)
    kind = next((value for name, value in done.request.headers if name.lower() == "content-type"), None)
    return asking.send(operation, path=path, raw=done.request.body, media_type=kind, identity=OTHER)


def _body(exchange: Exchange) -> Json:
    return exchange.json if exchange.answer and exchange.answer.body else ABSENT


def _shape(value: Json) -> str:
    """What a body looks like, without its values."""
    if value is ABSENT:
        return "no JSON"
    return codec.show(_types(value), 200)


def _types(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _types(inner) for name, inner in sorted(value.items())}
    if isinstance(value, list):
        return [_types(value[0])] if value else []
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    return "text" if isinstance(value, str) else "number"


CHECK = Check(
    name=NAME,
    level=Level.CONVENTION,
    asks="Does another organization see no difference between an item and an id that nobody has?",
    source="conformance.md section 3, tenant_indistinct",
    how=(
        "As the second organization: sends the same request to a record of the first one and to an id"
        " that nobody has, and compares status and shape of the answers. It does not apply where 403"
        " and 404 are both declared."
    ),
    example=(
        "Thing 7 belongs to organization one. To organization two GET /things/7 answers 403, GET"
        " /things/nobody 404."
    ),
    derive=derive,
    ask=ask,
)
