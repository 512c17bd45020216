"""Where item and list stand in bodies, and which property is the id."""

import pytest

from openapi.resources import ABSENT, Envelope
from tests.openapi.describing import NUMBER, PET, PETS, TEXT, Json, asks, content, pets, read, several, thing

META = thing(total=NUMBER)
LISTS: dict[str, tuple[Json, tuple[str, ...]]] = {
    "the body itself": (PETS, ()),
    "a member named like the path": (thing(pets=PETS, meta=META), ("pets",)),
    "data": (thing(data=PETS, included=several(thing(x=TEXT))), ("data",)),
    "a name of the trade": (thing(items=PETS, cursor=TEXT), ("items",)),
    "the only array": (thing(animals=PETS, page=NUMBER, links=several(TEXT)), ("animals",)),
    "the only array of objects": (thing(animals=PETS, words=several(TEXT)), ("animals",)),
    "two members deep": (thing(data=thing(pets=PETS)), ("data", "pets")),
    "embedded, as in HAL": (thing(_embedded=thing(pets=PETS), _links=thing()), ("_embedded", "pets")),
    "behind all of": ({"allOf": [thing(total=NUMBER), thing(pets=PETS)]}, ("pets",)),
    "perhaps null": ({"anyOf": [{"type": "null"}, thing(pets=PETS)]}, ("pets",)),
}


@pytest.mark.parametrize(("body", "path"), LISTS.values(), ids=LISTS.keys())
def test_where_the_list_stands(body: Json, path: tuple[str, ...]) -> None:
    found = pets(listed=body)
    assert (Envelope(path), PET) == (found.envelopes["list"], found.schemas["list"])


@pytest.mark.parametrize("name", ["notes", "messages", "links", "errors"])
def test_a_list_with_a_name_that_often_stands_beside_one(name: str) -> None:
    listed = thing(**{name: PETS, "items": several(thing(x=TEXT))})
    paths = {f"/{name}": {"get": asks(listed)}, f"/{name}/{{id}}": {"get": asks(PET)}}
    assert Envelope((name,)) == read(paths).resources[f"/{name}"].envelopes["list"]


def test_a_list_that_is_not_there() -> None:
    """A map of items is no list: the role says so."""
    paths = {"/pets": {"get": asks({"type": "object"})}, "/pets/{id}": {"get": asks(PET)}}
    model = read(paths)
    assert "list" not in model.resources["/pets"].envelopes
    assert ("where the list stands in its answer",) == model.roles["GET /pets"].unknown


OTHER = thing(id=TEXT, nickname=TEXT)
ITEMS: dict[str, tuple[Json, tuple[str | int, ...]]] = {
    "the body itself": (OTHER, ()),
    "a member named like the thing": (thing(pet=OTHER, owner=thing(id=TEXT)), ("pet",)),
    "data": (thing(data=OTHER, meta=META), ("data",)),
    "a list of one": (thing(pets=several(OTHER)), ("pets", 0)),
    "data, a list of one": (thing(data=several(OTHER)), ("data", 0)),
    "an array of one": (several(thing(petId=TEXT)), (0,)),
    "the only member": (thing(animal=OTHER), ("animal",)),
    "the member with the schema of the list": (thing(animal=PET, owner=OTHER, more=META), ("animal",)),
    "two members deep": (thing(data=thing(pet=OTHER)), ("data", "pet")),
    "the member with the properties of the list": (
        thing(answer=thing(id=TEXT, name=TEXT), x=TEXT),
        ("answer",),
    ),
    "the body, for it has the properties of the list": (thing(id=TEXT, name=TEXT), ()),
    "the body, for it has an id of its own": (thing(pet_id=TEXT, pet=thing(x=TEXT)), ()),
    "the body, for it has an id": (thing(id=TEXT, pet=thing(id=TEXT)), ()),
}
COMPONENT = {"$ref": "#/components/schemas/Pet"}


@pytest.mark.parametrize(("body", "path"), ITEMS.values(), ids=ITEMS.keys())
def test_where_the_item_stands(body: Json, path: tuple[str | int, ...]) -> None:
    schemas = {"Pet": PET}
    body = {
        **body,
        "properties": {n: COMPONENT if p is PET else p for n, p in body.get("properties", {}).items()},
    }
    paths = {"/pets": {"get": asks(several(COMPONENT))}, "/pets/{petId}": {"get": asks(body)}}
    assert Envelope(path) == read(paths, schemas).resources["/pets"].envelopes["read"]


BODIES: dict[str, tuple[Json, tuple[str | int, ...]]] = {
    "the body itself": (thing(name=TEXT), ()),
    "a member named like the thing": (thing(pet=thing(name=TEXT)), ("pet",)),
    "data": (thing(data=thing(name=TEXT)), ("data",)),
    "a list of one": (thing(pets=several(thing(name=TEXT))), ("pets", 0)),
    "the body, whose only member is a property of the item": (thing(owner=thing(name=TEXT)), ()),
}


@pytest.mark.parametrize(("body", "path"), BODIES.values(), ids=BODIES.keys())
def test_where_the_item_stands_in_a_request(body: Json, path: tuple[str | int, ...]) -> None:
    found = pets(one=thing(id=TEXT, name=TEXT, owner=thing(name=TEXT)), body=body)
    assert Envelope(path) == found.bodies["create"]


def test_answers_that_are_not_the_item() -> None:
    """`{message}` of a create and `{id, deleted}` of a delete are none; part of it after a create is."""
    full = thing(id=TEXT, name=TEXT, tag=TEXT)
    gone = asks(thing(id=TEXT, deleted={"type": "boolean"}))
    assert {"list", "read"} == pets(one=full, created=thing(message=TEXT), delete=gone).envelopes.keys()
    assert {"list", "read", "create"} == pets(one=full, created=thing(id=TEXT)).envelopes.keys()
    assert {"list", "read", "create", "delete"} == pets(
        one=full, created=full, delete=asks(full)
    ).envelopes.keys()


