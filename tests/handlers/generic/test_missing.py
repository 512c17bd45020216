"""What is not there: told where the document says how, else taken to exist."""

from typing import Any

from tests.handlers.generic.api import TEXT, WHOLE, Api, answer, api, content, crud, path_parameter, thing

PET = thing(("id", "name"), id=WHOLE, name=TEXT, tag=TEXT)
NEW = thing(("name",), name=TEXT, tag=TEXT)
TOY = thing(("id", "name"), id=TEXT, name=TEXT)


def silent(paths: dict[str, Any], **refusals: Any) -> dict[str, Any]:
    """The paths without any refusal but those."""
    for methods in paths.values():
        for method, operation in methods.items():
            if method != "parameters":
                kept = {key: each for key, each in operation["responses"].items() if key[0] == "2"}
                operation["responses"] = kept | refusals
    return paths


def pets(**refusals: Any) -> Api:
    lock = {"parameters": [path_parameter("id", WHOLE)], "post": {"responses": {"204": answer()}}}
    item = {**PET, "properties": {**PET["properties"], "locked": {"type": "boolean"}}}
    paths = {
        **crud("/pets", item, NEW, own=WHOLE),
        **crud("/pets/{petId}/toys", TOY, NEW, name="toyId", parents=("petId",)),
        "/pets/{id}/lock": lock,
    }
    return api(silent(paths, **refusals))


def test_an_id_that_nobody_used_is_the_same_item_for_every_operation() -> None:
    mock = pets()
    shown = mock.ask("GET", "/pets/7").json

    assert 7 == shown["id"]
    assert shown == mock.ask("GET", "/pets/7").json
    assert [] == mock.ask("GET", "/pets").json, "looking at it does not keep it"
    assert {**shown, "tag": "new"} == mock.ask("PATCH", "/pets/7", {"tag": "new", "name": shown["name"]}).json
    assert [{**shown, "tag": "new"}] == mock.ask("GET", "/pets").json
    assert {"id": 8, "name": "Max"}.items() <= mock.ask("PUT", "/pets/8", {"name": "Max"}).json.items()
    assert "Max" == mock.ask("GET", "/pets/8").json["name"]


def test_an_action_on_an_id_that_nobody_used_works_and_is_kept() -> None:
    mock = pets()

    assert 204 == mock.ask("POST", "/pets/7/lock").status
    assert mock.ask("GET", "/pets/7").json["locked"] is True


def test_below_an_id_that_nobody_used_there_is_an_empty_list_and_room_for_more() -> None:
    mock = pets()

    assert (200, []) == ((empty := mock.ask("GET", "/pets/7/toys")).status, empty.json)
    made = mock.ask("POST", "/pets/7/toys", {"name": "Ball"})
    assert 201 == made.status
    assert [made.json] == mock.ask("GET", "/pets/7/toys").json


def test_what_was_deleted_is_refused_in_the_best_status_that_is_declared() -> None:
    for declared, wanted in ((("403", "422"), 403), (("400", "422"), 422), (("400",), 400), ((), 404)):
        mock = pets(**{key: answer() for key in declared})
        own = mock.ask("POST", "/pets", {"name": "Rex"}).json["id"]

        for at in (own, 77):
            assert 204 == mock.ask("DELETE", f"/pets/{at}").status
            asked = [mock.ask("GET", f"/pets/{at}"), mock.ask("PATCH", f"/pets/{at}", {"name": "Max"})]
            assert [wanted] * 2 == [each.status for each in asked]
            assert wanted == mock.ask("POST", f"/pets/{at}/toys", {"name": "Ball"}).status
            assert [] == mock.ask("GET", f"/pets/{at}/toys").json
            assert 204 == mock.ask("DELETE", f"/pets/{at}").status, "what it asks for is done already"


def test_what_a_create_made_is_nowhere_else() -> None:
    mock = pets()
    one, other = (mock.ask("POST", "/pets", {"name": name}).json["id"] for name in ("Rex", "Max"))
    ball = mock.ask("POST", f"/pets/{one}/toys", {"name": "Ball"}).json["id"]

    assert 404 == mock.ask("GET", f"/pets/{other}/toys/{ball}").status


def test_a_default_or_a_range_tells_that_something_is_missing() -> None:
    for key in ("404", "410", "4XX", "default"):
        mock = pets(**{key: answer()})

        assert (410 if key == "410" else 404) == mock.ask("GET", "/pets/7").status
        assert (410 if key == "410" else 404) == mock.ask("GET", "/pets/7/toys").status


def test_a_singleton_whose_absence_cannot_be_told_is_again_what_it_was_at_first() -> None:
    settings, change = thing(("theme",), theme=TEXT), thing(theme=TEXT)
    methods = {
        "get": {"responses": {"200": answer(settings)}},
        "patch": {"requestBody": content(change), "responses": {"200": answer(settings)}},
        "delete": {"responses": {"204": answer()}},
    }
    mock = api({"/settings": methods})
    first = mock.ask("GET", "/settings").json
    mock.ask("PATCH", "/settings", {"theme": "dark"})

    assert [204, 204] == [mock.ask("DELETE", "/settings").status for _ in range(2)]
    assert (200, first) == ((again := mock.ask("GET", "/settings")).status, again.json)


def test_new_ids_fit_the_path_and_those_of_deleted_items_come_back() -> None:
    few = {**WHOLE, "minimum": 1, "maximum": 3}
    mock = api(crud("/pets", PET, NEW, own=few))
    made = [mock.ask("POST", "/pets", {"name": "Max"}).json["id"] for _ in range(3)]
    assert 204 == mock.ask("DELETE", "/pets/2").status
    assert ([1, 2, 3], 2) == (made, mock.ask("POST", "/pets", {"name": "Max"}).json["id"])
    assert 4 < mock.ask("POST", "/pets", {"name": "Max"}).json["id"], "all that the path takes are in use"
