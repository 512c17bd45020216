"""Validators are compiled on first use, judge as JSON Schema 2020-12 says, and explain in sentences."""

import time
from typing import Any

import pytest

from openapi.dialect import Direction
from openapi.document import Document
from openapi.explain import Problem, path_text
from openapi.schema import Schemas
from openapi.source import Source

Schema = Any
HEAD: dict[str, Any] = {"openapi": "3.1.0", "paths": {}}


def document(components: dict[str, Schema], **more: Any) -> Document:
    return Document(Source("made", "", {**HEAD, "components": {"schemas": components}, **more}))


def schemas(direction: Direction = "request", **components: Schema) -> Schemas:
    return Schemas(document(components), direction)


def problems(schema: Schema, value: Any) -> list[str]:
    """What is wrong with `value`, as sentences."""
    validator = schemas(S=schema).at("#/components/schemas/S")
    found = [str(problem) for problem in validator.problems(value, "body")]
    assert validator.is_valid(value) is (found == [])
    first = [str(problem) for problem in validator.first_problem(value, "body")]
    assert first == [sentence for sentence in found if sentence in first]
    assert bool(first) is bool(found)
    return found


NAMED = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
NAME = "#/components/schemas/S"

EXPLAINED: dict[str, tuple[Schema, Any, list[str]]] = {
    "a type": ({"type": "string"}, 0.5, ["body: expected a string, got 0.5"]),
    "several types": ({"type": ["null", "integer"]}, "x", ['body: expected an integer or null, got "x"']),
    "a boolean": ({"type": "boolean"}, 1, ["body: expected true or false, got 1"]),
    "a missing member": (NAMED, {}, ["body.name: required, but missing"]),
    "a member of another type": (NAMED, {"name": None}, ["body.name: expected a string, got null"]),
    "a deep place": (
        {"properties": {"items": {"items": NAMED}}},
        {"items": [{"name": "a"}, {"name": 1}]},
        ["body.items[1].name: expected a string, got 1"],
    ),
    "unknown members": (
        {"properties": {"name": True}, "additionalProperties": False},
        {"a": 1, "b": 2},
        ["body.a: no such property is allowed here", "body.b: no such property is allowed here"],
    ),
    "unevaluated members": (
        {"allOf": [NAMED], "unevaluatedProperties": False},
        {"name": "a", "b": 2},
        ["body.b: no such property is allowed here"],
    ),
    "members where none may be": (
        {"additionalProperties": False},
        {"a": 1, "b": 2},
        ["body: no property is allowed here"],
    ),
    "a forbidden member": ({"properties": {"id": False}}, {"id": 1}, ["body.id: nothing may stand here"]),
    "an enum": ({"enum": ["a", 1, None]}, "b", ['body: expected one of "a", 1, null, got "b"']),
    "a constant": ({"const": {"a": 1}}, {}, ['body: expected {"a":1}, got {}']),
    "a format": ({"format": "date-time"}, "now", ['body: expected a date-time, got "now"']),
    "a format with a vowel": ({"format": "email"}, "me", ['body: expected an email, got "me"']),
    "a pattern": ({"pattern": "^a$"}, "b", ['body: expected text like ^a$, got "b"']),
    "too short": ({"minLength": 1}, "", ['body: expected at least 1 character, got ""']),
    "too long": ({"maxLength": 2}, "abc", ['body: expected at most 2 characters, got "abc"']),
    "too small": ({"minimum": 0.5}, 0, ["body: expected at least 0.5, got 0"]),
    "too large": ({"maximum": 2**70}, 2**71, [f"body: expected at most {2**70}, got {2**71}"]),
    "not more": ({"exclusiveMinimum": 5}, 5, ["body: expected more than 5, got 5"]),
    "not less": ({"exclusiveMaximum": 5}, 5, ["body: expected less than 5, got 5"]),
    "too few items": ({"minItems": 1}, [], ["body: expected at least 1 item, got []"]),
    "too many items": ({"maxItems": 0}, [1], ["body: expected at most 0 items, got [1]"]),
    "too few members": ({"minProperties": 2}, {}, ["body: expected at least 2 properties, got {}"]),
    "too many members": (
        {"maxProperties": 0},
        {"a": 1},
        ['body: expected at most 0 properties, got {"a":1}'],
    ),
    "no multiple": ({"multipleOf": 0.1}, 0.25, ["body: expected a multiple of 0.1, got 0.25"]),
    "an item twice": ({"uniqueItems": True}, [1, 1.0], ["body: expected no item twice, got [1,1.0]"]),
    "items that are not there": (
        {"contains": {"type": "string"}},
        [1],
        ["body: its items are not those that it must contain, got [1]"],
    ),
    "not": ({"not": {"type": "string"}}, "a", ['body: fits what it must not fit, got "a"']),
    "no branch": (
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
        1,
        ["body: fits none of the 2 allowed forms, got 1"],
    ),
    "the branch that was meant": (
        {"anyOf": [NAMED, {"type": "null"}]},
        {"name": 1},
        ["body.name: expected a string, got 1"],
    ),
    "the branch that was meant, deeper": (
        {"properties": {"a": {"oneOf": [NAMED, {"type": "string", "minLength": 2}]}}},
        {"a": "x"},
        ['body.a: expected at least 2 characters, got "x"'],
    ),
    "two branches that could be meant": (
        {"oneOf": [{"minimum": 5}, {"multipleOf": 2}]},
        3,
        ["body: fits none of the 2 allowed forms, got 3"],
    ),
    "too many branches": (
        {"oneOf": [{"type": "integer"}, {"minimum": 1}, {"type": "string"}]},
        5,
        ["body: fits more than one of the 3 forms of which only one may fit, got 5"],
    ),
    "a long value": ({"type": "string"}, [7] * 100, ["body: expected a string, got [" + "7," * 29 + "…"]),
    "the same by two branches": (
        {"allOf": [NAMED, {"required": ["name"]}]},
        {},
        ["body.name: required, but missing"],
    ),
    "several at once": (
        {"required": ["a"], "properties": {"b": {"type": "string"}}},
        {"b": 1},
        ["body.b: expected a string, got 1", "body.a: required, but missing"],
    ),
}


