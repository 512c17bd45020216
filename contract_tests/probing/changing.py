"""Valid changes of a record: other values for its properties, and the bodies that carry them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from random import Random
from typing import Any

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract, place
from contract_tests.probing.asking import Asking, Item
from contract_tests.probing.bodies import Form
from contract_tests.probing.compare import same, same_moment
from contract_tests.probing.subjects import answer_property, success_pointer
from contract_tests.probing.values import typed
from openapi.codec import Json
from openapi.dialect import Schema, parts
from openapi.example import sample
from openapi.inference.naming import plain
from openapi.operation import Operation
from openapi.resources import ABSENT, Property, Resource
from openapi.schema import SchemaError, Validator
from openapi.shape import Shape, shape

_SAMPLES = 20
_IDS = {"id", "uuid", "guid"}
"""What names an item, even where its path names it otherwise."""

_ALONE = {"enum", "const", "pattern", "format"}
"""Keywords that leave free text no room."""


def changeable(resource: Resource, role: str) -> list[Property]:
    """The properties that an operation may change: no ids, timestamps or names of the organization, nor
    what names a parent, since that may move the item to another path."""
    above = {parent.resource for parent in resource.parents if parent.resource}
    found = [
        each
        for each in resource.properties.values()
        if role in each.update and each.role == "plain" and plain(each.name) not in _IDS
    ]
    return [each for each in found if each.reference is None or each.reference not in above]


def form_of(asking: Asking, operation: Operation) -> Form:
    """How an operation's JSON body is made. Raises CannotAsk where it has none."""
    form = asking.bodies.form(operation)
    if form is None:
        raise CannotAsk(f"{place(operation)} takes no body")
    return form


def body_with(asking: Asking, item: Item, role: str, entity: Json, changes: Mapping[str, Json]) -> Json:
    """A valid body that changes `changes`: alone where the schema allows it (never in a PUT), else with
    what it requires, as it is in `entity`. Raises CannotAsk."""
    form = form_of(asking, item.resource.operations[role])
    changes = {**named_in(asking, item, role), **changes}
    if role != "replace" and form.validator.is_valid(body := form.envelope.wrap(dict(changes))):
        return body
    return whole_body(asking, item, role, entity, changes, optional=role == "replace")


def named_in(asking: Asking, item: Item, role: str) -> dict[str, Json]:
    """What a body has to hold so that it speaks of an item: nothing where the path does."""
    resource = item.resource
    name = resource.id.property if resource.id else None
    if name is None or not resource.is_by_body(role):
        return {}
    return {name: typed(item.id, resource.properties[name].update[role], asking.contract)}


def whole_body(
    asking: Asking, item: Item, role: str, entity: Json, changes: Mapping[str, Json], *, optional: bool = True
) -> Json:  # fmt: skip
    """A valid body of an update with what it requires, with `optional` with all that it may have: as it is in
    `entity`, but for `changes`. Raises CannotAsk."""
    operation, resource = item.resource.operations[role], item.resource
    form = form_of(asking, operation)
    named = form.envelope.beside and {**asking.own_id(item, role)}
    body = (
        asking.update_body(item, role, {})
        if role == "replace"
        else asking.bodies.make(operation, known=named or {})
    )
    inner = form.envelope.find(body)
    if not isinstance(inner, dict):
        raise CannotAsk(f"the body of {place(operation)} holds no item")
    known = {**(entity if isinstance(entity, dict) else {}), **named_in(asking, item, role)}
    names = [name for name, each in resource.properties.items() if role in each.update and name in known]
    for name in names:
        if (optional or name in inner) and resource.properties[name].role in (
            "plain",
            "id",
            "tenant",
            "about",
        ):
            _put(form, body, inner, name, known[name])
    for name, value in changes.items():
        _put(form, body, inner, name, value)
    if not form.validator.is_valid(body) or any(
        not same(inner.get(n, ABSENT), v) for n, v in changes.items()
    ):
        raise CannotAsk(f"no valid body for {place(operation)} could be made")
    return body


