"""Branches of `oneOf` that say the same are told from those that do not."""

from typing import Any

import pytest

from openapi.dialect import for_direction
from openapi.document import Document
from openapi.schema import Schemas
from openapi.source import Source
from openapi.twins import twins

ERROR: dict[str, Any] = {"type": "object", "properties": {"error": {"type": "string", "default": "A"}}}
DOCUMENT = {
    "openapi": "3.0.3",
    "paths": {},
    "components": {
        "schemas": {
            "A": {"description": "an A", **ERROR},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}, ERROR]},
            "Loop": {"$ref": "#/components/schemas/Loop"},
            "Either": {"oneOf": [{"$ref": "#/components/schemas/A"}, {"type": "integer"}, ERROR]},
        }
    },
}
A, LOOP = {"$ref": "#/components/schemas/A"}, {"$ref": "#/components/schemas/Loop"}
OTHER_DEFAULT = {"type": "object", "properties": {"error": {"type": "string", "default": "B"}}}

CASES: dict[str, tuple[list[Any], set[int]]] = {
    "the same": ([ERROR, ERROR], {1}),
    "what a reference leads to": ([A, ERROR], {1}),
    "another default inside": ([ERROR, OTHER_DEFAULT], {1}),
    "two of three": ([{"type": "string"}, ERROR, {"title": "x", "type": "string"}], {2}),
    "extensions": ([{"type": "string", "x-a": 1}, {"type": "string"}], {1}),
    "anything": ([{}, {"description": "anything"}], {1}),
    "another type": ([{"type": "string"}, {"type": "integer"}], set()),
    "another property": ([ERROR, {"type": "object", "properties": {"title": {"type": "string"}}}], set()),
    "a property called like a keyword that tells": (
        [{"properties": {"title": {"type": "string"}}}, {"properties": {"title": {"type": "integer"}}}],
        set(),
    ),
    "one and true": ([{"const": 1}, {"const": True}], set()),
    "another example in an enum": ([{"enum": [{"title": 1}]}, {"enum": [{"title": 2}]}], set()),
    "a circle": ([LOOP, {"type": "string"}], set()),
    "true and false": ([True, False], set()),
}


@pytest.mark.parametrize(("branches", "same"), CASES.values(), ids=CASES.keys())
def test_branches_that_say_the_same(branches: list[Any], same: set[int]) -> None:
    assert same == twins(DOCUMENT, branches)


def test_they_count_once_where_that_is_asked_for() -> None:
    document = Document(Source("made", "", DOCUMENT))
    pointer, value = "#/components/schemas/Either", {"error": "x"}
    assert not Schemas(document, "response").at(pointer).is_valid(value)
    once = Schemas(document, "response", twins_are_one=True).at(pointer)
    assert once.is_valid(value) and once.is_valid(3) and not once.is_valid("a")


def test_the_other_branches_stay_where_they_were() -> None:
    made = for_direction(DOCUMENT, "response", twins_are_one=True)["components"]["schemas"]["Either"]
    assert [A, {"type": "integer"}, False] == made["oneOf"]