@pytest.mark.parametrize(("schema", "value", "sentences"), EXPLAINED.values(), ids=EXPLAINED.keys())
def test_problems(schema: Schema, value: Any, sentences: list[str]) -> None:
    """Each rule that is broken is one sentence: the place, what was expected, what was found."""
    assert sorted(sentences) == sorted(problems(schema, value))


@pytest.mark.parametrize(
    "keyword",
    [
        {"dependentRequired": {"a": ["b"]}},
        {"propertyNames": {"pattern": "^b"}},
        {"if": {"required": ["a"]}, "then": {"required": ["b"]}},
        {"dependentSchemas": {"a": False}},
        {"properties": {"a": {"prefixItems": [True], "items": False}}},
        {"properties": {"a": {"unevaluatedItems": False}}},
        {"patternProperties": {"^a": {"type": "object"}}},
    ],
    ids=lambda keyword: next(iter(keyword)),
)
def test_every_keyword_has_words(keyword: Schema) -> None:
    """A keyword without a sentence of its own borrows a short one from the schema engine."""
    (sentence,) = problems(keyword, {"a": ["x", "y"]})
    assert sentence.startswith("body")
    assert len(sentence) < 220


def test_many_wrong_items_are_explained_soon() -> None:
    """The branch that was meant is found in one pass, however many mistakes it has."""
    schema = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "null"}]}
    assert 20_000 == len(problems(schema, [1] * 20_000))