def _put(form: Form, body: Json, inner: dict[str, Json], name: str, value: Json) -> None:
    """Puts a property into the item inside a body, unless the body would not be valid with it."""
    before = inner.get(name, ABSENT)
    inner[name] = value
    if not form.validator.is_valid(body):
        del inner[name]
        if before is not ABSENT:
            inner[name] = before


def other_values(
    asking: Asking, item: Item, role: str, entity: Json, names: Iterable[str], chance: Random
) -> dict[str, Json]:
    """For each property a valid value that it does not have now; one that has no other is left out."""
    found: dict[str, Json] = {}
    for name in names:
        value = next(usable_values(asking, item, role, entity, name, chance), ABSENT)
        if value is not ABSENT:
            found[name] = value
    return found


def usable_values(
    asking: Asking, item: Item, role: str, entity: Json, name: str, chance: Random
) -> Iterator[Json]:  # fmt: skip
    """Valid values of a property that it does not have now, the plainest first; null comes last."""
    current = entity.get(name, ABSENT) if isinstance(entity, dict) else ABSENT
    shown, told = mirror(asking.contract, item.resource, name), [] if current is ABSENT else [current]
    nothing = False
    for value in _candidates(asking, item, role, name, current, chance):
        seen = {**current, **value} if isinstance(value, dict) and isinstance(current, dict) else value
        if any(same(value, other) for other in told) or (shown and not shown.is_valid(seen)):
            continue
        told.append(value)
        if value is None:
            nothing = True
        elif _fits(asking, item, role, entity, name, value):
            yield value
    if nothing and current is not ABSENT and _fits(asking, item, role, entity, name, None):
        yield None


def _fits(asking: Asking, item: Item, role: str, entity: Json, name: str, value: Json) -> bool:
    try:
        body_with(asking, item, role, entity, {name: value})
    except CannotAsk:
        return False
    return True


def mirror(contract: Contract, resource: Resource, name: str) -> Validator | None:
    """What judges a property in the answers that show an item; None where that cannot be told."""
    for role in ("read", "list"):
        operation, envelope = resource.operations.get(role), resource.envelopes.get(role)
        if operation is None or envelope is None:
            continue
        around = envelope.first() if role == "list" else envelope
        pointer = answer_property(contract, operation, around, name)
        if pointer == success_pointer(operation):
            return None
        try:
            return contract.responses.at(pointer)
        except SchemaError:
            return None
    return None


def _candidates(
    asking: Asking, item: Item, role: str, name: str, current: Json, chance: Random
) -> Iterator[Json]:  # fmt: skip
    found = item.resource.properties[name]
    schema, requests = found.update[role], asking.contract.requests
    if found.reference is not None:
        yield from _records(asking, item, found, schema, current)
        return
    pieces = list(parts(requests.tree, schema, ("allOf", "anyOf", "oneOf")))
    listed = [
        v
        for part in pieces
        for v in [*(part.get("enum") or ()), *([part["const"]] if "const" in part else [])]
    ]
    yield from chance.sample(listed, len(listed))
    yield from _written(asking, item.resource.operations[role], name)
    yield from _invented(asking, shape(requests.tree, schema), pieces, current)
    for attempt in range(_SAMPLES):
        yield sample(
            schema, requests.resolve, name=name, written=attempt == 0, choose=chance if attempt else None
        )
    if isinstance(current, str):
        yield from _respelled(current)
    yield None


def _records(asking: Asking, item: Item, found: Property, schema: Any, current: Json) -> Iterator[Json]:
    """Ids of other records of this run that a reference may name."""
    target = asking.contract.model.resources[found.reference or ""]
    makers: tuple[Callable[[], Item], ...] = (
        lambda: asking.shared(target),
        lambda: asking.remembered(("referred to", target.key), lambda: asking.create(target)),
    )
    for make in makers:
        try:
            value = typed(make().id, schema, asking.contract)
        except CannotAsk:
            break
        if not same(value, current) and not (
            target.key == item.resource.key and value == typed(item.id, schema, asking.contract)
        ):
            yield value
    yield None


def _written(asking: Asking, operation: Operation, name: str) -> Iterator[Json]:
    """The values that the examples of an operation's body have for a property."""
    form = form_of(asking, operation)
    media = operation.body.content.get(form.media_type) if operation.body else None
    if media is None:
        return
    examples = asking.contract.document.children(media, "examples").values()
    for body in (media.get("example"), *(example.get("value") for example in examples)):
        inner = form.envelope.find(body)
        if isinstance(inner, dict) and name in inner:
            yield inner[name]


