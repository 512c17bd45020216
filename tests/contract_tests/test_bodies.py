"""Bodies that a run sends are valid, new each time, and carry its marker."""

from typing import Any

import pytest

from contract_tests.check import CannotAsk
from contract_tests.contract import Contract
from contract_tests.probing.bodies import Bodies
from openapi.codec import Json
from openapi.document import Document
from openapi.resources import ABSENT
from openapi.source import Source

MARKER = "hyfn-0a1b2c3d"


def made(schema: Any, **options: Any) -> Json:
    bodies, contract = bodies_of(schema)
    return bodies.make(contract.operations["create"], **options)


def bodies_of(schema: Any, media: dict[str, Any] | None = None) -> tuple[Bodies, Contract]:
    content = {"application/json": {"schema": schema, **(media or {})}}
    data: Any = {
        "openapi": "3.1.0",
        "paths": {
            "/things": {
                "post": {
                    "operationId": "create",
                    "requestBody": {"content": content},
                    "responses": {"201": {"description": "made"}},
                }
            }
        },
    }
    contract = Contract(Document(Source("made", "", data)))
    return Bodies(contract, 1, MARKER), contract


THING: Any = {
    "type": "object",
    "required": ["kind", "name"],
    "properties": {
        "kind": {"enum": ["a", "b"]},
        "name": {"type": "string", "maxLength": 40},
        "size": {"type": "integer", "minimum": 3},
        "mail": {"type": "string", "format": "email"},
    },
}


def test_the_least_has_what_is_required_and_the_full_has_everything() -> None:
    assert {"kind", "name"} == made(THING).keys()
    assert {"kind", "name", "size", "mail"} == made(THING, full=True).keys()


def test_free_text_carries_the_marker_and_is_never_the_same_twice() -> None:
    bodies, contract = bodies_of(THING)
    one, other = (bodies.make(contract.operations["create"], full=True) for _ in range(2))
    assert one["name"].startswith(MARKER)
    assert one["name"] != other["name"]
    assert one["mail"] != other["mail"]


def test_the_marker_stays_out_where_it_does_not_fit() -> None:
    short = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string", "maxLength": 5}},
    }
    assert MARKER not in made(short)["name"]


def test_an_example_that_is_valid_comes_first() -> None:
    bodies, contract = bodies_of(THING, {"example": {"kind": "b", "name": "x", "size": 77}})
    assert ("b", 77) == tuple(
        bodies.make(contract.operations["create"], full=True)[n] for n in ("kind", "size")
    )


def test_an_example_that_breaks_its_schema_is_left_alone() -> None:
    bodies, contract = bodies_of(THING, {"example": {"kind": "c", "name": "x"}})
    assert bodies.make(contract.operations["create"])["kind"] in ("a", "b")


def test_known_values_are_kept_and_dropped_ones_are_not_there() -> None:
    assert {"kind": "b", "size": 5} == {
        name: value
        for name, value in made(THING, full=True, known={"kind": "b", "size": 5}, drop=["mail"]).items()
        if name != "name"
    }


@pytest.mark.parametrize(
    ("schema", "options"),
    [
        ({"type": "object", "required": ["a"], "properties": {"a": False}}, {}),
        (THING, {"known": {"size": 1}}),
        (THING, {"drop": ["kind"]}),
    ],
)
def test_what_cannot_be_made_valid_is_not_made(schema: Any, options: Any) -> None:
    with pytest.raises(CannotAsk, match="no valid body for POST /things"):
        made(schema, **options)


def test_an_operation_without_a_body_has_none() -> None:
    data: Any = {"openapi": "3.1.0", "paths": {"/x": {"post": {"operationId": "x", "responses": {}}}}}
    contract = Contract(Document(Source("made", "", data)))
    assert ABSENT is Bodies(contract, 1, MARKER).make(contract.operations["x"])


def test_the_same_seed_makes_the_same() -> None:
    schema = {
        "type": "object",
        "properties": {"n": {"type": "number"}, "s": {"type": "string", "pattern": "^[a-z]{4}$"}},
    }
    assert made(schema, full=True) == made(schema, full=True)
