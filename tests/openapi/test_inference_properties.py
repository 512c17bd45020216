"""What is known of every property: schemas by direction, what may be written, roles, references."""

import pytest

from openapi.resources import ABSENT, Property
from tests.openapi.describing import (
    MOMENT,
    NUMBER,
    PET,
    TEXT,
    Json,
    asks,
    header,
    pets,
    read,
    several,
    thing,
)  # fmt: skip

UUID: Json = {**TEXT, "format": "uuid"}


def test_a_property_in_each_direction() -> None:
    found = pets(
        one=thing("id name", id=TEXT, name=TEXT, tag=TEXT),
        body=thing("name", name={**TEXT, "maxLength": 9, "default": "x"}, tag=TEXT),
        patch=asks(PET, thing(tag=TEXT)),
        put=asks(PET, thing(name=TEXT)),
    ).properties
    assert found["name"] == Property(
        "name", TEXT, {**TEXT, "maxLength": 9, "default": "x"}, {"replace": TEXT},
        required=True, always=True, default="x",
    )  # fmt: skip
    assert found["tag"] == Property("tag", TEXT, TEXT, {"update": TEXT})
    assert found["id"] == Property("id", TEXT, always=True, role="id")


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_read_only_and_write_only(version: str) -> None:
    """One schema for both directions; what one of them hides has no schema there."""
    both = thing(
        "id name secret", id={**TEXT, "readOnly": True}, name=TEXT, secret={**TEXT, "writeOnly": True}
    )
    component = {"$ref": "#/components/schemas/Pet"}
    paths = {"/pets": {"post": asks(component, component, "201")}, "/pets/{petId}": {"get": asks(component)}}
    found = read(paths, {"Pet": both}, version).resources["/pets"].properties
    assert (True, None, False) == (found["id"].read_only, found["id"].create, found["id"].required)
    assert (True, None, False) == (found["secret"].write_only, found["secret"].read, found["secret"].always)
    assert (False, False) == (found["name"].read_only, found["name"].write_only)
    assert found["secret"].required and found["id"].always


def test_properties_behind_combinations() -> None:
    """Several parts that declare a property all count; of branches any."""
    parts = {"allOf": [thing("a", a=TEXT, b=TEXT), thing("b", b={"minLength": 1})]}
    branches = {"oneOf": [thing("a b", a=TEXT, b=TEXT), thing("a", a=NUMBER), {"type": "null"}]}
    joined = pets(body=parts).properties
    assert (TEXT, {"allOf": [TEXT, {"minLength": 1}]}) == (joined["a"].create, joined["b"].create)
    assert joined["a"].required and joined["b"].required
    split = pets(body=branches).properties
    assert ({"anyOf": [TEXT, NUMBER]}, TEXT) == (split["a"].create, split["b"].create)
    assert (True, False) == (split["a"].required, split["b"].required)


def test_nullable_schemas_of_the_old_dialect() -> None:
    """What 3.0 writes beside `nullable` is looked through."""
    pet = {"nullable": True, "allOf": [{"$ref": "#/components/schemas/Pet"}]}
    paths = {"/pets/{petId}": {"get": asks(pet)}}
    found = read(paths, {"Pet": thing("id", id=TEXT, name=TEXT)}, "3.0.3").resources["/pets/{petId}"]
    assert (["id", "name"], True) == (list(found.properties), found.properties["id"].always)


def test_a_default_of_one_branch_is_none() -> None:
    either = {"oneOf": [{"type": "string", "default": "x"}, NUMBER]}
    maybe = {"anyOf": [{"type": "string", "default": "x"}, {"type": "null"}]}
    found = pets(body=thing(a=either, b=maybe, c={"default": None})).properties
    assert (ABSENT, "x", None) == tuple(found[name].default for name in "abc")