def _invented(asking: Asking, found: Shape, pieces: list[dict[str, Any]], current: Json) -> Iterator[Json]:
    if "boolean" in found.types:
        yield from (True, False) if current is not True else (False,)
    if "string" in found.types:
        yield from _texts(asking, pieces)
    if found.types & {"integer", "number"}:
        base = current if isinstance(current, int) and not isinstance(current, bool) else 1
        yield from (base + 1, base - 1, base + 10)
    if "object" in found.types and found.open and not found.properties:
        yield {**(current if isinstance(current, dict) else {}), "note": asking.bodies.unique_text()}
    if "array" in found.types and isinstance(current, list) and len(current) > 1:
        yield current[1:]


def _texts(asking: Asking, pieces: list[dict[str, Any]]) -> Iterator[Json]:
    formats = {part.get("format") for part in pieces}
    if not any(part.keys() & _ALONE for part in pieces):
        yield asking.bodies.unique_text()
    elif formats & {"email", "idn-email"}:
        yield f"{asking.bodies.unique_text()}@example.com"
    elif formats & {"uri", "url", "iri", "uri-reference"}:
        yield f"https://example.com/{asking.bodies.unique_text()}"


def _respelled(current: str) -> Iterator[Json]:
    """A text with one character changed, digits first: what keeps a pattern often does so with another
    digit."""
    places = sorted(range(len(current)), key=lambda at: not current[at].isdigit())
    for at in places[:20]:
        for other in ("1", "2") if current[at].isdigit() else ("a", "b", "X"):
            if current[at] != other:
                yield current[:at] + other + current[at + 1 :]


def arrived(sent: Json, found: Json, before: Json = ABSENT, declared: Shape | None = None) -> bool:
    """Whether a value that was written is what is read.

    Null may be read as nothing. An object may keep members of `before` (a merge, RFC 7396 section 2) and have
    those that are `declared` in answers and that the server fills in. The same moment may be spelled in
    another way.
    """
    if sent is None:
        return found is None or found is ABSENT
    if isinstance(sent, dict) and isinstance(found, dict):
        old = before if isinstance(before, dict) else {}
        extra = found.keys() - sent.keys()
        kept = all(
            arrived(value, found.get(name, ABSENT), old.get(name, ABSENT), declared and declared.member(name))
            for name, value in sent.items()
        )
        return kept and all(
            (declared and name in declared.properties) or (name in old and same(old[name], found[name]))
            for name in extra
        )
    if isinstance(sent, list) and isinstance(found, list) and declared and len(sent) == len(found):
        of = declared.items()
        return all(arrived(*pair, declared=of) for pair in zip(sent, found, strict=True))
    return same(sent, found) or same_moment(sent, found)


def filled(sent: Json, found: Json, declared: Shape | None) -> bool:
    """Whether what was sent is what is read, to the last null, with members at most that are `declared` in
    answers and that the server fills in."""
    if isinstance(sent, dict) and isinstance(found, dict) and declared:
        extra = found.keys() - sent.keys()
        return extra <= declared.properties.keys() and all(
            filled(value, found.get(name, ABSENT), declared.member(name)) for name, value in sent.items()
        )
    if isinstance(sent, list) and isinstance(found, list) and declared and len(sent) == len(found):
        of = declared.items()
        return all(filled(*pair, of) for pair in zip(sent, found, strict=True))
    return same(sent, found)


def shape_in_answers(contract: Contract, schema: Any) -> Shape | None:
    """What a schema of answers is about, or None where there is no schema."""
    return shape(contract.responses.tree, schema) if schema is not None else None


def can_show(contract: Contract, schema: Schema | None, value: Json) -> bool:
    """Whether answers can hold a value, with members that the server fills in: the document may let more be
    sent than shown."""
    if schema is None:
        return False
    try:
        found = contract.responses.of(schema).misfits(value)
    except SchemaError:
        return True
    return all(breach.keyword == "required" for breach in found)
