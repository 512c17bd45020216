"""In which of the declared statuses a request is refused."""

import pytest

from tests.handlers.generic.api import TEXT, answer, api, content, crud, thing

TWINS = {"oneOf": [thing(error=TEXT), thing(error={**TEXT, "default": "other"})]}
PLAIN = thing(("error",), error=TEXT)


@pytest.mark.parametrize(
    ("refusals", "wanted"),
    [
        ({"400": answer(TWINS), "422": answer(PLAIN)}, 422),
        ({"400": answer(PLAIN), "422": answer(TWINS)}, 400),
        ({"400": answer(TWINS)}, 400),
    ],
)
def test_a_status_whose_body_nothing_fits_is_the_last_to_be_chosen(
    refusals: dict[str, object], wanted: int
) -> None:
    """Nothing fits exactly one of two forms that admit the same."""
    post = {"requestBody": content(thing(("name",), name=TEXT)), "responses": {"200": answer(), **refusals}}
    mock = api({"/echo": {"post": post}})

    assert [wanted] * 2 == [mock.ask("POST", "/echo", {"name": 1}).status for _ in range(2)]


@pytest.mark.parametrize(
    ("declared", "wanted"), [(("409", "422"), 409), (("404", "422"), 404), (("422",), 201), (("400",), 201)]
)
def test_references_are_looked_up_where_a_status_can_only_mean_that(
    declared: tuple[str, ...], wanted: int
) -> None:
    """A 422 says that the input is wrong, which it is not: the schema admits every id."""
    toy = thing(("name", "petId"), id={**TEXT, "readOnly": True}, name=TEXT, petId=TEXT)
    pet = thing(("id", "name"), id={**TEXT, "readOnly": True}, name=TEXT)
    paths = {**crud("/pets", pet), **crud("/toys", toy)}
    success = {"201": answer(toy)}
    paths["/toys"]["post"]["responses"] = success | {key: answer() for key in declared}
    mock = api(paths)
    known = mock.ask("POST", "/pets", {"name": "Rex"}).json["id"]

    assert [201, wanted] == [
        mock.ask("POST", "/toys", {"name": "Ball", "petId": own}).status for own in (known, "nobody")
    ]
