"""In which of the declared statuses a request is refused."""

import pytest

from tests.handlers.generic.api import TEXT, answer, api, content, thing

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
