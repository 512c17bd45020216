"""What is no resource: the document's examples, those of the request that came, and made-up values."""

import json
from typing import Any

import jsonschema_rs
import pytest

from handlers.generic.made import Maker
from openapi.document import Document
from openapi.schema import Schemas
from openapi.source import parse
from tests.handlers.generic.api import TEXT, WHOLE, answer, api, content, path_parameter, query, thing

RATE = thing(("from", "to", "rate"), **{"from": TEXT, "to": TEXT, "rate": {"type": "number"}})


def _examples(**values: Any) -> dict[str, Any]:
    return {"examples": {name: {"value": value} for name, value in values.items()}}


def test_the_example_of_the_request_that_came_is_answered() -> None:
    sums = {
        "requestBody": content(thing(a=WHOLE), **_examples(one={"a": 1}, two={"a": 2})),
        "responses": {
            "200": {
                "description": "",
                **content(thing(sum=WHOLE), **_examples(one={"sum": 10}, two={"sum": 20})),
            }
        },
    }
    mock = api({"/sum": {"post": sums}})

    assert [10, 20, 10] == [mock.ask("POST", "/sum", {"a": a}).json["sum"] for a in (1, 2, 3)]


def test_what_the_request_says_is_said_again_under_its_name() -> None:
    asks = {"parameters": [query("from"), query("to")], "responses": {"200": answer(RATE)}}
    mock = api({"/rate": {"get": asks}})

    shown = mock.ask("GET", "/rate?from=EUR&to=USD").json

    assert ("EUR", "USD") == (shown["from"], shown["to"])
    assert {**shown, "to": "JPY"} == mock.ask("GET", "/rate?from=EUR&to=JPY").json


def test_what_a_get_computes_of_any_value_is_no_thing_that_could_be_missing() -> None:
    double = {
        "parameters": [path_parameter("number", WHOLE)],
        "responses": {"200": answer(thing(twice=WHOLE))},
    }
    mock = api({"/double/{number}": {"get": double}})

    assert [200, 200] == [mock.ask("GET", f"/double/{number}").status for number in (1, 99)]


def test_answers_do_not_depend_on_the_order_of_requests() -> None:
    paths = {f"/{name}": {"get": {"responses": {"200": answer(RATE)}}} for name in ("one", "two", "three")}
    names = ["one", "two", "three"]

    first, second = api(paths), api(paths)

    shown = {name: first.ask("GET", f"/{name}").json for name in names}
    assert shown == {name: second.ask("GET", f"/{name}").json for name in reversed(names)}


SCHEMAS: dict[str, Any] = {
    "not": {"type": "string", "enum": ["a", "b"], "not": {"const": "a"}},
    "not both": {**thing(a=TEXT, b=TEXT), "not": {"required": ["a", "b"]}},
    "contains": {"type": "array", "items": WHOLE, "contains": {"minimum": 50}, "minContains": 2},
    "patternProperties": {
        "type": "object", "patternProperties": {"^x-[a-z]{3}$": WHOLE}, "additionalProperties": False,
        "minProperties": 2,
    },
    "propertyNames": {
        "type": "object", "propertyNames": {"enum": ["red", "green"]}, "additionalProperties": WHOLE,
    },
    "if": {
        **thing(("kind",), kind={"type": "string", "enum": ["card", "cash"]}, number=TEXT),
        "if": {"properties": {"kind": {"const": "card"}}}, "then": {"required": ["number"]},
    },
    "else": {
        **thing(("kind",), kind={"type": "string", "enum": ["cash"]}, till=WHOLE),
        "if": {"properties": {"kind": {"const": "card"}}}, "else": {"required": ["till"]},
    },
    "dependentRequired": {
        **thing(("a",), a=TEXT, b=TEXT, c=TEXT), "dependentRequired": {"a": ["b"], "b": ["c"]},
    },
    "dependentSchemas": {**thing(a=TEXT), "dependentSchemas": {"a": thing(("b",), b=WHOLE)}},
    "unevaluatedProperties": {
        "allOf": [thing(("a",), a=TEXT)], "properties": {"b": WHOLE}, "unevaluatedProperties": False,
    },
    "oneOf": {"oneOf": [thing(("a",), a=TEXT), thing(("b",), b=TEXT)]},
    "oneOf with one inside the other": {
        "oneOf": [thing(("a",), a=TEXT), thing(("a", "b"), a=TEXT, b=TEXT)],
    },
    "discriminator": {
        "oneOf": [
            thing(("kind", "claws"), kind={"const": "cat"}, claws=WHOLE),
            thing(("kind", "bark"), kind={"const": "dog"}, bark=TEXT),
        ],
        "discriminator": {"propertyName": "kind"},
    },
    "a schema inside itself": {"$ref": "#/components/schemas/Tree"},
    "formats": thing(
        ("when", "mail", "place"),
        when={"type": "string", "format": "date-time"}, mail={"type": "string", "format": "email"},
        place={"type": "string", "format": "uri"}, own={"type": "string", "format": "uuid"},
    ),
    "prefixItems": {"type": "array", "prefixItems": [TEXT, WHOLE], "items": False, "minItems": 2},
    "uniqueItems": {
        "type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 4}, "uniqueItems": True,
        "minItems": 4,
    },
    "multipleOf": {"type": "number", "minimum": 1, "multipleOf": 0.25},
    "names with too little room": thing(("city",), city={"type": "string", "maxLength": 3}),
}  # fmt: skip

TREE = thing(("name",), name=TEXT, children={"type": "array", "items": {"$ref": "#/components/schemas/Tree"}})


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_made_up_value_keeps_every_keyword(name: str) -> None:
    schemas = {"Wanted": SCHEMAS[name], "Tree": TREE}
    info = {"title": "Values", "version": "1"}
    data = {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}
    document = Document(parse("made.json", json.dumps(data).encode()))
    whole = {"$ref": "#/components/schemas/Wanted", "components": {"schemas": schemas}}
    judge = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)

    for seed in range(20):
        maker = Maker(document, Schemas(document, "response"), seed)
        value = maker.whole("#/components/schemas/Wanted", "key")
        assert [] == [error.message for error in judge.iter_errors(value)], value
        assert value == maker.whole("#/components/schemas/Wanted", "key")


def test_texts_look_like_what_their_property_is_called() -> None:
    person = thing(("firstName", "email", "city"), firstName=TEXT, email=TEXT, city=TEXT)
    shown = api({"/who": {"get": {"responses": {"200": answer(person)}}}}).ask("GET", "/who").json

    assert shown["firstName"].istitle()
    assert shown["email"].endswith("@example.com")
    assert " " not in shown["city"]


def test_a_text_is_read_as_what_its_schema_admits() -> None:
    flag = {"requestBody": {"content": {"text/plain": {"schema": {"type": "boolean"}}}}}
    mock = api({"/flag": {"put": {**flag, "responses": {"204": answer(), "400": answer()}}}})

    def put(text: bytes) -> int:
        return mock.send("PUT", "/flag", text, {"content-type": "text/plain"}).status

    assert [204, 204, 400] == [put(text) for text in (b"true", b"false", b"yes")]