def test_bodies_that_are_no_item() -> None:
    """Steps of a JSON Patch and forms hold no item; of several media types the plain one counts."""
    step = several(thing(op=TEXT, path=TEXT, value=TEXT))
    form = {"content": {"application/x-www-form-urlencoded": {"schema": thing(name=TEXT)}}}
    merge = {"content": {
        "application/json-patch+json": {"schema": step},
        "application/merge-patch+json": {"schema": thing(name=TEXT)},
    }}  # fmt: skip
    assert "update" not in pets(patch=asks(PET, step)).bodies
    assert "update" not in pets(patch={**asks(PET), "requestBody": form}).bodies
    assert ["name"] == [
        n for n, p in pets(patch={**asks(PET), "requestBody": merge}).properties.items() if p.update
    ]


LADDER: dict[str, tuple[str, Json, str | None]] = {
    "the same name": ("petId", thing(id=TEXT, petId=TEXT), "petId"),
    "the same name, otherwise spelled": ("petId", thing(id=TEXT, pet_id=TEXT), "pet_id"),
    "id": ("petId", thing(id=TEXT, name=TEXT), "id"),
    "uuid": ("petId", thing(uuid=TEXT, name=TEXT), "uuid"),
    "the parameter without the thing": ("petName", thing(id=TEXT, name=TEXT), "name"),
    "the parameter without the thing, uid": ("petUid", thing(uid=TEXT, name=TEXT), "uid"),
    "the thing and the parameter": ("slug", thing(name=TEXT, pet_slug=TEXT), "pet_slug"),
    "the thing and id": ("id", thing(name=TEXT, petId=TEXT), "petId"),
    "one of two": ("id_or_name", thing(name=TEXT, id=TEXT), "id"),
    "none": ("petId", thing(name=TEXT), None),
    "not an object": ("id", thing(id=thing(x=TEXT)), None),
    "no properties": ("id", {"type": "object"}, None),
}


@pytest.mark.parametrize(("parameter", "item", "name"), LADDER.values(), ids=LADDER.keys())
def test_which_property_is_the_id(parameter: str, item: Json, name: str | None) -> None:
    path = f"/pets/{{{parameter}}}"
    found = read({"/pets": {"get": asks(several(item))}, path: {"get": asks(item)}}).resources["/pets"].id
    assert found is not None
    assert (parameter, name) == (found.parameter.name, found.property)


def test_a_uuid_is_no_number() -> None:
    """A parameter that is a uuid names nothing by an integer property."""
    uuid = [{"name": "petId", "in": "path", "required": True, "schema": {**TEXT, "format": "uuid"}}]
    item = thing(id=NUMBER, uuid=TEXT)
    found = read({"/pets/{petId}": {"get": asks(item), "parameters": uuid}}).resources["/pets/{petId}"].id
    assert found is not None
    assert "uuid" == found.property


def test_a_name_in_two_parts() -> None:
    """`/repos/{owner}/{repo}` is not named by an id of another name."""
    found = read({"/repos/{owner}/{repo}": {"get": asks(thing(id=TEXT, name=TEXT))}}).resources
    identity = found["/repos/{owner}/{repo}"].id
    assert identity is not None
    assert identity.property is None


GIVEN = {
    "not in the body": (thing(name=TEXT), "server"),
    "readOnly": (thing(id={**TEXT, "readOnly": True}), "server"),
    "required, but readOnly": (thing("id", id={**TEXT, "readOnly": True}), "server"),
    "optional": (thing(id=TEXT), "either"),
    "required": (thing("id", id=TEXT), "client"),
}


@pytest.mark.parametrize(("body", "given"), GIVEN.values(), ids=GIVEN.keys())
def test_who_chooses_the_id(body: Json, given: str) -> None:
    found = pets(body=body).id
    assert found is not None
    assert given == found.given


def test_an_id_outside_the_answers_may_be_given() -> None:
    found = pets(one=thing(name=TEXT), listed=several(thing(name=TEXT)), body=thing("pet_id", pet_id=TEXT)).id
    assert found is not None
    assert (None, "client") == (found.property, found.given)


def test_put_may_create() -> None:
    """PUT on the item that declares 201, where nothing else creates: the client chooses the id."""
    put = asks(PET, thing("name", name=TEXT), "201")
    found = read({"/pets": {"get": asks(PETS)}, "/pets/{id}": {"get": asks(PET), "put": put}}).resources[
        "/pets"
    ]
    assert found.id is not None
    assert ("client", True) == (found.id.given, found.operations["create"] is found.operations["replace"])
    assert found.properties["name"].required
    both = pets(put=put)
    assert both.id is not None
    assert ("server", "POST") == (both.id.given, both.operations["create"].method)


def test_an_envelope_finds_and_wraps() -> None:
    envelope = Envelope(("pets", 0))
    assert {"pets": [7]} == envelope.wrap(7)
    assert 7 == envelope.find({"pets": [7, 8]})
    bodies: list[Json] = [{}, {"pets": []}, {"pets": {}}, [], None, 5]
    assert all(envelope.find(body) is ABSENT for body in bodies)


def test_only_a_declared_error_is_no_answer() -> None:
    """`default` counts where it is all that is declared."""
    only = {"responses": {"default": {"description": "", **content(PET)}}}
    beside = {"responses": {"200": {"description": ""}, "default": {"description": "", **content(PET)}}}
    found = read({"/a/{id}": {"get": only}, "/b/{id}": {"get": beside}}).resources
    assert [True, False] == ["read" in each.envelopes for each in found.values()]
