"""The mock of any document: create, list, get, update and delete in every shape that an API may have."""

from typing import Any

import pytest

from tests.handlers.generic.api import (
    GONE,
    TEXT,
    WHOLE,
    Api,
    answer,
    api,
    content,
    crud,
    path_parameter,
    query,
    thing,
)

PET = thing(("id", "name"), id=TEXT, name=TEXT, tag=TEXT)
NEW = thing(("name",), name=TEXT, tag=TEXT)


def _goes_round(mock: Api, path: str, wrap: Any = lambda item: item, find: Any = lambda body: body) -> None:
    """Create, list, get, replace, update, delete, get again."""
    made = mock.ask("POST", path, wrap({"name": "Rex"}))
    own = find(made.json)["id"]
    assert (201, "Rex") == (made.status, find(made.json)["name"])
    assert find(made.json) == find(mock.ask("GET", f"{path}/{own}").json)
    assert 200 == mock.ask("PUT", f"{path}/{own}", wrap({"name": "Max", "tag": "a"})).status
    assert "Max" == find(mock.ask("GET", f"{path}/{own}").json)["name"]
    assert 200 == mock.ask("PATCH", f"{path}/{own}", wrap({"name": "Bo"})).status
    assert ("Bo", "a") == tuple(find(mock.ask("GET", f"{path}/{own}").json)[key] for key in ("name", "tag"))
    assert 204 == mock.ask("DELETE", f"{path}/{own}").status
    assert [404] * 4 == [
        mock.ask("GET", f"{path}/{own}").status,
        mock.ask("DELETE", f"{path}/{own}").status,
        mock.ask("PATCH", f"{path}/{own}", wrap({"name": "Bo"})).status,
        mock.ask("GET", f"{path}/nobody").status,
    ]


def test_a_bare_item_goes_round() -> None:
    _goes_round(api(crud("/pets", PET, NEW)), "/pets")


@pytest.mark.parametrize("member", ["data", "pet"])
def test_an_item_in_an_envelope_goes_round(member: str) -> None:
    listed = thing(("data",), data={"type": "array", "items": PET})
    item, body = (
        {"type": "object", "properties": {member: each}, "required": [member]} for each in (PET, NEW)
    )
    mock = api(crud("/pets", item, body, listed=listed))

    _goes_round(mock, "/pets", lambda item: {member: item}, lambda body: body[member])


def test_attributes_of_json_api_go_round() -> None:
    inner = thing(("name",), name=TEXT, tag=TEXT)
    kind = {"type": "string", "enum": ["pets"]}
    item = thing(("data",), data=thing(("id", "type", "attributes"), id=TEXT, type=kind, attributes=inner))
    body = thing(("data",), data=thing(("type", "attributes"), type=kind, attributes=inner))
    mock = api(
        crud(
            "/pets",
            item,
            body,
            listed=thing(("data",), data={"type": "array", "items": item["properties"]["data"]}),
        )
    )

    made = mock.ask("POST", "/pets", {"data": {"type": "pets", "attributes": {"name": "Rex"}}}).json["data"]
    shown = mock.ask("GET", f"/pets/{made['id']}").json["data"]

    assert ("pets", {"name": "Rex"}) == (shown["type"], shown["attributes"])
    assert [made["id"]] == [each["id"] for each in mock.ask("GET", "/pets").json["data"]]


def test_integer_ids_count_up() -> None:
    numbered = thing(("id", "name"), id=WHOLE, name=TEXT)
    mock = api(crud("/pets", numbered, NEW, own=WHOLE))

    assert [1, 2, 3] == [mock.ask("POST", "/pets", {"name": "Rex"}).json["id"] for _ in range(3)]
    assert 2 == mock.ask("GET", "/pets/2").json["id"]


def test_an_id_that_no_body_holds_is_told_by_location() -> None:
    bare = thing(("name",), name=TEXT)
    paths = crud("/pets", bare, bare, name="petId")
    paths["/pets"]["post"]["responses"]["201"]["headers"] = {"Location": {"schema": TEXT}}
    mock = api(paths)

    place = mock.ask("POST", "/pets", {"name": "Rex"}).headers["location"]

    assert {"name": "Rex"} == mock.ask("GET", place.removeprefix("http://mock.test")).json


def test_an_id_that_the_client_gives_is_kept_and_is_taken_once() -> None:
    mock = api(crud("/pets", PET, PET))

    first = mock.ask("POST", "/pets", {"id": "rex", "name": "Rex"})
    again = mock.ask("POST", "/pets", {"id": "rex", "name": "Max"})

    assert (201, "rex", 409) == (first.status, first.json["id"], again.status)
    assert "Rex" == mock.ask("GET", "/pets/rex").json["name"]


