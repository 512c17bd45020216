"""Properties that only the server may write, and other values for them."""

from collections.abc import Iterator

from contract_tests.check import Level
from contract_tests.contract import Contract
from contract_tests.probing.asking import Asking
from contract_tests.probing.compare import same
from contract_tests.probing.inputs import form_of, imagined
from contract_tests.probing.shown import making
from openapi.codec import Json
from openapi.dialect import parts
from openapi.example import sample
from openapi.resources import Property, Resource
from openapi.schema import SchemaError
from openapi.shape import Shape, shape

_TRIES = 24
_OWNED = {"id", "tenant", "created", "updated", "deleted", "server"}
_MOMENTS = ("2001-02-03T04:05:06Z", "2002-03-04T05:06:07Z", "2001-02-03", "2002-03-04")


def is_owned(contract: Contract, resource: Resource, found: Property) -> bool:
    """Whether answers show a property that no request may write."""
    if found.read is None or (not found.read_only and (found.create is not None or found.update)):
        return False
    if found.role == "id" and (resource.id is None or resource.id.given != "server"):
        return False
    return found.read_only or (found.role in _OWNED and bool(_body(contract, resource).properties))


def level_of(contract: Contract, resource: Resource, found: Property) -> Level:
    """DOCUMENT where the document says that it may not be written, LIFECYCLE where it only does not say
    that it may."""
    if found.read_only or (isinstance(found.read, dict) and found.read.get("readOnly") is True):
        return Level.DOCUMENT
    return Level.LIFECYCLE if _body(contract, resource).open else Level.DOCUMENT


def forged(asking: Asking, found: Property, pointer: str, now: list[Json]) -> Iterator[Json]:
    """Values that an answer may show, and that are none of those in `now`."""
    known = list(now)
    for value in _candidates(asking, found):
        if value is None or any(same(value, each) for each in known) or not _fits(asking, pointer, value):
            continue
        known.append(value)
        yield value


def _candidates(asking: Asking, found: Property) -> Iterator[Json]:
    tree, schema = asking.contract.responses.tree, found.read if found.read is not None else True
    types = shape(tree, schema).types
    chance = asking.bodies.random("forged", found.name, asking.bodies.unique_text())
    formats = {part.get("format") for part in parts(tree, schema, ("allOf", "anyOf", "oneOf"))}
    if "string" in types:
        if formats & {"date-time", "date"} or found.role in ("created", "updated", "deleted"):
            yield from _MOMENTS
        yield from (asking.bodies.unique_text() for _ in range(2))
    if "integer" in types:
        yield from (chance.randrange(10_000_000, 99_999_999) for _ in range(2))
    if "boolean" in types:
        yield from (True, False)
    for _ in range(_TRIES):
        yield sample(schema, asking.contract.responses.resolve, name=found.name, written=False, choose=chance)


def _fits(asking: Asking, pointer: str, value: Json) -> bool:
    if "/properties/" not in pointer:
        return True
    try:
        return asking.contract.responses.at(pointer).is_valid(value)
    except SchemaError:
        return True


def _body(contract: Contract, resource: Resource) -> Shape:
    """The shape of the item in the body of a create; without properties where nothing can be told."""
    operation = resource.operations.get(making(resource))
    form = form_of(contract, operation) if operation else None
    if form is None:
        return Shape({}, frozenset())
    return shape(contract.requests.tree, imagined(contract).inner(form))
