"""Whether a document lets a client name what it creates: what nobody can name nobody can delete."""

from collections.abc import Iterator

from contract_tests.contract import Contract
from openapi.dialect import parts
from openapi.media import essence, is_json
from openapi.operation import Operation, Place
from openapi.resources import Resource
from openapi.shape import shape
from openapi.source import join_pointer

_MUCH = 1000
"""Ids that are enough for any run."""


def untold(resource: Resource, contract: Contract) -> str | None:
    """Why nobody could name what a create made, so that it would stay; None where something tells its id: a
    body, a Location header, a list, or the client that chooses it."""
    own, operation = resource.id, resource.operations.get("create")
    if own is None or own.given != "server" or operation is None or resource.location:
        return None
    answers = list(_answers(operation))
    if (own.property or own.inside) and (answers or "list" in resource.envelopes):
        return None
    if any(is_json(essence(name)) and _is_text(media, contract) for name, media in answers):
        return None
    return "what it creates would stay, nothing documented tells its id: --allow-leftovers creates it"


def room(resource: Resource, contract: Contract) -> int | None:
    """How many ids the path of an item takes, where a number in it has close bounds; None for enough."""
    schema = resource.id.parameter.schema if resource.id else None
    if schema is None:
        return None
    said = parts(contract.requests.tree, {"$ref": schema.pointer}, ("allOf",))
    low, high, kind = 0.0, float("inf"), None
    for part in said:
        kind = part.get("type", kind)
        low, high = max(low, _number(part, "minimum", low)), min(high, _number(part, "maximum", high))
    count = high - low + 1
    return int(count) if kind == "integer" and 0 < count < _MUCH else None


def _number(part: dict[str, object], keyword: str, usual: float) -> float:
    value = part.get(keyword)
    return value if isinstance(value, (int, float)) else usual


def _answers(operation: Operation) -> Iterator[tuple[str, Place]]:
    """The bodies of its declared successes that may be JSON, by media type."""
    for key, response in operation.responses.items():
        if key[0] in "2d":
            yield from (
                each for each in response.content.items() if "*" in each[0] or is_json(essence(each[0]))
            )


def _is_text(media: Place, contract: Contract) -> bool:
    """Whether a body is a text or a number, which may be an id."""
    if media.get("schema") is None:
        return False
    return shape(contract.responses.tree, {"$ref": join_pointer(media.pointer, "schema")}).scalar
