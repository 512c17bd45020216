"""What is not there is not found."""

from collections.abc import Iterable, Iterator, Sequence

from contract_tests.check import CannotAsk, Check, Level, Outcome, Requirement, failed, not_tested, passed
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same
from contract_tests.probing.refusals import UNKNOWN, declared, level_of, refusal_pointer, suits
from contract_tests.probing.samples import around
from contract_tests.probing.subjects import NEEDS_WRITE, closure, maker, resources_with
from contract_tests.probing.values import entity_of, fits
from contract_tests.spot import STATUS, in_item
from openapi.codec import Json
from openapi.resources import ABSENT, Resource

NAME = "unknown_id_is_not_found"

_FREE, _NEAR = "an id that nobody has", "an id that is nearly that of an item"


def derive(contract: Contract) -> Iterable[Requirement]:
    for resource in resources_with(contract, "read"):
        operation = resource.operations["read"]
        yield Requirement(
            refusal_pointer(operation, UNKNOWN), NAME,
            Level.CONVENTION if _is_computed(resource) else level_of(operation, UNKNOWN, Level.DOCUMENT),
            place(operation), subject=resource.key, part=_FREE,
            impossible=None if resource.id else "its items have no id",
        )  # fmt: skip
        if maker(resource) is not None:
            yield Requirement(
                refusal_pointer(operation, UNKNOWN), NAME, level_of(operation, UNKNOWN, Level.LIFECYCLE),
                place(operation), at=_NEAR, needs=NEEDS_WRITE, creates=closure(contract, resource),
                subject=resource.key, part=_NEAR, impossible=None if resource.id else "its items have no id",
            )  # fmt: skip


def _is_computed(resource: Resource) -> bool:
    """Whether a GET may answer for any id, as a converter does: nothing creates, lists or names its items,
    and the document does not speak of a missing one, or shows none either, but a file."""
    told = {str(status) for status in UNKNOWN} & resource.operations["read"].responses.keys()
    told = told if "read" in resource.envelopes else set()
    named = resource.id is not None and resource.id.property is not None
    return resource.operations.keys() == {"read"} and not named and not told


def ask(asking: Asking, requirements: Sequence[Requirement]) -> Iterator[Outcome]:
    for requirement in requirements:
        try:
            yield from (_free if requirement.part == _FREE else _near)(asking, requirement)
        except CannotAsk as cannot:
            yield not_tested(requirement, str(cannot))


def _near(asking: Asking, requirement: Requirement) -> Iterator[Outcome]:
    """Ids that a server which cuts or wraps them takes for one that is there."""
    resource = asking.contract.model.resources[requirement.subject]
    item = asking.shared(resource)
    shown = entity_of(resource, "read", asking.read(item))
    tried = 0
    for other in _neighbours(asking, resource, item.id):
        path = {**item.path, resource.id.parameter.name: other} if resource.id else {}
        exchange = asking.send(resource.operations["read"], path=path)
        tried += 1
        if exchange.succeeded and shown is not ABSENT and same(entity_of(resource, "read", exchange), shown):
            yield failed(
                requirement, f"GET of the id {other} is answered with the item {item.id}",
                "an id names one item, and no other id does", item.made, exchange,
                cause="an id that is nearly that of an item finds it", spot=in_item(),
            )  # fmt: skip
            return
    yield passed(requirement) if tried else not_tested(requirement, "no id is near that of an item")


def _neighbours(asking: Asking, resource: Resource, known: str) -> Iterator[str]:
    """Ids that are longer, shorter or higher by a power of two, as far as the parameter takes them."""
    assert resource.id is not None
    if known.isdecimal():
        higher = [int(known) + 2**bits for bits in (16, 31, 32)]
        found: list[tuple[str, Json]] = [(str(number), number) for number in higher]
    else:
        found = [(text, text) for text in (known + "0", known + "-x", known[:-1]) if text]
    fitting = [text for text, value in found if fits(resource.id.parameter, value, asking.contract)]
    as_text = [text for text, _ in found if fits(resource.id.parameter, text, asking.contract)]
    yield from dict.fromkeys([*fitting, *as_text])


def _free(asking: Asking, requirement: Requirement) -> Iterator[Outcome]:
    resource = asking.contract.model.resources[requirement.subject]
    assert resource.id is not None
    operation = resource.operations["read"]
    free = {**around(asking, resource), resource.id.parameter.name: asking.unused(resource)}
    exchange = asking.send(operation, path=free)
    if suits(operation, exchange.status, UNKNOWN):
        yield passed(requirement)
    else:
        yield failed(
            requirement, f"GET of an id that nobody has is answered {exchange.status or 'nothing'}",
            declared(operation, UNKNOWN), exchange, cause=f"an unknown id is answered {exchange.status}",
            spot=STATUS,
        )  # fmt: skip


CHECK = Check(
    name=NAME,
    level=Level.DOCUMENT,
    asks="Is an id that nobody has answered with 404?",
    source="RFC 9110 section 15.5.5",
    how=(
        "GETs an id that nobody has; then ids that are nearly that of a record: one character more, one"
        " less, a number that is higher by a power of two."
    ),
    example=(
        "GET /things/11111111-1111-4111-8111-111111111111 is answered 200 with null; the document has"
        " 404 for it."
    ),
    fault="unknown_id_answers_success",
    derive=derive,
    ask=ask,
)