def test_path_text() -> None:
    """Places are written as a programmer would."""
    assert ".items[3].name" == path_text(["items", 3, "name"])
    assert "body: so" == str(Problem("body", "so"))


DEEP: list[Any] = []
for _ in range(300):
    DEEP = [DEEP]

UNHOLDABLE: dict[str, Any] = {
    "an integer of 5,000 digits": 10**5000,
    "a lone surrogate": "\ud800",
    "300 lists in each other": DEEP,
}


@pytest.mark.parametrize("value", UNHOLDABLE.values(), ids=UNHOLDABLE.keys())
def test_what_the_engine_cannot_hold_does_not_fit(value: Any) -> None:
    """A value beyond the schema engine is invalid, with a reason, and no fault."""
    validator = schemas(S={"enum": [1]}).at(NAME)
    assert not validator.is_valid(value)
    assert ["body"] == [problem.place for problem in validator.problems(value, "body")]


@pytest.mark.parametrize("direction", ["request", "response"])
def test_directions(direction: Direction) -> None:
    """Each direction has validators of its own."""
    found = schemas(direction, S={"properties": {"id": {"readOnly": True}}})
    assert (direction == "response") is found.at(NAME).is_valid({"id": 1})


def test_a_schema_is_compiled_once() -> None:
    """Asking again gives the same validator; so does a mere reference to it, however it is spelled."""
    reference = {"$ref": "#/components/schemas/a%20b~1c"}
    components = {"a b/c": {"type": "string"}, "R": reference, "Q": {"$ref": "#/components/schemas/R"}}
    found = Schemas(document(components), "request")
    same = found.at("#/components/schemas/a b~1c")
    for pointer in ("a b~1c", "a%20b~1c", "R", "Q"):
        assert same is found.at(f"#/components/schemas/{pointer}")


CIRCLES: dict[str, dict[str, Schema]] = {
    "a reference to itself": {"S": {"$ref": NAME}},
    "two that refer to each other": {"S": {"$ref": "#/components/schemas/T"}, "T": {"$ref": NAME}},
    "into a circle": {
        "S": {"$ref": "#/components/schemas/T"},
        "T": {"$ref": "#/components/schemas/U"},
        "U": {"$ref": "#/components/schemas/T"},
    },
    "itself by allOf": {"S": {"allOf": [{"$ref": NAME}]}},
    "itself by anyOf, twice": {"S": {"anyOf": [{"$ref": NAME}, {"$ref": NAME}]}},
}


@pytest.mark.parametrize("components", CIRCLES.values(), ids=CIRCLES.keys())
def test_a_circle_that_says_nothing(components: dict[str, Schema]) -> None:
    """Schemas that only lead back to themselves can be compiled and asked."""
    validator = schemas(**components).at(NAME)
    assert isinstance(validator.is_valid(1), bool)
    list(validator.problems(1, "body"))


def test_a_tree() -> None:
    """A schema may contain itself."""
    tree = {
        "type": "object",
        "properties": {"children": {"items": {"$ref": NAME}}},
        "unevaluatedProperties": False,
    }
    assert [] == problems(tree, {"children": [{"children": []}]})
    assert ["body.children[0].x: no such property is allowed here"] == problems(
        tree, {"children": [{"x": 1}]}
    )


BROKEN: dict[str, tuple[Schema, str, str]] = {
    "an unknown type": (
        {"type": "file"},
        "/type",
        '"file" found, which is no value for type; the keyword is',
    ),
    "deep inside": (
        {"properties": {"a": {"minLength": "3"}}},
        "/properties/a/minLength",
        '"3" found, which is no value for minLength',
    ),
    "in a list": ({"required": ["a", 7]}, "/required", "is no value for required"),
    "no schema": (7, "", "expected a schema, found 7; anything fits it"),
    "no schema deep inside": ({"allOf": [7]}, "/allOf/0", "expected a schema, found 7; anything fits it"),
    "a pattern that is none": ({"pattern": "("}, "/pattern", '"(" found, which is no value for pattern'),
    "a name that is no pattern": ({"patternProperties": {"(": {}}}, "/patternProperties", "is left out"),
    "a reference to nothing": (
        {"$ref": "#/components/schemas/T"},
        "",
        "#/components/schemas/T names nothing",
    ),
    "a reference to another file": ({"$ref": "other.yaml#/T"}, "", "other.yaml#/T names nothing"),
    "a reference that is no text": ({"$ref": 7}, "/$ref", "7 found, which is no value for $ref"),
}