def test_a_create_that_cannot_tell_of_a_taken_id_replaces_the_item() -> None:
    paths = crud("/pets", PET, PET)
    del paths["/pets"]["post"]["responses"]["409"]
    mock = api(paths)

    assert [201, 201] == [mock.ask("POST", "/pets", {"id": "rex", "name": n}).status for n in ("Rex", "Max")]
    assert [{"id": "rex", "name": "Max"}] == mock.ask("GET", "/pets").json


def test_an_empty_id_is_none() -> None:
    """No path can name it, so the server chooses one, each time another."""
    mock = api(crud("/pets", PET, PET))

    made = [mock.ask("POST", "/pets", {"id": "", "name": "Rex"}) for _ in range(2)]

    assert [201, 201] == [each.status for each in made]
    assert all(200 == mock.ask("GET", f"/pets/{each.json['id']}").status for each in made)
    assert made[0].json["id"] != made[1].json["id"]


def test_put_creates_where_it_declares_201() -> None:
    paths = {
        "/pets/{id}": {
            "parameters": [path_parameter("id")],
            "get": {"responses": {"200": answer(PET), **GONE}},
            "put": {"requestBody": content(NEW), "responses": {"200": answer(PET), "201": answer(PET)}},
        }
    }
    mock = api(paths)

    assert [404, 201, 200, 200] == [
        mock.ask("GET", "/pets/rex").status,
        mock.ask("PUT", "/pets/rex", {"name": "Rex"}).status,
        mock.ask("PUT", "/pets/rex", {"name": "Max"}).status,
        mock.ask("GET", "/pets/rex").status,
    ]
    assert {"id": "rex", "name": "Max"} == mock.ask("GET", "/pets/rex").json


def test_a_put_on_the_collection_updates_the_item_that_its_body_names() -> None:
    paths = crud("/pets", PET, NEW)
    del paths["/pets/{id}"]["put"], paths["/pets/{id}"]["patch"]
    paths["/pets"]["put"] = {"requestBody": content(PET), "responses": {"200": answer(PET), **GONE}}
    mock = api(paths)
    own = mock.ask("POST", "/pets", {"name": "Rex"}).json["id"]

    assert 200 == mock.ask("PUT", "/pets", {"id": own, "name": "Max"}).status
    assert "Max" == mock.ask("GET", f"/pets/{own}").json["name"]
    assert 404 == mock.ask("PUT", "/pets", {"id": "nobody", "name": "Max"}).status


def test_a_deletion_may_answer_with_the_item() -> None:
    paths = crud("/pets", PET, NEW)
    paths["/pets/{id}"]["delete"]["responses"] = {"200": answer(PET), **GONE}
    mock = api(paths)
    made = mock.ask("POST", "/pets", {"name": "Rex"}).json

    assert (200, made) == ((gone := mock.ask("DELETE", f"/pets/{made['id']}")).status, gone.json)
    assert 404 == mock.ask("GET", f"/pets/{made['id']}").status


def test_nested_items_stay_under_their_parent_and_go_with_it() -> None:
    toy = thing(("id", "name", "petId"), id=TEXT, name=TEXT, petId={"type": "string", "readOnly": True})
    mock = api(
        {**crud("/pets", PET, NEW), **crud("/pets/{petId}/toys", toy, NEW, name="toyId", parents=("petId",))}
    )
    one, other = (mock.ask("POST", "/pets", {"name": name}).json["id"] for name in ("Rex", "Max"))
    ball = mock.ask("POST", f"/pets/{one}/toys", {"name": "Ball"}).json

    assert one == ball["petId"]
    assert [[ball], []] == [mock.ask("GET", f"/pets/{each}/toys").json for each in (one, other)]
    assert 404 == mock.ask("GET", f"/pets/{other}/toys/{ball['id']}").status
    assert 404 == mock.ask("POST", "/pets/nobody/toys", {"name": "Ball"}).status
    mock.ask("DELETE", f"/pets/{one}")
    assert 404 == mock.ask("GET", f"/pets/{one}/toys/{ball['id']}").status


def test_what_only_the_server_writes_is_not_taken_from_a_client() -> None:
    when = {"type": "string", "format": "date-time", "readOnly": True}
    secret = {"type": "string", "writeOnly": True}
    item = thing(
        ("id", "name", "createdAt"), id={**TEXT, "readOnly": True}, name=TEXT, createdAt=when, pin=secret
    )
    mock = api(crud("/pets", item))

    made = mock.ask("POST", "/pets", {"name": "Rex", "pin": "1234"})

    assert 201 == made.status
    assert {"id", "name", "createdAt"} == made.json.keys()


