"""Which paths are resources, and what every operation is."""

import pytest

from openapi.document import load
from openapi.inference import infer
from openapi.inference.pairing import tokenize
from openapi.resources import Envelope, Role
from tests.openapi.describing import NUMBER, PET, PETS, TEXT, Json, asks, read, several, thing

CRUD: Json = {
    "/pets": {"get": asks(PETS), "post": asks(PET, PET, "201")},
    "/pets/{petId}": {"get": asks(PET), "put": asks(PET, PET), "patch": asks(PET, PET), "delete": asks()},
}


def kinds(paths: Json) -> dict[str, tuple[str, str | None]]:
    """The kind and the resource of every operation."""
    return {name: (role.kind, role.resource) for name, role in read(paths).roles.items()}


def test_a_collection_and_its_item() -> None:
    """Two paths are one resource, and each operation has its role."""
    model = read(CRUD)
    pets = model.resources["/pets"]
    assert ("/pets", "pets", "/pets", "/pets/{petId}") == (pets.key, pets.name, pets.collection, pets.item)
    assert {"list", "create", "read", "replace", "update", "delete"} == pets.operations.keys()
    assert "GET /pets/{petId}" == pets.operations["read"].id
    assert {name: role.kind for name, role in model.roles.items()} == {
        "GET /pets": "list", "POST /pets": "create", "GET /pets/{petId}": "read",
        "PUT /pets/{petId}": "replace", "PATCH /pets/{petId}": "update", "DELETE /pets/{petId}": "delete",
    }  # fmt: skip


TOKENS = {
    "/pets": ("pets",),
    "/pets/": ("pets",),
    "/pets.json": ("pets",),
    "/pets/{petId}": ("pets", "{}"),
    "/pets/{id}/": ("pets", "{}"),
    "/pets/{Sid}.json": ("pets", "{}"),
    "/pets/{petId}:feed": ("pets", "{}", "feed"),
    "/a/{b}-{c}/d": ("a", "{}-{}", "d"),
    "/": (),
}


@pytest.mark.parametrize(("path", "tokens"), TOKENS.items(), ids=TOKENS.keys())
def test_a_path_is_what_tells_it_apart(path: str, tokens: tuple[str, ...]) -> None:
    assert tokens == tokenize(path)


@pytest.mark.parametrize("paths", [("/pets/", "/pets/{id}"), ("/pets.json", "/pets/{id}.json")])
def test_slashes_and_endings_do_not_matter(paths: tuple[str, str]) -> None:
    collection, item = paths
    resource = read({collection: {"get": asks(PETS)}, item: {"get": asks(PET)}}).resources[collection]
    assert (collection, item, "pets") == (resource.collection, resource.item, resource.name)


def test_a_resource_under_a_parent() -> None:
    """Each path parameter before the item's own is a parent; parents come first, whatever their names."""
    paths = {
        "/orgs/{org}/pets/{petId}/toys": {"get": asks(several(thing(id=TEXT))), "post": asks()},
        "/orgs/{org}/pets/{petId}/toys/{id}": {"get": asks(thing(id=TEXT))},
        "/orgs/{org}/pets": {"get": asks(PETS)},
        "/orgs/{org}/pets/{id}": {"get": asks(PET)},
    }
    model = read(paths)
    assert ["/orgs/{org}/pets", "/orgs/{org}/pets/{petId}/toys"] == list(model.resources)
    toys = model.resources["/orgs/{org}/pets/{petId}/toys"]
    assert [("org", None), ("petId", "/orgs/{org}/pets")] == [
        (p.parameter.name, p.resource) for p in toys.parents
    ]


def test_an_item_without_a_collection() -> None:
    model = read({"/pets/{petId}": {"get": asks(PET), "delete": asks()}})
    pets = model.resources["/pets/{petId}"]
    assert (None, "/pets/{petId}", "pets") == (pets.collection, pets.item, pets.name)


def test_a_collection_without_an_item() -> None:
    """GET that lists and POST that creates are a resource, also under an item."""
    paths = {**CRUD, "/pets/{petId}/toys": {"get": asks(several(PET)), "post": asks(PET, PET, "201")}}
    toys = read(paths).resources["/pets/{petId}/toys"]
    assert (None, None, {"list", "create"}) == (toys.item, toys.id, set(toys.operations))


