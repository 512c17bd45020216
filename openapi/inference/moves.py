"""Properties that answers hold elsewhere than requests: under another spelling of the name (`FriendlyName` is
sent, `friendly_name` is answered), or inside the one member in which all stands that may be written (the
`attributes` of JSON:API).

Only what is told unmistakably is paired; anything else stays two properties, or one object.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from openapi.dialect import Schema
from openapi.inference.draft import Draft
from openapi.inference.envelopes import Found
from openapi.inference.naming import plain
from openapi.inference.reading import Reading
from openapi.inference.view import Members, View
from openapi.resources import ABSENT

_INNER = "attributes"
"""The member that holds what JSON:API writes (https://jsonapi.org/format/#document-resource-objects)."""

_IDS = ("id", "uuid")

Where = dict[str, tuple[str, ...]]
"""Where the properties of an item stand in it, by name."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A draft whose item has the properties that requests write. `where`: those that stand elsewhere in
    answers; `beside`: members of requests that stand one level above what is written."""

    made: Draft
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    beside: tuple[str, ...] = ()


def find_moved(reading: Reading, made: Draft) -> Moved:
    """The draft as its requests see the item."""
    if not made.bodies or made.item is None:
        return Moved(made)
    inner = _inner(reading, made)
    beside = _beside(reading, made, inner) if inner else ()
    if inner:
        entered = {role: _entered(reading, found, inner) for role, found in made.bodies.items()}
        made = replace(made, bodies=entered)
    stands = _stands(reading, made, inner)
    asked = _respelled(reading, made, stands)
    where = {asked.get(name, name): path for name, path in stands.items()}
    where = {name: path for name, path in where.items() if path != (name,)}
    answers = {role: _seen(reading.responses, found, where) for role, found in made.answers.items()}
    listed = _seen(reading.responses, made.list, where) if made.list else None
    return Moved(replace(made, answers=answers, list=listed), tuple(where.items()), beside)


def _inner(reading: Reading, made: Draft) -> str | None:
    """The one member of the item in which all stands that may be written, in requests and in answers."""
    bodies = [reading.requests.members(found.schema).properties for found in made.bodies.values()]
    answered = reading.responses.members(made.item).properties
    told = set(answered).intersection(*bodies)
    fits = [name for name in sorted(told) if all(_holds_all(reading.requests, name, each) for each in bodies)]
    names = [name for name in fits if _is_record(reading.responses, answered[name])]
    if len(names) != 1:
        return None
    inside = {*reading.responses.members(answered[names[0]]).properties}
    inside.update(name for each in bodies for name in reading.requests.members(each[names[0]]).properties)
    outside = {*answered, *(name for each in bodies for name in each)} - {names[0]}
    return names[0] if inside.isdisjoint(outside) else None


def _holds_all(view: View, name: str, members: Mapping[str, Schema]) -> bool:
    """Whether a member of a body is an object, and no other one says something of the item."""
    others = {other: schema for other, schema in members.items() if other != name}
    return _is_record(view, members[name]) and all(
        plain(other) in _IDS or _is_fixed(view, schema) or (name == _INNER and view.is_object(schema))
        for other, schema in others.items()
    )


def _is_record(view: View, schema: Schema) -> bool:
    return view.types(schema) == {"object"} and bool(view.members(schema).properties)


def _is_fixed(view: View, schema: Schema) -> bool:
    """Whether only one value fits: the `type` of JSON:API."""
    values = view.says(schema, "enum")
    return view.says(schema, "const") is not ABSENT or (isinstance(values, list) and len(values) == 1)


def _beside(reading: Reading, made: Draft, inner: str) -> tuple[str, ...]:
    found = (
        name for each in made.bodies.values() for name in reading.requests.members(each.schema).properties
    )
    return tuple(dict.fromkeys(name for name in found if name != inner))


def _entered(reading: Reading, found: Found, inner: str) -> Found:
    """What a body writes: the properties inside, and the id beside them."""
    outer = reading.requests.members(found.schema)
    schema = outer.properties[inner]
    properties = dict(reading.requests.members(schema).properties)
    properties |= {name: part for name, part in outer.properties.items() if plain(name) in _IDS}
    required = reading.requests.members(schema).required | (outer.required - {inner})
    return Found((*found.path, inner), _object(properties, required))


def _stands(reading: Reading, made: Draft, inner: str | None) -> Where:
    """Where every property stands in the item of an answer, as answers call it. What is only written is
    looked for there, too."""
    answered = reading.responses.members(made.item).properties
    found: Where = {name: (name,) for name in answered if name != inner}
    if inner is None:
        return found
    names = dict.fromkeys(reading.responses.members(answered[inner]).properties)
    for each in made.bodies.values():
        names |= dict.fromkeys(reading.requests.members(each.schema).properties)
    return found | {name: (inner, name) for name in names if name not in found}


def _respelled(reading: Reading, made: Draft, stands: Where) -> dict[str, str]:
    """What requests call the properties that they spell otherwise, by their names in answers."""
    bodies = [reading.requests.members(found.schema) for found in made.bodies.values()]
    asked = _by_plain({name for each in bodies for name in each.properties})
    return {
        answers[0]: asked[word][0]
        for word, answers in _by_plain(stands).items()
        if len(answers) == 1
        and len(asked.get(word, ())) == 1
        and answers != asked[word]
        and _agree(reading, _read(reading, made, stands[answers[0]]), bodies, asked[word][0])
    }


def _by_plain(names: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(plain(name), []).append(name)
    return found


def _read(reading: Reading, made: Draft, path: tuple[str, ...]) -> Schema | None:
    schema: Schema | None = made.item
    for token in path:
        schema = reading.responses.step(schema, token)
    return schema


def _agree(reading: Reading, read: Schema | None, bodies: list[Members], name: str) -> bool:
    """Whether answers can hold whatever the bodies write as a property: a plain value, or a list of such."""
    written = [each.properties[name] for each in bodies if each.properties.get(name, False) is not False]
    return bool(written) and all(_same_kind(reading, read, each) for each in written)


def _same_kind(reading: Reading, read: Schema | None, written: Schema | None) -> bool:
    answers, requests = reading.responses, reading.requests
    if read is None or read is False or written is None:
        return False
    if answers.is_array(read) and requests.is_array(written):
        return _same_kind(reading, answers.items(read), requests.items(written))
    kinds = requests.types(written) - {"null"}
    wider = answers.types(read) | ({"integer"} if "number" in answers.types(read) else set())
    return (
        answers.is_scalar(read)
        and requests.is_scalar(written)
        and kinds <= wider
        and _one(answers.says(read, "format"), requests.says(written, "format"))
        and _all_of(requests.says(written, "enum"), answers.says(read, "enum"))
    )


def _one(read: object, written: object) -> bool:
    return ABSENT in (read, written) or read == written


def _all_of(written: object, read: object) -> bool:
    """Whether answers may hold every value of an enum; without one in answers, whatever it is."""
    return not isinstance(read, list) or (
        isinstance(written, list) and all(value in read for value in written)
    )


def _seen(view: View, found: Found, where: Where) -> Found:
    """An answer's item, its properties under the names of the model."""
    members = view.members(found.schema)
    steps = {name: _followed(view, members, path) for name, path in where.items()}
    moved = {name: step for name, step in steps.items() if step is not None}
    taken = {where[name][0] for name in moved}
    if not moved:
        return found
    properties = {name: schema for name, schema in members.properties.items() if name not in taken}
    properties |= {name: schema for name, (schema, _) in moved.items()}
    required = members.required - taken | {name for name, (_, always) in moved.items() if always}
    return replace(found, schema=_object(properties, required))


def _followed(view: View, members: Members, path: tuple[str, ...]) -> tuple[Schema, bool] | None:
    """The schema of what stands there and whether it always does, or None."""
    always, schema = True, None
    for token in path:
        if token not in members.properties:
            return None
        schema, always = members.properties[token], always and token in members.required
        members = view.members(schema)
    return None if schema is None else (schema, always)


def _object(properties: dict[str, Schema], required: Collection[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": sorted(required)}