TIMES: dict[str, tuple[str, Json, str]] = {
    "createdAt": ("createdAt", MOMENT, "created"),
    "created_at": ("created_at", MOMENT, "created"),
    "created": ("created", MOMENT, "created"),
    "creationDate": ("creationDate", MOMENT, "created"),
    "dateCreated": ("dateCreated", MOMENT, "created"),
    "as a number": ("createdAt", NUMBER, "created"),
    "without a format": ("created_at", TEXT, "created"),
    "a word that may mean more": ("created", TEXT, "server"),
    "a flag": ("created", {"type": "boolean"}, "server"),
    "updatedAt": ("updatedAt", MOMENT, "updated"),
    "modified": ("modified", TEXT, "updated"),
    "lastModified": ("lastModified", MOMENT, "updated"),
    "last_updated_at": ("last_updated_at", MOMENT, "updated"),
    "deletedAt": ("deletedAt", MOMENT, "deleted"),
    "deleted": ("deleted", {"type": "boolean"}, "server"),
    "another moment": ("paidAt", MOMENT, "server"),
}


@pytest.mark.parametrize(("name", "schema", "role"), TIMES.values(), ids=TIMES.keys())
def test_timestamps(name: str, schema: Json, role: str) -> None:
    assert role == pets(one=thing(id=TEXT, **{name: schema})).properties[name].role


def test_what_no_request_may_write_is_the_servers() -> None:
    """Only where every body declares what it takes: a JSON Patch may write anything."""
    item = thing(id=TEXT, name=TEXT, fed=NUMBER, sealed={**NUMBER, "readOnly": True})
    steps = several(thing(op=TEXT, path=TEXT))
    free = asks(PET, {"type": "object"})
    assert "server" == pets(one=item).properties["fed"].role
    assert "plain" == pets(one=item, patch=asks(PET, thing(fed=NUMBER))).properties["fed"].role
    assert "plain" == pets(one=item, patch=asks(PET, steps)).properties["fed"].role
    assert "plain" == pets(one=item, patch=free).properties["fed"].role
    assert "server" == pets(one=item, body=item).properties["sealed"].role
    assert "plain" == pets(one=item, body=thing(Fed=NUMBER)).properties["Fed"].role


def test_a_form_writes_too() -> None:
    """Its properties are not the server's, though no JSON body writes them."""
    form = {"requestBody": {"content": {"multipart/form-data": {"schema": thing(name=TEXT)}}}}
    paths = {"/pets": {"post": asks(PET) | form}, "/pets/{petId}": {"get": asks(PET)}}
    found = read(paths).resources["/pets"]
    assert ({}, None, "plain") == (
        found.bodies,
        found.properties["name"].create,
        found.properties["name"].role,
    )


def test_the_tenant() -> None:
    """The property that has the name of an API key holds the organization."""
    schemes = {"org": {"type": "apiKey", "in": "header", "name": "X-Org-Id"}}
    item = thing(id=TEXT, orgId=TEXT)
    paths = {"/pets/{petId}": {"get": asks(item)}, "/toys/{id}": {"get": asks(PET)}}
    model = read(paths, {"Pet": item}, securitySchemes=schemes)
    found = model.resources["/pets/{petId}"]
    assert ("org", "orgId", "tenant") == (model.tenant_scheme, found.tenant, found.properties["orgId"].role)
    assert model.resources["/toys/{id}"].tenant is None


def owners(**properties: Json) -> dict[str, str | None]:
    """The references of things beside owners whose id is a uuid."""
    uuid = [{"name": "ownerId", "in": "path", "required": True, "schema": UUID}]
    item = thing(id=TEXT, **properties)
    paths = {
        "/pet-owners/{ownerId}": {"get": asks(thing(id=UUID)), "parameters": uuid},
        "/shops": {"get": asks(several(thing(id=NUMBER)))},
        "/shops/{id}": {"get": asks({"$ref": "#/components/schemas/Store"})},
        "/things/{id}": {"get": asks(item)},
    }
    found = read(paths, {"Store": thing(id=NUMBER)}).resources["/things/{id}"].properties
    return {name: found[name].reference for name in properties}