def test_a_list_alone() -> None:
    """A list that lies under no collection is one; a view of a collection and a search are none."""
    found = kinds({
        **CRUD,
        "/hours": {"get": asks(several(thing(day=TEXT)))},
        "/pets/young": {"get": asks(PETS)},
        "/search": {"get": asks(PETS)},
        "/tags": {"get": asks(thing(tags=several(TEXT)))},
        "/pets/by/{name}": {"get": asks(PETS)},
    })  # fmt: skip
    assert ("list", "/hours") == found["GET /hours"]
    assert {("other", None)} == {
        found[name] for name in ("GET /pets/young", "GET /search", "GET /tags", "GET /pets/by/{name}")
    }


def test_one_thing_that_holds_a_list() -> None:
    """A cart can be emptied, and its items have paths; what says how all is well is no list either."""
    cart, entry = thing(items=PETS, total={"type": "number"}), thing(id=TEXT, number=NUMBER)
    paths = {
        "/cart": {"get": asks(cart), "delete": asks()},
        "/cart/items": {"post": asks(cart, entry)},
        "/cart/items/{itemId}": {"patch": asks(entry, entry)},
        "/health": {"get": asks(thing(status=TEXT, checks=several(thing(name=TEXT))))},
    }
    model = read(paths)
    assert ["/cart", "/health"] == [each.path for each in model.singletons]
    assert ["/cart/items"] == list(model.resources)
    assert {"update"} == model.resources["/cart/items"].envelopes.keys()


def test_a_post_that_creates_something_else() -> None:
    """What POST takes has no property of what GET lists: it creates no such item."""
    paths = {"/jobs": {"get": asks(several(thing(title=TEXT))), "post": asks(None, thing(letter=TEXT))}}
    assert {"GET /jobs": ("list", "/jobs"), "POST /jobs": ("other", "/jobs")} == kinds(paths)


def test_a_collection_that_a_parameter_ends() -> None:
    """`/shelves/{shelf}` lists books, whose paths lie right below."""
    paths = {
        "/shelves/{shelf}": {"get": asks(several(thing(isbn=TEXT)))},
        "/shelves/{shelf}/{isbn}": {"get": asks(thing(isbn=TEXT))},
    }
    model = read(paths)
    books = model.resources["/shelves/{shelf}"]
    assert ["/shelves/{shelf}"] == list(model.resources)
    assert ("/shelves/{shelf}/{isbn}", ["shelf"]) == (books.item, [p.parameter.name for p in books.parents])


def test_a_list_that_a_parameter_chooses() -> None:
    """`/timeline/{user}` answers a list of what has no user: it is no item of `/timeline`."""
    listed = several(thing(text=TEXT))
    found = kinds({"/timeline": {"get": asks(listed)}, "/timeline/{user}": {"get": asks(listed)}})
    assert {"GET /timeline": ("list", "/timeline"), "GET /timeline/{user}": ("other", None)} == found


def test_paths_that_differ_in_names_only() -> None:
    """They are one; of two operations with one method the first counts."""
    paths = {
        "/pets/{id}": {"get": asks(PET)},
        "/pets/{name}": {"get": asks(PET), "delete": asks()},
    }
    assert {
        "GET /pets/{id}": ("read", "/pets/{id}"),
        "GET /pets/{name}": ("other", "/pets/{id}"),
        "DELETE /pets/{name}": ("delete", "/pets/{id}"),
    } == kinds(paths)


def test_update_by_post() -> None:
    """POST on an item that says what to change updates it; beside PATCH, or without a word, it does not."""
    found = kinds({
        "/a/{id}": {"get": asks(PET), "post": asks(PET, PET)},
        "/b/{id}": {"get": asks(PET), "post": asks(PET, PET), "patch": asks(PET, PET)},
        "/c/{id}": {"get": asks(PET), "post": asks(PET)},
    })  # fmt: skip
    assert ["update", "other", "other"] == [found[f"POST /{name}/{{id}}"][0] for name in "abc"]


def test_actions() -> None:
    """What writes under an item, and is no collection, acts on it; whether it answers the item is told."""
    paths = {
        **CRUD,
        "/pets/{id}/feed": {"post": asks(thing(pet=PET))},
        "/pets/{id}/star": {"put": asks(), "delete": asks()},
        "/pets/{id}:wake": {"post": asks(thing(done=NUMBER))},
    }
    found = read(paths).resources["/pets"].actions
    assert [("feed", True), ("star", False), ("star", False), ("wake", False)] == [
        (action.name, action.answers_item) for action in found
    ]
    assert Envelope(("pet",)) == found[0].envelope


