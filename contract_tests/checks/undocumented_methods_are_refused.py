"""A method that a path does not declare does nothing.

On the paths of items it is sent to a record of its own; on other paths it is sent in profile full.
"""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import (
    FULL,
    WRITE,
    CannotAsk,
    Check,
    Level,
    Outcome,
    Requirement,
    failed,
    not_tested,
    passed,
)
from contract_tests.contract import Contract, names_in_path
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.compare import same
from contract_tests.probing.inputs import living_victim, spoil
from contract_tests.probing.subjects import closure, maker
from contract_tests.spot import STATUS, in_item
from contract_tests.transport import Held
from openapi.codec import Json
from openapi.operation import Operation
from openapi.resources import ABSENT, Resource
from openapi.source import join_pointer

NAME = "undocumented_methods_are_refused"

METHODS = ("GET", "PUT", "POST", "PATCH", "TRACE", "DELETE")
"""In this order: what deletes comes last."""

_FINE = {404, 405, 501}
_UNJUDGED = {400, 401, 403, 406, 411, 415, 422, 426, 429}
"""Refusals that a server may give before it looks at the method."""


def derive(contract: Contract) -> Iterable[Requirement]:
    for path, documented in contract.methods.items():
        resource = _subject(contract, path)
        absent = [method for method in METHODS if method not in documented]
        yield Requirement(
            join_pointer("#/paths", path), NAME, Level.HTTP, path, subject=path,
            needs=frozenset({WRITE} if resource else {WRITE, FULL}),
            creates=closure(contract, resource) if resource else (),
            impossible=None if absent else "every method is documented",
        )  # fmt: skip


def _subject(contract: Contract, path: str) -> Resource | None:
    """The resource of the item that a path is about, or lies right under, where this run can make one."""
    if "{" not in path:
        return None
    resources = contract.model.resources
    nested = next((each for each in resources.values() if path == each.collection), None)
    if nested is not None:
        above = nested.parents[-1].resource if nested.parents else None
        found = resources.get(above) if above else None
    else:
        found = contract.resource_of(next(iter(contract.paths[path].values())))
    return found if found is not None and found.item is not None and maker(found) is not None else None


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    operations = asking.contract.paths[requirement.subject]
    operation = next(iter(operations.values()))
    resource = _subject(asking.contract, requirement.subject)
    item, before = _victim(asking, resource)
    own = item if item and requirement.subject == item.resource.item else None
    asked: list[Exchange] = []
    for method in METHODS:
        if method in asking.contract.methods[requirement.subject]:
            continue
        try:
            exchange = asking.send(
                operation, path=_path(requirement.subject, item), method=method,
                body=_body(asking, method, own), valid=False,
            )  # fmt: skip
        except Held:
            continue
        asked.append(exchange)
        if exchange.status not in _FINE | _UNJUDGED:
            spoil(asking, item, exchange)
            yield _wrong(requirement, item, exchange)
            return
    changed = _changed(asking, item, before)
    if changed is not None and item is not None:
        asking.spoil(item)
        yield failed(
            requirement, "an undocumented method changed the record", "what is not documented does nothing",
            item.made, *asked, changed, cause="an undocumented method changes the record",
            spot=in_item(own=item.id) if changed.succeeded else STATUS,
        )  # fmt: skip
    elif asked:
        yield passed(requirement)
    else:
        yield not_tested(requirement, "the guard lets no undocumented method leave here")


def _victim(asking: Asking, resource: Resource | None) -> tuple[Item | None, Json]:
    """What the methods are tried on, and what it is now. Raises CannotAsk."""
    if resource is None:
        return None, ABSENT
    if "read" in resource.operations:
        return living_victim(asking, resource)
    return asking.victim(resource), ABSENT


def _wrong(requirement: Requirement, item: Item | None, exchange: Exchange) -> Outcome:
    return failed(
        requirement, f"{exchange.request.method} is answered {exchange.status or 'nothing'}",
        "405 with Allow, for a method that the path does not declare",
        *([item.made] if item else []), exchange,
        cause=f"an undocumented method is answered {exchange.status}", spot=STATUS,
    )  # fmt: skip


def _path(path: str, item: Item | None) -> dict[str, str]:
    """The values of a path about an item, or right under one, which may name its parameters otherwise."""
    names = names_in_path(path)
    if not names:
        return {}
    values = list(item.path.values()) if item else []
    if len(values) < len(names):
        raise CannotAsk("nothing here creates what this path is about")
    return dict(zip(names, values, strict=False))


def _body(asking: Asking, method: str, item: Item | None) -> Json:
    """What a server that had the method would take: the record as it was sent, with other text."""
    if method not in ("PUT", "POST", "PATCH") or item is None or not isinstance(item.sent, dict):
        return ABSENT
    operation: Operation | None = maker(item.resource)
    role = "create" if "create" in item.resource.operations else "replace"
    if operation is None or role not in item.resource.bodies:
        return ABSENT
    return asking.create_body(item.resource)


def _changed(asking: Asking, item: Item | None, before: Json) -> Exchange | None:
    """The GET that shows a change, or None."""
    if item is None or before is ABSENT:
        return None
    after = asking.read(item)
    moving = {name for name, found in item.resource.properties.items() if found.role == "server"}
    now = item.resource.envelopes["read"].find(after.json) if after.succeeded else ABSENT
    if isinstance(before, dict) and isinstance(now, dict):
        before = {name: value for name, value in before.items() if name not in moving}
        now = {name: value for name, value in now.items() if name not in moving}
    return None if same(before, now) else after


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Is a method that a path does not declare refused, and does it change nothing?",
    source="RFC 9110 sections 9.1 and 15.5.6",
    how=(
        "Sends the methods that a path does not declare (GET, PUT, POST, PATCH, TRACE, DELETE) to a"
        " record of this run, and reads it before and after; to other paths in profile full alone. 405,"
        " 404 and 501 are right."
    ),
    example="/things/7 declares GET and PATCH. PUT /things/7 is answered 200, and replaces it.",
    fault="undocumented_put_acts_as_patch",
    derive=derive,
    ask=ask,
)