REFERENCES: dict[str, tuple[str, Json, str | None]] = {
    "camel case": ("petOwnerId", UUID, "/pet-owners/{ownerId}"),
    "snake case": ("pet_owner_id", TEXT, "/pet-owners/{ownerId}"),
    "by the parameter": ("ownerUuid", UUID, "/pet-owners/{ownerId}"),
    "perhaps null": ("ownerId", {"type": ["string", "null"]}, "/pet-owners/{ownerId}"),
    "by the name of the schema": ("store_id", NUMBER, "/shops"),
    "text over a number": ("shopId", TEXT, "/shops"),
    "another format": ("ownerId", {**TEXT, "format": "email"}, None),
    "another type": ("ownerId", NUMBER, None),
    "several": ("ownerIds", several(UUID), None),
    "of nothing known": ("clientId", UUID, None),
    "a word that ends so": ("ownerpaid", UUID, None),
    "its own": ("thingId", TEXT, None),
}


@pytest.mark.parametrize(("name", "schema", "key"), REFERENCES.values(), ids=REFERENCES.keys())
def test_references(name: str, schema: Json, key: str | None) -> None:
    assert {name: key} == owners(**{name: schema})


def test_another_name_of_the_own_id_is_no_reference() -> None:
    """`petId` of a pet, though another resource is called pets too."""
    item = thing(id=TEXT, petId=TEXT)
    paths = {"/pets/{id}": {"get": asks(item)}, "/shops/{shopId}/pets/{id}": {"get": asks(PET)}}
    assert read(paths).resources["/pets/{id}"].properties["petId"].reference is None


def test_the_nearest_of_two_is_referred_to() -> None:
    """Under a parent its own children; and the parent itself only where a body names it."""
    item = thing(id=TEXT, petId=TEXT, shopId=TEXT)
    paths = {
        "/pets/{id}": {"get": asks(PET)},
        "/shops/{id}": {"get": asks(PET)},
        "/shops/{shopId}/pets/{id}": {"get": asks(PET)},
        "/shops/{shopId}/toys/{id}": {"get": asks(item)},
        "/toys/{id}": {"get": asks(item), "put": asks(item, item)},
    }
    found = read(paths).resources
    nested, top = (found[key].properties for key in ("/shops/{shopId}/toys/{id}", "/toys/{id}"))
    assert ("/shops/{shopId}/pets/{id}", None) == (nested["petId"].reference, nested["shopId"].reference)
    assert ("/pets/{id}", "/shops/{id}") == (top["petId"].reference, top["shopId"].reference)


def test_the_parent_is_nearer_than_a_sibling_of_its_name() -> None:
    """A collection beside it may show items that are called like the parent's."""
    named = {"Pet": thing(id=TEXT, name=TEXT)}
    pet: Json = {"$ref": "#/components/schemas/Pet"}
    paths = {
        "/": {"get": asks(several(pet)), "post": asks(pet, pet, "201")},
        "/{id}": {"get": asks(pet)},
        "/{id}/files": {"get": asks(several(pet)), "post": asks(pet, thing(), "201")},
        "/{id}/files/{fileId}": {"get": asks(pet)},
        "/{id}/friends": {"post": asks(thing(id=TEXT, petId=TEXT), thing(petId=TEXT), "201")},
        "/{id}/friends/{friendId}": {"get": asks(thing(id=TEXT, petId=TEXT))},
    }
    friends = read(paths, named).resources["/{id}/friends"]
    assert "/" == friends.properties["petId"].reference


def test_headers_and_waiting() -> None:
    """Location, ETag, If-Match, Idempotency-Key, and a create that is only accepted."""
    paths = {
        "/pets": {
            "post": asks(PET, PET, "202", headers="location", parameters=[header("idempotency-key")]),
        },
        "/pets/{petId}": {
            "get": asks(PET, headers="Etag"),
            "put": asks(PET, PET, parameters=[header("if-match")]),
            "delete": asks(parameters=[header("If-Match")]),
        },
    }
    paths["/pets/{petId}"]["parameters"] = []
    found = read(paths).resources["/pets"]
    assert found.location and found.etag and found.asynchronous
    assert {"replace", "delete"} == found.if_match
    assert found.idempotency_key is not None
    assert "idempotency-key" == found.idempotency_key.name
    plain = pets()
    assert not (plain.location or plain.etag or plain.asynchronous or plain.if_match or plain.idempotency_key)