def test_defaults_are_applied() -> None:
    body = thing(("name",), name=TEXT, tag={"type": "string", "default": "none yet"})
    mock = api(crud("/pets", PET, body))

    assert "none yet" == mock.ask("POST", "/pets", {"name": "Rex"}).json["tag"]


def test_what_the_document_calls_unique_is_there_once() -> None:
    body = thing(("name",), name={"type": "string", "description": "The name must be unique."}, tag=TEXT)
    mock = api(crud("/pets", PET, body))

    assert [201, 409, 201] == [mock.ask("POST", "/pets", {"name": n}).status for n in ("a", "a", "b")]


def test_a_create_that_declares_no_success_creates_without_a_body() -> None:
    paths = crud("/pets", PET, PET)
    paths["/pets"]["post"]["responses"] = {"405": answer()}
    mock = api(paths)

    made = mock.ask("POST", "/pets", {"id": "rex", "name": "Rex"})

    assert (200, None) == (made.status, made.json)
    assert "Rex" == mock.ask("GET", "/pets/rex").json["name"]


def test_a_singleton_keeps_what_it_is_told() -> None:
    settings = thing(("theme",), theme=TEXT, size=WHOLE)
    methods = {
        "get": {"responses": {"200": answer(settings)}},
        "patch": {
            "requestBody": content(thing(theme=TEXT, size=WHOLE)),
            "responses": {"200": answer(settings)},
        },
    }
    mock = api({"/settings": methods})
    before = mock.ask("GET", "/settings").json

    assert before == mock.ask("GET", "/settings").json
    mock.ask("PATCH", "/settings", {"theme": "dark"})
    assert {**before, "theme": "dark"} == mock.ask("GET", "/settings").json


@pytest.mark.parametrize(
    ("name", "method", "wanted"),
    [
        ("cancel", "POST", {"state": "canceled"}),
        ("lock", "POST", {"locked": True}),
        ("unlock", "POST", {"locked": False}),
    ],
)  # fmt: skip
def test_an_action_has_the_effect_of_its_name(name: str, method: str, wanted: dict[str, Any]) -> None:
    state = {"type": "string", "enum": ["open", "canceled"]}
    item = thing(("id", "state", "locked"), id=TEXT, name=TEXT, state=state, locked={"type": "boolean"})
    act = {"parameters": [path_parameter("id")], method.lower(): {"responses": {"200": answer(item), **GONE}}}
    mock = api({**crud("/pets", item, NEW), f"/pets/{{id}}/{name}": act})
    own = mock.ask("POST", "/pets", {"name": "Rex"}).json["id"]

    done = mock.ask(method, f"/pets/{own}/{name}")

    assert wanted == {key: done.json[key] for key in wanted}
    assert done.json == mock.ask("GET", f"/pets/{own}").json
    assert 404 == mock.ask(method, f"/pets/nobody/{name}").status


def test_entity_tags_guard_updates() -> None:
    paths = crud("/pets", PET, NEW)
    item = paths["/pets/{id}"]
    item["get"]["responses"]["200"]["headers"] = {"ETag": {"schema": TEXT}}
    item["get"]["responses"]["304"] = answer()
    item["get"]["parameters"] = [{"name": "If-None-Match", "in": "header", "schema": TEXT}]
    item["put"]["parameters"] = [{"name": "If-Match", "in": "header", "schema": TEXT}]
    item["put"]["responses"]["412"] = answer()
    mock = api(paths)
    own = mock.ask("POST", "/pets", {"name": "Rex"}).json["id"]
    tag = mock.ask("GET", f"/pets/{own}").headers["etag"]

    assert 304 == mock.ask("GET", f"/pets/{own}", headers={"if-none-match": tag}).status
    assert [200, 412] == [
        mock.ask("PUT", f"/pets/{own}", {"name": name}, {"if-match": tag}).status for name in ("Max", "Bo")
    ]
    assert tag != mock.ask("GET", f"/pets/{own}").headers["etag"]


def test_an_idempotency_key_makes_one_record() -> None:
    paths = crud("/pets", PET, NEW)
    paths["/pets"]["post"]["parameters"] = [{"name": "Idempotency-Key", "in": "header", "schema": TEXT}]
    mock = api(paths)
    key = {"idempotency-key": "k1"}

    one, again = (mock.ask("POST", "/pets", {"name": "Rex"}, key).json for _ in range(2))

    assert one == again
    assert 409 == mock.ask("POST", "/pets", {"name": "Max"}, key).status
    assert 1 == len(mock.ask("GET", "/pets").json)


