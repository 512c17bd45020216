"""Single values that a request needs: ids that nobody has, parameters that fit."""

import uuid
from collections.abc import Iterator
from typing import Any

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract
from contract_tests.exchange import Exchange
from contract_tests.probing.bodies import Bodies
from openapi.codec import Json
from openapi.dialect import parts
from openapi.example import sample
from openapi.operation import Operation, Parameter
from openapi.resources import ABSENT, Resource
from openapi.shape import shape
from openapi.source import join_pointer

_TRIES = 20
_CROWD = 1000
"""Values of an id at least, for one of them to be free."""

_LONG = 36
"""Characters of an id of hexadecimal digits, where its schema has no room for a UUID at most."""

_RARE = 1_000_000_000
"""Integer ids from here on are unlikely to be taken."""


def creating(resource: Resource) -> Operation:
    """The operation that creates a record: POST on the collection, else PUT on an item of the client's
    choice.

    Raises CannotAsk.
    """
    found = resource.operations.get("create")
    if found is None and resource.id and resource.id.given == "client":
        found = resource.operations.get("replace")
    if found is None:
        raise CannotAsk(f"no operation creates an item of {resource.key}")
    return found


def entity_of(resource: Resource, role: str, exchange: Exchange) -> Json:
    """The item in a successful answer to the operation of a role, or ABSENT."""
    if not exchange.succeeded or role not in resource.envelopes:
        return ABSENT
    return resource.envelopes[role].find(exchange.json)


def typed(text: str, schema: Any, contract: Contract) -> Json:
    """An id as the body holds it: a number where its schema there is an integer and no text; the only one of
    a list where it is a list."""
    found = shape(contract.requests.tree, schema)
    if found.types - {"null"} == {"array"}:
        return [typed(text, found.item if found.item is not None else True, contract)]
    if "string" not in found.types and "integer" in found.types and text.lstrip("-").isdecimal():
        return int(text)
    return text


def chosen_id(text: str, schema: Any, contract: Contract, bodies: Bodies) -> Json:
    """A free id as the body holds it. A path may hold any text where the body wants a number: then another
    free one, a number."""
    types = shape(contract.requests.tree, schema).types
    if "integer" in types and "string" not in types and not text.lstrip("-").isdecimal():
        return bodies.random("id", text).randrange(_RARE, 2 * _RARE)
    return typed(text, schema, contract)


def unused_id(parameter: Parameter, contract: Contract, bodies: Bodies) -> str:
    """An id as path text: it fits the parameter's schema, and no record is likely to have it. Raises
    CannotAsk."""
    if is_crowded(contract, parameter):
        raise CannotAsk(f"{{{parameter.name}}} may be so little that any of it may be taken")
    for value in _ids(parameter, contract, bodies):
        if fits(parameter, value, contract):
            return str(value)
    raise CannotAsk(f"no free id could be made for {{{parameter.name}}}")


def is_crowded(contract: Contract, parameter: Parameter) -> bool:
    """Whether a parameter admits so few values that records of others may have all of them."""
    said = _said(contract, parameter)
    if "enum" in said or "const" in said:
        return True
    low, high = said.get("minimum", 0), said.get("maximum")
    return said.get("type") == "integer" and isinstance(high, (int, float)) and high - low < _CROWD


def valid_value(parameter: Parameter, contract: Contract, bodies: Bodies) -> Json:
    """A value that fits a parameter. Raises CannotAsk."""
    schema = _schema(parameter)
    if parameter.location == "header" and "idempotency" in parameter.name.lower():
        return str(_uuid(bodies))
    written = parameter.place.get("example", ABSENT)
    if written is not ABSENT and fits(parameter, written, contract):
        return written
    resolve = contract.requests.resolve
    for attempt in range(_TRIES):
        chance = bodies.random(parameter.place.pointer, str(attempt)) if attempt else None
        value = sample(schema, resolve, name=parameter.name, choose=chance)
        if fits(parameter, value, contract):
            return value
    raise CannotAsk(f"no valid value of the {parameter.location} parameter {parameter.name} could be made")


def fits(parameter: Parameter, value: Json, contract: Contract) -> bool:
    """Whether a value fits a parameter's schema."""
    if parameter.schema is None:
        return True
    return contract.requests.validator(parameter.schema).is_valid(value)


def _ids(parameter: Parameter, contract: Contract, bodies: Bodies) -> Iterator[Json]:
    found = shape(contract.requests.tree, _schema(parameter))
    if "string" in found.types:
        yield str(_uuid(bodies))
        yield bodies.unique_text()
    chance = bodies.random(parameter.name, bodies.unique_text())
    if "string" in found.types:
        length = min(_said(contract, parameter).get("maxLength", _LONG), _LONG)
        yield "".join(chance.choices("0123456789abcdef", k=max(int(length), 0)))
    if "integer" in found.types:
        yield from (chance.randrange(_RARE, 2 * _RARE) for _ in range(2))
        yield from (chance.randrange(10_000, 99_999_999) for _ in range(3))
    for _ in range(_TRIES):
        yield sample(_schema(parameter), contract.requests.resolve, written=False, choose=chance)


def _said(contract: Contract, parameter: Parameter) -> dict[str, Any]:
    """The keywords of a parameter's schema, and of all that it refers to."""
    return {
        key: value
        for part in parts(contract.requests.tree, _schema(parameter), ("allOf",))
        for key, value in part.items()
    }


def _uuid(bodies: Bodies) -> uuid.UUID:
    return uuid.UUID(int=bodies.random("uuid", bodies.unique_text()).getrandbits(128), version=4)


def _schema(parameter: Parameter) -> Any:
    if parameter.schema is not None:
        return {"$ref": parameter.schema.pointer}
    media = next(iter(parameter.content.values()), None)
    return {"$ref": join_pointer(media.pointer, "schema")} if media is not None else {}
