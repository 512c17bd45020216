"""The document as the suite reads it."""

import pytest

from tests.contract_tests.answers import contract
from tests.openapi.describing import TEXT, asks, thing


def _at(name: str) -> dict[str, object]:
    return {"parameters": [{"name": name, "in": "path", "required": True, "schema": TEXT}]}


PAGE = thing(id=TEXT)
TWICE = {
    "/pages/{idOrUrl}": {"get": asks(PAGE), **_at("idOrUrl")},
    "/pages/{id}": {"delete": asks(status="204"), "put": asks(PAGE, PAGE), **_at("id")},
    "/pages/latest": {"get": asks(PAGE)},
}


@pytest.mark.parametrize(
    ("method", "path", "template", "known"),
    [
        ("GET", "/pages/7", "/pages/{idOrUrl}", True),
        ("DELETE", "/pages/7", "/pages/{id}", True),
        ("PATCH", "/pages/7", "/pages/{idOrUrl}", False),
        ("DELETE", "/pages/latest", "/pages/latest", False),
    ],
)
def test_paths_that_differ_in_a_name_are_one_place(
    method: str, path: str, template: str, known: bool
) -> None:
    """Of those that fit a request, the one that has its method is meant; a literal path stays alone."""
    found = contract(TWICE).match(method, path)

    assert found is not None
    assert (template, known) == (found.template, found.operation is not None)


def test_what_is_documented_at_a_place() -> None:
    """Each of two templates for the same paths has the methods of both."""
    assert {
        "/pages/{idOrUrl}": {"GET", "DELETE", "PUT"},
        "/pages/{id}": {"GET", "DELETE", "PUT"},
        "/pages/latest": {"GET"},
    } == contract(TWICE).methods