def test_singletons() -> None:
    """A thing that is there once: under an item or at the top; what is written there belongs to it."""
    settings = thing(theme=TEXT, size=NUMBER)
    paths = {
        **CRUD,
        "/pets/{petId}/settings": {"get": asks(thing(settings=settings)), "put": asks(settings, settings)},
        "/account": {"get": asks(settings), "patch": asks(settings, settings), "delete": asks()},
    }
    model = read(paths)
    below, (top,) = model.resources["/pets"].singletons[0], model.singletons
    assert ({"read", "replace"}, Envelope(("settings",))) == (set(below.operations), below.envelope)
    assert ("/account", {"read", "update", "delete"}) == (top.path, set(top.operations))
    assert ("singleton", "/pets") == kinds(paths)["PUT /pets/{petId}/settings"]


def test_what_is_none_of_these() -> None:
    found = read({"/login": {"post": asks(thing(token=TEXT), PET)}, "/pets": {"delete": asks()}}).roles
    assert "/login is neither a collection nor an item, and lies below no item" == found["POST /login"].why
    assert {("other", None)} == {(role.kind, role.resource) for role in found.values()}


def test_roles_say_why_and_what_they_do_not_know() -> None:
    found = read(
        {"/pets": {"get": asks(PETS), "post": asks(None, TEXT)}, "/pets/{no}": {"get": asks(PET)}}
    ).roles
    assert found["GET /pets"] == Role(
        "list", "/pets", "GET on the path of the collection, the list in its answer is the body itself"
    )
    assert found["POST /pets"].unknown == (
        "how its body is written: it is no JSON object",
        "where the id of the new item stands in its answer",
    )


def test_the_bundled_document() -> None:
    """The contract that this kit carries needs no help."""
    model = infer(load())
    assert ["agents", "knowledge", "jobs", "work_items", "invoices"] == [
        r.name for r in model.resources.values()
    ]
    assert not any(role.unknown or role.kind == "other" for role in model.roles.values())
    all_four = {"list", "create", "read", "update", "delete"}
    assert [all_four] * 4 + [{"list", "read"}] == [set(each.operations) for each in model.resources.values()]
    for resource in model.resources.values():
        assert resource.id is not None
        assert ("id", "server", "orgId") == (resource.id.property, resource.id.given, resource.tenant)
        assert not resource.actions and not resource.singletons and not resource.paging


def test_the_properties_of_a_bundled_resource() -> None:
    work_items = infer(load()).resources["/work_items"]
    envelopes = {
        "list": ("workItems",),
        "create": ("workItem",),
        "read": ("workItem",),
        "update": ("workItem",),
    }
    assert envelopes == {role: envelope.path for role, envelope in work_items.envelopes.items()}
    assert {"create": (), "update": ()} == {role: body.path for role, body in work_items.bodies.items()}
    found = work_items.properties
    assert {"agentId": "/agents", "jobId": "/jobs"} == {
        n: p.reference for n, p in found.items() if p.reference
    }
    assert ["type", "timeSpent"] == [name for name, each in found.items() if each.required]
    assert ["description", "metadata"] == [name for name, each in found.items() if each.update]
    assert {"id": "id", "orgId": "tenant", "createdAt": "created"} == {
        name: each.role for name, each in found.items() if each.role != "plain"
    }
    assert False is found["humanInLoop"].default


def test_an_id_may_stand_in_the_metadata_of_an_item() -> None:
    """As in Kubernetes: `metadata.name` is what {name} asks for."""
    pod = thing(metadata=thing(name=TEXT, labels=thing()), spec=thing())
    model = read(
        {
            "/pods": {"get": asks(several(pod)), "post": asks(pod, pod, "201")},
            "/pods/{name}": {"get": asks(pod)},
        }
    )
    found = model.resources["/pods"]

    assert found.id is not None
    assert (None, ("metadata", "name"), "either") == (found.id.property, found.id.inside, found.id.given)
    assert "rex" == found.id.of({"metadata": {"name": "rex"}})
    assert {"metadata": {"labels": {}, "name": "rex"}} == found.id.put_in({"metadata": {"labels": {}}}, "rex")
    assert ("about", "plain") == (found.properties["metadata"].role, found.properties["spec"].role)
