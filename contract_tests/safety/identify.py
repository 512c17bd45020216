"""The id of what a create made, as its answer tells it."""

import re
from collections.abc import Iterator

from contract_tests.contract import Match
from contract_tests.exchange import Answer, Exchange
from contract_tests.safety.address import Key, located, parameters_at, shape_of, spelled
from openapi import codec
from openapi.codec import Json
from openapi.resources import ABSENT, Envelope, Resource


def identify(resource: Resource, match: Match | None, sent: Json, answer: Answer) -> str | None:
    """The id of the created item as decoded path text, or None.

    `match`: the path of the request; `sent`: its JSON body or ABSENT. In this order: the id property of the
    item in the answer, the Location header, the id that the client chose: in the path of a PUT, or in the
    body.
    """
    return next(_candidates(resource, match, sent, answer), None)


def item_path(resource: Resource, path: str, identifier: str, values: dict[str, str]) -> str | None:
    """The raw path of an item, below the base path; None where it cannot be told.

    `path`: raw, of the request that created it, in the collection or at the item itself; `values`: decoded
    values of the path parameters that are known.
    """
    own = max(parameters_at(resource.item), default=-1) if resource.item else -1
    if resource.item is None or own < 0:
        return None
    plain, shared = path.partition("?")[0].split("/")[1:], _shared(resource)
    made: list[str] = []
    for at, part in enumerate(resource.item.split("/")[1:]):
        name = part.strip("{}")
        if at == own:
            made.append(re.sub(r"{[^}]*}", lambda _: spelled(identifier), part))
        elif "{" not in part or at < min(shared, len(plain)):
            made.append(plain[at] if "{" in part else part)
        elif name in values:
            made.append(spelled(values[name]))
        else:
            return None
    return "/" + "/".join(made)


def named_in(resource: Resource, role: str, body: bytes | None) -> str | None:
    """The id in the body of an update, as path text; None where it is not there, or could be read in two
    ways: a key that comes twice, say, is spelled otherwise than we do."""
    name = resource.id.property if resource.id else None
    try:
        sent = codec.decode(body or b"")
        item = resource.bodies[role].find(sent) if codec.encode(sent) == body else ABSENT
    except ValueError:
        return None
    if name is None or not isinstance(item, dict) or name not in item:
        return None
    alone = sum(key.lower() == name.lower() for key in item) == 1  # some readers know no case
    return as_text(item[name]) if alone else None


def moved_to(resource: Resource | None, known: str, exchange: Exchange) -> str | None:
    """The id that an item has after an update, where that is another one than is `known` and such ids
    move."""
    name = resource.id.property if resource and resource.id and resource.id.moves else None
    if name is None or resource is None or not exchange.succeeded:
        return None
    item = item_in(resource, "update", exchange.json)
    new = as_text(item[name]) if isinstance(item, dict) else None
    return new if new != known else None


def as_text(value: Json) -> str | None:
    """An id of a body as it stands in a path, or None for what is no id."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = str(value)
    return text if text and text.isprintable() and text not in (".", "..") else None


def item_in(resource: Resource, role: str, body: Json) -> Json:
    """The item in a success body of an operation, or ABSENT: at its envelope, else where another operation of
    the resource has it, else the whole object."""
    for envelope in _envelopes(resource, role):
        found = envelope.find(body)
        if isinstance(found, dict) and _has_id(resource, found):
            return found
    return ABSENT


def _candidates(resource: Resource, match: Match | None, sent: Json, answer: Answer) -> Iterator[str]:
    found = _in_answer(resource, answer)
    if found is not None:
        yield found
    if (key := _in_location(resource, answer)) is not None:
        yield key[-1 if resource.item is None else max(parameters_at(resource.item))]
    if match and resource.id and resource.item and shape_of(match.template) == shape_of(resource.item):
        own = match.values.get(resource.id.parameter.name) or next(reversed(match.values.values()), "")
        if own:
            yield own
    if (chosen := _in_request(resource, sent)) is not None:
        yield chosen


def _in_answer(resource: Resource, answer: Answer) -> str | None:
    if answer.status == 202 and "create" not in resource.envelopes:
        return None  # what a 202 holds then is a job, whose id is not the item's
    body = answer.json if answer.body else ABSENT
    if isinstance(body, (str, int)) and "create" not in resource.envelopes:
        return as_text(body)
    item = item_in(resource, "create", body)
    return as_text(resource.id.of(item)) if resource.id else None


def _in_location(resource: Resource, answer: Answer) -> Key | None:
    location = answer.header("location")
    if location is None or resource.item is None or not parameters_at(resource.item):
        return None
    return located(location, "/", resource.item)


def _in_request(resource: Resource, sent: Json) -> str | None:
    if resource.id is None or resource.id.given == "server":
        return None
    return as_text(resource.id.of(resource.bodies.get("create", Envelope()).find(sent)))


def _envelopes(resource: Resource, role: str) -> Iterator[Envelope]:
    for each in (role, "create", "read", "replace", "update"):
        if each in resource.envelopes:
            yield resource.envelopes[each]
    yield Envelope()


def _has_id(resource: Resource, item: dict[str, Json]) -> bool:
    own = resource.id
    return own is None or not (own.property or own.inside) or own.of(item) is not ABSENT


def _shared(resource: Resource) -> int:
    """How many segments a path of the collection has in common with the items' paths."""
    if resource.collection is None or resource.item is None:
        return len((resource.item or "").rstrip("/").split("/")) - 1
    below = shape_of(resource.item).startswith(shape_of(resource.collection) + "/")
    return len(resource.collection.rstrip("/").split("/")) - 1 if below else 0
