"""One resource: what its operations send and answer, put together."""

from dataclasses import replace

from openapi.inference.draft import Draft, write_roles
from openapi.inference.filters import find_choices, find_filters
from openapi.inference.identity import find_id, find_inside, make_id, who_gives
from openapi.inference.moves import find_moved
from openapi.inference.naming import plain
from openapi.inference.paging import find_paging, find_total
from openapi.inference.properties import Properties, Written
from openapi.inference.reading import Reading, declares_header, header_parameter
from openapi.inference.view import Members
from openapi.resources import Envelope, Id, Resource


def build(reading: Reading, made: Draft, tenant: str | None) -> Resource:
    """The resource, without what other resources say about it. `tenant`: the plain name of the organization's
    property."""
    moved = find_moved(reading, made)
    made = moved.made
    identity = _identity(reading, made)
    own = identity.property if identity else None
    properties = Properties(reading.responses, reading.requests, own, tenant)
    read = properties.read(made.item, _written(reading, made))
    if identity and identity.inside:
        read[identity.inside[0]] = replace(read[identity.inside[0]], role="about")
    found = {**({"list": made.list} if made.list else {}), **made.answers}
    resource = Resource(
        key=made.spot.path,
        name=made.spot.last_word or made.thing.parameter,
        collection=made.pair.collection.path if made.pair.collection else None,
        item=made.pair.item.path if made.pair.item else None,
        operations=made.operations,
        id=identity,
        envelopes={role: Envelope(each.path, moved.where) for role, each in found.items()},
        bodies={role: Envelope(each.path, beside=moved.beside) for role, each in made.bodies.items()},
        schemas={role: each.schema for role, each in found.items()},
        properties=read,
        tenant=next(
            (name for name, each in read.items() if each.role == "tenant" and each.read is not None), None
        ),
    )
    return _with_headers(_with_list(reading, made, resource))


def _identity(reading: Reading, made: Draft) -> Id | None:
    if made.pair.item is None:
        return None
    parameter = made.pair.item.pointer()
    value = reading.parameter(parameter)
    name, why = find_id(parameter, reading.responses, made.item, made.thing, value, made.names_alone)
    name, why = _said_id(reading, made) or (name, why)
    create = made.operations.get("create")
    members = _create_members(reading, made)
    put_creates = create is not None and create is made.operations.get("replace")
    about = find_inside(parameter, reading.responses, made.item, value) if name is None else None
    if about is not None:
        inner = reading.requests.members((members.properties if members else {}).get(about))
        given = who_gives(parameter.name, inner if members else None, put_creates)
        why = f"`{about}.{parameter.name}` has the name of the parameter"
        return make_id(parameter, None, given, why, create is not None, (about, parameter.name))
    named = _named_in(members, name or parameter.name)
    given = who_gives(named, members, put_creates)
    return make_id(parameter, name, given, why, create is not None)


def _said_id(reading: Reading, made: Draft) -> tuple[str, str] | None:
    """The property that people say holds the id, and that they say it."""
    for tokens in reversed(made.pair.tokens):
        told = reading.corrections.paths.get(tokens)
        if told is not None and told.id is not None:
            if told.id not in reading.responses.members(made.item).properties:
                raise told.error("id", f"id: no property of the item is called {told.id}")
            return told.id, f"`{told.id}`: {told.where}"
    return None


def _named_in(create: Members | None, wanted: str) -> str | None:
    """The property of the create body that has the name of the id; of the parameter where answers hold
    none."""
    names = create.properties if create else {}
    return wanted if wanted in names else next((name for name in names if plain(name) == plain(wanted)), None)


def _create_members(reading: Reading, made: Draft) -> Members | None:
    """What the create body declares, a form's too; None where nothing is created or nothing can be told."""
    if "create" in made.bodies:
        return reading.requests.members(made.bodies["create"].schema)
    create = made.operations.get("create")
    form = reading.form(create) if create else None
    return None if form is None else reading.requests.members(form)


def _written(reading: Reading, made: Draft) -> Written:
    view = reading.requests
    by_role = {role: view.members(found.schema) for role, found in made.bodies.items()}
    others = [operation for role, operation in write_roles(made.operations) if role not in by_role]
    forms = tuple(view.members(form) for form in map(reading.form, others) if form is not None)
    unread = sum(operation.body is not None for operation in others) - len(forms)
    known = not unread and all(each.properties for each in (*by_role.values(), *forms))
    update = {role: each for role, each in by_role.items() if role != "create"}
    return Written(by_role.get("create"), update, forms, known)


def _with_list(reading: Reading, made: Draft, resource: Resource) -> Resource:
    """The resource with what its list says of paging, filters and totals."""
    operation = made.operations.get("list")
    if operation is None or made.list is None:
        return resource
    body = reading.answer(operation)
    paging = find_paging(reading, operation, body, made.list.schema)
    return replace(
        resource,
        paging=paging,
        filters=find_filters(reading, operation, made.list.schema, paging),
        choices=find_choices(reading, operation, made.list.schema, paging),
        total=find_total(reading, body, paging is not None, _names(made)),
    )


def _names(made: Draft) -> set[str]:
    """What a list calls its items: by the path, and by the member that they stand in."""
    words = [made.spot.last_word, *(made.list.path if made.list else ())]
    names = {plain(word) for word in words if isinstance(word, str)}
    return names - {"", "data", "items"}


def _with_headers(resource: Resource) -> Resource:
    """The resource with what its operations declare of headers and of being asynchronous."""
    operations = resource.operations
    create, read = operations.get("create"), operations.get("read")
    return replace(
        resource,
        location=create is not None and declares_header(create, "location"),
        etag=read is not None and declares_header(read, "etag"),
        if_match=frozenset(role for role, each in operations.items() if header_parameter(each, "ifmatch")),
        idempotency_key=header_parameter(create, "idempotencykey", "xidempotencykey") if create else None,
        asynchronous=create is not None and create.success == 202,
    )