def test_what_nobody_can_create_is_what_the_examples_show() -> None:
    pets = [{"id": "rex", "name": "Rex"}, {"id": "bo", "name": "Bo"}]
    listed = {"description": "", **content({"type": "array", "items": PET}, example=pets)}
    read = {"responses": {"200": answer(PET), **GONE}}
    one = {"parameters": [path_parameter("id")], "get": read}
    mock = api({"/pets": {"get": {"responses": {"200": listed}}}, "/pets/{id}": one})

    assert pets == mock.ask("GET", "/pets").json
    assert pets[1] == mock.ask("GET", "/pets/bo").json
    assert 404 == mock.ask("GET", "/pets/nobody").status


def test_a_search_finds_what_has_the_value() -> None:
    pet = {"$ref": "#/components/schemas/Pet"}
    find = {"parameters": [query("tag")], "responses": {"200": answer({"type": "array", "items": pet})}}
    mock = api({**crud("/pets", pet, NEW), "/pets/findByTag": {"get": find}}, {"Pet": PET})
    for tag in ("a", "b", "a"):
        mock.ask("POST", "/pets", {"name": "Rex", "tag": tag})

    assert ["a", "a"] == [each["tag"] for each in mock.ask("GET", "/pets/findByTag?tag=a").json]


def test_an_id_in_metadata_is_kept_whatever_an_update_says() -> None:
    item = thing(metadata=thing(name=TEXT, colour=TEXT), size=WHOLE)
    mock = api(crud("/pets", item, name="name"))

    made = mock.ask("POST", "/pets", {"metadata": {"name": "rex"}, "size": 1})
    mock.ask("PATCH", "/pets/rex", {"metadata": {"colour": "red"}})
    unnamed = mock.ask("POST", "/pets", {"size": 2}).json["metadata"]["name"]

    assert (201, "rex") == (made.status, made.json["metadata"]["name"])
    assert 409 == mock.ask("POST", "/pets", {"metadata": {"name": "rex"}}).status
    assert {"name": "rex", "colour": "red"} == mock.ask("GET", "/pets/rex").json["metadata"]
    assert 2 == mock.ask("GET", f"/pets/{unnamed}").json["size"]


@pytest.mark.parametrize(("other", "status"), [(PET, 201), (NEW, 200)])
def test_a_create_answers_201_where_that_has_the_same_body(other: Any, status: int) -> None:
    paths = crud("/pets", PET, NEW)
    paths["/pets"]["post"]["responses"] = {"200": answer(PET), "201": answer(other)}

    assert status == api(paths).ask("POST", "/pets", {"name": "Rex"}).status


def test_a_create_shows_the_stored_item_though_the_answer_cannot_hold_all_of_it() -> None:
    build = thing(("id", "kind", "name"), id=TEXT, name=TEXT, kind={"enum": ["fast", "slow"]}, size=WHOLE)
    shown = {"oneOf": [build, thing(("key",), key=TEXT, kind={"const": "none"})]}
    paths = crud("/builds", shown, thing(("name",), name=TEXT, kind=TEXT, size=WHOLE))
    example = {"id": "b-0", "kind": "slow", "name": "Example", "size": 1}
    paths["/builds"]["post"]["responses"]["201"] = {"description": "", **content(shown, example=example)}
    mock = api(paths)
    made = mock.ask("POST", "/builds", {"name": "Mine", "kind": "warp", "size": 7}).json
    assert ("Mine", 7) == (made["name"], made["size"])
    assert 200 == mock.ask("GET", f"/builds/{made['id']}").status


def test_a_list_of_one_of_several_forms_has_all_items() -> None:
    build = thing(("id", "name"), id=TEXT, name=TEXT, kind={"enum": ["fast", "slow"]})
    rows = {
        "anyOf": [thing((kind,), **{kind: {"type": "array", "items": build}}) for kind in ("data", "rows")]
    }
    mock = api(crud("/builds", {**build, "properties": {**build["properties"], "kind": TEXT}}, listed=rows))
    for name, kind in (("a", "fast"), ("b", "warp"), ("c", "slow")):
        assert 201 == mock.ask("POST", "/builds", {"id": name, "name": name, "kind": kind}).status
    assert ["a", "b", "c"] == [each["name"] for each in mock.ask("GET", "/builds").json["data"]]