@pytest.mark.parametrize(("schema", "pointer", "sentence"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_schema(schema: Schema, pointer: str, sentence: str) -> None:
    """What is no schema is a finding with its place, and left out; the rest judges."""
    made = document({"S": {"allOf": [{"$ref": "#/components/schemas/B"}], "minimum": 1}, "B": schema})
    validator = Schemas(made, "request").at(NAME)
    assert [f"#/components/schemas/B{pointer}"] == [told.pointer for told in made.findings()]
    assert sentence in made.findings()[0].message
    assert (False, 1) == (validator.is_valid(0), made.wrong)


def test_findings_have_one_place_in_both_directions() -> None:
    """What is wrong is told once, however often it is met."""
    made = document({"S": {"type": 7}, "T": {"$ref": "#/components/schemas/S"}})
    for direction in ("request", "response"):
        Schemas(made, direction).compile_all()
    assert ["#/components/schemas/S/type"] == [told.pointer for told in made.findings()]


SLOW = r"^(a|a)*\1?$"


def test_a_pattern_that_would_take_years() -> None:
    """It gives up soon: the text does not fit, the answer says why, and the document has a finding."""
    made = document({"S": {"items": {"pattern": SLOW}}})
    validator = Schemas(made, "request").at(NAME)
    began = time.monotonic()
    assert not validator.is_valid(["a" * 40 + "!"] * 10)
    (told,) = validator.problems(["a" * 40 + "!"] * 10, "body")
    assert told.message.startswith("expected text that the pattern can be tried on, got")
    assert time.monotonic() - began < 5
    assert ["a pattern took too long on a text"] == [told.message[:33] for told in made.findings()]


MEDIA: dict[str, Any] = {
    "/a": {
        "post": {
            "requestBody": {
                "content": {"application/json": {"schema": {"type": "object"}}, "text/plain": {}}
            },
            "responses": {"200": {"content": {"application/json": {"schema": {"type": 7}}}}},
        }
    }
}


def test_of_media() -> None:
    """A media type's validator is compiled when it is first called for; without a schema there is none."""
    made = document({}, paths=MEDIA)
    (operation,) = made.operations
    assert operation.body is not None
    request = Schemas(made, "request")
    later = request.of_media(operation.body.content["application/json"])
    assert later is not None
    assert (True, False) == (later().is_valid({}), later().is_valid([]))
    assert request.of_media(operation.body.content["text/plain"]) is None
    broken = Schemas(made, "response").of_media(operation.responses["200"].content["application/json"])
    assert broken is not None
    assert 0 == made.wrong
    assert broken().is_valid(1)
    assert 1 == made.wrong


def test_compile_all() -> None:
    """All components and the bodies of one direction are compiled, so that a mistake shows at once."""
    made = document({"S": {}, "T": {"type": 7}}, paths=MEDIA)
    Schemas(made, "request").compile_all()
    assert ["#/components/schemas/T/type"] == [told.pointer for told in made.findings()]
    Schemas(made, "response").compile_all()
    place = "#/paths/~1a/post/responses/200/content/application~1json/schema/type"
    assert place == made.findings()[1].pointer


def test_a_validator_by_place() -> None:
    """A schema is also asked for by its place."""
    made = document({"S": {"type": "string"}})
    assert Schemas(made, "request").validator(made.at(NAME)).is_valid("a")
