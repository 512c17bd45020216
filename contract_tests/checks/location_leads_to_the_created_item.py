"""Location names what was created. It is judged as text: a foreign one is never followed."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from contract_tests.check import Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, Match, place
from contract_tests.exchange import Exchange
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.listing import id_in
from contract_tests.probing.observing import disagreements, same_schema
from contract_tests.probing.subjects import NEEDS_WRITE, closure, resources_with, success_pointer
from contract_tests.probing.values import entity_of
from contract_tests.spot import STATUS, header, in_item
from openapi.operation import Operation
from openapi.resources import ABSENT
from openapi.source import join_pointer

NAME = "location_leads_to_the_created_item"

_PROMISED = "Location is a URL of this API that leads to what was created"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "create"):
        operation = resource.operations["create"]
        yield Requirement(
            _pointer(operation), NAME, Level.HTTP, place(operation), at=place(operation),
            needs=NEEDS_WRITE, creates=closure(contract, resource), subject=resource.key,
            impossible=None if operation.response(201) else "it declares no 201, where Location counts",
        )  # fmt: skip


def _pointer(operation: Operation) -> str:
    for key, response in operation.responses.items():
        for name in response.headers:
            if name.lower() == "location" and key.startswith("2"):
                return join_pointer(operation.place.pointer, "responses", key, "headers", name)
    return success_pointer(operation)


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    (requirement,) = requirements
    resource = asking.contract.model.resources[requirement.subject]
    item = asking.shared(resource)
    location = item.made.answer.header("location") if item.made.answer else None
    if item.made.status != 201:
        yield not_tested(requirement, f"the create is answered {item.made.status}, and not 201")
    elif location is None and resource.location:
        yield not_tested(requirement, "no Location came")
    elif location is None:
        yield passed(requirement)  # nobody promised one
    else:
        yield _judge(asking, requirement, item, location)


def _judge(asking: Asking, requirement: Requirement, item: Item, location: str) -> Outcome:
    below = _below(asking, item.made, location)
    match = asking.contract.match("GET", below) if below is not None else None
    if below is None or match is None:
        reason = "no URL of this API" if below is None else "no path of this API"
        return failed(
            requirement, f"Location is {location[:200]!r}, {reason}", _PROMISED, item.made,
            cause=f"Location is {reason}", spot=header("Location"),
        )  # fmt: skip
    if match.operation is None:
        return not_tested(requirement, f"the document has no GET of {match.template}")
    exchange = asking.send(match.operation, path=match.values)
    if match.template == item.resource.item and not exchange.succeeded and _names(item, match):
        return not_tested(requirement, f"GET of a record that was created is answered {exchange.status}")
    wrong = _unlike(asking, item, match, exchange)
    if wrong is None:
        return passed(requirement)
    return failed(
        requirement, f"GET of Location {wrong}", _PROMISED, item.made, exchange,
        cause="Location does not lead to the created item",
        spot=in_item() if exchange.succeeded else STATUS,
    )  # fmt: skip


def _below(asking: Asking, made: Exchange, location: str) -> str | None:
    """The raw path below the base path that Location names, or None where it leads out of this API."""
    try:
        found = urlsplit(urljoin(made.request.url, location))
        base = urlsplit(asking.transport.target.url)
        ports = [part.port or {"http": 80, "https": 443}.get(part.scheme) for part in (found, base)]
    except ValueError:
        return None
    if (found.scheme, found.hostname) != (base.scheme, base.hostname) or ports[0] != ports[1]:
        return None
    if not found.path.startswith(base.path + "/") or not found.path.isascii() or " " in location:
        return None
    return found.path.removeprefix(base.path).rstrip("/")


def _names(item: Item, match: Match) -> bool:
    return list(match.values.values()) == list(item.path.values())


def _unlike(asking: Asking, item: Item, match: Match, exchange: Exchange) -> str | None:
    """What of the answer is not the created item, or None. An item may have another path, too."""
    if not exchange.succeeded:
        return f"is answered {exchange.status or 'nothing'}"
    if match.template == item.resource.item and not _names(item, match):
        return f"is one of {', '.join(match.values.values())}, created was {item.id}"
    found = asking.contract.resource_of(match.operation) if match.operation else None
    entity = entity_of(found, "read", exchange) if found else ABSENT
    if not isinstance(entity, dict):
        return None
    shown = id_in(item.resource, entity)
    if shown is not None and shown != item.id:
        return f"shows {shown}, created was {item.id}"
    alike = same_schema(item.resource, "create") and found is item.resource
    wrong = disagreements(item.resource, ABSENT, item.entity, entity, alike=alike)
    return f"differs from what was created: {'; '.join(wrong[:3])}" if wrong else None


CHECK = Check(
    name=NAME,
    level=Level.HTTP,
    asks="Does Location lead to what was created?",
    source="RFC 9110 sections 10.2.2 and 15.3.2; conformance.md section 3, location_resolves",
    how=(
        "Looks at the Location of a create that was answered 201, and GETs it where it is a URL of this"
        " API. It is never followed to another host."
    ),
    example=(
        "POST /things answers 201 with `Location: /thing/7`; the path is /things/7, so GET of it answers 404."
    ),
    derive=derive,
    ask=ask,
)
